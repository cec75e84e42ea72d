"""From a rotation to visits on dates: where a school is closed or a technician away, the visit is booked again within reach,
and what cannot be is told with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from techdesk.models.queries.bought import Allowance
from techdesk.models.queries.rotations import Crew, PlanLine, School
from techdesk.planning.dates import Openings, at_work, cycle_weeks, dates_of
from techdesk.planning.roadbook import RoadBook

REACH = 9  # days either way in which a visit is booked again
# What another technician and each day apart from the one that was planned count for, in minutes of driving.
STRANGE, LATER = 15.0, 2.0


_Due = tuple[date, PlanLine, str]  # a visit of the cycle on its date, and what stands against it there


class Booked(NamedTuple):
    """A visit on a date; `planned` is the date that it was moved from, with why."""

    line: PlanLine
    day: date
    starts: int
    technician_id: str
    planned: date | None = None
    why: str = ""


class Beyond(NamedTuple):
    """Visits of the rotation that are more than a school has bought for a term, and are not made: `many` of `all_of`."""

    site: str
    many: int
    all_of: int
    allowance: Allowance

    def words(self) -> str:
        """What is not planned, and why."""
        bought, left, day = self.allowance.bought, self.allowance.left, date.fromisoformat(self.allowance.last)
        there = (
            f", of which {bought - left} {'is' if bought - left == 1 else 'are'} made or planned"
            if left < bought
            else ""
        )
        return (
            f"{self.site}: {self.many} of {self.all_of} visits are not planned, as {bought} {'is' if bought == 1 else 'are'}"
            f" bought for the term to {day:%d %b %Y}{there}"
        )


class Over(NamedTuple):
    """A technician's dates that are longer than their working time, with the minutes of the longest."""

    technician: str
    days: tuple[date, ...]
    minutes: float

    def words(self) -> str:
        """Who works too long, and when."""
        more = f" and {len(self.days) - 1} more days" if len(self.days) > 2 else f" and {self.days[-1]:%a %d %b}"
        when = f"{self.days[0]:%a %d %b}{more if len(self.days) > 1 else ''}"
        return f"{self.technician} is up to {ceil(self.minutes)} minutes over their hours on {when}"


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
    beyond: list[Beyond] = field(default_factory=list)
    over: list[Over] = field(default_factory=list)

    @property
    def notes(self) -> list[str]:
        """What is odd about it, in sentences: visits beyond what was bought, and hours that are exceeded."""
        return [*(f"{each.words()}." for each in self.beyond), *(f"{each.words()}." for each in self.over)]

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
    """Books the lines of a rotation from one day to another. `weeks` and the Monday `starts` are those of its cycle. `bought`
    are the visits that may be planned by site, term by term; a site that is not among them gets all of its cycle."""

    def __init__(
        self, lines: Sequence[PlanLine], crew: Sequence[Crew], schools: Sequence[School], book: RoadBook,
        bought: Mapping[str, Sequence[Allowance]] | None = None,
    ) -> None:  # fmt: skip
        self._lines = [line for line in lines if line.day is not None]
        self._crew: Mapping[str, Crew] = {one.id: one for one in crew}
        self._schools: Mapping[str, School] = {one.id: one for one in schools}
        self._book = book
        self._bought = bought or {}
        self._openings = Openings()
        self._rounds: dict[tuple[str, date], _Round] = {}
        self._busy: set[tuple[str, date]] = set()

    def book(self, weeks: int, starts: date, first: date, last: date, again: date | None = None) -> Bookings:
        """The visits from the first day to the last. Nothing is moved to a day before the first, or before `again`."""
        mondays = cycle_weeks(starts, last, list(self._schools.values()), self._openings)
        found, homeless, due = Bookings(), list[_Due](), dict[str, list[_Due]]()
        for line in self._lines:
            school = self._schools.get(line.site_id)
            for day in dates_of(line.day or 0, weeks, mondays, first, last):
                if school is not None and _over(school, day):
                    found.missed.append(Missed(line, day, _ended(school, first)))
                else:
                    due.setdefault(line.site_id, []).append((day, line, self._against(line, day)))
        for site, every in due.items():
            for day, line, why in self._within(site, every, found.beyond):
                if why:
                    homeless.append((day, line, why))
                else:
                    self._put(Booked(line, day, line.starts or 0, str(line.technician_id)))
        for day, line, why in sorted(homeless, key=lambda each: (each[0], each[1].site, each[1].id)):
            if not self._book_again(line, day, why, again or first, last):
                found.missed.append(Missed(line, day, f"{why}, and nobody has room for it within {REACH} days"))
        found.beyond.sort(key=lambda each: (each.site, each.allowance))
        found.over = self._over_hours()
        found.visits = sorted(self._timed(), key=lambda each: (each.day, each.starts, each.line.site, each.line.id))
        return found

    def _within(self, site: str, due: list[_Due], beyond: list[Beyond]) -> list[_Due]:
        """Those of a site's visits that are bought, spread over each term; the others are told in `beyond`."""
        for each in self._bought.get(site, ()):
            inside = [one for one in due if each.first <= one[0].isoformat() <= each.last]
            if len(inside) <= each.left:
                continue
            # What has a place on its date comes before what must be booked again.
            placed = [one for one in inside if not one[2]]
            kept = _spread(placed, each.left)
            kept += _spread([one for one in inside if one[2]], each.left - len(kept))
            beyond.append(Beyond(inside[0][1].site, len(inside) - len(kept), len(inside), each))
            dropped = {(one[0], one[1].id) for one in inside} - {(one[0], one[1].id) for one in kept}
            due = [one for one in due if (one[0], one[1].id) not in dropped]
        return due

    def _against(self, line: PlanLine, day: date) -> str:
        """What stands against a visit on its date; empty when nothing does."""
        school, one = self._schools.get(line.site_id), self._crew.get(str(line.technician_id))
        if school is None:
            return "the school is not visited any more"
        if not self._openings.minutes(school, day):
            return "the school is closed"
        if day.weekday() not in school.days:
            return "the school does not want that day"
        if not self._openings.takes(school, day):
            return f"the school is not open for the {school.minutes} minutes of a visit"
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

    def _over_hours(self) -> list[Over]:
        """The technicians whose dates are longer than their working time."""
        found: dict[str, list[tuple[date, float]]] = {}
        for (technician, day), made in sorted(self._rounds.items()):
            one = self._crew[technician]
            total = self._book.day(
                technician, 0, [(each.line.site_id, each.line.minutes) for each in made.visits]
            ).total
            if total - one.minutes(day.weekday()) >= 1:
                found.setdefault(one.name, []).append((day, total - one.minutes(day.weekday())))
        return [
            Over(name, tuple(day for day, _ in days), max(more for _, more in days))
            for name, days in sorted(found.items())
        ]

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


def _spread(due: list[_Due], many: int) -> list[_Due]:
    """So many of the visits at most, evenly over the time."""
    among = sorted(due, key=lambda one: (one[0], one[1].id))
    if many >= len(among):
        return among
    return [among[(2 * number + 1) * len(among) // (2 * many)] for number in range(many)]


def _ended(school: School, first: date) -> str:
    """Why a visit after the end of what was agreed is not made."""
    over = school.ends is not None and school.ends < first.isoformat()
    return f"its agreement {'ended' if over else 'ends'} on {school.ends}"


def _over(school: School, day: date) -> bool:
    """Whether what was agreed with a school has ended before a day."""
    return school.ends is not None and day.isoformat() > school.ends
