"""Repairs at a supplier (RMA): from the fault until the device works again."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.devices import ALLOWED as DEVICE_ALLOWED
from techdesk.desk.devices import device, label, put_device, tell_device, words
from techdesk.desk.merging import FieldEdit, edit_fields, tell
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import NotFound, Refused

STATES = ("draft", "submitted", "accepted", "rejected", "shipped", "returned", "verified", "closed")
# To which states each leads. What came back and does not work is sent in again.
ALLOWED = {
    "draft": ("submitted", "closed"),
    "submitted": ("accepted", "rejected", "closed"),
    "accepted": ("shipped", "returned", "rejected", "closed"),
    "rejected": ("submitted", "closed"),
    "shipped": ("returned", "rejected", "closed"),
    "returned": ("verified", "submitted", "closed"),
    "verified": ("closed",),
    "closed": (),
}


@dataclass(frozen=True, kw_only=True)
class OpenRepair:
    """Notes a fault that a supplier is to put right; a device that was in use is faulty from then on."""

    NAME: ClassVar[str] = "repair.open"
    VERSION: ClassVar[int] = 1
    id: str
    device_id: str
    fault: str
    supplier: str | None = None
    reference: str | None = None
    ticket_id: str | None = None
    due: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "fault", checks.words(self.fault, "The fault", longest=2000))
        if self.due is not None:
            object.__setattr__(self, "due", clock.parse_day(self.due).isoformat())


@dataclass(frozen=True, kw_only=True)
class EditRepair(FieldEdit):
    """Says more of a repair: the supplier's number, when it is due, what it cost."""

    NAME: ClassVar[str] = "repair.edit"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "repair"
    REQUIRED: ClassVar[tuple[str, ...]] = ("device_id",)
    fault: str | None = None
    supplier: str | None = None
    reference: str | None = None
    due: str | None = None
    cost: float | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        checks.finite(self.cost, "The cost")
        if self.fault is not None:
            object.__setattr__(self, "fault", checks.words(self.fault, "The fault", longest=2000))
        if self.due:
            object.__setattr__(self, "due", clock.parse_day(self.due).isoformat())


@dataclass(frozen=True, kw_only=True)
class MoveRepair:
    """Brings a repair to another state, and the device with it: shipped, it is in repair; verified, it works again."""

    NAME: ClassVar[str] = "repair.move"
    VERSION: ClassVar[int] = 1
    repair_id: str
    state: str
    note: str | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.state, "The state", STATES)


@handles(OpenRepair)
def open_repair(tx: Tx, command: OpenRepair, act: Act) -> Outcome:
    row = device(tx, command.device_id)
    known = [each for each in tx.find("repair", device_id=command.device_id) if each["state"] != "closed"]
    if known:
        raise Refused(f"{label(row)} has a repair already, which is {known[0]['state']}: go on with that one.")
    if row["state"] in ("disposed", "lost"):
        raise Refused(f"{label(row)} is {words(row['state'])}: there is nothing to repair.")
    names = ("id", "device_id", "fault", "supplier", "reference", "ticket_id", "due")
    tx.put("repair", {name: getattr(command, name) for name in names} | {"opened_at": act.at})
    state = "faulty" if row["state"] in ("in_service", "in_stock") else str(row["state"])
    put_device(tx, act, row, "repair", {"state": state}, note=command.fault, ticket_id=command.ticket_id)
    free = f" It is under warranty until {row['warranty_end']}." if under_warranty(row, act.at) else ""
    return _told(row, "draft", f"A repair of {label(row)} is noted.{free}")


@handles(EditRepair)
def edit_repair(tx: Tx, command: EditRepair, act: Act) -> Outcome:
    before = _repair(tx, command.id)
    outcome = edit_fields(tx, command, act)
    after = _repair(tx, command.id)
    new = {name: after[name] for name in command.changes() if after[name] != before[name]}
    row = device(tx, str(after["device_id"]))
    said = f"The repair of {label(row)}: " + (
        ", ".join(f"{key} {value}" for key, value in new.items()) or "nothing new"
    )
    return _told(row, str(after["state"]), f"{said}.", outcome.kind)


@handles(MoveRepair)
def move_repair(tx: Tx, command: MoveRepair, act: Act) -> Outcome:
    repair = _repair(tx, command.repair_id)
    row = device(tx, str(repair["device_id"]))
    may = ALLOWED[str(repair["state"])]
    if command.state not in may:
        can = f"it can become {' or '.join(may)}" if may else "note a new one if it fails again"
        raise Refused(f"The repair of {label(row)} is {repair['state']}: {can}.")
    ended = act.at if command.state == "closed" else None
    tx.put("repair", {"id": repair["id"], "state": command.state, "ended_at": ended})
    state = _device_state(row, command.state)
    ticket = None if repair["ticket_id"] is None else str(repair["ticket_id"])
    note = "; ".join(filter(None, (f"repair {command.state}", command.note)))
    if state in DEVICE_ALLOWED[str(row["state"])]:
        row = put_device(tx, act, row, "repair", {"state": state}, note=note, ticket_id=ticket)
    else:
        tell_device(tx, act, str(row["id"]), "repair", str(row["state"]), note=note, ticket_id=ticket)
    said = f"The repair of {label(row)} is {command.state}; the device is {words(row['state'])}."
    return _told(row, command.state, said)


@merges(MoveRepair)
def move_repair_late(tx: Tx, command: MoveRepair, act: Act, refusal: Refused) -> Outcome:
    """Somebody moved it meanwhile: it stays where it is, and the author is told."""
    repair = _repair(tx, command.repair_id)
    row = device(tx, str(repair["device_id"]))
    same = repair["state"] == command.state
    if not same:
        tell(tx, act, "conflict", ("repair", command.repair_id), f"the repair stays {repair['state']}",
             mine={"state": command.state}, theirs={"state": repair["state"]})  # fmt: skip
    return _told(row, str(repair["state"]), str(refusal), "plain" if same else "conflict")


def under_warranty(device: Row, day: str) -> bool:
    """Whether a device was under warranty on a day (a date or a moment)."""
    return bool(device["warranty_end"]) and str(device["warranty_end"])[:10] >= day[:10]


def _device_state(row: Row, state: str) -> str:
    """What the device is when its repair comes into a state."""
    if state == "shipped":
        return "in_repair"
    if state == "rejected" and row["state"] == "in_repair":
        return "faulty"
    if state == "verified" and row["state"] in ("in_repair", "faulty"):
        return "in_service" if row["room"] else "in_stock"
    return str(row["state"])


def _repair(tx: Tx, id: str) -> Row:
    found = tx.get("repair", id)
    if found is None:
        raise NotFound("That repair is not in this store: sync, or look with  techdesk device repairs.")
    return found


def _told(row: Row, state: str, said: str, kind: str = "plain") -> Outcome:
    return Outcome((Changed(label(row), state, str(row["id"])),), said, kind)
