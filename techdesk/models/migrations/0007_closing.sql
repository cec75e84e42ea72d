CREATE TABLE closing_rules (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	causes VARCHAR,
	reopen_days INTEGER,
	repeat_days INTEGER,
	survey_days INTEGER,
	PRIMARY KEY (n),
	UNIQUE (id)
);
ALTER TABLE visit ADD COLUMN displaced INTEGER DEFAULT '0' NOT NULL;
ALTER TABLE visit ADD COLUMN displaced_by VARCHAR;
ALTER TABLE ticket ADD COLUMN tested INTEGER;
ALTER TABLE ticket ADD COLUMN cold INTEGER DEFAULT '0' NOT NULL;
ALTER TABLE ticket ADD COLUMN repeat_of VARCHAR;
ALTER TABLE ticket ADD COLUMN major INTEGER DEFAULT '0' NOT NULL;
ALTER TABLE ticket ADD COLUMN parent_id VARCHAR;
ALTER TABLE ticket ADD COLUMN supplier VARCHAR;
ALTER TABLE ticket ADD COLUMN supplier_ref VARCHAR;
ALTER TABLE ticket ADD COLUMN promised VARCHAR;
ALTER TABLE ticket ADD COLUMN tried VARCHAR;
ALTER TABLE ticket ADD COLUMN needed VARCHAR;
ALTER TABLE worklog ADD COLUMN corrects VARCHAR;
ALTER TABLE survey ADD COLUMN sent_at VARCHAR;
ALTER TABLE survey ADD COLUMN answered_at VARCHAR;
CREATE INDEX ix_ticket_parent_id ON ticket (parent_id);
CREATE INDEX ix_ticket_repeat_of ON ticket (repeat_of);
CREATE INDEX ticket_closed ON ticket (closed_at);
CREATE INDEX ticket_promised ON ticket (promised);
CREATE INDEX ix_worklog_corrects ON worklog (corrects);
