CREATE TABLE escrow (
	laptop TEXT NOT NULL,
	org INTEGER NOT NULL,
	recovery_key TEXT NOT NULL,
	sealed TEXT NOT NULL,
	left_at TEXT NOT NULL,
	PRIMARY KEY (laptop)
);
CREATE INDEX ix_escrow_org ON escrow (org);
ALTER TABLE org_head ADD COLUMN recovery_key TEXT;
