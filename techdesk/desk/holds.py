"""What a ticket waits for: until when, for which supplier, and how it comes back into the queue."""

from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Outcome, handles, merges
from techdesk.desk.merging import lost_fields, tell
from techdesk.desk.story import first_stands, guard, move, seen_of, ticket, told
from techdesk.desk.timers import doing, take_timer
from techdesk.desk.tx import Act, Row, Tx, Value
from techdesk.errors import Refused

SUPPLIED = ("supplier", "supplier_ref", "promised")
ESCALATED = ("hold_reason", "hold_until", *SUPPLIED)


@dataclass(frozen=True, kw_only=True)
class ReleaseTicket:
    """Ends a ticket's hold, because what it waited for has come: back into the queue, with its owner if it has one. (Not a
    part of moving a problem: its tickets may be of schools that who moves it does not serve.)"""

    NAME: ClassVar[str] = "ticket.release"
    VERSION: ClassVar[int] = 1
    ticket_id: str
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class EscalateTicket:
    """Hands a ticket to a supplier: it waits for the vendor. Said again it is chased: what is given replaces what was known.
    `promised` is the date that the supplier gave. `base` is the hold and the supplier that the author saw, by their columns;
    the store fills it in."""

    NAME: ClassVar[str] = "ticket.escalate"
    VERSION: ClassVar[int] = 2
    ticket_id: str
    supplier: str | None = None
    reference: str | None = None
    promised: str | None = None
    note: str | None = None
    base: dict[str, Value] | None = None

    def seen(self, tx: Tx) -> dict[str, Any]:
        """The hold and the supplier that the author saw, to be kept in the operation."""
        return {"base": seen_of(tx, self.ticket_id, ESCALATED)}

    def __post_init__(self) -> None:
        if self.supplier is not None:
            checks.words(self.supplier, "The supplier", longest=200)
        if self.promised is not None:
            clock.parse_day(self.promised)


@handles(ReleaseTicket)
def release_ticket(tx: Tx, command: ReleaseTicket, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    guard(row, "release")
    doing(tx, command.ticket_id, "todo")
    row = move(tx, act, row, "release", "assigned" if row["owner_id"] else "triaged", note=command.note)
    return told(row, f"{row['ref']} waits no longer.")


@handles(EscalateTicket)
def escalate_ticket(tx: Tx, command: EscalateTicket, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    guard(row, "hold")
    said: dict[str, Value] = {
        "supplier": command.supplier, "supplier_ref": command.reference, "promised": command.promised,
    }  # fmt: skip
    known = {name: value for name, value in said.items() if value is not None}
    if not (known.get("supplier") or row["supplier"]):
        raise Refused(f"Say which supplier has {row['ref']}: --supplier NAME.")
    take_timer(tx, act, command.ticket_id)
    doing(tx, command.ticket_id, "carried", "vendor")
    wanted: Row = {"hold_reason": "vendor", "hold_until": known.get("promised") or row["promised"], **known}
    if act.merging and _differs(wanted, command, row):
        return _held_before(tx, command, act, row, wanted)
    row = move(tx, act, row, "escalate", "on_hold", note=command.note, **wanted)
    promised = f", promised by {row['promised']}" if row["promised"] else ""
    return told(row, f"{row['ref']} is with {row['supplier']}{promised}.")


def _differs(wanted: Row, command: EscalateTicket, row: Row) -> bool:
    """Whether the ticket is held otherwise, or is with another supplier, than the author saw, and than they want it."""
    lost = lost_fields(wanted, command.base or {}, row)
    return bool(lost) and (row["hold_reason"] is not None or not lost.keys().isdisjoint(SUPPLIED))


def _held_before(tx: Tx, command: EscalateTicket, act: Act, row: Row, wanted: Row) -> Outcome:
    """Someone else held it or handed it to a supplier meanwhile: what came first stands, and the other goes to its author's
    inbox."""
    mine = wanted if row["state"] == "on_hold" else {"state": "on_hold", **wanted}
    first_stands(tx, act, row, mine, "what they said of it was kept", command.note)
    return told(row, f"{row['ref']} was held or handed on by somebody else already.", "conflict")


@merges(ReleaseTicket)
def release_late(tx: Tx, command: ReleaseTicket, act: Act, refusal: Refused) -> Outcome:
    """It waits no more: nothing to do but to say so."""
    row = ticket(tx, command.ticket_id)
    tell(tx, act, "merged", ("ticket", command.ticket_id), f"the ticket stays {row['state']}",
         mine={"state": "triaged"}, theirs={"state": row["state"]})  # fmt: skip
    return told(row, str(refusal), "merged")


@merges(EscalateTicket)
def escalate_late(tx: Tx, command: EscalateTicket, act: Act, refusal: Refused) -> Outcome:
    """Someone ended the ticket meanwhile: it stays ended, and what the supplier said goes to its author's inbox."""
    row = ticket(tx, command.ticket_id)
    mine: Row = {"state": "on_hold", "hold_reason": "vendor", "supplier": command.supplier,
                 "supplier_ref": command.reference, "promised": command.promised}  # fmt: skip
    tell(tx, act, "conflict", ("ticket", command.ticket_id), f"the ticket stays {row['state']}",
         mine={name: value for name, value in mine.items() if value is not None}, theirs={"state": row["state"]})  # fmt: skip
    return told(row, str(refusal), "conflict")


def bind_to_visit(tx: Tx, row: Row, act: Act) -> str | None:
    """Puts a ticket that waits for the next visit onto the list of the site's next one. Returns that visit's day there, as
    YYYY-MM-DD; None when none is planned yet (then whichever comes takes the ticket up when it starts)."""
    site = tx.get("site", str(row["site_id"])) if row["site_id"] else None
    if site is None:
        return None
    planned = [each for each in tx.find("visit", site_id=site["id"], order="planned_start")
               if each["state"] in ("planned", "confirmed") and str(each["planned_start"]) > act.at]  # fmt: skip
    if not planned:
        return None
    tasks = tx.find("visit_task", visit_id=planned[0]["id"])
    if all(task["ticket_id"] != row["id"] for task in tasks):
        tx.put("visit_task", {"id": tx.fresh_id(), "visit_id": planned[0]["id"], "ticket_id": row["id"],
                              "title": row["title"], "room": row["room"], "rank": len(tasks) + 1})  # fmt: skip
    return clock.local(str(planned[0]["planned_start"]), str(site["timezone"])).date().isoformat()
