"""A rotation opened with all that it takes to look at it, move it and book it."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from techdesk import clock
from techdesk.desk.publishing import PublishRotation, been, begins_at
from techdesk.errors import Refused
from techdesk.models.queries import rotations
from techdesk.models.queries.bought import Allowance, allowances
from techdesk.models.queries.rotations import Crew, PlanLine, RotationRow, School
from techdesk.models.sqlite import SqliteTx
from techdesk.planning.booking import Booker, Bookings
from techdesk.planning.dates import Openings, cycle_weeks
from techdesk.planning.drafting import ROADS
from techdesk.planning.roadbook import RoadBook, road_book


class PlanBook(NamedTuple):
    """A rotation with its lines, and the people, schools and roads as they are now: `been` are the ids of
    schools whose visit of today is done, under way or past, and `bought` what
    may still be planned for them."""

    row: RotationRow
    lines: list[PlanLine]
    crew: list[Crew]
    schools: list[School]
    book: RoadBook
    now: str
    been: frozenset[str]
    bought: Mapping[str, Sequence[Allowance]]

    def bookings(self, today: date) -> Bookings:
        """The visits that it comes to from now on."""
        first = max(clock.parse_day(self.row.first), today)
        booker = Booker(self.lines, self.crew, self.schools, self.book, self.bought)
        starts, last = clock.parse_day(self.row.starts), clock.parse_day(self.row.last)
        # Today is half over: what falls on it stays where it is still ahead, and nothing else is put there.
        made = booker.book(self.row.weeks, starts, first, last, max(first, today + timedelta(days=1)))
        zones = {school.id: school.hours.zone.key for school in self.schools}
        made.visits = [
            visit for visit in made.visits
            if visit.day != today
            or (visit.line.site_id not in self.been
                and begins_at(visit.day.isoformat(), visit.starts, zones[visit.line.site_id]) >= self.now)
        ]  # fmt: skip
        return made

    def week_on(self, today: date) -> int:
        """The week of the cycle (0 is the first) that a day is in, or the last one that began before it."""
        starts = clock.parse_day(self.row.starts)
        begun = cycle_weeks(starts, max(starts, today), self.schools, Openings())
        return max(0, len(begun) - 1) % self.row.weeks

    def publishing(self, booked: Bookings) -> PublishRotation:
        """The command that makes these visits. Raises Refused when there are none."""
        if not booked.visits:
            odd = [f"{each.line.site}: {each.why}" for each in booked.missed] + [each.words() for each in booked.beyond]
            why = f" ({odd[0]})" if odd else ""
            raise Refused(f"{self.row.name} has no visit from today on{why}: plan one for later days.")
        visits = tuple(
            (visit.line.id, visit.day.isoformat(), visit.starts, visit.technician_id) for visit in booked.visits
        )
        return PublishRotation(rotation_id=self.row.id, visits=visits)


def opened(connection: sqlite3.Connection, row: RotationRow, now: str) -> PlanBook:
    """Opens a rotation at a moment."""
    day = max(now[:10], row.first)
    crew, _ = rotations.crew(connection)
    schools = rotations.schools(connection, day)
    book = road_book(crew, schools, rotations.travel_times(connection), ROADS)
    tx = SqliteTx(connection)
    gone = frozenset(school.id for school in schools if been(tx, school.id, now))
    bought = allowances(connection, clock.parse_day(day), clock.parse_day(row.last))
    return PlanBook(row, rotations.lines(connection, row.id), crew, schools, book, now, gone, bought)


def short(lines: list[PlanLine]) -> Iterator[PlanLine]:
    """The lines of visits that cannot be made."""
    return (line for line in lines if line.day is None)
