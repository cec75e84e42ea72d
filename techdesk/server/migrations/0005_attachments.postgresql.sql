CREATE TABLE attachment (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	ticket_id TEXT COLLATE "C" NOT NULL,
	sha256 TEXT COLLATE "C" NOT NULL,
	bytes BIGINT NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	media_type TEXT COLLATE "C" NOT NULL,
	width BIGINT,
	height BIGINT,
	thumbnail_sha256 TEXT COLLATE "C",
	thumbnail_bytes BIGINT,
	taken_at TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_attachment_sha256 ON attachment (org, sha256);
CREATE INDEX ix_attachment_thumbnail_sha256 ON attachment (org, thumbnail_sha256);
CREATE INDEX ix_attachment_ticket_id ON attachment (org, ticket_id);
CREATE TABLE blob (
	org BIGINT NOT NULL,
	sha256 TEXT COLLATE "C" NOT NULL,
	bytes BIGINT NOT NULL,
	have BIGINT NOT NULL,
	kept_at TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, sha256)
);
CREATE TABLE blob_part (
	org BIGINT NOT NULL,
	sha256 TEXT COLLATE "C" NOT NULL,
	first BIGINT NOT NULL,
	data BYTEA NOT NULL,
	PRIMARY KEY (org, sha256, first)
);
