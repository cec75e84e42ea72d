"""What schools are owed: taken by an emergency, missed, booked anew, made up for."""

from __future__ import annotations

from pathlib import Path

import pytest

from techdesk.desk.bookings import MissVisit, RebookVisit
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.desk.majors import DeclareMajor
from techdesk.desk.people import RecordSite
from techdesk.desk.tickets import LogTicket
from techdesk.desk.visits import PlanVisit, StartVisit, WrapVisit
from techdesk.models.queries.debt import debts
from techdesk.models.queries.fairness import fairness
from techdesk.models.store import Store


class Round:
    """A technician between two schools, near and far."""

    def __init__(self, path: Path) -> None:
        self.at = "2026-11-23T08:00:00.000Z"
        self.store = Store(path, wall=lambda: self.at)
        self.me = str(self.store.meta("technician"))
        self.sites = {name: new_id() for name in ("near", "far")}
        for name, id in self.sites.items():
            self.does(RecordSite(id=id, code=name, name=name))

    def does(self, *commands: Command, at: str | None = None) -> str:
        """Does them at a time of 2026-11-23, or at a moment; returns what is said of the last."""
        if at is not None:
            self.at = f"2026-11-{'23T' + at if len(at) == 5 else at}:00.000Z"
        return self.store.perform_all(commands)[-1].said

    def plans(self, site: str, day: int, start: str, end: str) -> str:
        """Plans a visit; returns its id."""
        id = new_id()
        first, last = (f"2026-11-{day}T{time}:00.000Z" for time in (start, end))
        self.does(
            PlanVisit(id=id, site_id=self.sites[site], technician_id=self.me, planned_start=first, planned_end=last)
        )
        return id

    def owed(self) -> list[tuple[str, int, int, int]]:
        """(site, minutes, visits, booked) of all that is owed."""
        return [(each.site, each.minutes, each.visits, each.booked) for each in debts(self.store.connection)]


@pytest.fixture
def desk(tmp_path: Path) -> Round:
    return Round(tmp_path / "techdesk.db")


def leaves(desk: Round) -> str:
    """An hour before the end of a visit to the near school one goes to the far one. Returns what was said."""
    visit = desk.plans("near", 23, "09:00", "12:00")
    desk.does(StartVisit(visit_id=visit), at="09:00")
    major = new_id()
    desk.does(LogTicket(id=major, text="All down", site_id=desk.sites["far"]), at="11:00")
    said = desk.does(DeclareMajor(ticket_id=major, leave=True))
    desk.does(WrapVisit(visit_id=visit), at="11:05")
    return said


def test_an_emergency_elsewhere_takes_what_was_left_of_the_visit_and_that_is_owed(desk: Round) -> None:
    assert "takes 60 min from the visit to near" in leaves(desk)
    assert desk.owed() == [("near", 60, 1, 0)]
    [debt] = debts(desk.store.connection)
    assert debt.by is not None and debt.since == "2026-11-23T09:00:00.000Z"


def test_staying_longer_at_a_later_visit_pays_it_back(desk: Round) -> None:
    leaves(desk)
    later = desk.plans("near", 24, "09:00", "10:00")
    desk.does(StartVisit(visit_id=later), at="24T09:00")
    desk.does(WrapVisit(visit_id=later), at="24T10:45")
    assert desk.owed() == [("near", 15, 1, 0)]


def test_a_missed_visit_is_owed_until_the_one_that_was_booked_for_it_is_over(desk: Round) -> None:
    missed, again = desk.plans("far", 23, "13:00", "15:00"), new_id()
    desk.does(MissVisit(visit_id=missed, reason="snow"), at="13:00")
    assert desk.owed() == [("far", 120, 1, 0)]
    desk.does(RebookVisit(id=again, visit_id=missed, planned_start="2026-11-25T09:00:00.000Z",
                          planned_end="2026-11-25T10:30:00.000Z"))  # fmt: skip
    assert desk.owed() == [("far", 120, 1, 90)]
    desk.does(StartVisit(visit_id=again), at="25T09:00")
    desk.does(WrapVisit(visit_id=again), at="25T10:30")
    assert desk.owed() == [("far", 30, 1, 0)]


def test_one_that_is_missed_again_is_owed_once(desk: Round) -> None:
    missed, again = desk.plans("far", 23, "13:00", "15:00"), new_id()
    desk.does(MissVisit(visit_id=missed, reason="snow"))
    desk.does(RebookVisit(id=again, visit_id=missed, planned_start="2026-11-25T09:00:00.000Z",
                          planned_end="2026-11-25T10:30:00.000Z"))  # fmt: skip
    desk.does(MissVisit(visit_id=again, reason="ice"))
    assert desk.owed() == [("far", 120, 1, 0)]


def test_fairness_has_waits_against_the_median_beside_what_is_owed(desk: Round) -> None:
    leaves(desk)
    rows = {each.site: each for each in fairness(desk.store.connection, "2026-11-25T11:00:00.000Z")}
    assert (rows["near"].owed, rows["near"].open) == (60, 0)
    assert (rows["far"].open, rows["far"].waits, rows["far"].against) == (1, 2.0, 1.0)
