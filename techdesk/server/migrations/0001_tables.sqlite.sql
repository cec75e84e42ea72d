CREATE TABLE organisation (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT NOT NULL,
	kind TEXT DEFAULT 'trust' NOT NULL,
	parent_id TEXT,
	PRIMARY KEY (org, id)
);
CREATE TABLE site (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	organisation_id TEXT,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	cluster TEXT,
	trust TEXT,
	phase TEXT,
	address TEXT,
	postcode TEXT,
	telephone TEXT,
	website TEXT,
	latitude FLOAT,
	longitude FLOAT,
	timezone TEXT DEFAULT 'Europe/London' NOT NULL,
	pupils BIGINT,
	entry_notes TEXT,
	state TEXT DEFAULT 'active' NOT NULL,
	extra TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_site_cluster ON site (org, cluster);
CREATE INDEX ix_site_code ON site (org, code);
CREATE INDEX ix_site_name ON site (org, name);
CREATE TABLE room (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	site_id TEXT NOT NULL,
	name TEXT NOT NULL,
	rank BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_room_site_id ON room (org, site_id);
CREATE TABLE contact (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	site_id TEXT NOT NULL,
	name TEXT NOT NULL,
	role TEXT,
	channel TEXT,
	telephone TEXT,
	email TEXT,
	may_sign BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_contact_site_id ON contact (org, site_id);
CREATE TABLE technician (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT NOT NULL,
	code TEXT,
	role TEXT DEFAULT 'support' NOT NULL,
	email TEXT,
	skills TEXT,
	base_latitude FLOAT,
	base_longitude FLOAT,
	working_days TEXT,
	stock_location_id TEXT,
	state TEXT DEFAULT 'active' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE TABLE visit (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	site_id TEXT NOT NULL,
	technician_id TEXT NOT NULL,
	planned_start TEXT NOT NULL,
	planned_end TEXT NOT NULL,
	actual_start TEXT,
	actual_end TEXT,
	travel_minutes BIGINT,
	mileage FLOAT,
	signatory TEXT,
	signed_at TEXT,
	summary TEXT,
	state TEXT DEFAULT 'planned' NOT NULL,
	reason TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_visit_planned_start ON visit (org, planned_start);
CREATE INDEX ix_visit_site_id ON visit (org, site_id);
CREATE TABLE visit_task (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	visit_id TEXT NOT NULL,
	ticket_id TEXT,
	title TEXT NOT NULL,
	room TEXT,
	rank BIGINT DEFAULT '0' NOT NULL,
	estimate BIGINT DEFAULT '15' NOT NULL,
	actual BIGINT,
	state TEXT DEFAULT 'todo' NOT NULL,
	reason TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_visit_task_ticket_id ON visit_task (org, ticket_id);
CREATE INDEX ix_visit_task_visit_id ON visit_task (org, visit_id);
CREATE TABLE ticket (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	ref TEXT NOT NULL,
	kind TEXT DEFAULT 'incident' NOT NULL,
	title TEXT NOT NULL,
	text TEXT NOT NULL,
	site_id TEXT,
	room TEXT,
	reporter TEXT,
	service TEXT,
	device_id TEXT,
	symptom TEXT,
	category TEXT,
	tags TEXT,
	impact BIGINT DEFAULT '3' NOT NULL,
	urgency BIGINT DEFAULT '3' NOT NULL,
	priority BIGINT DEFAULT '4' NOT NULL,
	channel TEXT DEFAULT 'corridor' NOT NULL,
	owner_id TEXT,
	role TEXT DEFAULT 'support' NOT NULL,
	state TEXT DEFAULT 'new' NOT NULL,
	open BIGINT DEFAULT '1' NOT NULL,
	hold_reason TEXT,
	hold_until TEXT,
	opened_at TEXT NOT NULL,
	respond_due TEXT,
	fix_due TEXT,
	responded_at TEXT,
	resolved_at TEXT,
	closed_at TEXT,
	resolution TEXT,
	cause TEXT,
	told_in_person BIGINT DEFAULT '0' NOT NULL,
	problem_id TEXT,
	duplicate_of TEXT,
	reopened BIGINT DEFAULT '0' NOT NULL,
	source TEXT,
	source_key TEXT,
	source_digest TEXT,
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
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	ticket_id TEXT NOT NULL,
	alias TEXT NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_ticket_alias_alias ON ticket_alias (org, alias);
CREATE INDEX ix_ticket_alias_ticket_id ON ticket_alias (org, ticket_id);
CREATE TABLE ticket_event (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	ticket_id TEXT NOT NULL,
	at TEXT NOT NULL,
	laptop TEXT NOT NULL,
	by_whom TEXT,
	act TEXT NOT NULL,
	state TEXT NOT NULL,
	note TEXT,
	details TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ticket_event_story ON ticket_event (org, ticket_id, at, id);
CREATE TABLE worklog (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	ticket_id TEXT,
	visit_id TEXT,
	technician_id TEXT,
	start TEXT NOT NULL,
	minutes BIGINT NOT NULL,
	mode TEXT DEFAULT 'on_site' NOT NULL,
	proactive BIGINT DEFAULT '0' NOT NULL,
	note TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_worklog_ticket_id ON worklog (org, ticket_id);
CREATE INDEX ix_worklog_visit_id ON worklog (org, visit_id);
CREATE TABLE timer (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	technician_id TEXT NOT NULL,
	ticket_id TEXT NOT NULL,
	started_at TEXT,
	seconds BIGINT DEFAULT '0' NOT NULL,
	depth BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_timer_technician_id ON timer (org, technician_id);
CREATE INDEX ix_timer_ticket_id ON timer (org, ticket_id);
CREATE TABLE survey (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	ticket_id TEXT NOT NULL,
	timeliness BIGINT,
	quality BIGINT,
	comment TEXT,
	answered_by TEXT,
	collected TEXT DEFAULT 'on_the_spot' NOT NULL,
	state TEXT DEFAULT 'answered' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_survey_ticket_id ON survey (org, ticket_id);
CREATE TABLE manufacturer (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_manufacturer_name ON manufacturer (org, name);
CREATE TABLE device_model (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	manufacturer_id TEXT,
	name TEXT NOT NULL,
	number TEXT,
	category TEXT,
	standing TEXT DEFAULT 'tolerated' NOT NULL,
	update_expiry TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_device_model_name ON device_model (org, name);
CREATE TABLE device (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	tag TEXT,
	serial TEXT,
	source_key TEXT,
	name TEXT,
	model_id TEXT,
	site_id TEXT,
	room TEXT,
	holder TEXT,
	bought TEXT,
	cost FLOAT,
	supplier TEXT,
	order_number TEXT,
	warranty_end TEXT,
	last_seen TEXT,
	state TEXT DEFAULT 'in_service' NOT NULL,
	note TEXT,
	extra TEXT,
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
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	sku TEXT NOT NULL,
	name TEXT NOT NULL,
	category TEXT,
	unit_cost FLOAT,
	supplier TEXT,
	serialised BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_part_name ON part (org, name);
CREATE INDEX ix_part_sku ON part (org, sku);
CREATE TABLE part_fit (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	part_id TEXT NOT NULL,
	model_id TEXT NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_part_fit_model_id ON part_fit (org, model_id);
CREATE INDEX ix_part_fit_part_id ON part_fit (org, part_id);
CREATE TABLE stock_location (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	name TEXT NOT NULL,
	kind TEXT DEFAULT 'store' NOT NULL,
	site_id TEXT,
	technician_id TEXT,
	PRIMARY KEY (org, id)
);
CREATE TABLE stock_level (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	part_id TEXT NOT NULL,
	location_id TEXT NOT NULL,
	minimum BIGINT DEFAULT '0' NOT NULL,
	target BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_stock_level_location_id ON stock_level (org, location_id);
CREATE INDEX ix_stock_level_part_id ON stock_level (org, part_id);
CREATE TABLE stock_movement (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	part_id TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	from_id TEXT,
	to_id TEXT,
	reason TEXT NOT NULL,
	at TEXT NOT NULL,
	ticket_id TEXT,
	serial TEXT,
	note TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_stock_movement_ticket_id ON stock_movement (org, ticket_id);
CREATE INDEX stock_movement_in ON stock_movement (org, to_id, part_id, quantity);
CREATE INDEX stock_movement_out ON stock_movement (org, from_id, part_id, quantity);
CREATE INDEX stock_movement_story ON stock_movement (org, part_id, at, id);
CREATE TABLE inbox_item (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	technician_id TEXT,
	entity TEXT NOT NULL,
	entity_id TEXT NOT NULL,
	ref TEXT,
	mid TEXT NOT NULL,
	at TEXT NOT NULL,
	kind TEXT NOT NULL,
	done TEXT NOT NULL,
	mine TEXT NOT NULL,
	theirs TEXT NOT NULL,
	theirs_by TEXT,
	state TEXT DEFAULT 'open' NOT NULL,
	choice TEXT,
	PRIMARY KEY (org, id)
);
CREATE INDEX ix_inbox_item_technician_id ON inbox_item (org, technician_id);
CREATE TABLE saved_view (
	org BIGINT NOT NULL,
	id TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	author TEXT,
	version BIGINT DEFAULT '1' NOT NULL,
	area TEXT NOT NULL,
	name TEXT NOT NULL,
	filter TEXT NOT NULL,
	PRIMARY KEY (org, id)
);
CREATE TABLE change_log (
	org INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	mid TEXT NOT NULL,
	laptop TEXT NOT NULL,
	dseq INTEGER NOT NULL,
	command TEXT NOT NULL,
	version INTEGER NOT NULL,
	args TEXT NOT NULL,
	at TEXT NOT NULL,
	actor TEXT,
	clock_offset FLOAT NOT NULL,
	received_at TEXT NOT NULL,
	kind TEXT NOT NULL,
	why TEXT,
	writes TEXT NOT NULL,
	digest TEXT NOT NULL,
	chain TEXT NOT NULL,
	scope TEXT,
	PRIMARY KEY (org, seq),
	UNIQUE (org, mid)
);
CREATE INDEX change_log_laptop ON change_log (laptop, dseq);
CREATE TABLE invite (
	code_hash TEXT NOT NULL,
	org INTEGER NOT NULL,
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	scopes TEXT NOT NULL,
	expires TEXT NOT NULL,
	used_at TEXT,
	used_by TEXT,
	PRIMARY KEY (code_hash)
);
CREATE TABLE laptop (
	org INTEGER NOT NULL,
	id TEXT NOT NULL,
	name TEXT NOT NULL,
	"key" TEXT NOT NULL,
	technician_id TEXT NOT NULL,
	role TEXT NOT NULL,
	scopes TEXT NOT NULL,
	last_dseq INTEGER NOT NULL,
	last_hash TEXT NOT NULL,
	last_counter INTEGER NOT NULL,
	enrolled_at TEXT NOT NULL,
	revoked_at TEXT,
	PRIMARY KEY (id)
);
CREATE INDEX ix_laptop_org ON laptop (org);
CREATE TABLE org_head (
	org INTEGER NOT NULL,
	id TEXT NOT NULL,
	name TEXT NOT NULL,
	epoch TEXT NOT NULL,
	seq INTEGER NOT NULL,
	chain TEXT NOT NULL,
	next_number INTEGER NOT NULL,
	created_at TEXT NOT NULL,
	PRIMARY KEY (org),
	UNIQUE (id),
	UNIQUE (name)
);
CREATE TABLE schema_version (
	version INTEGER NOT NULL,
	PRIMARY KEY (version)
);
