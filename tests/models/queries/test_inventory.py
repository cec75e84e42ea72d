"""Pages of devices."""

import pytest

from techdesk.desk.closing import CancelTicket
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.models.device_filters import DeviceFilter, parse_devices
from techdesk.models.queries import inventory
from techdesk.models.store import Store
from tests.models.queries.shelves import device, made, model, site


@pytest.fixture
def shelf(store: Store) -> Store:
    """Five devices at two schools, one of them without a tag."""
    abbey, oak = site(store, "2005", "Abbey Park"), site(store, "2006", "Oakfield")
    old = model(store, "OptiPlex 3050", standing="retiring")
    device(store, tag="C-3", site_id=abbey, room="Hall", model_id=old)
    device(store, tag="A-1", site_id=oak, room="Office", state="faulty")
    device(store, tag="B-2", site_id=abbey, room="Annex", model_id=old)
    device(store, serial="AA-9", site_id=abbey, room="Hall")
    device(store, tag="D-4")
    return store


def tags(store: Store, chosen: DeviceFilter, limit: int = 100, start: int = 0) -> list[str | None]:
    return [line.tag or line.serial for line in inventory.page(store.connection, chosen, limit, start)]


def test_all_are_in_the_order_of_their_labels(shelf: Store) -> None:
    assert tags(shelf, DeviceFilter()) == ["A-1", "AA-9", "B-2", "C-3", "D-4"]


def test_one_site_is_in_the_order_of_rooms(shelf: Store) -> None:
    abbey = str(shelf.connection.execute("SELECT id FROM site WHERE code = '2005'").fetchone()[0])
    assert tags(shelf, DeviceFilter(site_id=abbey)) == ["B-2", "AA-9", "C-3"]


@pytest.mark.parametrize("chosen", [DeviceFilter(), DeviceFilter(words="a"), DeviceFilter(standing="retiring")])
def test_pages_and_places_agree_with_the_whole(shelf: Store, chosen: DeviceFilter) -> None:
    whole = inventory.page(shelf.connection, chosen, 100)
    assert inventory.count(shelf.connection, chosen) == len(whole)
    for index, line in enumerate(whole):
        assert inventory.page(shelf.connection, chosen, 1, index) == [line]
        assert inventory.index_of(shelf.connection, chosen, line.id) == index


def test_a_device_that_the_filter_keeps_out_has_no_place_and_is_not_held(shelf: Store) -> None:
    left_out = inventory.page(shelf.connection, DeviceFilter(), 1)[0]
    chosen, both = DeviceFilter(standing="retiring"), frozenset((left_out.id, "nobody's"))
    assert inventory.index_of(shelf.connection, chosen, left_out.id) is None
    assert inventory.holds(shelf.connection, chosen, both) == frozenset()
    assert inventory.holds(shelf.connection, DeviceFilter(), both) == {left_out.id}


@pytest.mark.parametrize(
    ("line", "found"),
    [("room:hal", ["AA-9", "C-3"]), ("model:3050", ["B-2", "C-3"]), ("faulty", ["A-1"]), ("retiring hall", ["C-3"]),
     ("optiplex", ["B-2", "C-3"]), ("aa-9", ["AA-9"]), ("100%", [])],
)  # fmt: skip
def test_a_filter_line_says_which(shelf: Store, line: str, found: list[str]) -> None:
    said = parse_devices(line)
    chosen = DeviceFilter(None, said.room, said.model, said.states, said.standing, said.words)
    assert tags(shelf, chosen) == found


def test_a_card_has_the_open_tickets_first(shelf: Store) -> None:
    id = inventory.page(shelf.connection, DeviceFilter(), 1)[0].id
    first, second = new_id(), new_id()
    made(shelf, *(LogTicket(id=ticket, text="Fault", device_id=id) for ticket in (first, second)))
    made(shelf, CancelTicket(ticket_id=second))
    card = inventory.card(shelf.connection, id)
    assert [ticket.id for ticket in card.tickets] == [first, second]
    assert card.line.open_tickets == 1


def test_pages_and_ticket_counts_use_their_indexes(shelf: Store) -> None:
    plans = []
    shelf.connection.set_trace_callback(plans.append)
    inventory.page(shelf.connection, DeviceFilter(), 10)
    shelf.connection.set_trace_callback(None)
    plan = " | ".join(str(row[3]) for row in shelf.connection.execute(f"EXPLAIN QUERY PLAN {plans[0]}"))
    assert "device_label" in plan
    assert "ticket_device (device_id=? AND open=?)" in plan
