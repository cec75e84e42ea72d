CREATE TABLE problem (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	ref VARCHAR NOT NULL,
	title VARCHAR NOT NULL,
	symptoms VARCHAR,
	cause VARCHAR,
	workaround VARCHAR,
	service VARCHAR,
	category VARCHAR,
	model_id VARCHAR,
	site_id VARCHAR,
	owner_id VARCHAR,
	state VARCHAR DEFAULT 'logged' NOT NULL,
	resolution VARCHAR,
	opened_at VARCHAR NOT NULL,
	resolved_at VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_problem_model_id ON problem (model_id);
CREATE INDEX ix_problem_ref ON problem (ref);
CREATE INDEX ix_problem_state ON problem (state);
CREATE TABLE change (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	ref VARCHAR NOT NULL,
	title VARCHAR NOT NULL,
	reason VARCHAR NOT NULL,
	risk VARCHAR DEFAULT 'low' NOT NULL,
	problem_id VARCHAR,
	model_id VARCHAR,
	affected VARCHAR,
	starts VARCHAR,
	ends VARCHAR,
	back_out VARCHAR,
	supplier VARCHAR,
	consent VARCHAR,
	decided_by VARCHAR,
	decided_at VARCHAR,
	state VARCHAR DEFAULT 'rfc' NOT NULL,
	opened_at VARCHAR NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_change_problem_id ON change (problem_id);
CREATE INDEX ix_change_ref ON change (ref);
CREATE INDEX ix_change_state ON change (state);
CREATE TABLE change_site (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	change_id VARCHAR NOT NULL,
	site_id VARCHAR NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_change_site_change_id ON change_site (change_id);
CREATE TABLE desk_event (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	problem_id VARCHAR,
	change_id VARCHAR,
	at VARCHAR NOT NULL,
	laptop VARCHAR NOT NULL,
	act VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	note VARCHAR,
	details VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_desk_event_change_id ON desk_event (change_id);
CREATE INDEX ix_desk_event_problem_id ON desk_event (problem_id);
CREATE INDEX ix_ticket_problem_id ON ticket (problem_id);
