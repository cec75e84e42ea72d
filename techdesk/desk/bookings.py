"""What becomes of a visit before anybody is on site: confirmed, moved, set off for, missed, booked anew; and what comes first
in it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.merging import FieldEdit, edit_fields
from techdesk.desk.tx import Act, Row, Tx
from techdesk.desk.visits import visit_for
from techdesk.errors import BadInput, NotFound, Refused


@dataclass(frozen=True, kw_only=True)
class ConfirmVisit:
    """The school expects the visit; `by` is who said so."""

    NAME: ClassVar[str] = "visit.confirm"
    VERSION: ClassVar[int] = 1
    visit_id: str
    by: str | None = None


@dataclass(frozen=True, kw_only=True)
class MoveVisit(FieldEdit):
    """Gives a visit another time, or another technician. It stays the same visit, and is to be confirmed again."""

    NAME: ClassVar[str] = "visit.move"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "visit"
    REQUIRED: ClassVar[tuple[str, ...]] = ("site_id",)
    planned_start: str | None = None
    planned_end: str | None = None
    technician_id: str | None = None

    def __post_init__(self) -> None:
        if self.planned_start and self.planned_end and self.planned_end <= self.planned_start:
            raise BadInput("A visit ends after it starts: check the two times.")


@dataclass(frozen=True, kw_only=True)
class SetOff:
    """One is on the way to a visit: the minutes of travel run."""

    NAME: ClassVar[str] = "visit.travel"
    VERSION: ClassVar[int] = 1
    visit_id: str


@dataclass(frozen=True, kw_only=True)
class MissVisit:
    """Nobody came, or nobody was let in: the school is owed the visit."""

    NAME: ClassVar[str] = "visit.miss"
    VERSION: ClassVar[int] = 1
    visit_id: str
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", checks.words(self.reason, "The reason", longest=500))


@dataclass(frozen=True, kw_only=True)
class RebookVisit:
    """Makes the visit `id` instead of one that was missed, cancelled, or cannot be made; its open tasks go along."""

    NAME: ClassVar[str] = "visit.rebook"
    VERSION: ClassVar[int] = 1
    id: str
    visit_id: str
    planned_start: str
    planned_end: str
    technician_id: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.planned_end <= self.planned_start:
            raise BadInput("A visit ends after it starts: check the two times.")


@dataclass(frozen=True, kw_only=True)
class AgreePriorities:
    """What the school wants first, in that order, as agreed with one of its people; the words are for the sheet."""

    NAME: ClassVar[str] = "visit.agree"
    VERSION: ClassVar[int] = 1
    visit_id: str
    agreed_with: str
    task_ids: tuple[str, ...] = ()
    note: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "agreed_with", checks.words(self.agreed_with, "Who agreed", longest=200))
        if self.note is not None:
            checks.legible(self.note, "What was agreed", longest=2000)


@handles(ConfirmVisit)
def confirm_visit(tx: Tx, command: ConfirmVisit, act: Act) -> Outcome:
    row, site = visit_for(tx, command.visit_id, "confirm")
    tx.put("visit", {"id": row["id"], "state": "confirmed", "confirmed_by": command.by})
    by = f" by {command.by}" if command.by else ""
    return _told(row, site, "confirmed", f"{site['name']} is confirmed{by}.")


@handles(MoveVisit)
def move_visit(tx: Tx, command: MoveVisit, act: Act) -> Outcome:
    row, site = visit_for(tx, command.id, "move")
    outcome = edit_fields(tx, command, act)
    moved = tx.get("visit", command.id) or row
    if str(moved["planned_end"]) <= str(moved["planned_start"]):
        raise Refused(f"The visit to {site['name']} would end before it starts: say its end as well.")
    if row["state"] == "confirmed" and moved["planned_start"] != row["planned_start"]:
        tx.put("visit", {"id": row["id"], "state": "planned", "confirmed_by": None})
        moved["state"] = "planned"
    when = clock.local(str(moved["planned_start"]), str(site.get("timezone") or "Europe/London"))
    return _told(moved, site, str(moved["state"]), f"{site['name']} is on {when:%a %d %b %Y, %H:%M}.", outcome.kind)


@handles(SetOff)
def set_off(tx: Tx, command: SetOff, act: Act) -> Outcome:
    row, site = visit_for(tx, command.visit_id, "set off for")
    tx.put("visit", {"id": row["id"], "state": "travelling", "set_off_at": act.at})
    return _told(row, site, "travelling", f"On the way to {site['name']}.")


@handles(MissVisit)
def miss_visit(tx: Tx, command: MissVisit, act: Act) -> Outcome:
    row, site = visit_for(tx, command.visit_id, "miss")
    tx.put("visit", {"id": row["id"], "state": "missed", "reason": command.reason})
    said = f"{site['name']} was missed: {command.reason}. It is owed: rebook it."
    return _told(row, site, "missed", said)


@handles(RebookVisit)
def rebook_visit(tx: Tx, command: RebookVisit, act: Act) -> Outcome:
    row, site = visit_for(tx, command.visit_id, "rebook")
    made = {"site_id": row["site_id"], "technician_id": command.technician_id or row["technician_id"],
            "planned_start": command.planned_start, "planned_end": command.planned_end}  # fmt: skip
    others = tx.find("visit", instead_of=row["id"], limit=1)
    if others:
        raise Refused(f"The visit to {site['name']} has been booked anew already, for {others[0]['planned_start']}.")
    tx.put("visit", {"id": command.id, **made, "instead_of": row["id"]})
    if row["state"] in ("planned", "confirmed"):
        tx.put("visit", {"id": row["id"], "state": "rebooked", "reason": command.reason or row["reason"]})
    for task in tx.find("visit_task", visit_id=row["id"]):
        if task["state"] in ("todo", "doing"):
            tx.put("visit_task", {"id": task["id"], "visit_id": command.id, "state": "todo"})
    when = clock.local(command.planned_start, str(site.get("timezone") or "Europe/London"))
    changed = (
        Changed(str(site["code"]), "rebooked", str(row["id"])),
        Changed(str(site["code"]), "planned", command.id),
    )
    return Outcome(changed, f"{site['name']} is booked anew for {when:%a %d %b %Y, %H:%M}.")


@handles(AgreePriorities)
def agree_priorities(tx: Tx, command: AgreePriorities, act: Act) -> Outcome:
    row, site = visit_for(tx, command.visit_id, "prioritise")
    tx.put("visit", {"id": row["id"], "agreed_with": command.agreed_with, "agreed_at": act.at, "agreed": command.note})
    tasks = {str(task["id"]): task for task in tx.find("visit_task", visit_id=row["id"])}
    if not act.merging and any(id not in tasks for id in command.task_ids):
        raise NotFound("One of these tasks is not on the visit's list: see  techdesk today.")
    places: dict[str, Any] = {id: place for place, id in enumerate(command.task_ids, start=1)}
    for id in tasks:
        tx.put("visit_task", {"id": id, "agreed": places.get(id)})
    first = [str(tasks[id]["title"]) for id in command.task_ids if id in tasks]
    what = f": first {first[0]}" if first else ""
    return _told(row, site, str(row["state"]), f"Agreed with {command.agreed_with}{what}.")


def _told(row: Row, site: Row, state: str, said: str, kind: str = "plain") -> Outcome:
    return Outcome((Changed(str(site["code"]), state, str(row["id"])),), said, kind)
