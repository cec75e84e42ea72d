CREATE TABLE calendar (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	name VARCHAR NOT NULL,
	cluster VARCHAR,
	site_id VARCHAR,
	hours VARCHAR,
	closed VARCHAR,
	special VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_calendar_cluster ON calendar (cluster);
CREATE INDEX ix_calendar_site_id ON calendar (site_id);
CREATE TABLE calendar_day (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	calendar_id VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	first VARCHAR NOT NULL,
	last VARCHAR NOT NULL,
	title VARCHAR NOT NULL,
	hours VARCHAR,
	source VARCHAR NOT NULL,
	source_key VARCHAR NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX calendar_day_when ON calendar_day (calendar_id, first);
CREATE TABLE priorities (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	matrix VARCHAR,
	target_1 VARCHAR,
	target_2 VARCHAR,
	target_3 VARCHAR,
	target_4 VARCHAR,
	target_5 VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
ALTER TABLE ticket ADD COLUMN held_at VARCHAR;
ALTER TABLE ticket ADD COLUMN stopped INTEGER DEFAULT '0' NOT NULL;
