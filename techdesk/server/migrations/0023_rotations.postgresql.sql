CREATE TABLE leave (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	technician_id TEXT COLLATE "C" NOT NULL,
	first TEXT COLLATE "C" NOT NULL,
	last TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" DEFAULT 'leave' NOT NULL,
	note TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'taken' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_leave_technician_id ON leave (org, technician_id);
CREATE TABLE agreement (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	site_id TEXT COLLATE "C" NOT NULL,
	provider TEXT COLLATE "C",
	tier TEXT COLLATE "C",
	visits BIGINT,
	minutes BIGINT,
	included TEXT COLLATE "C",
	excluded TEXT COLLATE "C",
	price FLOAT,
	starts TEXT COLLATE "C",
	ends TEXT COLLATE "C",
	warn_days BIGINT DEFAULT '60' NOT NULL,
	target_1 TEXT COLLATE "C",
	target_2 TEXT COLLATE "C",
	target_3 TEXT COLLATE "C",
	target_4 TEXT COLLATE "C",
	target_5 TEXT COLLATE "C",
	renews TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'draft' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_agreement_site_id ON agreement (org, site_id);
CREATE INDEX ix_agreement_state ON agreement (org, state);
CREATE TABLE site_wish (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	site_id TEXT COLLATE "C" NOT NULL,
	visits BIGINT DEFAULT '1' NOT NULL,
	weeks BIGINT DEFAULT '2' NOT NULL,
	days TEXT COLLATE "C",
	minutes BIGINT,
	technician_id TEXT COLLATE "C",
	skills TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_site_wish_site_id ON site_wish (org, site_id);
CREATE TABLE travel_time (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	from_id TEXT COLLATE "C" NOT NULL,
	to_id TEXT COLLATE "C" NOT NULL,
	minutes FLOAT NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_travel_time_from_id ON travel_time (org, from_id);
CREATE TABLE rotation (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	weeks BIGINT NOT NULL,
	starts TEXT COLLATE "C" NOT NULL,
	first TEXT COLLATE "C" NOT NULL,
	last TEXT COLLATE "C" NOT NULL,
	travel FLOAT,
	follows TEXT COLLATE "C",
	published_at TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'draft' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_rotation_state ON rotation (org, state);
CREATE TABLE rotation_line (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	rotation_id TEXT COLLATE "C" NOT NULL,
	site_id TEXT COLLATE "C" NOT NULL,
	day BIGINT,
	technician_id TEXT COLLATE "C",
	rank BIGINT DEFAULT '0' NOT NULL,
	starts BIGINT,
	minutes BIGINT NOT NULL,
	missing BIGINT DEFAULT '0' NOT NULL,
	why TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_rotation_line_rotation_id ON rotation_line (org, rotation_id);
CREATE INDEX ix_rotation_line_site_id ON rotation_line (org, site_id);
ALTER TABLE technician ADD COLUMN working_hours TEXT COLLATE "C";
ALTER TABLE visit ADD COLUMN rotation_id TEXT COLLATE "C";
