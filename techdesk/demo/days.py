"""When things happen in a school year: days with lessons, and moments of a working day."""

from datetime import date, datetime, time, timedelta
from random import Random

from techdesk.desk.service_hours import zone

TIMEZONE = "Europe/London"


def easter(year: int) -> date:
    """Easter Sunday of a year (the anonymous Gregorian computus)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = moon + week - 7 * ((golden + 11 * moon + 22 * week) // 451) + 114
    return date(year, shift // 31, shift % 31 + 1)


def is_school_day(day: date) -> bool:
    """Whether a school of this country is open for lessons, by the usual terms."""
    month_day = (day.month, day.day)
    if day.weekday() > 4 or (7, 22) <= month_day <= (9, 2) or not (1, 3) < month_day < (12, 20):
        return False
    monday = day - timedelta(days=day.weekday())
    half_terms = (date(day.year, 2, 17), date(day.year, 5, 28), date(day.year, 10, 28))
    if any(monday <= middle < monday + timedelta(days=7) for middle in half_terms):
        return False
    return not -13 <= (day - easter(day.year)).days <= 1


def school_days(first: date, last: date) -> list[date]:
    """The days with lessons from `first` to `last`."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if is_school_day(day)]


def at(day: date, hour: float) -> datetime:
    """That hour of a day by the schools' clocks: 8.5 is half past eight."""
    seconds = round(hour * 3600)
    clock = time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    return datetime.combine(day, clock, zone(TIMEZONE))


def some_time(rng: Random, day: date) -> datetime:
    """A moment when people report things: most of them in the morning and at the end of lessons."""
    hour = rng.choice((8.0, 8.5, 9.2, 10.5, 12.2, 13.4, 15.2)) + rng.random() * 0.9
    return at(day, hour) + timedelta(seconds=rng.randrange(60))


def soon(rng: Random, moment: datetime, hours: float) -> datetime:
    """A working moment up to that many hours later; past four o'clock it is the next weekday's morning."""
    later = moment + timedelta(hours=hours * (0.2 + 0.8 * rng.random()), seconds=rng.randrange(60))
    if 7 <= later.hour < 17 and later.weekday() < 5:
        return later
    day = later.date() + timedelta(days=1 if later.hour >= 17 else 0)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return at(day, 8 + rng.random() * 2)
