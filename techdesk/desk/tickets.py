"""Tickets as they come in: captured, triaged, assigned, noted on."""

from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Outcome, handles, merges
from techdesk.desk.merging import FieldEdit, edit_fields, lost_fields, tell
from techdesk.desk.priority import priority
from techdesk.desk.story import ROLES, guard, move, stays, tell_story, ticket, told, worked_on
from techdesk.desk.tx import Act, Row, Tx, Value
from techdesk.errors import Refused

KINDS = ("incident", "request", "how_to")
CHANNELS = ("corridor", "log_book", "email", "phone", "monitoring", "portal", "import")


@dataclass(frozen=True, kw_only=True)
class LogTicket:
    """Captures a ticket: text is enough. `visit_id` puts it on that visit's list as well."""

    NAME: ClassVar[str] = "ticket.log"
    VERSION: ClassVar[int] = 1
    id: str
    text: str
    ref: str | None = None
    kind: str = "incident"
    site_id: str | None = None
    room: str | None = None
    reporter: str | None = None
    device_id: str | None = None
    category: str | None = None
    tags: str | None = None
    impact: int | None = None
    urgency: int | None = None
    channel: str = "corridor"
    owner_id: str | None = None
    role: str = "support"
    visit_id: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", checks.words(self.text, "The ticket"))
        checks.one_of(self.kind, "The kind", KINDS)
        checks.one_of(self.channel, "The channel", CHANNELS)
        checks.one_of(self.role, "The role", ROLES)
        priority(self.impact or 3, self.urgency or 3)


@dataclass(frozen=True, kw_only=True)
class EditTicket(FieldEdit):
    """Triage: sets what is said and leaves the rest."""

    NAME: ClassVar[str] = "ticket.edit"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "ticket"
    text: str | None = None
    kind: str | None = None
    site_id: str | None = None
    room: str | None = None
    reporter: str | None = None
    service: str | None = None
    device_id: str | None = None
    symptom: str | None = None
    category: str | None = None
    tags: str | None = None
    impact: int | None = None
    urgency: int | None = None

    def __post_init__(self) -> None:
        if self.text is not None:
            object.__setattr__(self, "text", checks.words(self.text, "The ticket"))
        if self.kind is not None:
            checks.one_of(self.kind, "The kind", KINDS)
        priority(self.impact or 3, self.urgency or 3)

    def seen(self, tx: Tx) -> dict[str, Any]:
        """What the author saw, and whether the ticket was open."""
        kept, row = super().seen(tx), tx.get("ticket", self.id)
        return kept if row is None else {"base": kept["base"] | {"open": row["open"]}}


@dataclass(frozen=True, kw_only=True)
class AssignTicket:
    """Gives a ticket to a technician, or to a role (then it has no owner). What was tried and what is needed are for the
    next one; without them the notes of the hand-over before stay. `base` is who had it when its author looked; the store
    fills it in."""

    NAME: ClassVar[str] = "ticket.assign"
    VERSION: ClassVar[int] = 3
    ticket_id: str
    owner_id: str | None = None
    role: str | None = None
    tried: str | None = None
    needed: str | None = None
    base: dict[str, Value] | None = None

    def seen(self, tx: Tx) -> dict[str, Any]:
        """Who had it, to be kept in the operation."""
        row = tx.get("ticket", self.ticket_id)
        return {"base": None if row is None else {"owner_id": row["owner_id"], "role": row["role"]}}

    def __post_init__(self) -> None:
        for what, said in (("What was tried", self.tried), ("What is needed", self.needed)):
            if said is not None:
                checks.legible(said, what)
        if self.role is not None:
            checks.one_of(self.role, "The role", ROLES)


@dataclass(frozen=True, kw_only=True)
class NoteTicket:
    """Adds words to a ticket, in whatever state it is."""

    NAME: ClassVar[str] = "ticket.note"
    VERSION: ClassVar[int] = 1
    ticket_id: str
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", checks.words(self.text, "The note"))


@handles(LogTicket)
def log_ticket(tx: Tx, command: LogTicket, act: Act) -> Outcome:
    if tx.get("ticket", command.id) is not None:
        raise Refused("That ticket has been captured already.")
    row = _new_ticket(tx, command, act)
    if row["device_id"]:
        row["repeat_of"] = _repeats(tx, row)
    tx.put("ticket", row)
    tell_story(tx, act, command.id, "log", str(row["state"]))
    if command.visit_id is not None:
        _onto_visit(tx, command.visit_id, row)
    more = _major(tx, act, row) if command.impact == command.urgency == 1 else ""
    kind = "plain" if row["ref"] == command.ref else _tell_number(tx, act, command)
    return told(row, f"Logged {row['ref']}: {row['title']}{_again(tx, row)}{more}", kind)


def _repeats(tx: Tx, row: Row) -> str | None:
    from techdesk.desk.repeats import earlier  # what names no device repeats nothing

    return earlier(tx, row)


def _again(tx: Tx, row: Row) -> str:
    """What to say of a fault that came back."""
    old = tx.get("ticket", str(row["repeat_of"])) if row.get("repeat_of") else None
    return f" (again after {old['ref']}: {old['resolution'] or 'no fix is known'})" if old else ""


def _major(tx: Tx, act: Act, row: Row) -> str:
    """The whole school cannot work: that is a major incident without anybody declaring it. Returns what to say of it."""
    from techdesk.desk.majors import displace

    tx.put("ticket", {"id": row["id"], "major": 1})
    return f" A major incident.{displace(tx, act, row)}"


@merges(LogTicket)
def log_late(tx: Tx, command: LogTicket, act: Act, refusal: Refused) -> Outcome:
    """Someone captured the same first, as when two people take in one e-mail: it is one ticket, with both numbers."""
    row = ticket(tx, command.id)
    ref = str(command.ref)
    if not _taken(tx, ref):
        tx.append("ticket_alias", {"id": tx.fresh_id(), "ticket_id": command.id, "alias": ref})
    if command.visit_id is not None and not tx.find("visit_task", ticket_id=command.id, limit=1):
        _onto_visit(tx, command.visit_id, row)
    tell(tx, act, "merged", ("ticket", command.id), f"someone had captured it already, as {row['ref']}",
         mine={"number": ref}, theirs={"number": row["ref"]})  # fmt: skip
    return told(row, f"That is {row['ref']}, which someone has captured already.", "merged")


def _new_ticket(tx: Tx, command: LogTicket, act: Act) -> Row:
    triaged = command.impact is not None or command.urgency is not None
    impact, urgency = command.impact or 3, command.urgency or 3
    state = "assigned" if command.owner_id else "triaged" if triaged else "new"
    row: Row = {
        name: getattr(command, name)
        for name in ("id", "text", "kind", "site_id", "room", "reporter", "device_id", "category", "tags", "channel",
                     "owner_id", "role")
    }  # fmt: skip
    row |= {
        "ref": free_ref(tx, str(command.ref), command.id, act),
        "title": checks.title_of(command.text),
        "opened_at": act.at,
    }
    row |= {"impact": impact, "urgency": urgency, "state": state, "open": 1}
    from techdesk.desk.targets import rank  # 4 ms for time zones, which only what sets a due time needs

    return row | rank(tx, row)


def free_ref(tx: Tx, ref: str, id: str, act: Act) -> str:
    """The number the ticket was given. When another ticket has it (two laptops that numbered their own), the same with a
    figure behind: 1005-K is told from 1005-K2 in print and aloud, and the old one stays as an alias that names the laptop."""
    if not _taken(tx, ref):
        return ref
    alias = f"{ref}/{act.laptop}"
    if tx.find("ticket_alias", alias=alias, limit=1):
        alias = f"{alias}/{id}"
    tx.append("ticket_alias", {"id": tx.fresh_id(), "ticket_id": id, "alias": alias})
    figure = 2
    while _taken(tx, f"{ref}{figure}"):
        figure += 1
    return f"{ref}{figure}"


def _tell_number(tx: Tx, act: Act, command: LogTicket) -> str:
    """Tells the author that the number, perhaps on a label already, is another ticket's. Returns the outcome's kind."""
    other = tx.find("ticket", ref=command.ref, limit=1)
    done = f"another ticket has the number {command.ref}, so this one has a figure behind it"
    tell(tx, act, "merged", ("ticket", command.id), done, mine={"number": command.ref},
         theirs={"number": command.ref, "title": other[0]["title"] if other else None})  # fmt: skip
    return "merged"


def _taken(tx: Tx, ref: str) -> bool:
    return bool(tx.find("ticket", ref=ref, limit=1) or tx.find("ticket_alias", alias=ref, limit=1))


def _onto_visit(tx: Tx, visit_id: str, row: Row) -> None:
    # The last alone: a log book of thousands of lines would read all that it has written so far for every line.
    last = tx.find("visit_task", visit_id=visit_id, order="-rank", limit=1)
    rank = int(last[0]["rank"] or 0) + 1 if last else 1
    tx.put(
        "visit_task",
        {"id": tx.fresh_id(), "visit_id": visit_id, "ticket_id": row["id"], "title": row["title"],
         "room": row["room"], "rank": rank},
    )  # fmt: skip


@handles(EditTicket)
def edit_ticket(tx: Tx, command: EditTicket, act: Act) -> Outcome:
    before = ticket(tx, command.id)
    outcome = edit_fields(tx, command, act)
    row = ticket(tx, command.id)
    details: dict[str, Any] = {name: row[name] for name in command.changes() if row[name] != before[name]}
    # To say that a new ticket is as urgent as it stands is to triage it.
    triages = before["state"] == "new" and bool(command.changes().keys() & {"impact", "urgency"})
    if not details and not triages:
        return told(row, f"{row['ref']} stays as it is.", outcome.kind)
    if details.keys() & {"text", "impact", "urgency", "site_id"}:
        from techdesk.desk.targets import rerank

        rerank(tx, row)
    if triages:
        tx.put("ticket", {"id": command.id, "state": "triaged"})
        row["state"] = "triaged"
    if details.keys() & {"device_id", "symptom", "site_id"}:
        row["repeat_of"] = _repeats(tx, row)
        tx.put("ticket", {"id": command.id, "repeat_of": row["repeat_of"]})
    tell_story(tx, act, command.id, "edit", str(row["state"]), details=details)
    if act.merging and outcome.kind == "plain" and (command.base or {}).get("open") and not row["open"]:
        done = f"the ticket stays {row['state']}, and what was written is on it"
        tell(tx, act, "merged", ("ticket", command.id), done, mine=details, theirs={"state": row["state"]},
             theirs_by=before["author"])  # fmt: skip
        return told(row, f"{row['ref']} has been {row['state']} meanwhile.", "merged")
    what = ", ".join(name.removesuffix("_id") for name in sorted(details))
    worst = row["open"] and not row["major"] and details.keys() & {"impact", "urgency"}
    more = _major(tx, act, row) if worst and row["impact"] == row["urgency"] == 1 else ""
    said = f"{row['ref']}: {what} changed.{more}" if what else f"{row['ref']} is triaged."
    return told(row, said, outcome.kind)


@handles(AssignTicket)
def assign_ticket(tx: Tx, command: AssignTicket, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    guard(row, "assign")
    if (command.owner_id is None) == (command.role is None):
        raise Refused("Say who is to have it: a technician or a role.")
    notes = {name: said for name in ("tried", "needed") if (said := getattr(command, name))}
    if act.merging and (lost := _given_before(command, row)):
        tx.put("ticket", {"id": row["id"], **notes})
        theirs = {name: row[name] for name in lost}
        tell(tx, act, "conflict", ("ticket", command.ticket_id), "it stays with whom others gave it", mine=lost,
             theirs=theirs, theirs_by=row["author"])  # fmt: skip
        return told(row, f"{row['ref']} was given to somebody else before.", "conflict")
    if command.owner_id is None:
        row = move(tx, act, row, "assign", owner_id=None, role=command.role, **notes)
        return told(row, f"{row['ref']} is with {command.role}.")
    technician = tx.get("technician", command.owner_id)
    if technician is None:
        raise Refused("That technician is not known here.")
    state = "assigned" if row["state"] in ("new", "triaged") else str(row["state"])
    row = move(tx, act, row, "assign", state, owner_id=command.owner_id, **notes)
    return told(row, f"{row['ref']} is with {technician['name']}.")


def _given_before(command: AssignTicket, row: Row) -> Row:
    """What does not go in, because someone else has given the ticket to others since the author looked."""
    wanted: Row = (
        {"owner_id": None, "role": command.role} if command.owner_id is None else {"owner_id": command.owner_id}
    )
    return lost_fields(wanted, command.base or {}, row)


@handles(NoteTicket)
def note_ticket(tx: Tx, command: NoteTicket, act: Act) -> Outcome:
    named = ticket(tx, command.ticket_id)
    row = worked_on(tx, named)
    tell_story(tx, act, str(row["id"]), "note", str(row["state"]), note=command.text)
    return told(row, f"Noted on {row['ref']}.{stays(named, row)}")
