CREATE TABLE checklist (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	frequency TEXT COLLATE "C" NOT NULL,
	site_id TEXT COLLATE "C",
	cluster TEXT COLLATE "C",
	service TEXT COLLATE "C",
	model_id TEXT COLLATE "C",
	first_due TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'active' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_checklist_name ON checklist (org, name);
CREATE INDEX ix_checklist_site_id ON checklist (org, site_id);
CREATE INDEX ix_checklist_state ON checklist (org, state);
CREATE TABLE checklist_step (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	checklist_id TEXT COLLATE "C" NOT NULL,
	rank BIGINT DEFAULT '0' NOT NULL,
	title TEXT COLLATE "C" NOT NULL,
	room TEXT COLLATE "C",
	required BIGINT DEFAULT '1' NOT NULL,
	evidence TEXT COLLATE "C" DEFAULT 'none' NOT NULL,
	part_id TEXT COLLATE "C",
	quantity BIGINT DEFAULT '1' NOT NULL,
	minutes BIGINT DEFAULT '5' NOT NULL,
	state TEXT COLLATE "C" DEFAULT 'active' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_checklist_step_checklist_id ON checklist_step (org, checklist_id);
CREATE TABLE checklist_run (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	checklist_id TEXT COLLATE "C" NOT NULL,
	site_id TEXT COLLATE "C" NOT NULL,
	due TEXT COLLATE "C" NOT NULL,
	state TEXT COLLATE "C" DEFAULT 'due' NOT NULL,
	visit_id TEXT COLLATE "C",
	technician_id TEXT COLLATE "C",
	ended_at TEXT COLLATE "C",
	reason TEXT COLLATE "C",
	carried BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX checklist_run_due ON checklist_run (org, due, state);
CREATE INDEX checklist_run_place ON checklist_run (org, site_id, checklist_id, due);
CREATE TABLE checklist_answer (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	run_id TEXT COLLATE "C" NOT NULL,
	step_id TEXT COLLATE "C" NOT NULL,
	result TEXT COLLATE "C" NOT NULL,
	evidence TEXT COLLATE "C",
	note TEXT COLLATE "C",
	device_id TEXT COLLATE "C",
	ticket_id TEXT COLLATE "C",
	technician_id TEXT COLLATE "C",
	at TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_checklist_answer_run_id ON checklist_answer (org, run_id);
CREATE TABLE feed (
	id TEXT COLLATE "C" NOT NULL,
	org BIGINT NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	secret_sha256 TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	subject TEXT COLLATE "C" NOT NULL,
	made_at TEXT COLLATE "C" NOT NULL,
	revoked_at TEXT COLLATE "C",
	used_at TEXT COLLATE "C",
	PRIMARY KEY (id),
	UNIQUE (secret_sha256)
);
CREATE INDEX ix_feed_org ON feed (org);
ALTER TABLE attachment ADD COLUMN run_id TEXT COLLATE "C";
ALTER TABLE attachment ADD COLUMN step_id TEXT COLLATE "C";
ALTER TABLE visit ADD COLUMN confirmed_by TEXT COLLATE "C";
ALTER TABLE visit ADD COLUMN set_off_at TEXT COLLATE "C";
ALTER TABLE visit ADD COLUMN agreed_with TEXT COLLATE "C";
ALTER TABLE visit ADD COLUMN agreed_at TEXT COLLATE "C";
ALTER TABLE visit ADD COLUMN agreed TEXT COLLATE "C";
ALTER TABLE visit ADD COLUMN signed_how TEXT COLLATE "C";
ALTER TABLE visit ADD COLUMN instead_of TEXT COLLATE "C";
ALTER TABLE visit_task ADD COLUMN run_id TEXT COLLATE "C";
ALTER TABLE visit_task ADD COLUMN agreed BIGINT;
