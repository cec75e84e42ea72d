CREATE TABLE device_event (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	device_id TEXT COLLATE "C" NOT NULL,
	at TEXT COLLATE "C" NOT NULL,
	laptop TEXT COLLATE "C" NOT NULL,
	act TEXT COLLATE "C" NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	ticket_id TEXT COLLATE "C",
	note TEXT COLLATE "C",
	details TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX device_event_story ON device_event (org, device_id, at, id);
CREATE TABLE loan (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	device_id TEXT COLLATE "C" NOT NULL,
	borrower TEXT COLLATE "C" NOT NULL,
	ticket_id TEXT COLLATE "C",
	repair_id TEXT COLLATE "C",
	lent_at TEXT COLLATE "C" NOT NULL,
	due TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'out' NOT NULL,
	ended_at TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_loan_device_id ON loan (org, device_id);
CREATE INDEX ix_loan_state ON loan (org, state);
CREATE INDEX ix_loan_ticket_id ON loan (org, ticket_id);
CREATE TABLE repair (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	device_id TEXT COLLATE "C" NOT NULL,
	fault TEXT COLLATE "C" NOT NULL,
	supplier TEXT COLLATE "C",
	reference TEXT COLLATE "C",
	ticket_id TEXT COLLATE "C",
	due TEXT COLLATE "C",
	cost FLOAT,
	state TEXT COLLATE "C" DEFAULT 'draft' NOT NULL,
	opened_at TEXT COLLATE "C" NOT NULL,
	ended_at TEXT COLLATE "C",
	note TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_repair_device_id ON repair (org, device_id);
CREATE INDEX ix_repair_state ON repair (org, state);
CREATE INDEX ix_repair_ticket_id ON repair (org, ticket_id);
CREATE TABLE audit (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	site_id TEXT COLLATE "C" NOT NULL,
	room TEXT COLLATE "C",
	technician_id TEXT COLLATE "C",
	started_at TEXT COLLATE "C" NOT NULL,
	ended_at TEXT COLLATE "C",
	missing BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_audit_site_id ON audit (org, site_id);
CREATE TABLE audit_scan (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	audit_id TEXT COLLATE "C" NOT NULL,
	device_id TEXT COLLATE "C",
	label TEXT COLLATE "C" NOT NULL,
	at TEXT COLLATE "C" NOT NULL,
	answer TEXT COLLATE "C" NOT NULL,
	before TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_audit_scan_audit_id ON audit_scan (org, audit_id);
CREATE INDEX ix_audit_scan_device_id ON audit_scan (org, device_id);
CREATE TABLE licence (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	product TEXT COLLATE "C" NOT NULL,
	supplier TEXT COLLATE "C",
	seats BIGINT,
	starts TEXT COLLATE "C",
	expires TEXT COLLATE "C",
	warn_days BIGINT DEFAULT '60' NOT NULL,
	cost FLOAT,
	order_number TEXT COLLATE "C",
	note TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_licence_expires ON licence (org, expires);
CREATE INDEX ix_licence_product ON licence (org, product);
CREATE TABLE licence_site (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	licence_id TEXT COLLATE "C" NOT NULL,
	site_id TEXT COLLATE "C" NOT NULL,
	used BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_licence_site_licence_id ON licence_site (org, licence_id);
ALTER TABLE device ADD COLUMN location_id TEXT COLLATE "C";
ALTER TABLE device ADD COLUMN certificate TEXT COLLATE "C";
ALTER TABLE device ADD COLUMN disposed_on TEXT COLLATE "C";
