CREATE TABLE leave (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	technician_id VARCHAR NOT NULL,
	first VARCHAR NOT NULL,
	last VARCHAR NOT NULL,
	kind VARCHAR DEFAULT 'leave' NOT NULL,
	note VARCHAR,
	state VARCHAR DEFAULT 'taken' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_leave_technician_id ON leave (technician_id);
CREATE TABLE agreement (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	site_id VARCHAR NOT NULL,
	provider VARCHAR,
	tier VARCHAR,
	visits INTEGER,
	minutes INTEGER,
	included VARCHAR,
	excluded VARCHAR,
	price FLOAT,
	starts VARCHAR,
	ends VARCHAR,
	warn_days INTEGER DEFAULT '60' NOT NULL,
	target_1 VARCHAR,
	target_2 VARCHAR,
	target_3 VARCHAR,
	target_4 VARCHAR,
	target_5 VARCHAR,
	renews VARCHAR,
	state VARCHAR DEFAULT 'draft' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_agreement_site_id ON agreement (site_id);
CREATE INDEX ix_agreement_state ON agreement (state);
CREATE TABLE site_wish (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	site_id VARCHAR NOT NULL,
	visits INTEGER DEFAULT '1' NOT NULL,
	weeks INTEGER DEFAULT '2' NOT NULL,
	days VARCHAR,
	minutes INTEGER,
	technician_id VARCHAR,
	skills VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_site_wish_site_id ON site_wish (site_id);
CREATE TABLE travel_time (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	from_id VARCHAR NOT NULL,
	to_id VARCHAR NOT NULL,
	minutes FLOAT NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_travel_time_from_id ON travel_time (from_id);
CREATE TABLE rotation (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	name VARCHAR NOT NULL,
	weeks INTEGER NOT NULL,
	starts VARCHAR NOT NULL,
	first VARCHAR NOT NULL,
	last VARCHAR NOT NULL,
	travel FLOAT,
	follows VARCHAR,
	published_at VARCHAR,
	state VARCHAR DEFAULT 'draft' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_rotation_state ON rotation (state);
CREATE TABLE rotation_line (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	rotation_id VARCHAR NOT NULL,
	site_id VARCHAR NOT NULL,
	day INTEGER,
	technician_id VARCHAR,
	rank INTEGER DEFAULT '0' NOT NULL,
	starts INTEGER,
	minutes INTEGER NOT NULL,
	missing INTEGER DEFAULT '0' NOT NULL,
	why VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_rotation_line_rotation_id ON rotation_line (rotation_id);
CREATE INDEX ix_rotation_line_site_id ON rotation_line (site_id);
ALTER TABLE technician ADD COLUMN working_hours VARCHAR;
ALTER TABLE visit ADD COLUMN rotation_id VARCHAR;
CREATE INDEX ix_visit_rotation_id ON visit (rotation_id);
