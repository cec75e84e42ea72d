"""Service hours: which minutes count towards a target.

A week of opening times in a site's own zone, less the days on which it is closed. Opening times are wall-clock times: they
hold across daylight saving, and what lies between them is counted in minutes that really pass.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from techdesk.clock import Moment, moment, parse
from techdesk.errors import BadInput, Refused

DAY = 24 * 60
USUAL = "mon-fri 08:00-16:00"
# How far ahead, and back, an open minute is looked for.
HORIZON_DAYS = 3 * 366

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d{1,2})[:.](\d\d)-(\d{1,2})[:.](\d\d)")
_HOW = "write them as  mon-fri 08:00-16:00; wed 08:00-12:30; sat closed"


class Span(NamedTuple):
    """From `begin` to `end`, in minutes after midnight by the clock on the wall; an end after 24:00 is on the next day."""

    begin: int
    end: int


# Opening times by day of the week, Monday first.
Week = tuple[tuple[Span, ...], ...]
# First and last day of each time of closure, as YYYY-MM-DD, in order and apart from each other.
Closures = tuple[tuple[str, str], ...]


class Hours(NamedTuple):
    """When a site is served. `special` days (YYYY-MM-DD) have opening times of their own, also within a closure."""

    zone: ZoneInfo
    week: Week
    closed: Closures = ()
    special: tuple[tuple[str, tuple[Span, ...]], ...] = ()


def zone(name: str) -> ZoneInfo:
    """The time zone with that IANA name. Raises BadInput."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"'{name}' is not a time zone: write it as Europe/London.") from None


@lru_cache(64)
def week(text: str) -> Week:
    """Opening times as people write them: days or ranges of days with times, parts apart by `;`. A day that is named again
    counts as it was named last; `none` is no hours at all, `24/7` all of them. Raises BadInput.

    A span that ends before it begins ends on the next day.
    """
    found: list[tuple[Span, ...]] = [()] * 7
    said = text.strip().casefold()
    if said == "24/7":
        said = "mon-sun 00:00-24:00"
    for part in [] if said in ("", "none") else re.split(r"[;\n]", said):
        if not part.strip():
            continue
        days, *times = part.split()
        spans = () if times == ["closed"] else tuple(sorted(_span(each) for each in times))
        if times != ["closed"] and not spans:
            raise BadInput(f"'{part.strip()}' has no opening times: {_HOW}.")
        if any(later.begin < earlier.end for earlier, later in pairwise(spans)):
            raise BadInput(f"'{part.strip()}' has times that overlap: {_HOW}.")
        for day in _named(days):
            found[day] = spans
    return tuple(found)


@lru_cache(64)
def spans(text: str) -> tuple[Span, ...]:
    """The opening times of one day, such as `08:00-12:00`; none for `closed`. Raises BadInput."""
    return week(f"mon {text}")[0]


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise BadInput(f"'{text}' is no span of time: {_HOW}.")
    begin_hour, begin_minute, end_hour, end_minute = (int(each) for each in found.groups())
    begin, end = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
    if begin_minute > 59 or end_minute > 59 or begin >= DAY or end > DAY or begin == end:
        raise BadInput(f"'{text}' is no span of a day: {_HOW}.")
    return Span(begin, end if end > begin else end + DAY)


def _named(text: str) -> Iterator[int]:
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if first[:3] not in _DAYS or (dash and last[:3] not in _DAYS):
            raise BadInput(f"'{part}' is no day of the week: {_HOW}.")
        begin = _DAYS.index(first[:3])
        end = _DAYS.index(last[:3]) if dash else begin
        yield from (each % 7 for each in range(begin, end + 1 if end >= begin else end + 8))


def openings(hours: Hours, day: date) -> list[tuple[datetime, datetime]]:
    """When service begins and ends on the day, in UTC, so that a difference is time that passed."""
    return [(_at(hours.zone, day, each.begin), _at(hours.zone, day, each.end)) for each in _spans(hours, day)]


def is_open(hours: Hours, day: date) -> bool:
    """Whether there is any service on the day."""
    return bool(_spans(hours, day))


def due(start: Moment, minutes: int, hours: Hours) -> Moment:
    """The moment when `minutes` of service have passed since `start`. Raises Refused when it is never open."""
    left = timedelta(minutes=minutes)
    for begin, end in _from(parse(start), hours):
        if begin + left <= end:
            return moment(begin + left)
        left -= end - begin
    raise Refused("There are no service hours within three years: set some with  techdesk calendar hours.")


def latest_start(end: Moment, minutes: int, hours: Hours) -> Moment:
    """The last moment at which to begin so that `minutes` of service fit in before `end`. Raises Refused when it is never
    open."""
    left = timedelta(minutes=minutes)
    for opened, closed in _until(parse(end), hours):
        if closed - left >= opened:
            return moment(closed - left)
        left -= closed - opened
    raise Refused("There are no service hours within three years: set some with  techdesk calendar hours.")


def elapsed(start: Moment, end: Moment, hours: Hours) -> int:
    """Whole minutes of service between two moments; 0 when the second is the earlier one."""
    begin, until = parse(start), parse(end)
    passed = timedelta()
    for opened, closed in _from(begin, hours) if begin < until else ():
        if opened >= until:
            break
        passed += min(closed, until) - opened
    return int(passed.total_seconds() // 60)


def _from(at: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """The times of service from a moment on, in order; what spans midnight may begin the day before."""
    day = at.astimezone(hours.zone).date() - timedelta(days=1)
    last = day + timedelta(days=HORIZON_DAYS)
    while day <= last:
        over = _closed_until(hours, day)
        if over is not None and not hours.special:
            day = over + timedelta(days=1)
            continue
        for begin, end in openings(hours, day):
            if end > at:
                yield max(begin, at), end
                at = end  # what overlaps it counts once
        day += timedelta(days=1)


def _until(at: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """The times of service up to a moment, the last first."""
    day = at.astimezone(hours.zone).date()
    for back in range(HORIZON_DAYS):
        for begin, end in reversed(openings(hours, day - timedelta(days=back))):
            if begin < at:
                yield begin, min(end, at)
                at = begin


def _spans(hours: Hours, day: date) -> tuple[Span, ...]:
    for special, own in hours.special:
        if special == day.isoformat():
            return own
    return () if _closed_until(hours, day) else hours.week[day.weekday()]


def _closed_until(hours: Hours, day: date) -> date | None:
    """The last day of the closure that the day lies in."""
    text = day.isoformat()
    place = bisect_right(hours.closed, (text, "9")) - 1
    if place >= 0 and text <= hours.closed[place][1]:
        return date.fromisoformat(hours.closed[place][1])
    return None


def _at(here: ZoneInfo, day: date, minutes: int) -> datetime:
    return (datetime.combine(day, time()) + timedelta(minutes=minutes)).replace(tzinfo=here).astimezone(UTC)
