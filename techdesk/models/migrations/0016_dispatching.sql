CREATE TABLE day_route (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	technician_id VARCHAR NOT NULL,
	day VARCHAR NOT NULL,
	leaves VARCHAR,
	returns VARCHAR,
	driving FLOAT DEFAULT '0.0' NOT NULL,
	mid VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_day_route_day ON day_route (day);
CREATE INDEX ix_day_route_technician_id ON day_route (technician_id);
CREATE TABLE day_stop (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	route_id VARCHAR NOT NULL,
	rank INTEGER NOT NULL,
	site_id VARCHAR,
	visit_id VARCHAR,
	arrives VARCHAR NOT NULL,
	starts VARCHAR NOT NULL,
	ends VARCHAR NOT NULL,
	driving FLOAT DEFAULT '0.0' NOT NULL,
	take VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_day_stop_route_id ON day_stop (route_id);
CREATE INDEX ix_day_stop_site_id ON day_stop (site_id);
CREATE INDEX ix_day_stop_visit_id ON day_stop (visit_id);
ALTER TABLE stock_location ADD COLUMN latitude FLOAT;
ALTER TABLE stock_location ADD COLUMN longitude FLOAT;
