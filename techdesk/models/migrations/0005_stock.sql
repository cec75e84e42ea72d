CREATE TABLE stock_remark (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	movement_id VARCHAR NOT NULL,
	words VARCHAR NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_stock_remark_movement_id ON stock_remark (movement_id);
CREATE TABLE stock_transfer (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	part_id VARCHAR NOT NULL,
	quantity INTEGER NOT NULL,
	from_id VARCHAR NOT NULL,
	to_id VARCHAR NOT NULL,
	serial VARCHAR,
	note VARCHAR,
	sent_at VARCHAR NOT NULL,
	state VARCHAR DEFAULT 'sent' NOT NULL,
	received INTEGER,
	received_at VARCHAR,
	difference VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_stock_transfer_state ON stock_transfer (state);
CREATE TABLE stock_reservation (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	part_id VARCHAR NOT NULL,
	quantity INTEGER NOT NULL,
	location_id VARCHAR NOT NULL,
	to_id VARCHAR,
	visit_id VARCHAR,
	ticket_id VARCHAR,
	until VARCHAR NOT NULL,
	reason VARCHAR,
	state VARCHAR DEFAULT 'open' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_stock_reservation_location_id ON stock_reservation (location_id);
CREATE INDEX ix_stock_reservation_state ON stock_reservation (state);
CREATE INDEX ix_stock_reservation_visit_id ON stock_reservation (visit_id);
CREATE TABLE kit (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	name VARCHAR NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_kit_name ON kit (name);
CREATE TABLE kit_line (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	kit_id VARCHAR NOT NULL,
	part_id VARCHAR NOT NULL,
	quantity INTEGER DEFAULT '1' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_kit_line_kit_id ON kit_line (kit_id);
CREATE TABLE supplier (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	name VARCHAR NOT NULL,
	services VARCHAR,
	contacts VARCHAR,
	terms VARCHAR,
	experience VARCHAR,
	lead_days INTEGER,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_supplier_name ON supplier (name);
ALTER TABLE stock_movement ADD COLUMN transfer_id VARCHAR;
CREATE INDEX stock_movement_serial ON stock_movement (serial, part_id);
CREATE INDEX stock_movement_when ON stock_movement (reason, at);
