CREATE TABLE article (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	title TEXT COLLATE "C" NOT NULL,
	body TEXT COLLATE "C" NOT NULL,
	models TEXT COLLATE "C",
	services TEXT COLLATE "C",
	category TEXT COLLATE "C",
	learned_from TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'draft' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_article_learned_from ON article (org, learned_from);
CREATE INDEX ix_article_state ON article (org, state);
