CREATE TABLE stock_remark (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	movement_id TEXT COLLATE "C" NOT NULL,
	words TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_stock_remark_movement_id ON stock_remark (org, movement_id);
CREATE TABLE stock_transfer (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	part_id TEXT COLLATE "C" NOT NULL,
	quantity BIGINT NOT NULL,
	from_id TEXT COLLATE "C" NOT NULL,
	to_id TEXT COLLATE "C" NOT NULL,
	serial TEXT COLLATE "C",
	note TEXT COLLATE "C",
	sent_at TEXT COLLATE "C" NOT NULL,
	state TEXT COLLATE "C" DEFAULT 'sent' NOT NULL,
	received BIGINT,
	received_at TEXT COLLATE "C",
	difference TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_stock_transfer_state ON stock_transfer (org, state);
CREATE TABLE stock_reservation (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	part_id TEXT COLLATE "C" NOT NULL,
	quantity BIGINT NOT NULL,
	location_id TEXT COLLATE "C" NOT NULL,
	to_id TEXT COLLATE "C",
	visit_id TEXT COLLATE "C",
	ticket_id TEXT COLLATE "C",
	until TEXT COLLATE "C" NOT NULL,
	reason TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'open' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_stock_reservation_location_id ON stock_reservation (org, location_id);
CREATE INDEX ix_stock_reservation_state ON stock_reservation (org, state);
CREATE INDEX ix_stock_reservation_visit_id ON stock_reservation (org, visit_id);
CREATE TABLE kit (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_kit_name ON kit (org, name);
CREATE TABLE kit_line (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	kit_id TEXT COLLATE "C" NOT NULL,
	part_id TEXT COLLATE "C" NOT NULL,
	quantity BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_kit_line_kit_id ON kit_line (org, kit_id);
CREATE TABLE supplier (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	services TEXT COLLATE "C",
	contacts TEXT COLLATE "C",
	terms TEXT COLLATE "C",
	experience TEXT COLLATE "C",
	lead_days BIGINT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_supplier_name ON supplier (org, name);
ALTER TABLE stock_movement ADD COLUMN transfer_id TEXT COLLATE "C";
