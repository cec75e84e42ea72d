CREATE TABLE device_event (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	device_id VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	laptop VARCHAR NOT NULL,
	act VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	ticket_id VARCHAR,
	note VARCHAR,
	details VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX device_event_story ON device_event (device_id, at, id);
CREATE TABLE loan (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	device_id VARCHAR NOT NULL,
	borrower VARCHAR NOT NULL,
	ticket_id VARCHAR,
	repair_id VARCHAR,
	lent_at VARCHAR NOT NULL,
	due VARCHAR,
	state VARCHAR DEFAULT 'out' NOT NULL,
	ended_at VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_loan_device_id ON loan (device_id);
CREATE INDEX ix_loan_state ON loan (state);
CREATE INDEX ix_loan_ticket_id ON loan (ticket_id);
CREATE TABLE repair (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	device_id VARCHAR NOT NULL,
	fault VARCHAR NOT NULL,
	supplier VARCHAR,
	reference VARCHAR,
	ticket_id VARCHAR,
	due VARCHAR,
	cost FLOAT,
	state VARCHAR DEFAULT 'draft' NOT NULL,
	opened_at VARCHAR NOT NULL,
	ended_at VARCHAR,
	note VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_repair_device_id ON repair (device_id);
CREATE INDEX ix_repair_state ON repair (state);
CREATE INDEX ix_repair_ticket_id ON repair (ticket_id);
CREATE TABLE audit (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	site_id VARCHAR NOT NULL,
	room VARCHAR,
	technician_id VARCHAR,
	started_at VARCHAR NOT NULL,
	ended_at VARCHAR,
	missing INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_audit_site_id ON audit (site_id);
CREATE TABLE audit_scan (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	audit_id VARCHAR NOT NULL,
	device_id VARCHAR,
	label VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	answer VARCHAR NOT NULL,
	"before" VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_audit_scan_audit_id ON audit_scan (audit_id);
CREATE INDEX ix_audit_scan_device_id ON audit_scan (device_id);
CREATE TABLE licence (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	product VARCHAR NOT NULL,
	supplier VARCHAR,
	seats INTEGER,
	starts VARCHAR,
	expires VARCHAR,
	warn_days INTEGER DEFAULT '60' NOT NULL,
	cost FLOAT,
	order_number VARCHAR,
	note VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_licence_expires ON licence (expires);
CREATE INDEX ix_licence_product ON licence (product);
CREATE TABLE licence_site (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	licence_id VARCHAR NOT NULL,
	site_id VARCHAR NOT NULL,
	used INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_licence_site_licence_id ON licence_site (licence_id);
ALTER TABLE device ADD COLUMN location_id VARCHAR;
ALTER TABLE device ADD COLUMN certificate VARCHAR;
ALTER TABLE device ADD COLUMN disposed_on VARCHAR;
