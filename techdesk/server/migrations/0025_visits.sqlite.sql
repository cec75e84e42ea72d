CREATE TABLE checklist (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT NOT NULL,
	frequency TEXT NOT NULL,
	site_id TEXT,
	cluster TEXT,
	service TEXT,
	model_id TEXT,
	first_due TEXT,
	state TEXT DEFAULT 'active' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_checklist_name ON checklist (org, name);
CREATE INDEX ix_checklist_site_id ON checklist (org, site_id);
CREATE INDEX ix_checklist_state ON checklist (org, state);
CREATE TABLE checklist_step (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	checklist_id TEXT NOT NULL,
	rank BIGINT DEFAULT '0' NOT NULL,
	title TEXT NOT NULL,
	room TEXT,
	required BIGINT DEFAULT '1' NOT NULL,
	evidence TEXT DEFAULT 'none' NOT NULL,
	part_id TEXT,
	quantity BIGINT DEFAULT '1' NOT NULL,
	minutes BIGINT DEFAULT '5' NOT NULL,
	state TEXT DEFAULT 'active' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_checklist_step_checklist_id ON checklist_step (org, checklist_id);
CREATE TABLE checklist_run (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	checklist_id TEXT NOT NULL,
	site_id TEXT NOT NULL,
	due TEXT NOT NULL,
	state TEXT DEFAULT 'due' NOT NULL,
	visit_id TEXT,
	technician_id TEXT,
	ended_at TEXT,
	reason TEXT,
	carried BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX checklist_run_due ON checklist_run (org, due, state);
CREATE INDEX checklist_run_place ON checklist_run (org, site_id, checklist_id, due);
CREATE TABLE checklist_answer (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	run_id TEXT NOT NULL,
	step_id TEXT NOT NULL,
	result TEXT NOT NULL,
	evidence TEXT,
	note TEXT,
	device_id TEXT,
	ticket_id TEXT,
	technician_id TEXT,
	at TEXT NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_checklist_answer_run_id ON checklist_answer (org, run_id);
CREATE TABLE feed (
	id TEXT NOT NULL,
	org INTEGER NOT NULL,
	name TEXT NOT NULL,
	secret_sha256 TEXT NOT NULL,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	made_at TEXT NOT NULL,
	revoked_at TEXT,
	used_at TEXT,
	PRIMARY KEY (id),
	UNIQUE (secret_sha256)
);
CREATE INDEX ix_feed_org ON feed (org);
ALTER TABLE attachment ADD COLUMN run_id TEXT;
ALTER TABLE attachment ADD COLUMN step_id TEXT;
ALTER TABLE visit ADD COLUMN confirmed_by TEXT;
ALTER TABLE visit ADD COLUMN set_off_at TEXT;
ALTER TABLE visit ADD COLUMN agreed_with TEXT;
ALTER TABLE visit ADD COLUMN agreed_at TEXT;
ALTER TABLE visit ADD COLUMN agreed TEXT;
ALTER TABLE visit ADD COLUMN signed_how TEXT;
ALTER TABLE visit ADD COLUMN instead_of TEXT;
ALTER TABLE visit_task ADD COLUMN run_id TEXT;
ALTER TABLE visit_task ADD COLUMN agreed BIGINT;
