"""Inventory: manufacturers, device models and devices."""

import json
from dataclasses import dataclass
from typing import ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.devices import device, label, tell_changes
from techdesk.desk.merging import FieldEdit, changed, edit_fields, tell
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import Refused

STANDINGS = ("standard", "tolerated", "retiring")
DEVICE_STATES = (
    "ordered", "in_stock", "in_service", "faulty", "in_repair", "on_loan", "retired", "disposed", "lost",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RecordModel(FieldEdit):
    """Makes or changes a device model; `manufacturer` is a name, made known if it is new. `update_expiry` is a date."""

    NAME: ClassVar[str] = "model.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "device_model"
    name: str | None = None
    number: str | None = None
    category: str | None = None
    standing: str | None = None
    update_expiry: str | None = None
    manufacturer: str | None = None

    def __post_init__(self) -> None:
        if self.standing is not None:
            checks.one_of(self.standing, "The standing", STANDINGS)

    def changes(self) -> Row:
        return {name: value for name, value in super().changes().items() if name != "manufacturer"}


@dataclass(frozen=True, kw_only=True)
class RecordDevice(FieldEdit):
    """Makes or changes a device."""

    NAME: ClassVar[str] = "device.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "device"
    REQUIRED: ClassVar[tuple[str, ...]] = ()
    tag: str | None = None
    serial: str | None = None
    source_key: str | None = None
    name: str | None = None
    model_id: str | None = None
    site_id: str | None = None
    room: str | None = None
    holder: str | None = None
    bought: str | None = None
    cost: float | None = None
    supplier: str | None = None
    order_number: str | None = None
    warranty_end: str | None = None
    last_seen: str | None = None
    state: str | None = None
    note: str | None = None
    extra: str | None = None

    def __post_init__(self) -> None:
        if self.state is not None:
            checks.one_of(self.state, "The state", DEVICE_STATES)
        checks.finite(self.cost, "The cost")


@dataclass(frozen=True, kw_only=True)
class OfferDevice:
    """Offers to move a device to where a file has it: an item for the author's inbox, made once for each place. `source` is
    what the file is called. Where the device is does not change."""

    NAME: ClassVar[str] = "device.offer"
    VERSION: ClassVar[int] = 1
    device_id: str
    site_id: str
    room: str | None = None
    source: str | None = None


@handles(RecordModel)
def record_model(tx: Tx, command: RecordModel, act: Act) -> Outcome:
    before = tx.get("device_model", command.id)
    if before is not None and before["merged_into"] is not None:
        if not _news(command, before):
            return Outcome()
        kept = tx.get("device_model", str(before["merged_into"])) or before
        raise Refused(f"{before['name']} is one with {kept['name']}: say it of that.")
    outcome = edit_fields(tx, command, act)
    if command.manufacturer:
        tx.put("device_model", {"id": command.id, "manufacturer_id": _manufacturer(tx, command.manufacturer)})
    row = tx.get("device_model", command.id)
    if row is None or before is None or not command.changes().keys() & {"standing", "update_expiry"}:
        return outcome
    until = f", with updates until {row['update_expiry']}" if row["update_expiry"] else ""
    said = f"{row['name']} is {row['standing']}{until}."
    return outcome._replace(changed=(Changed(str(row["name"]), str(row["standing"]), command.id),), said=said)


@merges(RecordModel)
def record_late(tx: Tx, command: RecordModel, act: Act, refusal: Refused) -> Outcome:
    """The model became one with another meanwhile: that stays as it is, and the author may put theirs in its place."""
    row = tx.get("device_model", command.id)
    kept = tx.get("device_model", str(row["merged_into"])) if row and row["merged_into"] else None
    if row is None or kept is None:
        raise refusal
    mine = {name: value for name, value in _news(command, row).items() if kept[name] != value}
    if not mine:
        return Outcome(said=str(refusal))
    theirs = {name: kept[name] for name in mine}
    tell(tx, act, "conflict", ("device_model", str(kept["id"])), f"{row['name']} is one with {kept['name']} now, which"
         " stays as it is", mine=mine, theirs=theirs)  # fmt: skip
    return Outcome(said=str(refusal), kind="conflict")


def _news(command: RecordModel, row: Row) -> Row:
    return {name: value for name, value in command.changes().items() if row[name] != value}


def _manufacturer(tx: Tx, name: str) -> str:
    known = tx.find("manufacturer", name=name, limit=1)
    if known:
        return str(known[0]["id"])
    id = tx.fresh_id()
    tx.put("manufacturer", {"id": id, "name": name})
    return id


@handles(OfferDevice)
def offer_device(tx: Tx, command: OfferDevice, act: Act) -> Outcome:
    row = device(tx, command.device_id)
    mine = {"site_id": command.site_id, "room": command.room}
    offered = tx.find("inbox_item", entity="device", entity_id=command.device_id)
    known = any(json.loads(str(item["mine"])) == mine and item["technician_id"] == act.actor for item in offered)
    if row["site_id"] == command.site_id or known:
        return Outcome(said=f"{label(row)} was offered already.")
    theirs = {"site_id": row["site_id"], "room": row["room"]}
    done = f"it stays where it is; {command.source or 'a file'} has it at another site"
    tell(tx, act, "conflict", ("device", command.device_id), done, mine=mine, theirs=theirs)
    return Outcome((Changed(label(row), "offered", command.device_id),), f"{label(row)}: {done}.", "plain")


@handles(RecordDevice)
def record_device(tx: Tx, command: RecordDevice, act: Act) -> Outcome:
    before = tx.get("device", command.id)
    outcome = edit_fields(tx, command, act)
    row = tx.get("device", command.id)
    if row is None:
        return outcome
    if before is not None:
        tell_changes(tx, act, before, row)
    label = row["tag"] or row["serial"] or row["name"]
    place = f", {row['room']}" if row["room"] else ""
    said = f"{label} is {str(row['state']).replace('_', ' ')}{place}."
    return outcome._replace(changed=(changed({**row, "ref": label}),), said=said)
