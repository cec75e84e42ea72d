"""The life of a device: where it stands, in which state, and how it leaves.

A device is in one place. Who moves it says what they saw; a second claim that comes late leaves it where the first has put
it, and its author is told.
"""

import json
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.merging import lost_fields, tell
from techdesk.desk.story import tell_story
from techdesk.desk.tx import Act, Row, Tx, Value
from techdesk.errors import BadInput, NotFound, Refused

# To which states each leads. On loan, in repair at a supplier and disposed of are reached by commands that say more.
ALLOWED = {
    "ordered": ("in_stock", "in_service", "retired", "lost"),
    "in_stock": ("in_service", "on_loan", "faulty", "in_repair", "retired", "lost", "disposed"),
    "in_service": ("in_stock", "on_loan", "faulty", "in_repair", "retired", "lost"),
    "faulty": ("in_service", "in_stock", "in_repair", "retired", "lost", "disposed"),
    "in_repair": ("in_service", "in_stock", "faulty", "retired", "lost"),
    "on_loan": ("in_stock", "in_service", "faulty", "lost"),
    "retired": ("in_stock", "in_service", "disposed", "lost"),
    "lost": ("in_stock", "in_service", "faulty", "retired", "disposed"),
    "disposed": (),
}
BY_OTHERS = {
    "on_loan": "lend it with  techdesk device loan",
    "disposed": "give its certificate with  techdesk device dispose",
}
PLACE = ("site_id", "room", "location_id")
MOVED = (*PLACE, "state", "holder")


@dataclass(frozen=True, kw_only=True)
class MoveDevice:
    """Says where a device is now, whose, and in which state. What is None stays as it is, an empty text empties it; another
    school without a room empties the room, and a room ends its lying in a stock location. `base` is what the author saw."""

    NAME: ClassVar[str] = "device.move"
    VERSION: ClassVar[int] = 1
    device_id: str
    site_id: str | None = None
    room: str | None = None
    location_id: str | None = None
    state: str | None = None
    holder: str | None = None
    ticket_id: str | None = None
    note: str | None = None
    base: dict[str, Value] | None = None

    def __post_init__(self) -> None:
        if self.state is not None:
            checks.one_of(self.state, "The state", ALLOWED)
            if self.state in BY_OTHERS:
                raise BadInput(f"A device does not become {words(self.state)} so: {BY_OTHERS[self.state]}.")
        if all(getattr(self, each.name) is None for each in fields(self) if each.name not in ("device_id", "base")):
            raise BadInput("Say what is new of the device: its site, room, state, or a note.")

    def seen(self, tx: Tx) -> dict[str, Any]:
        """What the author saw, to be kept in the operation."""
        row = tx.get("device", self.device_id)
        return {"base": None if row is None else {name: row[name] for name in MOVED}}


@dataclass(frozen=True, kw_only=True)
class SwapDevice:
    """Puts a spare in the place of a device, and the device where the spare was. `state` is what the device is then."""

    NAME: ClassVar[str] = "device.swap"
    VERSION: ClassVar[int] = 1
    device_id: str
    with_id: str
    ticket_id: str | None = None
    state: str = "faulty"
    note: str | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.state, "The state", ("faulty", "in_stock", "in_repair", "retired"))
        if self.device_id == self.with_id:
            raise BadInput("A device is not swapped with itself: name the spare with --with TAG.")


@dataclass(frozen=True, kw_only=True)
class DisposeDevice:
    """Ends the life of a device. `certificate` is the number of the paper that says what became of it and its data; `on` the
    day (YYYY-MM-DD)."""

    NAME: ClassVar[str] = "device.dispose"
    VERSION: ClassVar[int] = 1
    device_id: str
    certificate: str
    on: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "certificate", checks.words(self.certificate, "The certificate", longest=200))


@handles(MoveDevice)
def move_device(tx: Tx, command: MoveDevice, act: Act) -> Outcome:
    row = device(tx, command.device_id)
    claim = {name: (value or None) for name in MOVED if (value := getattr(command, name)) is not None}
    if "site_id" in claim and claim["site_id"] != row["site_id"]:
        claim = {"room": None, "location_id": None} | claim
    elif claim.get("room"):
        claim = {"location_id": None} | claim
    elif claim.get("location_id"):
        claim = {"room": None} | claim
    claim, kind = _claimed(tx, act, row, claim, command.base or {})
    state = str(claim.get("state") or row["state"])
    guard(row, state)
    put_device(tx, act, row, "move", claim, note=command.note, ticket_id=command.ticket_id)
    if state == "lost" and row["state"] == "on_loan":
        for loan in tx.find("loan", device_id=command.device_id, state="out"):
            tx.put("loan", {"id": loan["id"], "state": "lost", "ended_at": act.at})
    return told(tx, row | claim, kind=kind)


@handles(SwapDevice)
def swap_device(tx: Tx, command: SwapDevice, act: Act) -> Outcome:
    old, spare = device(tx, command.device_id), device(tx, command.with_id)
    if spare["state"] not in ("in_stock", "ordered"):
        raise Refused(f"{label(spare)} is {where(tx, spare)}: only a device that is in stock can take another's place.")
    if old["state"] not in ("in_service", "faulty", "on_loan"):
        raise Refused(f"{label(old)} is {words(old['state'])}, so there is no place of its own to put another in.")
    _leave(tx, act, old, spare, command)
    place = {name: old[name] for name in ("site_id", "room", "holder")} | {"location_id": None, "state": "in_service"}
    put_device(tx, act, spare, "swap", place, note=f"for {label(old)}", ticket_id=command.ticket_id)
    ticket = tx.get("ticket", command.ticket_id) if command.ticket_id else None
    if ticket is not None:
        note = f"{label(spare)} in place of {label(old)}"
        tell_story(tx, act, str(ticket["id"]), "swap", str(ticket["state"]), note=note)
    said = f"{label(spare)} stands for {label(old)} now, which is {words(command.state)}."
    rows = [device(tx, id) for id in (command.device_id, command.with_id)]
    return Outcome(tuple(Changed(label(row), str(row["state"]), str(row["id"])) for row in rows), said)


@merges(SwapDevice)
def swap_late(tx: Tx, command: SwapDevice, act: Act, refusal: Refused) -> Outcome:
    """One of the two is elsewhere meanwhile. What is out of its place is out of it; the spare stays where the books have it,
    and the author says where it is."""
    old, spare = device(tx, command.device_id), device(tx, command.with_id)
    mine = {"site_id": old["site_id"], "room": old["room"], "state": "in_service"}
    if command.state in ALLOWED[str(old["state"])] and old["state"] in ("in_service", "faulty"):
        _leave(tx, act, old, spare | {"location_id": None, "site_id": None}, command)
    theirs = {name: spare[name] for name in mine}
    tell(tx, act, "conflict", ("device", command.with_id), f"the spare stays where it is: {refusal}", mine=mine,
         theirs=theirs)  # fmt: skip
    return told(tx, device(tx, command.device_id), kind="conflict")


@handles(DisposeDevice)
def dispose_device(tx: Tx, command: DisposeDevice, act: Act) -> Outcome:
    row = device(tx, command.device_id)
    guard(row, "disposed")
    gone: Row = {"state": "disposed", "certificate": command.certificate, "disposed_on": command.on or act.at[:10],
                 "room": None, "location_id": None, "holder": None}  # fmt: skip
    put_device(tx, act, row, "dispose", gone, note=command.note)
    return Outcome((Changed(label(row), "disposed", command.device_id),),
                   f"{label(row)} is disposed of: certificate {command.certificate}.")  # fmt: skip


def device(tx: Tx, id: str) -> Row:
    """The device. Raises NotFound."""
    found = tx.get("device", id)
    if found is None:
        raise NotFound("That device is not in this store: sync, or look with  techdesk device list.")
    return found


def guard(row: Row, state: str) -> None:
    """Raises Refused if the device cannot come into that state from the one it is in."""
    if state == row["state"]:
        return
    may = ALLOWED[str(row["state"])]
    if state not in may:
        can = f"it can become {' or '.join(words(each) for each in may)}" if may else "that is the end"
        raise Refused(f"{label(row)} is {words(row['state'])}, so it does not become {words(state)}: {can}.")


def put_device(
    tx: Tx, act: Act, row: Row, name: str, columns: Row, *, note: str | None = None, ticket_id: str | None = None
) -> Row:
    """Puts the columns, and a line into the device's history; returns the row as it is then. Nothing new and no note: nothing
    is written."""
    changes = {key: value for key, value in columns.items() if row[key] != value}
    if changes or note:
        tx.put("device", {"id": row["id"], **changes})
        tell_device(tx, act, str(row["id"]), name, str(columns.get("state") or row["state"]), note=note,
                    details=_named(tx, changes), ticket_id=ticket_id)  # fmt: skip
    return row | columns


def tell_device(
    tx: Tx, act: Act, device_id: str, name: str, state: str, *, note: str | None = None, ticket_id: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Adds a line to a device's history."""
    tx.append(
        "device_event",
        {"id": tx.fresh_id(), "device_id": device_id, "at": act.at, "laptop": act.laptop, "act": name, "state": state,
         "ticket_id": ticket_id, "note": note,
         "details": json.dumps(details, ensure_ascii=False, sort_keys=True) if details else None},
    )  # fmt: skip


def tell_changes(tx: Tx, act: Act, before: Row, row: Row) -> None:
    """Adds a line to a device's history if an edit of its fields has brought it elsewhere, or into another state."""
    changes = {name: row[name] for name in MOVED if row[name] != before[name]}
    if changes:
        tell_device(tx, act, str(row["id"]), "record", str(row["state"]), details=_named(tx, changes))


def label(row: Row) -> str:
    """What people call a device."""
    return str(row["tag"] or row["serial"] or row["name"] or row["id"])


def where(tx: Tx, row: Row) -> str:
    """State and place of a device in words."""
    site = tx.get("site", str(row["site_id"])) if row["site_id"] else None
    place = tx.get("stock_location", str(row["location_id"])) if row["location_id"] else None
    said = [words(row["state"]), *(str(each["name"]) for each in (place, site) if each), row["room"]]
    return ", ".join(str(each) for each in said if each)


def told(tx: Tx, row: Row, kind: str = "plain") -> Outcome:
    """The outcome of a command on one device."""
    changed = (Changed(label(row), str(row["state"]), str(row["id"])),)
    return Outcome(changed, f"{label(row)} is {where(tx, row)}.", kind)


def words(state: object) -> str:
    """A state in words."""
    return str(state).replace("_", " ")


def _leave(tx: Tx, act: Act, old: Row, spare: Row, command: SwapDevice) -> None:
    """The old device goes where the spare was: into the van, or the same school's cupboard. It stays its school's."""
    for loan in tx.find("loan", device_id=str(old["id"]), state="out"):
        tx.put("loan", {"id": loan["id"], "state": "returned", "ended_at": act.at})
    near = spare["site_id"] == old["site_id"] and not spare["location_id"]
    left: Row = {"state": command.state, "holder": None, "location_id": spare["location_id"]}
    left["room"] = spare["room"] if near else None
    note = "; ".join(filter(None, (f"{label(spare)} is in its place", command.note)))
    put_device(tx, act, old, "swap", left, note=note, ticket_id=command.ticket_id)


def _claimed(tx: Tx, act: Act, row: Row, claim: Row, base: dict[str, Value]) -> tuple[Row, str]:
    """What of a claim goes in, and the outcome's kind: a place is one thing, and the first claim on it stands."""
    lost = lost_fields(claim, base, row) if act.merging else {}
    if act.merging and "state" in claim and claim["state"] not in (row["state"], *ALLOWED[str(row["state"])]):
        lost["state"] = claim["state"]
    if any(name in lost for name in PLACE):
        lost |= {name: value for name, value in claim.items() if name in PLACE and value != row[name]}
    if not lost:
        return claim, "plain"
    tell(tx, act, "conflict", ("device", str(row["id"])), "it stays where the others have put it", mine=lost,
         theirs={name: row[name] for name in lost})  # fmt: skip
    return {name: value for name, value in claim.items() if name not in lost}, "conflict"


def _named(tx: Tx, changes: Row) -> dict[str, Any]:
    """Changed fields with names in place of ids."""
    named: dict[str, Any] = {name: value for name, value in changes.items() if name not in ("state", "last_seen")}
    for column, table in (("site_id", "site"), ("location_id", "stock_location")):
        if column in named:
            found = tx.get(table, str(named[column])) if named[column] else None
            named[column.removesuffix("_id")] = found["name"] if found else None
            del named[column]
    return named
