ALTER TABLE laptop ADD COLUMN last_sync TEXT COLLATE "C";
CREATE TABLE quarantine (
	org BIGINT NOT NULL,
	mid TEXT COLLATE "C" NOT NULL,
	laptop TEXT COLLATE "C" NOT NULL,
	dseq BIGINT NOT NULL,
	operation TEXT COLLATE "C" NOT NULL,
	received_at TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, mid)
);
CREATE INDEX ix_quarantine_laptop ON quarantine (laptop);
