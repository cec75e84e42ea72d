CREATE TABLE snapshot (
	id TEXT NOT NULL,
	org INTEGER NOT NULL,
	scope TEXT NOT NULL,
	sites TEXT,
	common INTEGER NOT NULL,
	epoch TEXT NOT NULL,
	seq INTEGER NOT NULL,
	chain TEXT NOT NULL,
	rows INTEGER NOT NULL,
	ready INTEGER NOT NULL,
	made_at TEXT NOT NULL,
	beat TEXT NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX ix_snapshot_org ON snapshot (org);
CREATE TABLE snapshot_chunk (
	snapshot TEXT NOT NULL,
	place INTEGER NOT NULL,
	sha256 TEXT NOT NULL,
	rows INTEGER NOT NULL,
	content BLOB NOT NULL,
	PRIMARY KEY (snapshot, place)
);
ALTER TABLE org_head ADD COLUMN trimmed INTEGER DEFAULT '0' NOT NULL;
