CREATE TABLE organisation (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	name VARCHAR NOT NULL,
	kind VARCHAR DEFAULT 'trust' NOT NULL,
	parent_id VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE TABLE site (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	organisation_id VARCHAR,
	code VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	cluster VARCHAR,
	trust VARCHAR,
	phase VARCHAR,
	address VARCHAR,
	postcode VARCHAR,
	telephone VARCHAR,
	website VARCHAR,
	latitude FLOAT,
	longitude FLOAT,
	timezone VARCHAR DEFAULT 'Europe/London' NOT NULL,
	pupils INTEGER,
	entry_notes VARCHAR,
	state VARCHAR DEFAULT 'active' NOT NULL,
	extra VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_site_cluster ON site (cluster);
CREATE INDEX ix_site_code ON site (code);
CREATE INDEX ix_site_name ON site (name);
CREATE TABLE room (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	site_id VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	rank INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_room_site_id ON room (site_id);
CREATE TABLE contact (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	site_id VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	role VARCHAR,
	channel VARCHAR,
	telephone VARCHAR,
	email VARCHAR,
	may_sign INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_contact_site_id ON contact (site_id);
CREATE TABLE technician (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	name VARCHAR NOT NULL,
	code VARCHAR,
	role VARCHAR DEFAULT 'support' NOT NULL,
	email VARCHAR,
	skills VARCHAR,
	base_latitude FLOAT,
	base_longitude FLOAT,
	working_days VARCHAR,
	stock_location_id VARCHAR,
	state VARCHAR DEFAULT 'active' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE TABLE visit (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	site_id VARCHAR NOT NULL,
	technician_id VARCHAR NOT NULL,
	planned_start VARCHAR NOT NULL,
	planned_end VARCHAR NOT NULL,
	actual_start VARCHAR,
	actual_end VARCHAR,
	travel_minutes INTEGER,
	mileage FLOAT,
	signatory VARCHAR,
	signed_at VARCHAR,
	summary VARCHAR,
	state VARCHAR DEFAULT 'planned' NOT NULL,
	reason VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_visit_planned_start ON visit (planned_start);
CREATE INDEX ix_visit_site_id ON visit (site_id);
CREATE TABLE visit_task (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	visit_id VARCHAR NOT NULL,
	ticket_id VARCHAR,
	title VARCHAR NOT NULL,
	room VARCHAR,
	rank INTEGER DEFAULT '0' NOT NULL,
	estimate INTEGER DEFAULT '15' NOT NULL,
	actual INTEGER,
	state VARCHAR DEFAULT 'todo' NOT NULL,
	reason VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_visit_task_ticket_id ON visit_task (ticket_id);
CREATE INDEX ix_visit_task_visit_id ON visit_task (visit_id);
CREATE TABLE ticket (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	ref VARCHAR NOT NULL,
	kind VARCHAR DEFAULT 'incident' NOT NULL,
	title VARCHAR NOT NULL,
	text VARCHAR NOT NULL,
	site_id VARCHAR,
	room VARCHAR,
	reporter VARCHAR,
	service VARCHAR,
	device_id VARCHAR,
	symptom VARCHAR,
	category VARCHAR,
	tags VARCHAR,
	impact INTEGER DEFAULT '3' NOT NULL,
	urgency INTEGER DEFAULT '3' NOT NULL,
	priority INTEGER DEFAULT '4' NOT NULL,
	channel VARCHAR DEFAULT 'corridor' NOT NULL,
	owner_id VARCHAR,
	role VARCHAR DEFAULT 'support' NOT NULL,
	state VARCHAR DEFAULT 'new' NOT NULL,
	open INTEGER DEFAULT '1' NOT NULL,
	hold_reason VARCHAR,
	hold_until VARCHAR,
	opened_at VARCHAR NOT NULL,
	respond_due VARCHAR,
	fix_due VARCHAR,
	responded_at VARCHAR,
	resolved_at VARCHAR,
	closed_at VARCHAR,
	resolution VARCHAR,
	cause VARCHAR,
	told_in_person INTEGER DEFAULT '0' NOT NULL,
	problem_id VARCHAR,
	duplicate_of VARCHAR,
	reopened INTEGER DEFAULT '0' NOT NULL,
	source VARCHAR,
	source_key VARCHAR,
	source_digest VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id),
	UNIQUE (ref)
);
CREATE INDEX ix_ticket_opened_at ON ticket (opened_at);
CREATE INDEX ix_ticket_state ON ticket (state);
CREATE INDEX ticket_device ON ticket (device_id, open);
CREATE INDEX ticket_owner ON ticket (owner_id, open);
CREATE INDEX ticket_site_triage ON ticket (site_id, open, priority, coalesce(fix_due, '9999'), opened_at, id);
CREATE INDEX ticket_source ON ticket (source, source_key);
CREATE INDEX ticket_triage ON ticket (open, priority, coalesce(fix_due, '9999'), opened_at, id);
CREATE TABLE ticket_alias (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	ticket_id VARCHAR NOT NULL,
	alias VARCHAR NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_ticket_alias_alias ON ticket_alias (alias);
CREATE INDEX ix_ticket_alias_ticket_id ON ticket_alias (ticket_id);
CREATE TABLE ticket_event (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	ticket_id VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	laptop VARCHAR NOT NULL,
	by_whom VARCHAR,
	act VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	note VARCHAR,
	details VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ticket_event_story ON ticket_event (ticket_id, at, id);
CREATE TABLE attachment (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	ticket_id VARCHAR NOT NULL,
	sha256 VARCHAR NOT NULL,
	bytes INTEGER NOT NULL,
	name VARCHAR NOT NULL,
	media_type VARCHAR NOT NULL,
	width INTEGER,
	height INTEGER,
	thumbnail_sha256 VARCHAR,
	thumbnail_bytes INTEGER,
	taken_at VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_attachment_sha256 ON attachment (sha256);
CREATE INDEX ix_attachment_thumbnail_sha256 ON attachment (thumbnail_sha256);
CREATE INDEX ix_attachment_ticket_id ON attachment (ticket_id);
CREATE TABLE worklog (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	ticket_id VARCHAR,
	visit_id VARCHAR,
	technician_id VARCHAR,
	start VARCHAR NOT NULL,
	minutes INTEGER NOT NULL,
	mode VARCHAR DEFAULT 'on_site' NOT NULL,
	proactive INTEGER DEFAULT '0' NOT NULL,
	note VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_worklog_ticket_id ON worklog (ticket_id);
CREATE INDEX ix_worklog_visit_id ON worklog (visit_id);
CREATE TABLE timer (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	technician_id VARCHAR NOT NULL,
	ticket_id VARCHAR NOT NULL,
	started_at VARCHAR,
	seconds INTEGER DEFAULT '0' NOT NULL,
	depth INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_timer_technician_id ON timer (technician_id);
CREATE INDEX ix_timer_ticket_id ON timer (ticket_id);
CREATE TABLE survey (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	ticket_id VARCHAR NOT NULL,
	timeliness INTEGER,
	quality INTEGER,
	comment VARCHAR,
	answered_by VARCHAR,
	collected VARCHAR DEFAULT 'on_the_spot' NOT NULL,
	state VARCHAR DEFAULT 'answered' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_survey_ticket_id ON survey (ticket_id);
CREATE TABLE manufacturer (
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
CREATE INDEX ix_manufacturer_name ON manufacturer (name);
CREATE TABLE device_model (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	manufacturer_id VARCHAR,
	name VARCHAR NOT NULL,
	number VARCHAR,
	category VARCHAR,
	standing VARCHAR DEFAULT 'tolerated' NOT NULL,
	update_expiry VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_device_model_name ON device_model (name);
CREATE TABLE device (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	tag VARCHAR,
	serial VARCHAR,
	source_key VARCHAR,
	name VARCHAR,
	model_id VARCHAR,
	site_id VARCHAR,
	room VARCHAR,
	holder VARCHAR,
	bought VARCHAR,
	cost FLOAT,
	supplier VARCHAR,
	order_number VARCHAR,
	warranty_end VARCHAR,
	last_seen VARCHAR,
	state VARCHAR DEFAULT 'in_service' NOT NULL,
	note VARCHAR,
	extra VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX device_label ON device (coalesce(tag, serial, name, id), id);
CREATE INDEX device_walk ON device (site_id, coalesce(room, ''), coalesce(tag, serial, name, id), id);
CREATE INDEX ix_device_model_id ON device (model_id);
CREATE INDEX ix_device_serial ON device (serial);
CREATE INDEX ix_device_source_key ON device (source_key);
CREATE INDEX ix_device_tag ON device (tag);
CREATE TABLE part (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	sku VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	category VARCHAR,
	unit_cost FLOAT,
	supplier VARCHAR,
	serialised INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_part_name ON part (name);
CREATE INDEX ix_part_sku ON part (sku);
CREATE TABLE part_fit (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	part_id VARCHAR NOT NULL,
	model_id VARCHAR NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_part_fit_model_id ON part_fit (model_id);
CREATE INDEX ix_part_fit_part_id ON part_fit (part_id);
CREATE TABLE stock_location (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	name VARCHAR NOT NULL,
	kind VARCHAR DEFAULT 'store' NOT NULL,
	site_id VARCHAR,
	technician_id VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE TABLE stock_level (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	part_id VARCHAR NOT NULL,
	location_id VARCHAR NOT NULL,
	minimum INTEGER DEFAULT '0' NOT NULL,
	target INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_stock_level_location_id ON stock_level (location_id);
CREATE INDEX ix_stock_level_part_id ON stock_level (part_id);
CREATE TABLE stock_movement (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	part_id VARCHAR NOT NULL,
	quantity INTEGER NOT NULL,
	from_id VARCHAR,
	to_id VARCHAR,
	reason VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	ticket_id VARCHAR,
	serial VARCHAR,
	note VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_stock_movement_ticket_id ON stock_movement (ticket_id);
CREATE INDEX stock_movement_in ON stock_movement (to_id, part_id, quantity);
CREATE INDEX stock_movement_out ON stock_movement (from_id, part_id, quantity);
CREATE INDEX stock_movement_story ON stock_movement (part_id, at, id);
CREATE TABLE inbox_item (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	technician_id VARCHAR,
	entity VARCHAR NOT NULL,
	entity_id VARCHAR NOT NULL,
	ref VARCHAR,
	mid VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	done VARCHAR NOT NULL,
	mine VARCHAR NOT NULL,
	theirs VARCHAR NOT NULL,
	theirs_by VARCHAR,
	state VARCHAR DEFAULT 'open' NOT NULL,
	choice VARCHAR,
	PRIMARY KEY (n),
	UNIQUE (id)
);
CREATE INDEX ix_inbox_item_technician_id ON inbox_item (technician_id);
CREATE TABLE saved_view (
	n INTEGER NOT NULL,
	id VARCHAR NOT NULL,
	created_at VARCHAR NOT NULL,
	updated_at VARCHAR NOT NULL,
	author VARCHAR,
	version INTEGER DEFAULT '1' NOT NULL,
	area VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	filter VARCHAR NOT NULL,
	PRIMARY KEY (n),
	UNIQUE (id)
);
