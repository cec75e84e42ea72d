"""Models: how often they fail, and which read as if they were one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from techdesk.desk.closing import CancelTicket
from techdesk.desk.devices import DisposeDevice, MoveDevice
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.models import KeepApart, MergeModels
from techdesk.desk.repairs import OpenRepair
from techdesk.models.queries import models, settling
from techdesk.models.queries.spellings import alike, spelling
from tests.desk.conftest import Desk

LATER = "2027-11-23T09:00:00.000Z"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "techdesk.db")
    yield made
    made.store.close()


def model(desk: Desk, name: str, maker: str | None = None, number: str | None = None) -> str:
    id = new_id()
    desk.do(RecordModel(id=id, name=name, manufacturer=maker, number=number))
    return id


def device(desk: Desk, model_id: str, **fields: object) -> str:
    id = new_id()
    desk.do(RecordDevice(id=id, tag=f"L-{id[-6:]}", model_id=model_id, **fields))  # type: ignore[arg-type]
    return id


def line(desk: Desk, id: str, now: str = LATER) -> models.ModelLine:
    return models.line(desk.store.connection, id, now)


def test_incidents_and_repairs_without_one_are_failures_of_the_years_that_were_watched(desk: Desk) -> None:
    book = model(desk, "Book")
    first, second = device(desk, book, bought="2019-09-01"), device(desk, book, bought="2027-05-25")
    incident = desk.log(device_id=first)  # from here on faults are known
    desk.log(device_id=first, kind="request")
    desk.do(CancelTicket(ticket_id=desk.log(device_id=first)))
    desk.do(OpenRepair(id=new_id(), device_id=first, fault="Screen", ticket_id=incident))
    desk.do(OpenRepair(id=new_id(), device_id=second, fault="Keys"))
    found = line(desk, book)
    assert (found.devices, found.failures) == (2, 2)
    assert found.years == pytest.approx(1.0 + 0.5, abs=0.01)


def test_a_device_that_is_gone_is_watched_until_then(desk: Desk) -> None:
    book = model(desk, "Book")
    old, sold = device(desk, book, bought="2020-01-01"), device(desk, book, bought="2020-01-01")
    desk.log(device_id=old)
    desk.do(MoveDevice(device_id=old, state="retired"), "2027-02-22T09:00:00.000Z")
    desk.do(MoveDevice(device_id=sold, state="retired"), "2027-02-22T09:00:00.000Z")
    desk.do(DisposeDevice(device_id=sold, certificate="C-1", on="2027-05-24"), "2027-05-25T09:00:00.000Z")
    found = line(desk, book)
    assert (found.devices, found.years) == (0, pytest.approx(0.25 + 0.5, abs=0.01))


def test_without_a_purchase_a_device_counts_from_when_it_was_heard_of(desk: Desk) -> None:
    book = model(desk, "Book")
    desk.log(device_id=device(desk, book))
    desk.now = "2027-05-24T09:00:00.000Z"
    device(desk, book)
    assert line(desk, book).years == pytest.approx(1.0 + 0.5, abs=0.01)


def test_what_is_one_is_counted_together(desk: Desk) -> None:
    kept, other = model(desk, "Book"), model(desk, "BOOK")
    desk.log(device_id=device(desk, kept))
    desk.log(device_id=device(desk, other))
    desk.do(MergeModels(model_id=kept, other_ids=(other,)))
    [found] = models.lines(desk.store.connection, LATER)
    assert (found.devices, found.of, found.failures, found.spellings) == (2, 2, 2, 1)


FIVE = (("ProBook 450 G8", "HP"), ("HP ProBook 450 G8", "Hewlett-Packard"), ("hp probook 450g8 notebook pc", None),
        ("HP-ProBook-450-G8", "HP Inc."), ("Probok 450 G8", None))  # fmt: skip


def test_a_model_spelled_five_ways_is_offered_as_one(desk: Desk) -> None:
    ids = {model(desk, *spelled) for spelled in FIVE}
    model(desk, "ProBook 455 G8", "HP")
    most = device(desk, max(ids))
    [found] = models.alike(desk.store.connection)
    assert {found.kept.id, *(each.id for each in found.others)} == ids
    assert found.kept.id == desk.tx.get("device", most)["model_id"]  # type: ignore[index]


def test_the_same_model_number_is_offered_whatever_the_name(desk: Desk) -> None:
    model(desk, "Board", number="SBID-MX275")
    model(desk, "sbid mx275")
    [found] = models.alike(desk.store.connection)
    assert found.others[0].why == "the same model number"


def test_a_tag_is_one_however_letters_are_written(desk: Desk) -> None:
    ids = [new_id() for _ in range(4)]
    for id, tag in zip(ids, ("ÄB-1", "äb-1 ", "ＡB-2", "ab-2"), strict=True):
        desk.do(RecordDevice(id=id, tag=tag))
    found = settling.of_devices(desk.store.connection)
    assert sorted(item.ids for item in found) == sorted([(ids[0], ids[1]), (ids[2], ids[3])])


def test_two_that_were_told_apart_are_not_offered(desk: Desk) -> None:
    one, other = model(desk, "Board 275"), model(desk, "BOARD 275")
    desk.do(KeepApart(model_id=one, other_id=other))
    assert models.alike(desk.store.connection) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("iPad Air 11-inch (M4)", "iPad Pro 11-inch (M4)"), ("iPad (9th generation)", "iPad (10th generation)"),
     ("Latitude 5420", "Latitude E5420"), ("Latitude 5420", "Precision 5420"), ("ThinkPad L13", "ThinkPad L13 Gen 2"),
     ("Galaxy Tab S7", "Galaxy Tab S7 FE"), ("EB-685W", "EB-685Wi"), ("Surface Go", "Surface Go 2"),
     ("Принтер 500", "Сканер 500")],
)  # fmt: skip
def test_models_that_differ_in_a_figure_or_a_telling_word_are_not_alike(one: str, other: str) -> None:
    assert not alike(spelling(one, None), spelling(other, None))


@pytest.mark.parametrize(
    ("one", "other"),
    [("iPad (9th generation)", "iPad 9th Gen"), ("iPad Air 11-inch (M4)", "Apple iPad Air 11 M4"),
     ("Lattitude 5420", "Dell Latitude 5420"), ("EB-685W", "Epson EB685W"), ("L13 Gen 2", "ThinkPad L13 Gen2"),
     ("Surface Pro 7+", "Surface Pro 7 Plus"), ("Принтер М500", "ПРИНТЕР М-500"), ("ＥＢ-685W", "EB 685w")],
)  # fmt: skip
def test_ways_to_write_one_model_are_alike(one: str, other: str) -> None:
    assert alike(spelling(one, None), spelling(other, None))


def test_the_maker_that_only_one_row_names_apart_tells_nothing() -> None:
    assert alike(spelling("HD Pro", "HUE"), spelling("HUE HD-Pro", None)) == "spelled otherwise"
    assert not alike(spelling("HD Pro", "HUE"), spelling("HUE HD", None))
