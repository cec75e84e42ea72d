"""Tickets with their story, papers and answers, and the minutes that were worked."""

from sqlalchemy import Index, text
from sqlmodel import Field

from techdesk.models.tables.entity import Entity


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
    bytes and pixels; the thumbnail is a small JPEG of it. Append only, but for a file that is taken off. Evidence for a step
    of a checklist has `run_id` and `step_id`, and an empty `ticket_id`."""

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
    run_id: str | None = Field(default=None, index=True)
    step_id: str | None = None


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
