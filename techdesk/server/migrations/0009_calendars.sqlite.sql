CREATE TABLE calendar (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT NOT NULL,
	cluster TEXT,
	site_id TEXT,
	hours TEXT,
	closed TEXT,
	special TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_calendar_cluster ON calendar (org, cluster);
CREATE INDEX ix_calendar_site_id ON calendar (org, site_id);
CREATE TABLE calendar_day (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	calendar_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	first TEXT NOT NULL,
	last TEXT NOT NULL,
	title TEXT NOT NULL,
	hours TEXT,
	source TEXT NOT NULL,
	source_key TEXT NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX calendar_day_when ON calendar_day (org, calendar_id, first);
CREATE TABLE priorities (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	matrix TEXT,
	target_1 TEXT,
	target_2 TEXT,
	target_3 TEXT,
	target_4 TEXT,
	target_5 TEXT,
	PRIMARY KEY (org, id)
);
ALTER TABLE ticket ADD COLUMN held_at TEXT;
ALTER TABLE ticket ADD COLUMN stopped BIGINT DEFAULT '0' NOT NULL;
