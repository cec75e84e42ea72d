CREATE TABLE escrow (
	laptop TEXT COLLATE "C" NOT NULL,
	org BIGINT NOT NULL,
	recovery_key TEXT COLLATE "C" NOT NULL,
	sealed TEXT COLLATE "C" NOT NULL,
	left_at TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (laptop)
);
CREATE INDEX ix_escrow_org ON escrow (org);
ALTER TABLE org_head ADD COLUMN recovery_key TEXT COLLATE "C";
