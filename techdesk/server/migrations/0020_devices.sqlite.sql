CREATE TABLE device_event (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	device_id TEXT NOT NULL,
	at TEXT NOT NULL,
	laptop TEXT NOT NULL,
	act TEXT NOT NULL,
	state TEXT NOT NULL,
	ticket_id TEXT,
	note TEXT,
	details TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX device_event_story ON device_event (org, device_id, at, id);
CREATE TABLE loan (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	device_id TEXT NOT NULL,
	borrower TEXT NOT NULL,
	ticket_id TEXT,
	repair_id TEXT,
	lent_at TEXT NOT NULL,
	due TEXT,
	state TEXT DEFAULT 'out' NOT NULL,
	ended_at TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_loan_device_id ON loan (org, device_id);
CREATE INDEX ix_loan_state ON loan (org, state);
CREATE INDEX ix_loan_ticket_id ON loan (org, ticket_id);
CREATE TABLE repair (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	device_id TEXT NOT NULL,
	fault TEXT NOT NULL,
	supplier TEXT,
	reference TEXT,
	ticket_id TEXT,
	due TEXT,
	cost FLOAT,
	state TEXT DEFAULT 'draft' NOT NULL,
	opened_at TEXT NOT NULL,
	ended_at TEXT,
	note TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_repair_device_id ON repair (org, device_id);
CREATE INDEX ix_repair_state ON repair (org, state);
CREATE INDEX ix_repair_ticket_id ON repair (org, ticket_id);
CREATE TABLE audit (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	site_id TEXT NOT NULL,
	room TEXT,
	technician_id TEXT,
	started_at TEXT NOT NULL,
	ended_at TEXT,
	missing BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_audit_site_id ON audit (org, site_id);
CREATE TABLE audit_scan (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	audit_id TEXT NOT NULL,
	device_id TEXT,
	label TEXT NOT NULL,
	at TEXT NOT NULL,
	answer TEXT NOT NULL,
	"before" TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_audit_scan_audit_id ON audit_scan (org, audit_id);
CREATE INDEX ix_audit_scan_device_id ON audit_scan (org, device_id);
CREATE TABLE licence (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	product TEXT NOT NULL,
	supplier TEXT,
	seats BIGINT,
	starts TEXT,
	expires TEXT,
	warn_days BIGINT DEFAULT '60' NOT NULL,
	cost FLOAT,
	order_number TEXT,
	note TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_licence_expires ON licence (org, expires);
CREATE INDEX ix_licence_product ON licence (org, product);
CREATE TABLE licence_site (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	licence_id TEXT NOT NULL,
	site_id TEXT NOT NULL,
	used BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_licence_site_licence_id ON licence_site (org, licence_id);
ALTER TABLE device ADD COLUMN location_id TEXT;
ALTER TABLE device ADD COLUMN certificate TEXT;
ALTER TABLE device ADD COLUMN disposed_on TEXT;
