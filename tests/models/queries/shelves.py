"""Rows to read: sites, devices, spares, visits, made by commands in a store of the test's own."""

from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.people import RecordSite
from techdesk.desk.spares import MoveStock, RecordLocation, RecordPart
from techdesk.models.store import Store


def made(store: Store, *commands: Command) -> None:
    store.perform_all(commands)


def site(store: Store, code: str, name: str) -> str:
    id = new_id()
    made(store, RecordSite(id=id, code=code, name=name))
    return id


def device(store: Store, **fields: str) -> str:
    id = new_id()
    made(store, RecordDevice(id=id, **fields))
    return id


def model(store: Store, name: str, **fields: str) -> str:
    id = new_id()
    made(store, RecordModel(id=id, name=name, **fields))
    return id


def part(store: Store, sku: str, name: str = "A part") -> str:
    id = new_id()
    made(store, RecordPart(id=id, sku=sku, name=name))
    return id


def location(store: Store, name: str, kind: str = "store") -> str:
    id = new_id()
    made(store, RecordLocation(id=id, name=name, kind=kind))
    return id


def moved(store: Store, part_id: str, quantity: int, source: str | None, target: str | None) -> None:
    made(store, MoveStock(part_id=part_id, quantity=quantity, reason="transfer", from_id=source, to_id=target))
