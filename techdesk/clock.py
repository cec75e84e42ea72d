"""Moments: how techdesk writes time down.

A moment is kept as text in UTC with milliseconds, `2026-11-23T09:14:05.120Z`: of fixed width, so that text order is
time order in every store. It is shown in the site's time zone.
"""

from datetime import UTC, date, datetime, timedelta

from techdesk.errors import BadInput

Moment = str

# What a person may mean by a moment of work; a machine's own clock may be wrong and is not judged here.
EARLIEST_YEAR, LATEST_YEAR = 1980, 2200


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def moment(when: datetime) -> Moment:
    """`when` (aware) as the text that the store keeps."""
    if when.tzinfo is None:
        raise BadInput(f"The time {when.isoformat()} has no time zone: add one, as in 2026-11-23T09:15+00:00.")
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"


def parse(text: Moment) -> datetime:
    """The aware datetime of a stored moment."""
    return datetime.fromisoformat(text)


def parse_at(text: str) -> datetime:
    """A moment as a person types it on the command line (ISO 8601 with an offset; without one, local time)."""
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"'{text}' is not a moment: write it as 2026-11-23T09:15+00:00.") from None
    if not EARLIEST_YEAR <= when.year < LATEST_YEAR:
        raise BadInput(f"'{text}' is too far away to be a moment of work.")
    return when.astimezone(UTC)


def parse_there(text: str, timezone: str) -> Moment:
    """A moment as a person types it for a place: without an offset, on the clock of that place."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"'{text}' is not a moment: write it as 2026-11-24T08:00.") from None
    try:
        return moment(when if when.tzinfo else when.replace(tzinfo=ZoneInfo(timezone)))
    except ZoneInfoNotFoundError:
        raise BadInput(f"This machine does not know the time zone {timezone}: add the offset, as +00:00.") from None
    except (OverflowError, ValueError):
        raise BadInput(f"'{text}' is too far away to be a moment of work.") from None


def parse_day(text: str) -> date:
    """A day as a person types it (ISO 8601). Raises BadInput, also for a year that leaves no room for time zones."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"'{text}' is no date: write it as 2026-11-24.") from None
    if not 1900 <= day.year <= 9000:
        raise BadInput(f"The year {day.year} is too far away.")
    return day


def parse_day_ahead(text: str, now: Moment, timezone: str) -> str:
    """A day, as YYYY-MM-DD, that is not over yet at a place. Raises BadInput."""
    day, today = parse_day(text).isoformat(), local(now, timezone).date().isoformat()
    if day < today:
        raise BadInput(f"{day} is over: say a day from {today} on.")
    return day


def later(start: Moment, minutes: float) -> Moment:
    """The moment `minutes` after `start`."""
    return moment(parse(start) + timedelta(minutes=minutes))


def seconds_between(start: Moment, end: Moment) -> int:
    """Whole seconds from `start` to `end`, never less than 0 (a clock that was set back counts as no time)."""
    return max(0, int((parse(end) - parse(start)).total_seconds()))


def in_words(seconds: float) -> str:
    """How far two clocks are apart, in whole minutes, hours from two on, or days from two on."""
    minutes = round(abs(seconds) / 60)
    number, unit = next(
        (minutes // size, unit)
        for unit, size in (("day", 1440), ("hour", 60), ("minute", 1))
        if minutes >= 2 * size or size == 1
    )
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def local(when: Moment, timezone: str) -> datetime:
    """A stored moment on the clock of a place; in UTC when this machine does not know the zone."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return parse(when).astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):
        return parse(when)
