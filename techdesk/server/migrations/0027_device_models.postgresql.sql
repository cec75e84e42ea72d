CREATE TABLE model_apart (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	model_id TEXT COLLATE "C" NOT NULL,
	other_id TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, id)
);
ALTER TABLE device_model ADD COLUMN merged_into TEXT COLLATE "C";
