"""Whether a rule of recurrence can match any day of a time at all.

python-dateutil follows a rule that matches no day (30 February) to the year 9999, which takes seconds and cannot be stopped.
What is checked here is necessary for a match and cheap; the library decides the rest.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY = timedelta(days=1)


def can_match(rule: str, start: date, last: date) -> bool:
    """Whether some day from `start` to `last` may be one of the rule's (its parts in capitals, without RRULE:)."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";") if part)
    fitting = (day for day in _days(start, last) if _fits(parts, start, day))
    positions = [abs(number) for number in _numbers(parts, "BYSETPOS")]
    if not positions:
        return next(fitting, None) is not None
    return max(Counter(_period(parts, start, day) for day in fitting).values(), default=0) >= min(positions)


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += DAY


def _fits(parts: dict[str, str], start: date, day: date) -> bool:
    interval = max(1, *(_numbers(parts, "INTERVAL") or [1]))
    if _period(parts, start, day) % interval:
        return False
    months, monthdays, yeardays = (_numbers(parts, name) for name in ("BYMONTH", "BYMONTHDAY", "BYYEARDAY"))
    if months and day.month not in months:
        return False
    month, year = _length_of_month(day), 366 if _leap(day.year) else 365
    if monthdays and not {day.day, day.day - month - 1} & set(monthdays):
        return False
    in_year = day.timetuple().tm_yday
    if yeardays and not {in_year, in_year - year - 1} & set(yeardays):
        return False
    return _fits_weekday(parts, day, month)


def _fits_weekday(parts: dict[str, str], day: date, month: int) -> bool:
    """By BYDAY; the number before a weekday counts within a month unless the rule is a year's without months."""
    named = [each for each in parts.get("BYDAY", "").split(",") if each]
    if not named:
        return True
    monthly = parts.get("FREQ") == "MONTHLY" or (parts.get("FREQ") == "YEARLY" and "BYMONTH" in parts)
    turns = {str((day.day - 1) // 7 + 1), str(-((month - day.day) // 7 + 1))}
    for each in named:
        number, weekday = each[:-2].lstrip("+"), each[-2:]
        if weekday == WEEKDAYS[day.weekday()] and (not number or not monthly or number in turns):
            return True
    return False


def _period(parts: dict[str, str], start: date, day: date) -> int:
    """The number of the rule's period (year, month, week or day) that a day is in, from that of the start."""
    freq = parts.get("FREQ")
    if freq == "YEARLY":
        return day.year - start.year
    if freq == "MONTHLY":
        return (day.year - start.year) * 12 + day.month - start.month
    if freq == "WEEKLY":
        first = WEEKDAYS.index(parts["WKST"]) if parts.get("WKST") in WEEKDAYS else 0
        return (_week(day, first) - _week(start, first)).days // 7
    return (day - start).days


def _week(day: date, first: int) -> date:
    return day - timedelta(days=(day.weekday() - first) % 7)


def _length_of_month(day: date) -> int:
    return 31 if day.month == 12 else (day.replace(month=day.month + 1, day=1) - DAY).day


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _numbers(parts: dict[str, str], name: str) -> list[int]:
    """The numbers of a part; none for what is no number, which the library refuses."""
    found = [each.strip() for each in parts.get(name, "").split(",")]
    return [int(each) for each in found if each.lstrip("+-").isdigit()]
