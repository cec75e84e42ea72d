"""Every entity, one SQLModel class each: the single source of the schema.

Moments are text in UTC (see `techdesk.clock`), dates text as YYYY-MM-DD, flags 0 or 1, quantities whole numbers, money in
the organisation's currency. References hold the id of the other row; nothing cascades, because a laptop may hold a row
whose neighbour is outside its scope. `python -m techdesk.server.next_step` writes the step that brings stores here.
"""

from sqlalchemy import BigInteger, Column, ColumnDefault, DefaultClause, Index, Integer, text
from sqlmodel import Field, SQLModel


class Entity(SQLModel):
    """What every row has. `n` is this store's own row number (full-text search hangs on it) and never travels."""

    n: int | None = Field(
        default=None,
        sa_type=BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
    )
    id: str = Field(unique=True)
    created_at: str
    updated_at: str
    author: str | None = None
    version: int = 1


class Organisation(Entity, table=True):
    """Who pays and decides: a trust, cluster, district or provider."""

    name: str
    kind: str = "trust"
    parent_id: str | None = None


class Site(Entity, table=True):
    """A school, or another place that is visited."""

    organisation_id: str | None = None
    code: str = Field(index=True)
    name: str = Field(index=True)
    cluster: str | None = Field(default=None, index=True)
    trust: str | None = None
    phase: str | None = None
    address: str | None = None
    postcode: str | None = None
    telephone: str | None = None
    website: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    timezone: str = "Europe/London"
    pupils: int | None = None
    entry_notes: str | None = None
    state: str = "active"
    extra: str | None = None


class Room(Entity, table=True):
    """A room of a site; `rank` is its place on the walk through the building."""

    site_id: str = Field(index=True)
    name: str
    rank: int = 0


class Contact(Entity, table=True):
    """Someone at a site who reports, agrees priorities or signs."""

    site_id: str = Field(index=True)
    name: str
    role: str | None = None
    channel: str | None = None
    telephone: str | None = None
    email: str | None = None
    may_sign: int = 0


class Technician(Entity, table=True):
    """Someone who visits, or a coordinator. `role` is the front line by default."""

    name: str
    code: str | None = None
    role: str = "support"
    email: str | None = None
    skills: str | None = None
    base_latitude: float | None = None
    base_longitude: float | None = None
    working_days: str | None = None
    stock_location_id: str | None = None
    state: str = "active"


class Calendar(Entity, table=True):
    """When a site, the sites of a cluster, or (neither given) all of the organisation are served. `hours` is a week as
    `desk.service_hours.week` reads it; `closed` and `special` are worked out from the entries, as JSON."""

    name: str
    cluster: str | None = Field(default=None, index=True)
    site_id: str | None = Field(default=None, index=True)
    hours: str | None = None
    closed: str | None = None
    special: str | None = None


class CalendarDay(Entity, table=True):
    """An entry of a calendar: what the days from `first` to `last` are. `source` and `source_key` name the entry of the file
    that it came from; `hours` are opening times of its own."""

    __tablename__ = "calendar_day"
    __table_args__ = (Index("calendar_day_when", "calendar_id", "first"),)
    calendar_id: str
    kind: str
    first: str
    last: str
    title: str
    hours: str | None = None
    source: str
    source_key: str


class Priorities(Entity, table=True):
    """The organisation's matrix and targets, as `desk.priority` reads them; one row, or none."""

    matrix: str | None = None
    target_1: str | None = None
    target_2: str | None = None
    target_3: str | None = None
    target_4: str | None = None
    target_5: str | None = None


class ClosingRules(Entity, table=True):
    """How the organisation closes tickets, as `desk.rules` reads it; one row, or none. `causes` are codes with commas."""

    __tablename__ = "closing_rules"
    causes: str | None = None
    reopen_days: int | None = None
    repeat_days: int | None = None
    survey_days: int | None = None


class Visit(Entity, table=True):
    """Half a day at a site: planned, lived, signed. Times are moments, travel in minutes, mileage in miles.

    `displaced` is the visit debt: minutes of it that an emergency took, which the site is owed; `displaced_by` is the last
    such ticket.
    """

    site_id: str = Field(index=True)
    technician_id: str
    planned_start: str = Field(index=True)
    planned_end: str
    actual_start: str | None = None
    actual_end: str | None = None
    travel_minutes: int | None = None
    mileage: float | None = None
    signatory: str | None = None
    signed_at: str | None = None
    summary: str | None = None
    state: str = "planned"
    reason: str | None = None
    displaced: int = 0
    displaced_by: str | None = None


class VisitTask(Entity, table=True):
    """One thing to do in a visit: a ticket, or a step of its own. `estimate` and `actual` are minutes."""

    __tablename__ = "visit_task"
    visit_id: str = Field(index=True)
    ticket_id: str | None = Field(default=None, index=True)
    title: str
    room: str | None = None
    rank: int = 0
    estimate: int = 15
    actual: int | None = None
    state: str = "todo"
    reason: str | None = None


class Ticket(Entity, table=True):
    """An incident, a request or a how-to question. `title` is the first line of `text`, for lists.

    `open` is 1 until it is resolved, closed or cancelled. Impact and urgency run from 1 (worst) to 4, priority from 1
    to 5. `held_at` is when its clock stopped (empty while it runs), `stopped` how many minutes of service it stood before.
    `cold` is 1 when it was closed without telling the user, or untested. `repeat_of` is the ended ticket whose fault came
    back, `parent_id` the major incident that it is part of. `supplier_ref` is the supplier's number for it, `promised` the
    date they gave; `tried` and `needed` are the last hand-over's notes.
    `source` and `source_key` name the row of the export that it was imported from, `source_digest` tells whether that
    row has changed since.
    """

    __table_args__ = (
        Index("ticket_triage", "open", "priority", text("coalesce(fix_due, '9999')"), "opened_at", "id"),
        Index(
            "ticket_site_triage", "site_id", "open", "priority", text("coalesce(fix_due, '9999')"), "opened_at", "id"
        ),
        Index("ticket_owner", "owner_id", "open"),
        Index("ticket_device", "device_id", "open"),
        Index("ticket_source", "source", "source_key"),
        Index("ticket_closed", "closed_at"),
        Index("ticket_promised", "promised"),
    )
    ref: str = Field(unique=True)
    kind: str = "incident"
    title: str
    text: str
    site_id: str | None = None
    room: str | None = None
    reporter: str | None = None
    service: str | None = None
    device_id: str | None = None
    symptom: str | None = None
    category: str | None = None
    tags: str | None = None
    impact: int = 3
    urgency: int = 3
    priority: int = 4
    channel: str = "corridor"
    owner_id: str | None = None
    role: str = "support"
    state: str = Field(default="new", index=True)
    open: int = 1
    hold_reason: str | None = None
    hold_until: str | None = None
    held_at: str | None = None
    stopped: int = 0
    opened_at: str = Field(index=True)
    respond_due: str | None = None
    fix_due: str | None = None
    responded_at: str | None = None
    resolved_at: str | None = None
    closed_at: str | None = None
    resolution: str | None = None
    cause: str | None = None
    told_in_person: int = 0
    problem_id: str | None = Field(default=None, index=True)
    duplicate_of: str | None = None
    reopened: int = 0
    tested: int | None = None
    cold: int = 0
    repeat_of: str | None = Field(default=None, index=True)
    major: int = 0
    parent_id: str | None = Field(default=None, index=True)
    supplier: str | None = None
    supplier_ref: str | None = None
    promised: str | None = None
    tried: str | None = None
    needed: str | None = None
    source: str | None = None
    source_key: str | None = None
    source_digest: str | None = None


class TicketAlias(Entity, table=True):
    """Another number that a ticket answers to, for ever."""

    __tablename__ = "ticket_alias"
    ticket_id: str = Field(index=True)
    alias: str = Field(index=True)


class TicketEvent(Entity, table=True):
    """One line of a ticket's history: who did what, on which device, and the state it led to. Append only.

    `act` is the command that did it; `note` holds words (a note, a reason), `details` the fields that changed, as JSON.
    `by_whom` names a person of another desk, in an imported history; else the author did it.
    """

    __tablename__ = "ticket_event"
    __table_args__ = (Index("ticket_event_story", "ticket_id", "at", "id"),)
    ticket_id: str
    at: str
    laptop: str
    by_whom: str | None = None
    act: str
    state: str
    note: str | None = None
    details: str | None = None


class Attachment(Entity, table=True):
    """A photo or paper of a ticket: what is known of the file, which itself stands under its SHA-256 (hexadecimal). Sizes in
    bytes and pixels; the thumbnail is a small JPEG of it. Append only, but for a file that is taken off."""

    ticket_id: str = Field(index=True)
    sha256: str = Field(index=True)
    bytes: int
    name: str
    media_type: str
    width: int | None = None
    height: int | None = None
    thumbnail_sha256: str | None = Field(default=None, index=True)
    thumbnail_bytes: int | None = None
    taken_at: str | None = None


class Problem(Entity, table=True):
    """What is behind incidents that keep coming back. One with a cause or a workaround may be a known error."""

    ref: str = Field(index=True)
    title: str
    symptoms: str | None = None
    cause: str | None = None
    workaround: str | None = None
    service: str | None = None
    category: str | None = None
    model_id: str | None = Field(default=None, index=True)
    site_id: str | None = None
    owner_id: str | None = None
    state: str = Field(default="logged", index=True)
    resolution: str | None = None
    opened_at: str
    resolved_at: str | None = None


class Change(Entity, table=True):
    """What is to be done on purpose. `starts` and `ends` are its window; `consent` is the supplier's, in words."""

    ref: str = Field(index=True)
    title: str
    reason: str
    risk: str = "low"
    problem_id: str | None = Field(default=None, index=True)
    model_id: str | None = None
    affected: str | None = None
    starts: str | None = None
    ends: str | None = None
    back_out: str | None = None
    supplier: str | None = None
    consent: str | None = None
    decided_by: str | None = None
    decided_at: str | None = None
    state: str = Field(default="rfc", index=True)
    opened_at: str


class ChangeSite(Entity, table=True):
    """A site that a change is for. Append only."""

    __tablename__ = "change_site"
    change_id: str = Field(index=True)
    site_id: str


class DeskEvent(Entity, table=True):
    """One line of the history of a problem or a change: who did what, and the state it led to. Append only."""

    __tablename__ = "desk_event"
    problem_id: str | None = Field(default=None, index=True)
    change_id: str | None = Field(default=None, index=True)
    at: str
    laptop: str
    act: str
    state: str
    note: str | None = None
    details: str | None = None


class Worklog(Entity, table=True):
    """Minutes that were worked on a ticket or a visit. Append only: an entry that `corrects` another holds the difference."""

    ticket_id: str | None = Field(default=None, index=True)
    visit_id: str | None = Field(default=None, index=True)
    technician_id: str | None = None
    start: str
    minutes: int
    mode: str = "on_site"
    proactive: int = 0
    note: str | None = None
    corrects: str | None = Field(default=None, index=True)


class Timer(Entity, table=True):
    """A running or interrupted timer: `started_at` is empty while another one, of greater depth, runs."""

    technician_id: str = Field(index=True)
    ticket_id: str = Field(index=True)
    started_at: str | None = None
    seconds: int = 0
    depth: int = 0


class Survey(Entity, table=True):
    """The two questions after a ticket, 1 to 5 each, with who answered and how the answer was collected. The author is who
    wrote the answer down (or sent the questions, until they are answered)."""

    ticket_id: str = Field(index=True)
    timeliness: int | None = None
    quality: int | None = None
    comment: str | None = None
    answered_by: str | None = None
    collected: str = "on_the_spot"
    state: str = "answered"
    sent_at: str | None = None
    answered_at: str | None = None


class Manufacturer(Entity, table=True):
    """Who makes a model."""

    name: str = Field(index=True)


class DeviceModel(Entity, table=True):
    """A kind of device. `standing` is standard, tolerated or retiring; `update_expiry` a date."""

    __tablename__ = "device_model"
    manufacturer_id: str | None = None
    name: str = Field(index=True)
    number: str | None = None
    category: str | None = None
    standing: str = "tolerated"
    update_expiry: str | None = None


class Device(Entity, table=True):
    """One device, with where it stands and what it cost. Dates as YYYY-MM-DD. `holder` is a class or role, never a pupil.
    `site_id` is the school that it belongs to, also while it lies in the stock location `location_id`."""

    __table_args__ = (
        Index("device_label", text("coalesce(tag, serial, name, id)"), "id"),
        Index("device_walk", "site_id", text("coalesce(room, '')"), text("coalesce(tag, serial, name, id)"), "id"),
    )
    tag: str | None = Field(default=None, index=True)
    serial: str | None = Field(default=None, index=True)
    source_key: str | None = Field(default=None, index=True)
    name: str | None = None
    model_id: str | None = Field(default=None, index=True)
    site_id: str | None = None
    room: str | None = None
    holder: str | None = None
    bought: str | None = None
    cost: float | None = None
    supplier: str | None = None
    order_number: str | None = None
    warranty_end: str | None = None
    last_seen: str | None = None
    state: str = "in_service"
    note: str | None = None
    extra: str | None = None
    location_id: str | None = None
    certificate: str | None = None
    disposed_on: str | None = None


class DeviceEvent(Entity, table=True):
    """One line of a device's history: who did what with it, and the state it led to. Append only. `details` holds the fields
    that changed, as JSON."""

    __tablename__ = "device_event"
    __table_args__ = (Index("device_event_story", "device_id", "at", "id"),)
    device_id: str
    at: str
    laptop: str
    act: str
    state: str
    ticket_id: str | None = None
    note: str | None = None
    details: str | None = None


class Loan(Entity, table=True):
    """A device that is lent. `borrower` is a class or role, never a pupil; `due` a date. Overdue follows from it."""

    device_id: str = Field(index=True)
    borrower: str
    ticket_id: str | None = Field(default=None, index=True)
    repair_id: str | None = None
    lent_at: str
    due: str | None = None
    state: str = Field(default="out", index=True)
    ended_at: str | None = None


class Repair(Entity, table=True):
    """A device that a supplier is to put right (an RMA). `reference` is the supplier's number, `due` a date."""

    device_id: str = Field(index=True)
    fault: str
    supplier: str | None = None
    reference: str | None = None
    ticket_id: str | None = Field(default=None, index=True)
    due: str | None = None
    cost: float | None = None
    state: str = Field(default="draft", index=True)
    opened_at: str
    ended_at: str | None = None
    note: str | None = None


class Audit(Entity, table=True):
    """A walk through a room (or, without one, a site) in which the labels of all devices are scanned."""

    site_id: str = Field(index=True)
    room: str | None = None
    technician_id: str | None = None
    started_at: str
    ended_at: str | None = None
    missing: int = 0


class AuditScan(Entity, table=True):
    """A label that was scanned. Without a device nobody knows it: it is kept to be looked at later. `before` is what the scan
    changed on the device, as JSON."""

    __tablename__ = "audit_scan"
    audit_id: str = Field(index=True)
    device_id: str | None = Field(default=None, index=True)
    label: str
    at: str
    answer: str
    before: str | None = None


class Licence(Entity, table=True):
    """The right to use a product on so many seats until a date; from `warn_days` before it, it is said to expire."""

    product: str = Field(index=True)
    supplier: str | None = None
    seats: int | None = None
    starts: str | None = None
    expires: str | None = Field(default=None, index=True)
    warn_days: int = 60
    cost: float | None = None
    order_number: str | None = None
    note: str | None = None


class LicenceSite(Entity, table=True):
    """How many seats of a licence a site uses."""

    __tablename__ = "licence_site"
    licence_id: str = Field(index=True)
    site_id: str
    used: int = 0


class Part(Entity, table=True):
    """A spare. `serialised` is 1 when each piece has a serial number."""

    sku: str = Field(index=True)
    name: str = Field(index=True)
    category: str | None = None
    unit_cost: float | None = None
    supplier: str | None = None
    serialised: int = 0


class PartFit(Entity, table=True):
    """A part fits a device model."""

    __tablename__ = "part_fit"
    part_id: str = Field(index=True)
    model_id: str = Field(index=True)


class StockLocation(Entity, table=True):
    """A store, a van or a site's cupboard."""

    __tablename__ = "stock_location"
    name: str
    kind: str = "store"
    site_id: str | None = None
    technician_id: str | None = None


class StockLevel(Entity, table=True):
    """How many of a part a location should hold: never fewer than `minimum`, filled up to `target`."""

    __tablename__ = "stock_level"
    __table_args__ = (Index("stock_level_place", "location_id", "part_id"),)
    part_id: str = Field(index=True)
    location_id: str = Field(index=True)
    minimum: int = 0
    target: int = 0


class StockMovement(Entity, table=True):
    """Pieces of a part that went from one location to another (either end may be the outside). Append only. `transfer_id` is
    the transfer that sent or received them; on their way they are at `desk.ledger.TRANSIT`, which is no row."""

    __tablename__ = "stock_movement"
    # A balance is summed from the index alone, without a look at the movements themselves.
    __table_args__ = (
        Index("stock_movement_in", "to_id", "part_id", "quantity"),
        Index("stock_movement_out", "from_id", "part_id", "quantity"),
        Index("stock_movement_story", "part_id", "at", "id"),
        Index("stock_movement_serial", "serial", "part_id"),
        Index("stock_movement_when", "reason", "at"),
        Index("stock_movement_came", "to_id", "at"),
    )
    part_id: str
    quantity: int
    from_id: str | None = None
    to_id: str | None = None
    reason: str
    at: str
    ticket_id: str | None = Field(default=None, index=True)
    serial: str | None = None
    note: str | None = None
    transfer_id: str | None = None


class StockRemark(Entity, table=True):
    """Why a count or a transfer differed, said afterwards. Append only."""

    __tablename__ = "stock_remark"
    movement_id: str = Field(index=True)
    words: str


class StockTransfer(Entity, table=True):
    """Pieces on their way between two locations: sent, then received, whole or with a difference."""

    __tablename__ = "stock_transfer"
    part_id: str
    quantity: int
    from_id: str
    to_id: str
    serial: str | None = None
    note: str | None = None
    sent_at: str
    state: str = Field(default="sent", index=True)
    received: int | None = None
    received_at: str | None = None
    difference: str | None = None


class StockReservation(Entity, table=True):
    """Pieces that a visit, a ticket or a day will need: put by at a location until a day (YYYY-MM-DD), then picked into the
    van `to_id`, and given back when they were not used."""

    __tablename__ = "stock_reservation"
    part_id: str
    quantity: int
    location_id: str = Field(index=True)
    to_id: str | None = None
    visit_id: str | None = Field(default=None, index=True)
    ticket_id: str | None = None
    until: str
    reason: str | None = None
    state: str = Field(default="open", index=True)


class Kit(Entity, table=True):
    """A named list of parts that one job takes."""

    name: str = Field(index=True)


class KitLine(Entity, table=True):
    """So many of a part are in a kit; none when `quantity` is 0."""

    __tablename__ = "kit_line"
    kit_id: str = Field(index=True)
    part_id: str
    quantity: int = 1


class Supplier(Entity, table=True):
    """Who sells or repairs. `services`, `contacts`, `terms` and `experience` (with schools) are words; `lead_days` are those
    from an order to its delivery. Parts, devices and tickets name it by its name."""

    name: str = Field(index=True)
    services: str | None = None
    contacts: str | None = None
    terms: str | None = None
    experience: str | None = None
    lead_days: int | None = None


class Article(Entity, table=True):
    """How something is done or put right. `models` holds the ids of the device models that it is about, with commas between;
    `services` their names. `learned_from` is the ticket that taught it. `state` is draft or shared; either is everyone's."""

    title: str
    body: str
    models: str | None = None
    services: str | None = None
    category: str | None = None
    learned_from: str | None = Field(default=None, index=True)
    state: str = Field(default="draft", index=True)


class InboxItem(Entity, table=True):
    """An outcome that was not plain: what was mine, what is theirs (JSON), and what was done by default."""

    __tablename__ = "inbox_item"
    technician_id: str | None = Field(default=None, index=True)
    entity: str
    entity_id: str
    ref: str | None = None
    mid: str
    at: str
    kind: str
    done: str
    mine: str
    theirs: str
    theirs_by: str | None = None
    state: str = "open"
    choice: str | None = None


class SavedView(Entity, table=True):
    """A named filter of a list."""

    __tablename__ = "saved_view"
    area: str
    name: str
    filter: str


ENTITIES: tuple[type[Entity], ...] = tuple(Entity.__subclasses__())

# The daily verbs insert without SQLModel, so each default stands in the schema as well.
for _entity in ENTITIES:
    for _column in SQLModel.metadata.tables[str(_entity.__tablename__)].columns:
        if isinstance(_column.default, ColumnDefault) and _column.default.is_scalar:
            _column.server_default = DefaultClause(str(_column.default.arg))


def columns(table: str) -> list[Column[object]]:
    """The columns of a table, in order. Raises KeyError for a table that there is not."""
    return list(SQLModel.metadata.tables[table].columns)
