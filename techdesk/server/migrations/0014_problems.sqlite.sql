CREATE TABLE problem (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	ref TEXT NOT NULL,
	title TEXT NOT NULL,
	symptoms TEXT,
	cause TEXT,
	workaround TEXT,
	service TEXT,
	category TEXT,
	model_id TEXT,
	site_id TEXT,
	owner_id TEXT,
	state TEXT DEFAULT 'logged' NOT NULL,
	resolution TEXT,
	opened_at TEXT NOT NULL,
	resolved_at TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_problem_model_id ON problem (org, model_id);
CREATE INDEX ix_problem_ref ON problem (org, ref);
CREATE INDEX ix_problem_state ON problem (org, state);
CREATE TABLE change (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	ref TEXT NOT NULL,
	title TEXT NOT NULL,
	reason TEXT NOT NULL,
	risk TEXT DEFAULT 'low' NOT NULL,
	problem_id TEXT,
	model_id TEXT,
	affected TEXT,
	starts TEXT,
	ends TEXT,
	back_out TEXT,
	supplier TEXT,
	consent TEXT,
	decided_by TEXT,
	decided_at TEXT,
	state TEXT DEFAULT 'rfc' NOT NULL,
	opened_at TEXT NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_change_problem_id ON change (org, problem_id);
CREATE INDEX ix_change_ref ON change (org, ref);
CREATE INDEX ix_change_state ON change (org, state);
CREATE TABLE change_site (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	change_id TEXT NOT NULL,
	site_id TEXT NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_change_site_change_id ON change_site (org, change_id);
CREATE TABLE desk_event (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	problem_id TEXT,
	change_id TEXT,
	at TEXT NOT NULL,
	laptop TEXT NOT NULL,
	act TEXT NOT NULL,
	state TEXT NOT NULL,
	note TEXT,
	details TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_desk_event_change_id ON desk_event (org, change_id);
CREATE INDEX ix_desk_event_problem_id ON desk_event (org, problem_id);
