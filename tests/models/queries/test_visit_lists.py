"""Pages of visits, weeks, and the sheet."""

from datetime import date

import pytest

from techdesk.desk.ids import new_id
from techdesk.desk.visits import CancelVisit, PlanVisit
from techdesk.errors import NotFound
from techdesk.models.queries import visit_lists
from techdesk.models.queries.visit_lists import VisitFilter
from techdesk.models.store import Store
from tests.models.queries.shelves import made, site

NOW = "2026-11-23T09:00:00.000Z"


@pytest.fixture
def book(store: Store) -> Store:
    """Six visits in two weeks at two schools, the last one called off."""
    sites = [site(store, code, name) for code, name in (("2005", "Abbey Park"), ("2006", "Oakfield"))]
    ids = [new_id() for _ in range(6)]
    for number, id in enumerate(ids):
        day = f"2026-11-{20 + 2 * number:02}"
        made(store, PlanVisit(id=id, site_id=sites[number % 2], technician_id=str(store.meta("technician")),
                              planned_start=f"{day}T09:00:00.000Z", planned_end=f"{day}T12:00:00.000Z"))  # fmt: skip
    made(store, CancelVisit(visit_id=ids[-1], reason="snow"))
    return store


def days(store: Store, chosen: VisitFilter) -> list[int]:
    return [int(line.planned_start[8:10]) for line in visit_lists.page(store.connection, chosen, 100)]


def test_visits_are_in_the_order_of_their_start(book: Store) -> None:
    assert days(book, VisitFilter()) == [20, 22, 24, 26, 28, 30]
    assert days(book, VisitFilter(gone=False)) == [20, 22, 24, 26, 28]


def test_a_week_is_monday_to_sunday_on_the_place_s_clock(book: Store) -> None:
    start, end = visit_lists.week(date(2026, 11, 25))
    assert (start, end) == ("2026-11-23T00:00:00.000Z", "2026-11-30T00:00:00.000Z")
    assert days(book, VisitFilter(start=start, end=end)) == [24, 26, 28]
    assert visit_lists.week(date(2026, 7, 8))[0] == "2026-07-05T23:00:00.000Z"


def test_visits_are_found_by_school_and_by_person(book: Store) -> None:
    assert days(book, VisitFilter(words="oak")) == [22, 26, 30]
    name = book.connection.execute("SELECT name FROM technician").fetchone()[0]
    assert len(days(book, VisitFilter(words=name))) == 6
    assert days(book, VisitFilter(technician_id="nobody")) == []


def test_pages_and_places_agree_with_the_whole(book: Store) -> None:
    chosen = VisitFilter(words="abbey")
    whole = visit_lists.page(book.connection, chosen, 100)
    assert visit_lists.count(book.connection, chosen) == len(whole)
    for index, line in enumerate(whole):
        assert visit_lists.page(book.connection, chosen, 1, index) == [line]
        assert visit_lists.index_of(book.connection, chosen, line.id) == index
    ids = frozenset(line.id for line in whole)
    assert visit_lists.holds(book.connection, chosen, ids | {"nobody's"}) == ids
    assert visit_lists.holds(book.connection, VisitFilter(technician_id="nobody"), ids) == frozenset()


def test_what_is_next_has_not_begun_and_is_not_called_off(book: Store) -> None:
    found = visit_lists.upcoming(book.connection, NOW, 10, VisitFilter())
    assert [line.planned_start[8:10] for line in found] == ["24", "26", "28"]


def test_the_nearest_visit_of_a_technician(book: Store) -> None:
    me = book.meta("technician")
    found = visit_lists.nearest(book.connection, me, ("planned",), NOW)
    assert found is not None and found.planned_start[8:10] in ("22", "24")
    assert visit_lists.nearest(book.connection, me, ("wrapped",), NOW) is None


def test_an_unknown_site_is_not_found(book: Store) -> None:
    with pytest.raises(NotFound):
        visit_lists.site_card(book.connection, "nope")
