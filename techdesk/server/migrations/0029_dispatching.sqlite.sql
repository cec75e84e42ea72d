CREATE TABLE day_route (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	technician_id TEXT NOT NULL,
	day TEXT NOT NULL,
	leaves TEXT,
	returns TEXT,
	driving FLOAT DEFAULT '0.0' NOT NULL,
	mid TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_day_route_day ON day_route (org, day);
CREATE INDEX ix_day_route_technician_id ON day_route (org, technician_id);
CREATE TABLE day_stop (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	route_id TEXT NOT NULL,
	rank BIGINT NOT NULL,
	site_id TEXT,
	visit_id TEXT,
	arrives TEXT NOT NULL,
	starts TEXT NOT NULL,
	ends TEXT NOT NULL,
	driving FLOAT DEFAULT '0.0' NOT NULL,
	take TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_day_stop_route_id ON day_stop (org, route_id);
CREATE INDEX ix_day_stop_site_id ON day_stop (org, site_id);
CREATE INDEX ix_day_stop_visit_id ON day_stop (org, visit_id);
ALTER TABLE stock_location ADD COLUMN latitude FLOAT;
ALTER TABLE stock_location ADD COLUMN longitude FLOAT;
