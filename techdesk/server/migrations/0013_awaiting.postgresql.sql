CREATE TABLE awaiting (
	org BIGINT NOT NULL,
	mid TEXT COLLATE "C" NOT NULL,
	laptop TEXT COLLATE "C" NOT NULL,
	operation TEXT COLLATE "C" NOT NULL,
	entity TEXT COLLATE "C" NOT NULL,
	entity_id TEXT COLLATE "C" NOT NULL,
	since TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, mid)
);
CREATE INDEX ix_awaiting_laptop ON awaiting (laptop);
ALTER TABLE org_head ADD COLUMN restored_at TEXT COLLATE "C";
ALTER TABLE schema_version ADD COLUMN place TEXT COLLATE "C";
