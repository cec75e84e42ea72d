CREATE TABLE day_route (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	technician_id TEXT COLLATE "C" NOT NULL,
	day TEXT COLLATE "C" NOT NULL,
	leaves TEXT COLLATE "C",
	returns TEXT COLLATE "C",
	driving FLOAT DEFAULT '0.0' NOT NULL,
	mid TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_day_route_day ON day_route (org, day);
CREATE INDEX ix_day_route_technician_id ON day_route (org, technician_id);
CREATE TABLE day_stop (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	route_id TEXT COLLATE "C" NOT NULL,
	rank BIGINT NOT NULL,
	site_id TEXT COLLATE "C",
	visit_id TEXT COLLATE "C",
	arrives TEXT COLLATE "C" NOT NULL,
	starts TEXT COLLATE "C" NOT NULL,
	ends TEXT COLLATE "C" NOT NULL,
	driving FLOAT DEFAULT '0.0' NOT NULL,
	take TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_day_stop_route_id ON day_stop (org, route_id);
CREATE INDEX ix_day_stop_site_id ON day_stop (org, site_id);
CREATE INDEX ix_day_stop_visit_id ON day_stop (org, visit_id);
ALTER TABLE stock_location ADD COLUMN latitude FLOAT;
ALTER TABLE stock_location ADD COLUMN longitude FLOAT;
