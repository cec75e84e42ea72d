"""A ticket's states, and the lines of its history."""

import json
from typing import Any

from techdesk.desk.commands import Changed, Outcome
from techdesk.desk.merging import tell
from techdesk.desk.tx import Act, Row, Tx, Value
from techdesk.errors import NotFound, Refused

STATES = (
    "new", "triaged", "assigned", "in_progress", "on_hold", "resolved", "closed", "reopened", "cancelled",
)  # fmt: skip
ENDED = ("resolved", "closed", "cancelled")
# Between which work is handed.
ROLES = ("support", "technical", "strategic", "leadership")
HOLD_REASONS = ("caller", "vendor", "parts", "change", "problem", "next_visit")

# What may be done from which state; everything may be done that is not a change of state (a note, minutes, an answer).
ALLOWED = {
    "start": ("new", "triaged", "assigned", "in_progress", "on_hold", "reopened"),
    "hold": ("new", "triaged", "assigned", "in_progress", "on_hold", "reopened"),
    "assign": ("new", "triaged", "assigned", "in_progress", "on_hold", "reopened"),
    "release": ("on_hold",),
    "resolve": ("new", "triaged", "assigned", "in_progress", "on_hold", "reopened"),
    "close": ("new", "triaged", "assigned", "in_progress", "on_hold", "reopened", "resolved"),
    "major": ("new", "triaged", "assigned", "in_progress", "on_hold", "reopened"),
    "join": ("new", "triaged", "assigned", "in_progress", "on_hold", "reopened"),
    "reopen": ("resolved", "closed", "cancelled"),
    "cancel": ("new", "triaged", "assigned", "in_progress", "on_hold", "reopened"),
}

# Each of these as it reads in `it cannot be ...`.
DONE = {
    "start": "started", "hold": "put on hold", "assign": "assigned", "release": "taken off hold", "resolve": "resolved",
    "close": "closed", "major": "declared a major incident", "join": "made part of another", "reopen": "reopened",
    "cancel": "cancelled",
}  # fmt: skip


def ticket(tx: Tx, id: str) -> Row:
    """The ticket, or NotFound."""
    found = tx.get("ticket", id)
    if found is None:
        raise NotFound("That ticket is not in this store: sync, or look with  techdesk find.")
    return found


def worked_on(tx: Tx, row: Row) -> Row:
    """The ticket on which what is done on this one counts: a duplicate leads on to the one that stays, as far as this store
    knows it and as it is of the same school."""
    seen = {row["id"]}
    while row["state"] == "cancelled" and row["duplicate_of"] and row["duplicate_of"] not in seen:
        following = tx.get("ticket", str(row["duplicate_of"]))
        if following is None or (row["site_id"] and following["site_id"] and row["site_id"] != following["site_id"]):
            break
        row = following
        seen.add(row["id"])
    return row


def stays(named: Row, row: Row) -> str:
    """What to say where a ticket was named, and another is worked on instead."""
    return "" if named["id"] == row["id"] else f" {named['ref']} is a duplicate of it."


def seen_of(tx: Tx, ticket_id: str, names: tuple[str, ...]) -> dict[str, Value] | None:
    """What the author of a command sees of a ticket in these columns, to be kept in the operation."""
    row = tx.get("ticket", ticket_id)
    return None if row is None else {name: row[name] for name in names}


def first_stands(tx: Tx, act: Act, row: Row, mine: Row, done: str, note: str | None = None) -> None:
    """Someone else said otherwise of a ticket meanwhile: that stands, and what its author wanted goes to their inbox; a note
    that went with it is kept."""
    if note:
        tell_story(tx, act, str(row["id"]), "note", str(row["state"]), note=note)
    tell(tx, act, "conflict", ("ticket", str(row["id"])), done, mine=mine, theirs={name: row[name] for name in mine},
         theirs_by=row["author"])  # fmt: skip


def guard(row: Row, act: str) -> None:
    """Raises Refused, naming the state and what is allowed, when `act` may not be done from the ticket's state."""
    if row["state"] in ALLOWED[act]:
        return
    state = str(row["state"]).replace("_", " ")
    may = [name for name, states in ALLOWED.items() if row["state"] in states]
    raise Refused(
        f"{row['ref']} is {state}, so it cannot be {DONE[act]}; you can {' or '.join(may)} it, or note on it."
    )


def move(
    tx: Tx, act: Act, row: Row, name: str, state: str | None = None, *, note: str | None = None, **changes: Value
) -> Row:
    """Changes a ticket and writes the line of its history that says so. Returns the ticket as it is now."""
    new_state = state or str(row["state"])
    columns: Row = dict(changes) | {"state": new_state, "open": 0 if new_state in ENDED else 1}
    if new_state != "on_hold":
        columns |= {"hold_reason": None, "hold_until": None}
    if new_state == "on_hold" or row.get("held_at") is not None:
        from techdesk.desk.targets import holding  # time zones, which only a hold and its end need

        reason = columns.get("hold_reason", row["hold_reason"])
        columns |= holding(tx, row | columns, new_state, None if reason is None else str(reason), act.at)
    details = {key: value for key, value in changes.items() if row.get(key) != value}
    tx.put("ticket", {"id": row["id"], **columns})
    tell_story(tx, act, str(row["id"]), name, new_state, note=note, details=details)
    return row | columns


def tell_story(
    tx: Tx,
    act: Act,
    ticket_id: str,
    name: str,
    state: str,
    *,
    note: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Adds one line to a ticket's history."""
    tx.append(
        "ticket_event",
        {
            "id": tx.fresh_id(),
            "ticket_id": ticket_id,
            "at": act.at,
            "laptop": act.laptop,
            "act": name,
            "state": state,
            "note": note,
            "details": json.dumps(details, ensure_ascii=False, sort_keys=True) if details else None,
        },
    )


def told(row: Row, said: str, kind: str = "plain") -> Outcome:
    """The outcome of a command on one ticket."""
    return Outcome((Changed(str(row["ref"]), str(row["state"]), str(row["id"])),), said, kind)
