"""Service hours: which minutes count towards a target. Monday to Friday, 08:00 to 16:00 in the site's time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from techdesk.clock import Moment, moment, parse
from techdesk.errors import BadInput

OPENS, CLOSES = time(8), time(16)
WORKING_DAYS = range(5)
DAY = 8 * 60

# Minutes of service hours to respond and to fix, by priority. P5 is served at the next visit and has no target.
TARGETS: dict[int, tuple[int, int] | None] = {
    1: (60, 4 * 60),
    2: (2 * 60, DAY),
    3: (4 * 60, 3 * DAY),
    4: (DAY, 5 * DAY),
    5: None,
}


def zone(name: str) -> ZoneInfo:
    """The time zone with that IANA name. Raises BadInput."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"'{name}' is not a time zone: write it as Europe/London.") from None


def due(start: Moment, minutes: int, timezone: str) -> Moment:
    """The moment when `minutes` of service hours have passed since `start`. Wall-clock hours hold across daylight saving."""
    here = zone(timezone)
    at, left = parse(start).astimezone(here), timedelta(minutes=minutes)
    day = at.date()
    while True:
        opens, closes = _hours(day, here)
        begins = max(opens, at.astimezone(UTC))
        if day.weekday() in WORKING_DAYS and begins < closes:
            if begins + left <= closes:
                return moment(begins + left)
            left -= closes - begins
        day += timedelta(days=1)


def _hours(day: date, here: ZoneInfo) -> tuple[datetime, datetime]:
    """When service begins and ends on that day, in UTC, so that a difference is time that passed."""
    return (
        datetime.combine(day, OPENS, here).astimezone(UTC),
        datetime.combine(day, CLOSES, here).astimezone(UTC),
    )


def targets(start: Moment, priority: int, timezone: str) -> tuple[Moment | None, Moment | None]:
    """When a ticket of that priority, opened at `start`, must be responded to and fixed; (None, None) for P5."""
    target = TARGETS[priority]
    if target is None:
        return None, None
    respond, fix = target
    return due(start, respond, timezone), due(start, fix, timezone)
