"""Visits and minutes delivered against those bought, by term."""

from datetime import date
from pathlib import Path

import pytest

from techdesk.desk.agreements import MoveAgreement, RecordAgreement
from techdesk.desk.bookings import MissVisit
from techdesk.desk.calendars import KeepDays, RecordCalendar, calendar_id
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordSite
from techdesk.desk.visits import PlanVisit, StartVisit, WrapVisit
from techdesk.models.queries.delivery import Delivery, Term, deliveries, term_of
from techdesk.models.store import Store

NOW = "2026-11-23T09:00:00.000Z"
TERM = Term(date(2026, 9, 1), date(2026, 12, 18), 0.5)


class World:
    """A store with a clock, and visits of a morning by its technician."""

    def __init__(self, path: Path) -> None:
        self.now = NOW
        self.store = Store(path, wall=lambda: self.now)

    def site(self, code: str, visits: int | None) -> str:
        id, agreed = new_id(), new_id()
        self.store.perform(RecordSite(id=id, code=code, name=f"School {code}"))
        if visits is not None:
            self.store.perform(RecordAgreement(id=agreed, site_id=id, visits=visits, minutes=visits * 180))
            self.store.perform(MoveAgreement(agreement_id=agreed, state="active"))
        return id

    def visit(self, site: str, day: str, wrapped: str | None = None) -> str:
        id = new_id()
        me = str(self.store.meta("technician"))
        self.now = f"{day}T08:00:00.000Z"
        self.store.perform(PlanVisit(id=id, site_id=site, technician_id=me, planned_start=self.now,
                                     planned_end=f"{day}T11:00:00.000Z"))  # fmt: skip
        if wrapped:
            self.store.perform(StartVisit(visit_id=id))
            self.now = f"{day}T{wrapped}:00.000Z"
            self.store.perform(WrapVisit(visit_id=id))
        self.now = NOW
        return id

    def delivered(self, term: Term = TERM) -> dict[str, Delivery]:
        return {each.code: each for each in deliveries(self.store.connection, term, NOW)}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "techdesk.db")


def test_what_was_made_stands_beside_what_was_bought_and_what_is_due_by_now(world: World) -> None:
    site = world.site("1", 12)
    world.visit(site, "2026-09-10", wrapped="10:30")
    world.visit(site, "2026-09-24", wrapped="11:00")
    world.visit(site, "2026-12-01")
    world.visit(site, "2027-02-01")
    found = world.delivered()["1"]
    assert (found.visits_bought, found.visits_made, found.visits_due, found.visits_planned) == (12, 2, 6, 1)
    assert (found.minutes_bought, found.minutes_made, found.owed) == (2160, 330, 0)
    assert found.share == pytest.approx(330 / 2160)


def test_missed_visits_are_owed_and_sites_without_agreement_have_no_share(world: World) -> None:
    site = world.site("2", None)
    missed = world.visit(site, "2026-11-20")
    world.store.perform(MissVisit(visit_id=missed, reason="snow"))
    found = world.delivered()["2"]
    assert (found.visits_bought, found.visits_due, found.share, found.owed) == (None, None, None, 180)


def test_who_is_furthest_behind_comes_first_and_who_has_nothing_is_left_out(world: World) -> None:
    world.site("3", 2)
    world.site("4", 12)
    world.site("5", None)
    assert list(world.delivered()) == ["4", "3"]


def test_terms_are_those_of_the_calendar_parted_by_long_breaks(world: World) -> None:
    days = (("2026-09-01", "2026-10-23"), ("2026-11-02", "2026-12-18"), ("2027-01-04", "2027-03-25"))
    world.store.perform(RecordCalendar(id=calendar_id(), name="Organisation"))
    world.store.perform(KeepDays(calendar_id=calendar_id(), source="file", days=tuple(
        (first, "term", first, last, "Term", None) for first, last in days)))  # fmt: skip
    connection = world.store.connection
    assert term_of(connection, date(2026, 11, 23))[:2] == (date(2026, 9, 1), date(2026, 12, 18))
    assert term_of(connection, date(2026, 12, 27))[:2] == (date(2027, 1, 4), date(2027, 3, 25))
    assert term_of(connection, date(2026, 12, 18)).gone == 1


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [(date(2026, 11, 23), date(2026, 9, 1), date(2026, 12, 31)), (date(2027, 2, 1), date(2027, 1, 1), date(2027, 4, 14)),
     (date(2027, 6, 1), date(2027, 4, 15), date(2027, 8, 31))],
)  # fmt: skip
def test_without_a_calendar_the_usual_terms_count(world: World, day: date, first: date, last: date) -> None:
    assert term_of(world.store.connection, day)[:2] == (first, last)
