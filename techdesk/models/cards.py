"""What the screens and nouns beside the daily verbs see: cards, sheets, stock. They stand apart from `rows`, because a cold
`close` pays for each class that it loads."""

from typing import NamedTuple

from techdesk.models.queries.device_story import Cost, DeviceEventLine, LoanLine, RepairLine
from techdesk.models.rows import DeviceLine, InboxLine, PartLine, TaskLine, TicketLine, VisitLine


class LocationLine(NamedTuple):
    """A stock location. `mine` is 1 for the van of whose laptop this is."""

    id: str
    name: str
    kind: str
    site: str | None
    technician: str | None
    mine: int


class MovementLine(NamedTuple):
    """Pieces of a part that went somewhere. `source` and `target` are names; None is the outside."""

    id: str
    at: str
    reason: str
    quantity: int
    sku: str
    source_id: str | None
    source: str | None
    target_id: str | None
    target: str | None
    ref: str | None
    by: str | None
    serial: str | None
    note: str | None


class PartCard(NamedTuple):
    """A part with all that is known of it. `models` are the names of those that it fits."""

    id: str
    sku: str
    name: str
    category: str | None
    unit_cost: float | None
    supplier: str | None
    serialised: int
    models: list[str]


class DeviceCard(NamedTuple):
    """Everything about one device. `fields` are the columns of its row; tickets open ones first, then the newest."""

    line: DeviceLine
    fields: dict[str, str | int | float | None]
    manufacturer: str | None
    tickets: list[TicketLine]
    parts: list[PartLine]
    events: list[DeviceEventLine]
    loans: list[LoanLine]
    repairs: list[RepairLine]
    cost: Cost
    location: str | None


class ContactLine(NamedTuple):
    """Someone at a site."""

    name: str
    role: str | None
    telephone: str | None
    email: str | None
    may_sign: int


class SiteCard(NamedTuple):
    """What one needs to know at the door. `open_tickets` counts those that wait there."""

    id: str
    name: str
    code: str
    address: str | None
    postcode: str | None
    telephone: str | None
    entry_notes: str | None
    timezone: str
    open_tickets: int
    contacts: list[ContactLine]


class FoundLine(NamedTuple):
    """A ticket that came up during a visit."""

    id: str
    ref: str
    title: str
    room: str | None
    state: str
    reporter: str | None


class PromiseLine(NamedTuple):
    """What the school was promised: what is carried, what waits for the next visit, what a supplier gave a date for."""

    ref: str | None
    title: str
    room: str | None
    why: str


class DoneStep(NamedTuple):
    """A step of a checklist in a visit: `result` is pass, fail, skip or None; `said` its evidence and notes, `refs` the
    incidents that it opened."""

    checklist: str
    title: str
    room: str | None
    result: str | None
    said: str | None
    refs: str | None


class Bought(NamedTuple):
    """What the school has bought for a term (None: not counted), and what of it has been delivered, this visit included.
    `term` is its name, `first` and `last` its dates."""

    term: str
    first: str
    last: str
    visits: int | None
    minutes: int | None
    visits_made: int
    minutes_made: int


class DoorNote(NamedTuple):
    """What is left at a device: what was done or waits (`state` of its ticket), by whom, and when somebody comes again."""

    device: str
    model: str | None
    room: str | None
    ref: str
    title: str
    state: str
    words: str | None
    reason: str | None


class VisitSheet(NamedTuple):
    """What a visit came to: the page that the school signs. Minutes of work by mode; parts fitted."""

    visit: VisitLine
    site: SiteCard
    travel_minutes: int | None
    mileage: float | None
    signed_at: str | None
    tasks: list[TaskLine]
    fixes: dict[str, str]
    minutes: dict[str, int]
    parts: list[PartLine]
    next: VisitLine | None
    found: list[FoundLine]
    promised: list[PromiseLine]
    steps: list[DoneStep]
    bought: Bought | None
    doors: list[DoorNote]


class PendingLine(NamedTuple):
    """An operation that no server has confirmed: `state` is pending or sent, `args` a JSON object, `about` what people call
    the thing that it is about."""

    id: str
    dseq: int
    command: str
    at: str
    state: str
    args: str
    about: str | None


class Origin(NamedTuple):
    """Where a value comes from: who put it, when and on which laptop, as far as this store knows."""

    by: str | None = None
    at: str | None = None
    laptop: str | None = None


class FieldChoice(NamedTuple):
    """One field of an item, in words: mine, theirs, what is there now; and whether a person may choose it."""

    name: str
    mine: str
    theirs: str
    now: str
    choosable: bool


class InboxCard(NamedTuple):
    """An item with everything that a choice needs. `refusal` says why mine cannot be put in place, if it cannot."""

    line: InboxLine
    fields: list[FieldChoice]
    mine: Origin
    theirs: Origin
    refusal: str | None


class NewsLine(NamedTuple):
    """What somebody else did to a ticket."""

    at: str
    by: str | None
    laptop: str
    ref: str
    title: str
    act: str
    state: str
    note: str | None
    ticket_id: str
    id: str
    site: str | None
    new: int
