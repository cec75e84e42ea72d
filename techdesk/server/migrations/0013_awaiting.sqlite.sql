CREATE TABLE awaiting (
	org INTEGER NOT NULL,
	mid TEXT NOT NULL,
	laptop TEXT NOT NULL,
	operation TEXT NOT NULL,
	entity TEXT NOT NULL,
	entity_id TEXT NOT NULL,
	since TEXT NOT NULL,
	PRIMARY KEY (org, mid)
);
CREATE INDEX ix_awaiting_laptop ON awaiting (laptop);
ALTER TABLE org_head ADD COLUMN restored_at TEXT;
ALTER TABLE schema_version ADD COLUMN place TEXT;
