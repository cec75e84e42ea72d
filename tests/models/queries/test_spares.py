"""Balances, levels and movements as they are read."""

import pytest

from techdesk.desk.ids import new_id
from techdesk.desk.spares import SetLevel
from techdesk.errors import NotFound
from techdesk.models.queries import spares
from techdesk.models.store import Store
from tests.models.queries.shelves import location, made, moved, part


def test_a_balance_is_the_sum_of_what_came_and_went_at_each_place(store: Store) -> None:
    lamp, here, there = part(store, "LMP"), location(store, "Here"), location(store, "There")
    moved(store, lamp, 7, None, here)
    moved(store, lamp, 3, here, there)
    moved(store, lamp, 5, there, None)
    balances = {line.location: line.balance for line in spares.stock(store.connection)}
    assert balances == {"Here": 4, "There": -2}
    assert spares.balance(store.connection, lamp, here) == 4
    assert [line.balance for line in spares.stock(store.connection, there)] == [-2]


def test_a_level_without_any_piece_is_listed_and_short_lines_come_first(store: Store) -> None:
    here, full, empty = location(store, "Here"), part(store, "AAA"), part(store, "BBB")
    moved(store, full, 2, None, here)
    made(store, SetLevel(id=new_id(), part_id=empty, location_id=here, minimum=1, target=3))
    lines = spares.stock(store.connection, here)
    assert [(line.sku, line.balance, line.minimum, line.target) for line in lines] == [
        ("BBB", 0, 1, 3),
        ("AAA", 2, 0, 0),
    ]
    assert [line.sku for line in spares.stock(store.connection, here, below=True)] == ["BBB"]


def test_words_of_sku_and_name_narrow_and_marks_are_words(store: Store) -> None:
    here = location(store, "Here")
    for sku, name in (("LMP-1", "Projector lamp"), ("TON-100%", "Toner")):
        moved(store, part(store, sku, name), 1, None, here)
    assert [line.sku for line in spares.stock(store.connection, here, words="lamp projector")] == ["LMP-1"]
    assert [line.sku for line in spares.stock(store.connection, here, words="100%")] == ["TON-100%"]
    assert spares.stock(store.connection, here, words="_") == []


def test_the_own_van_comes_first_then_stores(store: Store) -> None:
    location(store, "A cupboard", "site")
    location(store, "Main store")
    kinds = [(line.kind, bool(line.mine)) for line in spares.locations(store.connection, store.meta("technician"))]
    assert kinds == [("van", True), ("store", False), ("site", False)]


def test_movements_are_those_of_the_place_newest_first(store: Store) -> None:
    lamp, here, there = part(store, "LMP"), location(store, "Here"), location(store, "There")
    for quantity, target in ((1, here), (2, there), (3, here)):
        moved(store, lamp, quantity, None, target)
    assert [line.quantity for line in spares.movements(store.connection, lamp, here)] == [3, 1]
    assert len(spares.movements(store.connection, lamp)) == 3


def test_balances_follow_every_movement_that_comes_and_goes(store: Store) -> None:
    lamp, here, there = part(store, "LMP"), location(store, "Here"), location(store, "There")
    moved(store, lamp, 5, None, here)
    moved(store, lamp, 2, here, there)
    assert (spares.balance(store.connection, lamp, here), spares.balance(store.connection, lamp, there)) == (3, 2)
    with store.transaction():  # as when a sync takes pending work back, and a snapshot puts a row again
        store.connection.execute("DELETE FROM stock_movement WHERE quantity = 2")
        store.connection.execute("UPDATE stock_movement SET quantity = 4, to_id = ?", (there,))
    assert (spares.balance(store.connection, lamp, here), spares.balance(store.connection, lamp, there)) == (0, 4)


def test_an_unknown_part_or_place_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        spares.part(store.connection, "nope")
    with pytest.raises(NotFound):
        spares.location(store.connection, "nope")
