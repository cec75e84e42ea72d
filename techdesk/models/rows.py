"""What screens and the shell see: frozen rows. Named tuples, because a cold command pays for each class it makes
(0.14 ms, a dataclass 0.65 ms)."""

from typing import NamedTuple


class TicketLine(NamedTuple):
    """A ticket in a list. Moments in UTC; `owner` and `site` are names; `hold_until` is a date."""

    id: str
    ref: str
    priority: int
    state: str
    title: str
    site: str | None
    site_code: str | None
    room: str | None
    owner: str | None
    role: str
    fix_due: str | None
    opened_at: str
    reporter: str | None
    hold_reason: str | None
    kind: str
    timezone: str | None
    site_id: str | None = None
    impact: int = 3
    urgency: int = 3
    hold_until: str | None = None
    cold: int = 0
    major: int = 0
    supplier: str | None = None


class WorklogLine(NamedTuple):
    """Minutes on a ticket."""

    minutes: int
    mode: str
    note: str | None
    by: str | None
    at: str


class WorkEntry(NamedTuple):
    """Minutes on a ticket as they were corrected."""

    id: str
    minutes: int
    mode: str
    proactive: int
    note: str | None
    by: str | None
    at: str


class PartLine(NamedTuple):
    """A part used on a ticket."""

    sku: str
    name: str
    quantity: int


class AttachmentLine(NamedTuple):
    """A photo or paper of a ticket; sizes in bytes and pixels. Where the file itself is, `models.files` tells."""

    id: str
    name: str
    media_type: str
    bytes: int
    width: int | None
    height: int | None
    sha256: str
    thumbnail_sha256: str | None
    taken_at: str | None
    by: str | None
    at: str


class EventLine(NamedTuple):
    """A line of a ticket's history."""

    at: str
    by: str | None
    device: str
    command: str
    state: str
    note: str | None
    details: str | None


class Similar(NamedTuple):
    """A ticket that reads like another; `score` from 0 (nothing in common) up; `site` is a name."""

    ref: str
    score: float
    why: str
    title: str
    resolution: str | None
    site: str | None = None


class KnownError(NamedTuple):
    """A known error that fits a ticket, with what helps until it is gone; `score` from 0 to 1."""

    ref: str
    title: str
    workaround: str
    score: float


class FittingArticle(NamedTuple):
    """A shared article that fits a ticket; `score` from 0 to 1."""

    id: str
    title: str
    score: float


class DeviceLine(NamedTuple):
    """A device in a list."""

    id: str
    tag: str | None
    serial: str | None
    name: str | None
    model: str | None
    category: str | None
    site: str | None
    room: str | None
    state: str
    standing: str | None
    warranty_end: str | None
    update_expiry: str | None
    open_tickets: int
    site_id: str | None = None
    site_code: str | None = None
    location: str | None = None


class TicketStory(NamedTuple):
    """Everything about one ticket. `fields` are the columns of its row; `owed` are minutes of visits owed to its site;
    `hours_of_others` is 1 when the site says that it has no service hours, so that those of its cluster or organisation
    count."""

    fields: dict[str, str | int | float | None]
    line: TicketLine
    aliases: list[str]
    worklogs: list[WorklogLine]
    parts: list[PartLine]
    history: list[EventLine]
    device: DeviceLine | None
    similar: list[Similar]
    attachments: list[AttachmentLine]
    links: "TicketLinks"
    known_errors: "tuple[KnownError, ...]" = ()
    surveys: "tuple[SurveyLine, ...]" = ()
    supplier: "SupplierTerms | None" = None
    owed: int = 0
    hours_of_others: int = 0
    articles: tuple[FittingArticle, ...] = ()


class TicketLinks(NamedTuple):
    """The numbers of the tickets that one stands with: the one whose fault came back as this, those in which its own came
    back, the major incident that it is part of, what is part of it, and the number of the problem behind it."""

    repeat_of: str | None
    repeated_as: list[str]
    part_of: str | None
    children: list[str]
    problem: str | None = None


class SupplierTerms(NamedTuple):
    """Whom to call and on which terms, in words; `lead_days` from order to delivery."""

    name: str
    contacts: str | None
    terms: str | None
    lead_days: int | None


class SurveyLine(NamedTuple):
    """The questions of a ticket with their answers. `at` is when they were asked, or answered; `written_by` is the
    technician who wrote the answers down; `self_collected` is 1 when that is who did the work, `rated_self` when
    who answered is: then it counts for nothing."""

    ref: str
    title: str
    site: str | None
    state: str
    at: str
    timeliness: int | None
    quality: int | None
    comment: str | None
    answered_by: str | None
    collected: str
    written_by: str | None
    self_collected: int
    rated_self: int


class TaskLine(NamedTuple):
    """A task of a visit, in walk order. `ticket_state` and `due` are the ticket's, where it is one; where it is the run of a
    checklist, `carried` is how many visits had no time for it, and `run_due` the date it is due. `agreed` is its place among
    what the school wants first."""

    id: str
    ticket_id: str | None
    ref: str | None
    title: str
    room: str | None
    priority: int | None
    estimate: int
    actual: int | None
    state: str
    reason: str | None
    ticket_state: str | None
    due: str | None
    reporter: str | None
    run_id: str | None = None
    agreed: int | None = None
    carried: int = 0
    run_due: str | None = None


class VisitLine(NamedTuple):
    """A visit in a list. Moments in UTC. `instead_of` is the id of the visit that it makes up for."""

    id: str
    site_id: str
    site: str
    site_code: str
    technician_id: str
    technician: str | None
    state: str
    planned_start: str
    planned_end: str
    actual_start: str | None
    actual_end: str | None
    timezone: str
    tasks: int
    done: int
    reason: str | None
    signatory: str | None
    summary: str | None
    instead_of: str | None = None
    agreed: str | None = None
    agreed_with: str | None = None
    confirmed_by: str | None = None
    signed_how: str | None = None


class RunningTimer(NamedTuple):
    """The timer that runs: on which ticket, since when, and the seconds before that."""

    ticket_id: str
    ref: str
    title: str
    priority: int
    room: str | None
    reporter: str | None
    started_at: str | None
    seconds: int


class StockLine(NamedTuple):
    """A part at a location: its balance by the books against what should be there, and what one piece costs."""

    id: str
    part_id: str
    sku: str
    name: str
    location_id: str
    location: str
    kind: str
    balance: int
    minimum: int
    target: int
    unit_cost: float | None = None


class PickLine(NamedTuple):
    """A part that visits are likely to need: how many, how many the van holds, for which tickets, and why. What is missing is
    had from `source` (words), or is to be ordered: `order` pieces from `supplier` by the day `order_by`, which is `late` (1)
    when it is past or nobody knows how long the supplier takes."""

    sku: str
    name: str
    needed: int
    in_van: int
    refs: list[str]
    part_id: str = ""
    why: str = ""
    reserved: int = 0
    source: str = ""
    order: int = 0
    supplier: str | None = None
    order_by: str | None = None
    late: int = 0


class InboxLine(NamedTuple):
    """An outcome that was not plain; `mine` and `theirs` are JSON objects by field, `site` is a site's code."""

    id: str
    ref: str | None
    entity: str
    kind: str
    done: str
    mine: str
    theirs: str
    theirs_by: str | None
    at: str
    state: str
    choice: str | None
    entity_id: str
    mid: str
    whose: str | None
    site: str | None
    site_name: str | None


class Hit(NamedTuple):
    """Something that was found: `kind` is ticket, device, article or known_error, `ref` what names it."""

    kind: str
    id: str
    ref: str
    title: str
    state: str
    where: str | None
    snippet: str
    score: float
