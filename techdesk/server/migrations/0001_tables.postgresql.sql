CREATE TABLE organisation (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" DEFAULT 'trust' NOT NULL,
	parent_id TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE TABLE site (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	organisation_id TEXT COLLATE "C",
	code TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	cluster TEXT COLLATE "C",
	trust TEXT COLLATE "C",
	phase TEXT COLLATE "C",
	address TEXT COLLATE "C",
	postcode TEXT COLLATE "C",
	telephone TEXT COLLATE "C",
	website TEXT COLLATE "C",
	latitude FLOAT,
	longitude FLOAT,
	timezone TEXT COLLATE "C" DEFAULT 'Europe/London' NOT NULL,
	pupils BIGINT,
	entry_notes TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'active' NOT NULL,
	extra TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_site_cluster ON site (org, cluster);
CREATE INDEX ix_site_code ON site (org, code);
CREATE INDEX ix_site_name ON site (org, name);
CREATE TABLE room (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	site_id TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	rank BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_room_site_id ON room (org, site_id);
CREATE TABLE contact (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	site_id TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	role TEXT COLLATE "C",
	channel TEXT COLLATE "C",
	telephone TEXT COLLATE "C",
	email TEXT COLLATE "C",
	may_sign BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_contact_site_id ON contact (org, site_id);
CREATE TABLE technician (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	code TEXT COLLATE "C",
	role TEXT COLLATE "C" DEFAULT 'support' NOT NULL,
	email TEXT COLLATE "C",
	skills TEXT COLLATE "C",
	base_latitude FLOAT,
	base_longitude FLOAT,
	working_days TEXT COLLATE "C",
	stock_location_id TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'active' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE TABLE visit (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	site_id TEXT COLLATE "C" NOT NULL,
	technician_id TEXT COLLATE "C" NOT NULL,
	planned_start TEXT COLLATE "C" NOT NULL,
	planned_end TEXT COLLATE "C" NOT NULL,
	actual_start TEXT COLLATE "C",
	actual_end TEXT COLLATE "C",
	travel_minutes BIGINT,
	mileage FLOAT,
	signatory TEXT COLLATE "C",
	signed_at TEXT COLLATE "C",
	summary TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'planned' NOT NULL,
	reason TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_visit_planned_start ON visit (org, planned_start);
CREATE INDEX ix_visit_site_id ON visit (org, site_id);
CREATE TABLE visit_task (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	visit_id TEXT COLLATE "C" NOT NULL,
	ticket_id TEXT COLLATE "C",
	title TEXT COLLATE "C" NOT NULL,
	room TEXT COLLATE "C",
	rank BIGINT DEFAULT '0' NOT NULL,
	estimate BIGINT DEFAULT '15' NOT NULL,
	actual BIGINT,
	state TEXT COLLATE "C" DEFAULT 'todo' NOT NULL,
	reason TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_visit_task_ticket_id ON visit_task (org, ticket_id);
CREATE INDEX ix_visit_task_visit_id ON visit_task (org, visit_id);
CREATE TABLE ticket (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	ref TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" DEFAULT 'incident' NOT NULL,
	title TEXT COLLATE "C" NOT NULL,
	text TEXT COLLATE "C" NOT NULL,
	site_id TEXT COLLATE "C",
	room TEXT COLLATE "C",
	reporter TEXT COLLATE "C",
	service TEXT COLLATE "C",
	device_id TEXT COLLATE "C",
	symptom TEXT COLLATE "C",
	category TEXT COLLATE "C",
	tags TEXT COLLATE "C",
	impact BIGINT DEFAULT '3' NOT NULL,
	urgency BIGINT DEFAULT '3' NOT NULL,
	priority BIGINT DEFAULT '4' NOT NULL,
	channel TEXT COLLATE "C" DEFAULT 'corridor' NOT NULL,
	owner_id TEXT COLLATE "C",
	role TEXT COLLATE "C" DEFAULT 'support' NOT NULL,
	state TEXT COLLATE "C" DEFAULT 'new' NOT NULL,
	open BIGINT DEFAULT '1' NOT NULL,
	hold_reason TEXT COLLATE "C",
	hold_until TEXT COLLATE "C",
	opened_at TEXT COLLATE "C" NOT NULL,
	respond_due TEXT COLLATE "C",
	fix_due TEXT COLLATE "C",
	responded_at TEXT COLLATE "C",
	resolved_at TEXT COLLATE "C",
	closed_at TEXT COLLATE "C",
	resolution TEXT COLLATE "C",
	cause TEXT COLLATE "C",
	told_in_person BIGINT DEFAULT '0' NOT NULL,
	problem_id TEXT COLLATE "C",
	duplicate_of TEXT COLLATE "C",
	reopened BIGINT DEFAULT '0' NOT NULL,
	source TEXT COLLATE "C",
	source_key TEXT COLLATE "C",
	source_digest TEXT COLLATE "C",
	PRIMARY KEY (org, id),
	UNIQUE (org, ref)
);
CREATE INDEX ix_ticket_opened_at ON ticket (org, opened_at);
CREATE INDEX ix_ticket_state ON ticket (org, state);
CREATE INDEX ticket_device ON ticket (org, device_id, open);
CREATE INDEX ticket_owner ON ticket (org, owner_id, open);
CREATE INDEX ticket_site_triage ON ticket (org, site_id, open, priority, coalesce(fix_due, '9999'), opened_at, id);
CREATE INDEX ticket_source ON ticket (org, source, source_key);
CREATE INDEX ticket_triage ON ticket (org, open, priority, coalesce(fix_due, '9999'), opened_at, id);
CREATE TABLE ticket_alias (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	ticket_id TEXT COLLATE "C" NOT NULL,
	alias TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_ticket_alias_alias ON ticket_alias (org, alias);
CREATE INDEX ix_ticket_alias_ticket_id ON ticket_alias (org, ticket_id);
CREATE TABLE ticket_event (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	ticket_id TEXT COLLATE "C" NOT NULL,
	at TEXT COLLATE "C" NOT NULL,
	laptop TEXT COLLATE "C" NOT NULL,
	by_whom TEXT COLLATE "C",
	act TEXT COLLATE "C" NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	note TEXT COLLATE "C",
	details TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ticket_event_story ON ticket_event (org, ticket_id, at, id);
CREATE TABLE worklog (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	ticket_id TEXT COLLATE "C",
	visit_id TEXT COLLATE "C",
	technician_id TEXT COLLATE "C",
	start TEXT COLLATE "C" NOT NULL,
	minutes BIGINT NOT NULL,
	mode TEXT COLLATE "C" DEFAULT 'on_site' NOT NULL,
	proactive BIGINT DEFAULT '0' NOT NULL,
	note TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_worklog_ticket_id ON worklog (org, ticket_id);
CREATE INDEX ix_worklog_visit_id ON worklog (org, visit_id);
CREATE TABLE timer (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	technician_id TEXT COLLATE "C" NOT NULL,
	ticket_id TEXT COLLATE "C" NOT NULL,
	started_at TEXT COLLATE "C",
	seconds BIGINT DEFAULT '0' NOT NULL,
	depth BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_timer_technician_id ON timer (org, technician_id);
CREATE INDEX ix_timer_ticket_id ON timer (org, ticket_id);
CREATE TABLE survey (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	ticket_id TEXT COLLATE "C" NOT NULL,
	timeliness BIGINT,
	quality BIGINT,
	comment TEXT COLLATE "C",
	answered_by TEXT COLLATE "C",
	collected TEXT COLLATE "C" DEFAULT 'on_the_spot' NOT NULL,
	state TEXT COLLATE "C" DEFAULT 'answered' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_survey_ticket_id ON survey (org, ticket_id);
CREATE TABLE manufacturer (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_manufacturer_name ON manufacturer (org, name);
CREATE TABLE device_model (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	manufacturer_id TEXT COLLATE "C",
	name TEXT COLLATE "C" NOT NULL,
	number TEXT COLLATE "C",
	category TEXT COLLATE "C",
	standing TEXT COLLATE "C" DEFAULT 'tolerated' NOT NULL,
	update_expiry TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_device_model_name ON device_model (org, name);
CREATE TABLE device (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	tag TEXT COLLATE "C",
	serial TEXT COLLATE "C",
	source_key TEXT COLLATE "C",
	name TEXT COLLATE "C",
	model_id TEXT COLLATE "C",
	site_id TEXT COLLATE "C",
	room TEXT COLLATE "C",
	holder TEXT COLLATE "C",
	bought TEXT COLLATE "C",
	cost FLOAT,
	supplier TEXT COLLATE "C",
	order_number TEXT COLLATE "C",
	warranty_end TEXT COLLATE "C",
	last_seen TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'in_service' NOT NULL,
	note TEXT COLLATE "C",
	extra TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX device_label ON device (org, coalesce(tag, serial, name, id), id);
CREATE INDEX device_walk ON device (org, site_id, coalesce(room, ''), coalesce(tag, serial, name, id), id);
CREATE INDEX ix_device_model_id ON device (org, model_id);
CREATE INDEX ix_device_serial ON device (org, serial);
CREATE INDEX ix_device_source_key ON device (org, source_key);
CREATE INDEX ix_device_tag ON device (org, tag);
CREATE TABLE part (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	sku TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	category TEXT COLLATE "C",
	unit_cost FLOAT,
	supplier TEXT COLLATE "C",
	serialised BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_part_name ON part (org, name);
CREATE INDEX ix_part_sku ON part (org, sku);
CREATE TABLE part_fit (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	part_id TEXT COLLATE "C" NOT NULL,
	model_id TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_part_fit_model_id ON part_fit (org, model_id);
CREATE INDEX ix_part_fit_part_id ON part_fit (org, part_id);
CREATE TABLE stock_location (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" DEFAULT 'store' NOT NULL,
	site_id TEXT COLLATE "C",
	technician_id TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE TABLE stock_level (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	part_id TEXT COLLATE "C" NOT NULL,
	location_id TEXT COLLATE "C" NOT NULL,
	minimum BIGINT DEFAULT '0' NOT NULL,
	target BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_stock_level_location_id ON stock_level (org, location_id);
CREATE INDEX ix_stock_level_part_id ON stock_level (org, part_id);
CREATE TABLE stock_movement (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	part_id TEXT COLLATE "C" NOT NULL,
	quantity BIGINT NOT NULL,
	from_id TEXT COLLATE "C",
	to_id TEXT COLLATE "C",
	reason TEXT COLLATE "C" NOT NULL,
	at TEXT COLLATE "C" NOT NULL,
	ticket_id TEXT COLLATE "C",
	serial TEXT COLLATE "C",
	note TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_stock_movement_ticket_id ON stock_movement (org, ticket_id);
CREATE INDEX stock_movement_in ON stock_movement (org, to_id, part_id, quantity);
CREATE INDEX stock_movement_out ON stock_movement (org, from_id, part_id, quantity);
CREATE INDEX stock_movement_story ON stock_movement (org, part_id, at, id);
CREATE TABLE inbox_item (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	technician_id TEXT COLLATE "C",
	entity TEXT COLLATE "C" NOT NULL,
	entity_id TEXT COLLATE "C" NOT NULL,
	ref TEXT COLLATE "C",
	mid TEXT COLLATE "C" NOT NULL,
	at TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	done TEXT COLLATE "C" NOT NULL,
	mine TEXT COLLATE "C" NOT NULL,
	theirs TEXT COLLATE "C" NOT NULL,
	theirs_by TEXT COLLATE "C",
	state TEXT COLLATE "C" DEFAULT 'open' NOT NULL,
	choice TEXT COLLATE "C",
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_inbox_item_technician_id ON inbox_item (org, technician_id);
CREATE TABLE saved_view (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	updated_at TEXT COLLATE "C" NOT NULL,
	author TEXT COLLATE "C",
	version BIGINT DEFAULT '1' NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	filter TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE TABLE change_log (
	org BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	mid TEXT COLLATE "C" NOT NULL,
	laptop TEXT COLLATE "C" NOT NULL,
	dseq BIGINT NOT NULL,
	command TEXT COLLATE "C" NOT NULL,
	version INTEGER NOT NULL,
	args TEXT COLLATE "C" NOT NULL,
	at TEXT COLLATE "C" NOT NULL,
	actor TEXT COLLATE "C",
	clock_offset FLOAT NOT NULL,
	received_at TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	why TEXT COLLATE "C",
	writes TEXT COLLATE "C" NOT NULL,
	digest TEXT COLLATE "C" NOT NULL,
	chain TEXT COLLATE "C" NOT NULL,
	scope TEXT COLLATE "C",
	PRIMARY KEY (org, seq),
	UNIQUE (org, mid)
);
CREATE INDEX change_log_laptop ON change_log (laptop, dseq);
CREATE TABLE invite (
	code_hash TEXT COLLATE "C" NOT NULL,
	org BIGINT NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	role TEXT COLLATE "C" NOT NULL,
	scopes TEXT COLLATE "C" NOT NULL,
	expires TEXT COLLATE "C" NOT NULL,
	used_at TEXT COLLATE "C",
	used_by TEXT COLLATE "C",
	PRIMARY KEY (code_hash)
);
CREATE TABLE laptop (
	org BIGINT NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	key TEXT COLLATE "C" NOT NULL,
	technician_id TEXT COLLATE "C" NOT NULL,
	role TEXT COLLATE "C" NOT NULL,
	scopes TEXT COLLATE "C" NOT NULL,
	last_dseq BIGINT NOT NULL,
	last_hash TEXT COLLATE "C" NOT NULL,
	last_counter BIGINT NOT NULL,
	enrolled_at TEXT COLLATE "C" NOT NULL,
	revoked_at TEXT COLLATE "C",
	PRIMARY KEY (id)
);
CREATE INDEX ix_laptop_org ON laptop (org);
CREATE TABLE org_head (
	org BIGSERIAL NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	epoch TEXT COLLATE "C" NOT NULL,
	seq BIGINT NOT NULL,
	chain TEXT COLLATE "C" NOT NULL,
	next_number BIGINT NOT NULL,
	created_at TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (org),
	UNIQUE (id),
	UNIQUE (name)
);
CREATE TABLE schema_version (
	version SERIAL NOT NULL,
	PRIMARY KEY (version)
);
