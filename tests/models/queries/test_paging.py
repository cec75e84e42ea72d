"""Pages of the ticket list: the same rows as the whole list cut at the same places, however one jumps about in it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from techdesk.desk.history import ImportTicket
from techdesk.models.filters import TicketFilter
from techdesk.models.queries import tickets
from techdesk.models.queries.paging import TicketPages
from techdesk.models.store import Store

ROWS = 730


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tickets with many equal priorities and moments, so that only their ids tell them apart."""
    rng = random.Random(7)
    path = tmp_path_factory.mktemp("paging") / "techdesk.db"
    with Store(path) as store:
        store.perform_all([
            ImportTicket(id=f"00000000-0000-7000-8000-{rng.randrange(16**12):012x}", columns={
                "text": f"ticket {number}", "state": rng.choice(("new", "on_hold", "closed")), "source": "test",
                "source_key": str(number), "source_digest": "x", "opened_at": f"2026-11-{rng.randint(1, 5):02}T08:00:00.000Z",
                "priority": rng.randint(1, 5), "ref": f"N{number}", "fix_due": rng.choice((None, "2026-11-20T08:00:00.000Z")),
            })
            for number in range(ROWS)
        ])  # fmt: skip
    return path


@pytest.fixture
def store(path: Path) -> Store:
    return Store(path)


@pytest.mark.parametrize("chosen", [
    TicketFilter(), TicketFilter(all=True), TicketFilter(all=True, sort="newest"), TicketFilter(sort="oldest"),
    TicketFilter(priority=3), TicketFilter(words="ticket"), TicketFilter(states=("closed",), sort="newest"),
])  # fmt: skip
def test_pages_in_any_order_are_those_of_the_whole_list(store: Store, chosen: TicketFilter) -> None:
    whole = [line.id for line in tickets.page(store.connection, chosen, ROWS)]
    pages = TicketPages(lambda question: question(store.connection), chosen)
    assert pages.count() == len(whole)
    starts = list(range(0, len(whole), 50))
    random.Random(3).shuffle(starts)
    for start in starts:
        assert [line.id for line in pages.page(start, 50)] == whole[start : start + 50]
    for place in (0, 1, len(whole) // 2, len(whole) - 1):
        assert pages.index_of(whole[place]) == place


def test_a_row_outside_the_filter_has_no_place_and_is_not_held(store: Store) -> None:
    closed = tickets.page(store.connection, TicketFilter(states=("closed",)), 1)[0]
    here = tickets.page(store.connection, TicketFilter(), 1)[0]
    pages = TicketPages(lambda question: question(store.connection), TicketFilter())
    assert pages.index_of(closed.id) is None
    assert pages.holds(frozenset((closed.id, here.id, "nobody's"))) == {here.id}


def test_beyond_the_end_there_is_nothing(store: Store) -> None:
    pages = TicketPages(lambda question: question(store.connection), TicketFilter())
    pages.count()
    assert pages.page(ROWS * 2, 50) == []
