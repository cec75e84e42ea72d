"""Which dates the days of a cycle fall on, and who is open and at work on them.

A week in which no school is open on any day is no week of the cycle: after the holidays the cycle goes on where it stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from techdesk.desk import service_hours
from techdesk.desk.service_hours import Hours
from techdesk.models.queries.rotations import Crew, School

WEEK = timedelta(days=7)


@dataclass
class Openings:
    """How many minutes in a row a school is open on a day; schools that share their calendars are looked at once."""

    _known: dict[tuple[int, date], int] = field(default_factory=dict)
    _alike: dict[Hours, int] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    def minutes(self, school: School, day: date) -> int:
        """The longest time of service on the day; 0 when it is closed."""
        if school.id not in self._numbers:
            self._numbers[school.id] = self._alike.setdefault(school.hours, len(self._alike))
        key = self._numbers[school.id], day
        if key not in self._known:
            spans = service_hours.openings(school.hours, day)
            self._known[key] = max((int((end - begin).total_seconds()) // 60 for begin, end in spans), default=0)
        return self._known[key]

    def takes(self, school: School, day: date) -> bool:
        """Whether a visit of the school may be on the day."""
        return day.weekday() in school.days and self.minutes(school, day) >= school.minutes


def monday(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def cycle_weeks(first: date, last: date, schools: Sequence[School], openings: Openings) -> list[date]:
    """The Mondays of the weeks from the first day to the last that count: some school is open on some of their days."""
    found, week = [], monday(first)
    some = {openings._alike.setdefault(school.hours, len(openings._alike)): school for school in schools}
    while week <= last:
        days = [week + timedelta(days=number) for number in range(7)]
        if any(first <= day <= last and openings.minutes(school, day) for day in days for school in some.values()):
            found.append(week)
        week += WEEK
    return found


def dates_of(day: int, weeks: int, mondays: Sequence[date], first: date, last: date) -> list[date]:
    """The dates of a day of the cycle (0 is its first Monday) from the first day to the last."""
    found = (week + timedelta(days=day % 7) for week in mondays[day // 7 :: weeks])
    return [each for each in found if first <= each <= last]


def mostly(dates: Sequence[date], wanted: Sequence[date]) -> bool:
    """Whether at least half of the dates are among those that will do."""
    return bool(wanted) and len(wanted) * 2 >= len(dates)


def at_work(one: Crew, day: date) -> bool:
    """Whether a technician works on a date."""
    return one.works(day.isoformat(), day.weekday())
