CREATE TABLE article (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	title VARCHAR NOT NULL,
	body VARCHAR NOT NULL,
	models VARCHAR,
	services VARCHAR,
	category VARCHAR,
	learned_from VARCHAR,
	state VARCHAR DEFAULT 'draft' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_article_learned_from ON article (learned_from);
CREATE INDEX ix_article_state ON article (state);
