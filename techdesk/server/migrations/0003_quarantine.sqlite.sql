ALTER TABLE laptop ADD COLUMN last_sync TEXT;
CREATE TABLE quarantine (
	org INTEGER NOT NULL,
	mid TEXT NOT NULL,
	laptop TEXT NOT NULL,
	dseq INTEGER NOT NULL,
	operation TEXT NOT NULL,
	received_at TEXT NOT NULL,
	PRIMARY KEY (org, mid)
);
CREATE INDEX ix_quarantine_laptop ON quarantine (laptop);
