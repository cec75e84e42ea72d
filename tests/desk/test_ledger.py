"""The ledger of spares: transfers in two steps, count sheets, serial numbers, and what two vans do without a network."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdesk.desk.agreements import RecordAgreement
from techdesk.desk.commands import Command, perform
from techdesk.desk.counting import CountStock, ExplainCount, FindSerial
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.ledger import NO_FIT, TRANSIT, balance, places
from techdesk.desk.licences import RecordLicence
from techdesk.desk.repairs import EditRepair
from techdesk.desk.spares import MoveStock, RecordLocation, RecordPart, SetLevel
from techdesk.desk.suppliers import RecordSupplier
from techdesk.desk.transfers import ReceiveTransfer, SendStock
from techdesk.desk.tx import Act
from techdesk.desk.visits import StartVisit
from techdesk.errors import BadInput, NotFound, Refused
from techdesk.models.memory import MemoryTx
from tests.desk.conftest import Desk

AT = "2026-11-23T09:00:00.000Z"
MIDS = [new_id() for _ in range(40)]
PART, ANN, BEN = "part", "van of ann", "van of ben"


class Shelves(NamedTuple):
    """A part in one van, and another van."""

    part: str
    here: str
    there: str


@pytest.fixture
def shelves(desk: Desk) -> Shelves:
    made = Shelves(new_id(), new_id(), new_id())
    desk.do(RecordPart(id=made.part, sku="LMP", name="Lamp"))
    desk.do(RecordLocation(id=made.here, name="Van of Ann", kind="van"))
    desk.do(RecordLocation(id=made.there, name="Van of Ben", kind="van"))
    desk.do(MoveStock(part_id=made.part, quantity=9, reason="receive", to_id=made.here))
    return made


def sent(desk: Desk, shelves: Shelves, quantity: int = 5) -> str:
    id = new_id()
    desk.do(SendStock(id=id, part_id=shelves.part, quantity=quantity, from_id=shelves.here, to_id=shelves.there))
    return id


def held(desk: Desk, shelves: Shelves) -> tuple[int, int, int]:
    """By the books: here, on the way, there."""
    here, way, there = (balance(desk.tx, shelves.part, each) for each in (shelves.here, TRANSIT, shelves.there))
    return here, way, there


def test_what_was_sent_is_on_its_way_until_it_is_received(desk: Desk, shelves: Shelves) -> None:
    id = sent(desk, shelves)
    assert held(desk, shelves) == (4, 5, 0)
    desk.do(ReceiveTransfer(transfer_id=id))
    assert held(desk, shelves) == (4, 0, 5)


def test_a_transfer_is_not_received_twice(desk: Desk, shelves: Shelves) -> None:
    id = sent(desk, shelves)
    desk.do(ReceiveTransfer(transfer_id=id))
    with pytest.raises(Refused, match="received already"):
        desk.do(ReceiveTransfer(transfer_id=id))
    assert held(desk, shelves) == (4, 0, 5)


@pytest.mark.parametrize(("came", "there"), [(3, 3), (6, 6), (0, 0)])
def test_a_difference_on_the_way_needs_a_word_and_leaves_nothing_there(
    desk: Desk, shelves: Shelves, came: int, there: int
) -> None:
    id = sent(desk, shelves)
    with pytest.raises(Refused, match="say why"):
        desk.do(ReceiveTransfer(transfer_id=id, quantity=came))
    desk.do(ReceiveTransfer(transfer_id=id, quantity=came, note="the box was open"))
    assert held(desk, shelves) == (4, 0, there)
    assert (desk.tx.get("stock_transfer", id) or {})["difference"] == "the box was open"


def test_sending_is_taken_back_whole(desk: Desk, shelves: Shelves) -> None:
    id = sent(desk, shelves)
    desk.store.undo()
    assert held(desk, shelves) == (9, 0, 0)
    assert desk.tx.get("stock_transfer", id) is None


def test_a_transfer_goes_somewhere_and_what_is_not_known_is_not_received(desk: Desk, shelves: Shelves) -> None:
    with pytest.raises(BadInput):
        SendStock(id="x", part_id=shelves.part, quantity=1, from_id="a", to_id="a")
    with pytest.raises(BadInput):
        SendStock(id="x", part_id=shelves.part, quantity=-1, from_id="a", to_id="b")
    with pytest.raises(NotFound):
        desk.do(ReceiveTransfer(transfer_id=new_id()))


def test_a_sheet_books_the_differences_to_what_was_seen(desk: Desk, shelves: Shelves) -> None:
    other = new_id()
    desk.do(RecordPart(id=other, sku="PEN", name="Pen"))
    outcome = desk.do(CountStock(location_id=shelves.here, lines=((shelves.part, 7, "two fell"), (other, 0, None))))
    assert balance(desk.tx, shelves.part, shelves.here) == 7
    assert [each.ref for each in outcome.changed] == ["LMP"]
    late = CountStock(location_id=shelves.here, lines=((shelves.part, 6, None),), books=(9,))
    desk.do(late)  # the store looks anew for whoever counts here and now
    assert balance(desk.tx, shelves.part, shelves.here) == 6


def test_a_sheet_refuses_what_cannot_be_counted() -> None:
    for lines in ((), (("p", -1, None),), (("p", 1.5, None),), (("p", 1, None), ("p", 2, None))):
        with pytest.raises(BadInput):
            CountStock(location_id="here", lines=lines)  # type: ignore[arg-type]


def test_a_difference_is_explained_once(desk: Desk, shelves: Shelves) -> None:
    desk.do(CountStock(location_id=shelves.here, lines=((shelves.part, 7, None),)))
    [counted] = desk.tx.find("stock_movement", reason="count")
    [received] = desk.tx.find("stock_movement", reason="receive")
    desk.do(ExplainCount(movement_id=str(counted["id"]), words="lent to the office"))
    with pytest.raises(Refused, match="lent to the office"):
        desk.do(ExplainCount(movement_id=str(counted["id"]), words="stolen"))
    with pytest.raises(Refused, match="Only a count"):
        desk.do(ExplainCount(movement_id=str(received["id"]), words="came"))


def test_a_serial_number_is_of_one_piece(desk: Desk, shelves: Shelves) -> None:
    with pytest.raises(Refused, match="one piece"):
        desk.do(MoveStock(part_id=shelves.part, quantity=2, reason="receive", to_id=shelves.here, serial="S1"))


def test_a_place_that_holds_no_more_gives_the_serial_numbers_too(desk: Desk, shelves: Shelves) -> None:
    desk.do(RecordPart(id=shelves.part, serialised=1))
    for serial in ("S1", "S2"):
        desk.do(MoveStock(part_id=shelves.part, quantity=1, reason="receive", to_id=shelves.here, serial=serial))
    outcome = desk.do(MoveStock(part_id=shelves.part, quantity=3, reason="issue", from_id=shelves.here))
    assert "serial number S1, S2 were taken" in outcome.said
    gone = desk.tx.find("stock_movement", reason="issue")
    assert sorted((str(row["serial"]), row["quantity"]) for row in gone) == [("None", 1), ("S1", 1), ("S2", 1)]


def test_a_serial_number_that_was_found_is_there_alone(desk: Desk, shelves: Shelves) -> None:
    for place in (shelves.here, shelves.there):
        desk.do(MoveStock(part_id=shelves.part, quantity=1, reason="receive", to_id=place, serial="S1"))
    desk.do(FindSerial(part_id=shelves.part, serial="S1", location_id=shelves.there))
    assert places(desk.tx, shelves.part, "S1") == {shelves.there: 1}
    assert held(desk, shelves) == (9, 0, 1)
    desk.do(FindSerial(part_id=shelves.part, serial="S1"))
    assert places(desk.tx, shelves.part, "S1") == {}


def test_a_part_that_is_not_known_to_fit_is_used_and_noted(desk: Desk, shelves: Shelves) -> None:
    fits, other, device = new_id(), new_id(), new_id()
    desk.do(RecordModel(id=fits, name="X1"))
    desk.do(RecordModel(id=other, name="X2"))
    desk.do(RecordDevice(id=device, tag="D-1", model_id=other))
    desk.do(RecordPart(id=shelves.part, models=(fits,)))
    ticket = desk.log(device_id=device)
    outcome = desk.do(
        MoveStock(part_id=shelves.part, quantity=1, reason="issue", from_id=shelves.here, ticket_id=ticket)
    )
    assert "not known to fit" in outcome.said
    assert [row["note"] for row in desk.tx.find("stock_movement", ticket_id=ticket)] == [NO_FIT]


def test_a_supplier_takes_a_number_of_days(desk: Desk) -> None:
    with pytest.raises(BadInput):
        RecordSupplier(id=new_id(), name="Misco", lead_days=-1)
    assert "3 days" in desk.do(RecordSupplier(id=new_id(), name="Misco", lead_days=3)).said


# Two vans without a network

QUANTITY = st.integers(1, 4)
ENDS = st.sampled_from(((None, ANN), (ANN, None), (ANN, BEN), (BEN, ANN), (BEN, None)))
SERIAL = st.sampled_from(("S1", "S2"))


def move(ends: tuple[str | None, str | None], quantity: int, serial: str | None = None) -> Command:
    return MoveStock(part_id=PART, quantity=quantity, reason="transfer", from_id=ends[0], to_id=ends[1], serial=serial)


def work() -> st.SearchStrategy[Command]:
    """What somebody does to the books; the transfers were sent before, so both may receive them."""
    return st.one_of(
        st.builds(move, ENDS, QUANTITY),
        st.builds(lambda q: SendStock(id=new_id(), part_id=PART, quantity=q, from_id=ANN, to_id=BEN), QUANTITY),
        st.builds(lambda n: ReceiveTransfer(transfer_id=f"sent {n}"), st.integers(0, 1)),
        st.builds(lambda n, b: CountStock(location_id=ANN, lines=((PART, n, None),), books=(b,)), QUANTITY, QUANTITY),
    )


def booked(order: list[tuple[str, Command]]) -> MemoryTx:
    """The books after that work in that order, as a server does it: what is refused is refused."""
    tx = MemoryTx()
    start: list[tuple[str, Command]] = [
        (MIDS[-3], RecordPart(id=PART, sku="LMP", name="Lamp")),
        (MIDS[-2], SendStock(id="sent 0", part_id=PART, quantity=2, from_id=BEN, to_id=ANN)),
        (MIDS[-1], SendStock(id="sent 1", part_id=PART, quantity=3, from_id=ANN, to_id=BEN)),
    ]
    for mid, command in [*start, *order]:
        act = Act(mid, AT, None, "laptop", merging=True)
        tx.begin(act)
        perform(tx, command, act)
    return tx


@settings(max_examples=60, deadline=None)
@given(st.lists(work(), max_size=6), st.lists(work(), max_size=6), st.data())
def test_any_interleaving_of_two_vans_gives_the_same_balances(
    ann: list[Command], ben: list[Command], data: st.DataObject
) -> None:
    mine, theirs = list(zip(MIDS, ann, strict=False)), list(zip(MIDS[10:], ben, strict=False))
    mixed, left, right = [], list(mine), list(theirs)
    while left or right:
        side = left if not right or (left and data.draw(st.booleans())) else right
        mixed.append(side.pop(0))
    totals = [
        [balance(booked(order), PART, place) for place in (ANN, BEN, TRANSIT)] for order in (mine + theirs, mixed)
    ]
    assert totals[0] == totals[1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ENDS, SERIAL), max_size=8), st.permutations(range(8)), st.sampled_from((ANN, BEN)))
def test_a_serial_number_is_in_one_place_or_an_item_and_one_word_settles_it(
    moves: list[tuple[tuple[str | None, str | None], str]], order: list[int], place: str
) -> None:
    work = [(MIDS[number], move(ends, 1, serial)) for number, (ends, serial) in enumerate(moves)]
    shuffled = [work[number] for number in order if number < len(work)]
    tx = booked(shuffled)
    assert places(tx, PART, "S1") == places(booked(list(work)), PART, "S1")
    tx = booked([*shuffled, (MIDS[20], FindSerial(part_id=PART, serial="S1", location_id=place))])
    assert places(tx, PART, "S1") == {place: 1}


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_a_cost_is_written_in_digits(number: float) -> None:
    makers: tuple[Callable[[], object], ...] = (
        lambda: RecordPart(id="x", unit_cost=number),
        lambda: RecordDevice(id="x", cost=number),
        lambda: EditRepair(id="x", cost=number),
        lambda: RecordLicence(id="x", cost=number),
        lambda: RecordAgreement(id="x", price=number),
        lambda: StartVisit(visit_id="x", mileage=number),
    )
    for make in makers:
        with pytest.raises(BadInput, match="write it in digits"):
            make()


def test_a_target_below_the_minimum_is_refused_and_taken_when_it_was_said_before(desk: Desk, shelves: Shelves) -> None:
    level = SetLevel(id=new_id(), part_id=shelves.part, location_id=shelves.here, minimum=5, target=2)
    with pytest.raises(Refused, match="no less than the minimum"):
        desk.do(level)
    assert desk.tx.get("stock_level", level.id) is None
    desk.do(replace(level, target=0))  # none: it is filled up to the minimum
    tx, act = MemoryTx(), Act(MIDS[0], AT, "ann", "laptop", merging=True)
    tx.begin(act)
    perform(tx, RecordPart(id=shelves.part, sku="LMP", name="Lamp"), act)
    perform(tx, level, act)
    assert (tx.get("stock_level", level.id) or {})["target"] == 2
