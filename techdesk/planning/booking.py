"""From a rotation to visits on dates: where a school is closed or a technician away, the visit is booked again within reach,
and what cannot be is told with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from techdesk.models.queries.rotations import Crew, PlanLine, School
from techdesk.planning.dates import Openings, at_work, cycle_weeks, dates_of
from techdesk.planning.roadbook import RoadBook

REACH = 9  # days either way in which a visit is booked again
# What another technician and each day apart from the one that was planned count for, in minutes of driving.
STRANGE, LATER = 15.0, 2.0


class Booked(NamedTuple):
    """A visit on a date; `planned` is the date that it was moved from, with why."""

    line: PlanLine
    day: date
    starts: int
    technician_id: str
    planned: date | None = None
    why: str = ""


class Missed(NamedTuple):
    """A visit of the rotation that finds no place: its date, and what stands against it."""

    line: PlanLine
    day: date
    why: str


@dataclass
class Bookings:
    """What a rotation comes to between two days."""

    visits: list[Booked] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)

    @property
    def moved(self) -> list[Booked]:
        """The visits that are not on the date that the cycle has for them."""
        return [visit for visit in self.visits if visit.planned is not None]


@dataclass
class _Round:
    """One technician's date: visits in their order; `moved` is whether its times must be reckoned anew."""

    visits: list[Booked] = field(default_factory=list)
    moved: bool = False


class Booker:
    """Books the lines of a rotation from one day to another. `weeks` and the Monday `starts` are those of its cycle."""

    def __init__(
        self, lines: Sequence[PlanLine], crew: Sequence[Crew], schools: Sequence[School], book: RoadBook
    ) -> None:
        self._lines = [line for line in lines if line.day is not None]
        self._crew: Mapping[str, Crew] = {one.id: one for one in crew}
        self._schools: Mapping[str, School] = {one.id: one for one in schools}
        self._book = book
        self._openings = Openings()
        self._rounds: dict[tuple[str, date], _Round] = {}
        self._busy: set[tuple[str, date]] = set()

    def book(self, weeks: int, starts: date, first: date, last: date, again: date | None = None) -> Bookings:
        """The visits from the first day to the last. Nothing is moved to a day before the first, or before `again`."""
        mondays = cycle_weeks(starts, last, list(self._schools.values()), self._openings)
        found, homeless = Bookings(), list[tuple[date, PlanLine, str]]()
        for line in self._lines:
            for day in dates_of(line.day or 0, weeks, mondays, first, last):
                why = self._against(line, day)
                school = self._schools.get(line.site_id)
                if school is not None and _over(school, day):
                    found.missed.append(Missed(line, day, f"its agreement ends on {school.ends}"))
                elif why:
                    homeless.append((day, line, why))
                else:
                    self._put(Booked(line, day, line.starts or 0, str(line.technician_id)))
        for day, line, why in sorted(homeless, key=lambda each: (each[0], each[1].site, each[1].id)):
            if not self._book_again(line, day, why, again or first, last):
                found.missed.append(Missed(line, day, f"{why}, and nobody has room for it within {REACH} days"))
        found.visits = sorted(self._timed(), key=lambda each: (each.day, each.starts, each.line.site, each.line.id))
        return found

    def _against(self, line: PlanLine, day: date) -> str:
        """What stands against a visit on its date; empty when nothing does."""
        school, one = self._schools.get(line.site_id), self._crew.get(str(line.technician_id))
        if school is None:
            return "the school is not visited any more"
        if not self._openings.minutes(school, day):
            return "the school is closed"
        if not self._openings.takes(school, day):
            return "the school is not open long enough, or does not want that day"
        if one is None:
            return "its technician does not visit any more"
        if not at_work(one, day):
            return f"{one.name} is away"
        return ""

    def _put(self, visit: Booked) -> None:
        made = self._rounds.setdefault((visit.technician_id, visit.day), _Round())
        made.visits.append(visit)
        made.visits.sort(key=lambda each: (each.line.rank, each.starts))
        self._busy.add((visit.line.site_id, visit.day))

    def _book_again(self, line: PlanLine, day: date, why: str, first: date, last: date) -> bool:
        """Puts the visit where it costs least within reach; False when it fits nowhere."""
        school = self._schools.get(line.site_id)
        if school is None:
            return False
        best: tuple[float, date, str, int] | None = None
        for away in range(-REACH, REACH + 1):
            other = day + timedelta(days=away)
            if (
                not first <= other <= last
                or _over(school, other)
                or (school.id, other) in self._busy
                or not self._openings.takes(school, other)
            ):
                continue
            for one in self._crew.values():
                fit = self._fit(one, school, other)
                if fit is not None:
                    cost = fit[0] + LATER * abs(away) + (STRANGE if one.id != line.technician_id else 0.0)
                    best = min(best or (cost, other, one.id, fit[1]), (cost, other, one.id, fit[1]))
        if best is None:
            return False
        _, other, technician, place = best
        made = self._rounds.setdefault((technician, other), _Round())
        made.visits.insert(place, Booked(line, other, 0, technician, day, why))
        made.moved = True
        self._busy.add((school.id, other))
        return True

    def _fit(self, one: Crew, school: School, day: date) -> tuple[float, int] | None:
        """What the visit adds to the driving of a technician's date, and its turn there; None when it does not fit."""
        if not at_work(one, day) or not school.skills <= one.skills or {one.id, school.id} & self._book.lost:
            return None
        made = self._rounds.get((one.id, day), _Round())
        stops = [(each.line.site_id, each.line.minutes) for each in made.visits]
        before = self._book.day(one.id, 0, stops)
        fits = []
        for place in range(len(stops) + 1):
            after = self._book.day(one.id, 0, [*stops[:place], (school.id, school.minutes), *stops[place:]])
            if after.total <= one.minutes(day.weekday()):
                fits.append((after.travel - before.travel, place))
        return min(fits, default=None)

    def _timed(self) -> list[Booked]:
        """All visits, with new times on the dates that changed."""
        found: list[Booked] = []
        for (technician, day), made in self._rounds.items():
            if not made.moved:
                found += made.visits
                continue
            one = self._crew[technician]
            stops = [(each.line.site_id, each.line.minutes) for each in made.visits]
            times = self._book.day(technician, one.begins(day.weekday()), stops)
            found += [visit._replace(starts=starts) for visit, starts in zip(made.visits, times.starts, strict=True)]
        return found


def _over(school: School, day: date) -> bool:
    """Whether what was agreed with a school has ended before a day."""
    return school.ends is not None and day.isoformat() > school.ends
