CREATE TABLE article (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	title TEXT NOT NULL,
	body TEXT NOT NULL,
	models TEXT,
	services TEXT,
	category TEXT,
	learned_from TEXT,
	state TEXT DEFAULT 'draft' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_article_learned_from ON article (org, learned_from);
CREATE INDEX ix_article_state ON article (org, state);
