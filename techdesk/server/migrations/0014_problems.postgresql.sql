CREATE TABLE problem (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	ref TEXT COLLATE "C" NOT NULL,
	title TEXT COLLATE "C" NOT NULL,
	symptoms TEXT COLLATE "C",
	cause TEXT COLLATE "C",
	workaround TEXT COLLATE "C",
	service TEXT COLLATE "C",
	category TEXT COLLATE "C",
	model_id TEXT COLLATE "C",
	site_id TEXT COLLATE "C",
	owner_id TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'logged' NOT NULL,
	resolution TEXT COLLATE "C",
	opened_at TEXT COLLATE "C" NOT NULL,
	resolved_at TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_problem_model_id ON problem (org, model_id);
CREATE INDEX ix_problem_ref ON problem (org, ref);
CREATE INDEX ix_problem_state ON problem (org, state);
CREATE TABLE change (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	ref TEXT COLLATE "C" NOT NULL,
	title TEXT COLLATE "C" NOT NULL,
	reason TEXT COLLATE "C" NOT NULL,
	risk TEXT COLLATE "C" DEFAULT 'low' NOT NULL,
	problem_id TEXT COLLATE "C",
	model_id TEXT COLLATE "C",
	affected TEXT COLLATE "C",
	starts TEXT COLLATE "C",
	ends TEXT COLLATE "C",
	back_out TEXT COLLATE "C",
	supplier TEXT COLLATE "C",
	consent TEXT COLLATE "C",
	decided_by TEXT COLLATE "C",
	decided_at TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'rfc' NOT NULL,
	opened_at TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_change_problem_id ON change (org, problem_id);
CREATE INDEX ix_change_ref ON change (org, ref);
CREATE INDEX ix_change_state ON change (org, state);
CREATE TABLE change_site (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	change_id TEXT COLLATE "C" NOT NULL,
	site_id TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_change_site_change_id ON change_site (org, change_id);
CREATE TABLE desk_event (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	problem_id TEXT COLLATE "C",
	change_id TEXT COLLATE "C",
	at TEXT COLLATE "C" NOT NULL,
	laptop TEXT COLLATE "C" NOT NULL,
	act TEXT COLLATE "C" NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	note TEXT COLLATE "C",
	details TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_desk_event_change_id ON desk_event (org, change_id);
CREATE INDEX ix_desk_event_problem_id ON desk_event (org, problem_id);
