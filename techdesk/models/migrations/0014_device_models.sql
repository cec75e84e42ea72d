CREATE TABLE model_apart (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	model_id VARCHAR NOT NULL,
	other_id VARCHAR NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
ALTER TABLE device_model ADD COLUMN merged_into VARCHAR;
CREATE INDEX ix_device_model_merged_into ON device_model (merged_into);
