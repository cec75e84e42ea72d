CREATE TABLE checklist (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	name VARCHAR NOT NULL,
	frequency VARCHAR NOT NULL,
	site_id VARCHAR,
	cluster VARCHAR,
	service VARCHAR,
	model_id VARCHAR,
	first_due VARCHAR,
	state VARCHAR DEFAULT 'active' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_checklist_name ON checklist (name);
CREATE INDEX ix_checklist_site_id ON checklist (site_id);
CREATE INDEX ix_checklist_state ON checklist (state);
CREATE TABLE checklist_step (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	checklist_id VARCHAR NOT NULL,
	rank INTEGER DEFAULT '0' NOT NULL,
	title VARCHAR NOT NULL,
	room VARCHAR,
	required INTEGER DEFAULT '1' NOT NULL,
	evidence VARCHAR DEFAULT 'none' NOT NULL,
	part_id VARCHAR,
	quantity INTEGER DEFAULT '1' NOT NULL,
	minutes INTEGER DEFAULT '5' NOT NULL,
	state VARCHAR DEFAULT 'active' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_checklist_step_checklist_id ON checklist_step (checklist_id);
CREATE TABLE checklist_run (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	checklist_id VARCHAR NOT NULL,
	site_id VARCHAR NOT NULL,
	due VARCHAR NOT NULL,
	state VARCHAR DEFAULT 'due' NOT NULL,
	visit_id VARCHAR,
	technician_id VARCHAR,
	ended_at VARCHAR,
	reason VARCHAR,
	carried INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX checklist_run_due ON checklist_run (due, state);
CREATE INDEX checklist_run_place ON checklist_run (site_id, checklist_id, due);
CREATE TABLE checklist_answer (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	run_id VARCHAR NOT NULL,
	step_id VARCHAR NOT NULL,
	result VARCHAR NOT NULL,
	evidence VARCHAR,
	note VARCHAR,
	device_id VARCHAR,
	ticket_id VARCHAR,
	technician_id VARCHAR,
	at VARCHAR NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_checklist_answer_run_id ON checklist_answer (run_id);
ALTER TABLE attachment ADD COLUMN run_id VARCHAR;
ALTER TABLE attachment ADD COLUMN step_id VARCHAR;
ALTER TABLE visit ADD COLUMN confirmed_by VARCHAR;
ALTER TABLE visit ADD COLUMN set_off_at VARCHAR;
ALTER TABLE visit ADD COLUMN agreed_with VARCHAR;
ALTER TABLE visit ADD COLUMN agreed_at VARCHAR;
ALTER TABLE visit ADD COLUMN agreed VARCHAR;
ALTER TABLE visit ADD COLUMN signed_how VARCHAR;
ALTER TABLE visit ADD COLUMN instead_of VARCHAR;
ALTER TABLE visit_task ADD COLUMN run_id VARCHAR;
ALTER TABLE visit_task ADD COLUMN agreed INTEGER;
CREATE INDEX ix_attachment_run_id ON attachment (run_id);
CREATE INDEX ix_visit_instead_of ON visit (instead_of);
CREATE INDEX ix_visit_task_run_id ON visit_task (run_id);
