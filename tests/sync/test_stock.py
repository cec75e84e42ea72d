"""The books of the spares between two vans, through a real server on SQLite and on PostgreSQL."""

import json

import pytest

from techdesk.desk.counting import CountStock, FindSerial
from techdesk.desk.ids import new_id
from techdesk.desk.spares import MoveStock, RecordLocation, RecordPart
from techdesk.desk.transfers import ReceiveTransfer, SendStock
from techdesk.models.queries import spares, stock_books
from techdesk.models.store import Store
from techdesk.sync.client import sync
from tests.sync.field import Field, everything, inbox, settle_down


def van(store: Store) -> str:
    return str(spares.van_of(store.connection, store.meta("technician")))


def test_what_two_vans_did_without_a_network_adds_up(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    part, first = new_id(), new_id()
    ann.perform(RecordPart(id=part, sku="LMP", name="Lamp"))
    ann.perform(MoveStock(part_id=part, quantity=9, reason="receive", to_id=van(ann)))
    ann.perform(SendStock(id=first, part_id=part, quantity=4, from_id=van(ann), to_id=van(ben)))
    settle_down(ann, ben)
    ben.perform(ReceiveTransfer(transfer_id=first, quantity=3, note="one fell"))
    ben.perform(MoveStock(part_id=part, quantity=1, reason="issue", from_id=van(ben)))
    ann.perform(CountStock(location_id=van(ann), lines=((part, 4, "lent"),)))  # the books said 5
    ann.perform(MoveStock(part_id=part, quantity=2, reason="issue", from_id=van(ann)))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    for store in (ann, ben):
        assert [spares.balance(store.connection, part, van(each)) for each in (ann, ben)] == [2, 2]
        assert stock_books.transfers(store.connection) == []


def test_a_transfer_that_two_received_is_booked_once_and_the_later_is_told(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    part, sent = new_id(), new_id()
    ann.perform(RecordPart(id=part, sku="LMP", name="Lamp"))
    ann.perform(SendStock(id=sent, part_id=part, quantity=4, from_id=van(ann), to_id=van(ben)))
    settle_down(ann, ben)
    ann.perform(ReceiveTransfer(transfer_id=sent))
    ben.perform(ReceiveTransfer(transfer_id=sent, quantity=3, note="one fell"))
    sync(ann)
    report = sync(ben)
    sync(ann)
    assert everything(ann) == everything(ben)
    assert (report.merged, spares.balance(ann.connection, part, van(ben))) == (1, 4)
    [item] = inbox(ben)
    assert "count the part" in str(item["done"]) and json.loads(str(item["mine"]))["received"] == 3


@pytest.mark.parametrize("steps", [1, 2])
def test_a_serial_that_two_vans_took_is_kept_with_both_and_the_later_is_told(field: Field, steps: int) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    part, store = new_id(), new_id()
    ann.perform(RecordLocation(id=store, name="Store", kind="store"))
    ann.perform(RecordPart(id=part, sku="SWI", name="Switch"))
    ann.perform(MoveStock(part_id=part, quantity=1, reason="receive", to_id=store, serial="A1"))
    settle_down(ann, ben)
    for each in (ann, ben):
        ends: dict[str, str] = {"part_id": part, "from_id": store, "to_id": van(each), "serial": "A1"}
        sent = SendStock(id=new_id(), quantity=1, **ends) if steps == 2 else None  # type: ignore[arg-type]
        each.perform(sent or MoveStock(quantity=1, reason="transfer", **ends))  # type: ignore[arg-type]
    sync(ann)
    report = sync(ben)
    sync(ann)
    assert everything(ann) == everything(ben)
    assert (report.conflicts, inbox(ann)) == (1, [])
    [item] = inbox(ben)
    assert "part locate" in str(item["done"]) and json.loads(str(item["theirs"]))["location_id"] == van(ann)
    assert json.loads(str(item["mine"])) == {"serial": "A1", "location_id": van(ben)}
    assert spares.balance(ben.connection, part, store) == -1


def test_a_serial_in_other_letters_is_reviewed_as_the_same_and_found_as_one(field: Field) -> None:
    ann, part, store = field.laptop("Ann"), new_id(), new_id()
    ann.perform(RecordLocation(id=store, name="Store", kind="store"))
    ann.perform(RecordPart(id=part, sku="SWI", name="Switch"))
    ann.perform(MoveStock(part_id=part, quantity=1, reason="receive", to_id=store, serial="A1"))
    ann.perform(MoveStock(part_id=part, quantity=1, reason="receive", to_id=van(ann), serial="a1"))
    [line] = stock_books.review(ann.connection, "2026-11-23T09:00:00.000Z")
    assert (line.kind, "Store" in line.what) == ("serial", True)
    ann.perform(FindSerial(part_id=part, serial="a1", location_id=store))
    assert stock_books.review(ann.connection, "2026-11-23T09:00:00.000Z") == []
    assert spares.balance(ann.connection, part, store) == 1
