CREATE TABLE calendar (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	cluster TEXT COLLATE "C",
	site_id TEXT COLLATE "C",
	hours TEXT COLLATE "C",
	closed TEXT COLLATE "C",
	special TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_calendar_cluster ON calendar (org, cluster);
CREATE INDEX ix_calendar_site_id ON calendar (org, site_id);
CREATE TABLE calendar_day (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	calendar_id TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	first TEXT COLLATE "C" NOT NULL,
	last TEXT COLLATE "C" NOT NULL,
	title TEXT COLLATE "C" NOT NULL,
	hours TEXT COLLATE "C",
	source TEXT COLLATE "C" NOT NULL,
	source_key TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX calendar_day_when ON calendar_day (org, calendar_id, first);
CREATE TABLE priorities (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	matrix TEXT COLLATE "C",
	target_1 TEXT COLLATE "C",
	target_2 TEXT COLLATE "C",
	target_3 TEXT COLLATE "C",
	target_4 TEXT COLLATE "C",
	target_5 TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
ALTER TABLE ticket ADD COLUMN held_at TEXT COLLATE "C";
ALTER TABLE ticket ADD COLUMN stopped BIGINT DEFAULT '0' NOT NULL;
