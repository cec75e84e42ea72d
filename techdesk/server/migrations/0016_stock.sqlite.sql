CREATE TABLE stock_remark (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	movement_id TEXT NOT NULL,
	words TEXT NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_stock_remark_movement_id ON stock_remark (org, movement_id);
CREATE TABLE stock_transfer (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	part_id TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	from_id TEXT NOT NULL,
	to_id TEXT NOT NULL,
	serial TEXT,
	note TEXT,
	sent_at TEXT NOT NULL,
	state TEXT DEFAULT 'sent' NOT NULL,
	received BIGINT,
	received_at TEXT,
	difference TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_stock_transfer_state ON stock_transfer (org, state);
CREATE TABLE stock_reservation (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	part_id TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	location_id TEXT NOT NULL,
	to_id TEXT,
	visit_id TEXT,
	ticket_id TEXT,
	until TEXT NOT NULL,
	reason TEXT,
	state TEXT DEFAULT 'open' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_stock_reservation_location_id ON stock_reservation (org, location_id);
CREATE INDEX ix_stock_reservation_state ON stock_reservation (org, state);
CREATE INDEX ix_stock_reservation_visit_id ON stock_reservation (org, visit_id);
CREATE TABLE kit (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_kit_name ON kit (org, name);
CREATE TABLE kit_line (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	kit_id TEXT NOT NULL,
	part_id TEXT NOT NULL,
	quantity BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_kit_line_kit_id ON kit_line (org, kit_id);
CREATE TABLE supplier (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT NOT NULL,
	services TEXT,
	contacts TEXT,
	terms TEXT,
	experience TEXT,
	lead_days BIGINT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_supplier_name ON supplier (org, name);
ALTER TABLE stock_movement ADD COLUMN transfer_id TEXT;
