CREATE TABLE attachment (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	ticket_id TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	bytes BIGINT NOT NULL,
	name TEXT NOT NULL,
	media_type TEXT NOT NULL,
	width BIGINT,
	height BIGINT,
	thumbnail_sha256 TEXT,
	thumbnail_bytes BIGINT,
	taken_at TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_attachment_sha256 ON attachment (org, sha256);
CREATE INDEX ix_attachment_thumbnail_sha256 ON attachment (org, thumbnail_sha256);
CREATE INDEX ix_attachment_ticket_id ON attachment (org, ticket_id);
CREATE TABLE blob (
	org INTEGER NOT NULL,
	sha256 TEXT NOT NULL,
	bytes INTEGER NOT NULL,
	have INTEGER NOT NULL,
	kept_at TEXT NOT NULL,
	PRIMARY KEY (org, sha256)
);
CREATE TABLE blob_part (
	org INTEGER NOT NULL,
	sha256 TEXT NOT NULL,
	first INTEGER NOT NULL,
	data BLOB NOT NULL,
	PRIMARY KEY (org, sha256, first)
);
