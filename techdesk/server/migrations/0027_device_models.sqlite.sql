CREATE TABLE model_apart (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	model_id TEXT NOT NULL,
	other_id TEXT NOT NULL,
	PRIMARY KEY (org, id)
);
ALTER TABLE device_model ADD COLUMN merged_into TEXT;
