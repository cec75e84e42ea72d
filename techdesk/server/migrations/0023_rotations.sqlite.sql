CREATE TABLE leave (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	technician_id TEXT NOT NULL,
	first TEXT NOT NULL,
	last TEXT NOT NULL,
	kind TEXT DEFAULT 'leave' NOT NULL,
	note TEXT,
	state TEXT DEFAULT 'taken' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_leave_technician_id ON leave (org, technician_id);
CREATE TABLE agreement (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	site_id TEXT NOT NULL,
	provider TEXT,
	tier TEXT,
	visits BIGINT,
	minutes BIGINT,
	included TEXT,
	excluded TEXT,
	price FLOAT,
	starts TEXT,
	ends TEXT,
	warn_days BIGINT DEFAULT '60' NOT NULL,
	target_1 TEXT,
	target_2 TEXT,
	target_3 TEXT,
	target_4 TEXT,
	target_5 TEXT,
	renews TEXT,
	state TEXT DEFAULT 'draft' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_agreement_site_id ON agreement (org, site_id);
CREATE INDEX ix_agreement_state ON agreement (org, state);
CREATE TABLE site_wish (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	site_id TEXT NOT NULL,
	visits BIGINT DEFAULT '1' NOT NULL,
	weeks BIGINT DEFAULT '2' NOT NULL,
	days TEXT,
	minutes BIGINT,
	technician_id TEXT,
	skills TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_site_wish_site_id ON site_wish (org, site_id);
CREATE TABLE travel_time (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	from_id TEXT NOT NULL,
	to_id TEXT NOT NULL,
	minutes FLOAT NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_travel_time_from_id ON travel_time (org, from_id);
CREATE TABLE rotation (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT NOT NULL,
	weeks BIGINT NOT NULL,
	starts TEXT NOT NULL,
	first TEXT NOT NULL,
	last TEXT NOT NULL,
	travel FLOAT,
	follows TEXT,
	published_at TEXT,
	state TEXT DEFAULT 'draft' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_rotation_state ON rotation (org, state);
CREATE TABLE rotation_line (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	rotation_id TEXT NOT NULL,
	site_id TEXT NOT NULL,
	day BIGINT,
	technician_id TEXT,
	rank BIGINT DEFAULT '0' NOT NULL,
	starts BIGINT,
	minutes BIGINT NOT NULL,
	missing BIGINT DEFAULT '0' NOT NULL,
	why TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_rotation_line_rotation_id ON rotation_line (org, rotation_id);
CREATE INDEX ix_rotation_line_site_id ON rotation_line (org, site_id);
ALTER TABLE technician ADD COLUMN working_hours TEXT;
ALTER TABLE visit ADD COLUMN rotation_id TEXT;
