"""Taking back a command that was sent already: by a compensation, which everyone sees."""

import json
from dataclasses import dataclass
from typing import ClassVar

from techdesk.desk.commands import Outcome, handles
from techdesk.desk.ids import derived_id
from techdesk.desk.merging import INBOX_OFFSET, tell
from techdesk.desk.story import tell_story, ticket
from techdesk.desk.targets import rerank
from techdesk.desk.tx import Act, Row, Tx, Write
from techdesk.errors import Refused

# Facts stay: what was noted was noted. A movement of stock is answered by one in the other direction.
FACTS = ("ticket_event", "survey")
# Columns of a ticket that say one thing together: they go back together, or not at all.
STATE = frozenset(("state", "open", "hold_reason", "hold_until", "closed_at", "resolved_at", "held_at", "stopped"))
# Of these, what follows from the others, and is nobody's choice.
FOLLOWS = frozenset(
    ("held_at", "stopped", "open", "closed_at", "resolved_at", "title", "priority", "respond_due", "fix_due")
)
RANKS = frozenset(("text", "impact", "urgency", "site_id"))


@dataclass(frozen=True, kw_only=True)
class TakeBack:
    """Undoes the operation `mid`; `writes` is its journal, as JSON."""

    NAME: ClassVar[str] = "desk.undo"
    VERSION: ClassVar[int] = 1
    mid: str
    command: str
    writes: str


@handles(TakeBack)
def take_back(tx: Tx, command: TakeBack, act: Act) -> Outcome:
    writes = [Write(*entry) for entry in json.loads(command.writes)]
    _put_aside(tx, command.mid)
    if any(write.table == "ticket" and write.before is None for write in writes):
        return _withdraw(tx, act, writes)
    # Who touched what last, before this undo touches it.
    before = {(write.table, write.id): tx.get(write.table, write.id) for write in writes}
    lost: dict[tuple[str, str], Row] = {}
    for write in reversed(writes):
        stayed = _restore(tx, act, write)
        if stayed:
            lost.setdefault((write.table, write.id), {}).update(stayed)
    tickets = dict.fromkeys(write.id for write in writes if write.table == "ticket")
    for id in tickets:
        row = tx.get("ticket", id)
        if row is not None:
            tell_story(tx, act, id, "undo", str(row["state"]), note=command.command)
    if lost:
        _tell_lost(tx, act, lost, before)
    return Outcome(said=f"Took back: {command.command.replace('.', ' ')}.", kind="conflict" if lost else "plain")


def _tell_lost(tx: Tx, act: Act, lost: dict[tuple[str, str], Row], before: dict[tuple[str, str], Row | None]) -> None:
    """One item for all that stayed as others have it: about a ticket if one is among them, and what stayed of other rows
    under their tables' names."""
    about = min(lost, key=lambda place: place[0] != "ticket")
    mine: Row = dict(lost[about])
    theirs: Row = {}
    row = before[about] or {}
    for place, fields in lost.items():
        if place != about:
            mine |= {f"{place[0]}.{name}": value for name, value in fields.items()}
            theirs |= {f"{place[0]}.{name}": (before[place] or {}).get(name) for name in fields}
    theirs |= {name: row.get(name) for name in lost[about]}
    tell(tx, act, "conflict", about, "what others changed since was kept", mine=mine, theirs=theirs,
         theirs_by=row.get("author"))  # fmt: skip


def _put_aside(tx: Tx, mid: str) -> None:
    """What is parked is not to be done any more: its author's inbox says so."""
    try:
        item = tx.get("inbox_item", derived_id(mid, INBOX_OFFSET))
    except ValueError:  # that is no operation's id, and the server says so
        return
    if item is not None and item["kind"] == "parked" and item["state"] == "open":
        tx.put("inbox_item", {"id": item["id"], "state": "settled", "choice": "theirs"})


def _withdraw(tx: Tx, act: Act, writes: list[Write]) -> Outcome:
    """A ticket that others may have seen is cancelled, not made unseen."""
    for write in writes:
        if write.table in ("checklist_answer", "checklist_run"):  # a step that failed, and what that ended
            _restore(tx, act, write)
            continue
        row = tx.get(write.table, write.id) if write.table in ("ticket", "visit_task") else None
        if row is None:
            continue
        if write.before is not None:  # what it displaced
            _restore(tx, act, write)
            continue
        if write.table == "visit_task":
            tx.put("visit_task", {"id": write.id, "state": "dropped", "reason": "taken back"})
            continue
        if row["state"] in ("closed", "resolved"):
            raise Refused(f"{row['ref']} has been {row['state']} since: it cannot be taken back.")
        tx.put("ticket", {"id": write.id, "state": "cancelled", "open": 0, "closed_at": act.at, "hold_reason": None,
                          "hold_until": None})  # fmt: skip
        tell_story(tx, act, write.id, "undo", "cancelled")
    return Outcome(said="Took back the capture: the ticket is cancelled.")


def _restore(tx: Tx, act: Act, write: Write) -> Row:
    """Puts the old values back where nobody changed them since, and removes what was made, unless others have worked on it.
    Returns the columns that someone did change."""
    row = tx.get(write.table, write.id)
    if write.table in FACTS:
        return {}
    if write.table == "stock_movement" and row is not None and write.before is None:
        back = {name: row[name] for name in ("part_id", "quantity", "ticket_id", "serial", "at")}
        tx.append("stock_movement", back | {"id": tx.fresh_id(), "from_id": row["to_id"], "to_id": row["from_id"],
                                            "reason": "return", "note": "taken back"})  # fmt: skip
        return {}
    if write.table == "worklog" and row is not None and write.before is None:
        back = {name: row[name] for name in ("ticket_id", "visit_id", "technician_id", "start", "mode", "proactive")}
        tx.append("worklog", back | {"id": tx.fresh_id(), "minutes": -int(row["minutes"] or 0), "note": "taken back",
                                     "corrects": row["corrects"] or row["id"]})  # fmt: skip
        return {}
    if write.before is None:
        if row is not None and row["author"] != act.actor:
            return {"id": write.id}
        if row is not None and write.table == "attachment":
            _tell_detached(tx, act, row)
        tx.delete(write.table, write.id)
        return {}
    if write.after is None:
        tx.put(write.table, {"id": write.id, **write.before})
        return {}
    if row is None:
        return {}
    stamps = ("updated_at", "version", "author")
    mine = {name: value for name, value in write.before.items() if name not in stamps}
    same = {name: value for name, value in mine.items() if row[name] == write.after[name]}
    if write.table != "ticket":
        tx.put(write.table, {"id": write.id, **same})
        return {name: value for name, value in mine.items() if name not in same}
    return _restore_ticket(tx, row, mine, same, touched=row["version"] != write.after["version"])


def _tell_detached(tx: Tx, act: Act, row: Row) -> None:
    """The history says that a file was attached: it must also say that it is not there any more."""
    owner = tx.get("ticket", str(row["ticket_id"]))
    if owner is not None:
        tell_story(tx, act, str(owner["id"]), "detach", str(owner["state"]), note=str(row["name"]))


def _restore_ticket(tx: Tx, row: Row, mine: Row, same: Row, *, touched: bool) -> Row:
    """The columns of a ticket that are still the `same` get my old values, unless what belongs to them has changed. What
    hangs on the ranks is counted anew when others have `touched` the ticket."""
    if STATE & mine.keys() - same.keys():
        same = {name: value for name, value in same.items() if name not in STATE}
    id = str(row["id"])
    tx.put("ticket", {"id": id, **same})
    if touched and RANKS & mine.keys():
        rerank(tx, ticket(tx, id))
    return {name: value for name, value in mine.items() if name not in same and name not in FOLLOWS}
