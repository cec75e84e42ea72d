"""Plain recurrences, for rotations without a planner: the nth weekday of a month, every other Tuesday, with exclusions.

The rules are those of RFC 5545 and are read by python-dateutil; here are the words for them and the guard against rules
that never end.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice

from techdesk.errors import BadInput
from techdesk.planning.matching import can_match

MOST = 10_000  # dates that one recurrence may give
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """A rule of RFC 5545 (`FREQ=MONTHLY;BYDAY=1MO`) from a day on, with single days left out (`without`) or added
    (`besides`)."""

    rule: str
    start: date
    without: frozenset[date] = field(default_factory=frozenset)
    besides: frozenset[date] = field(default_factory=frozenset)

    def days(self, first: date, last: date) -> list[date]:
        """The days from first to last (both included), in order, MOST at most. Raises BadInput for a rule that cannot be
        read, or that recurs within a day."""
        from dateutil.rrule import rruleset, rrulestr  # loaded late: 20 ms that no daily verb needs

        if any(word in self.rule.upper() for word in ("HOUR", "MINUT", "SECOND")):
            raise BadInput(f"'{self.rule}' recurs within a day: visits recur by days, weeks, months or years.")
        if re.search(r"INTERVAL=([+-]?0+(?![0-9])|-)", _bare(self.rule)):
            raise BadInput(f"'{self.rule}' never moves on: its INTERVAL is 1 or more.")
        begin = datetime.combine(self.start, time())
        try:
            parsed = rrulestr(_bare(self.rule), dtstart=begin, ignoretz=True)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadInput(f"'{self.rule}' is no rule of recurrence: write one like FREQ=WEEKLY;BYDAY=TU.") from error
        if isinstance(parsed, rruleset):
            raise BadInput(f"'{self.rule}' holds more than one rule: give one, and the exceptions by themselves.")
        if not any(
            word in self.rule.upper() for word in ("COUNT=", "UNTIL=")
        ):  # a rule that matches no day must not be followed to the end of time
            parsed = parsed.replace(until=datetime.combine(last, time()))
        possible = can_match(_bare(self.rule), self.start, last)
        dates = _within(iter(parsed), first, last) if possible else iter(())
        kept = {day for day in islice(dates, MOST) if day not in self.without}
        kept |= {day for day in self.besides if first <= day <= last}
        return sorted(kept)


def nth_weekday(nth: str, weekday: str, *, every: int = 1) -> str:
    """The rule of "first Monday": nth is first to fifth or last, weekday its two letters, every so many months."""
    if nth not in ORDINALS or weekday not in WEEKDAYS or every < 1:
        raise BadInput(f"'{nth} {weekday}' is no day of a month: say first to fifth or last, and one of {WEEKDAYS}.")
    return f"FREQ=MONTHLY;INTERVAL={every};BYDAY={ORDINALS[nth]}{weekday}"


def every_weeks(weeks: int, weekdays: Collection[str]) -> str:
    """The rule of "every other Tuesday and Thursday"."""
    wrong = [day for day in weekdays if day not in WEEKDAYS]
    if weeks < 1 or wrong or not weekdays:
        raise BadInput(f"{', '.join(wrong) or 'nothing'} is no weekday: give one or more of {', '.join(WEEKDAYS)}.")
    chosen = ",".join(day for day in WEEKDAYS if day in weekdays)
    return f"FREQ=WEEKLY;INTERVAL={weeks};BYDAY={chosen}"


def _bare(rule: str) -> str:
    """The rule without RRULE: before it. A rule that names its own start is refused by rrulestr's ValueError below."""
    text = rule.strip().upper()
    if "\n" in text or "DTSTART" in text:
        raise BadInput(f"'{rule}' brings more than a rule: give FREQ=... alone and the start beside it.")
    return text.removeprefix("RRULE:")


def _within(moments: Iterator[datetime], first: date, last: date) -> Iterator[date]:
    for moment in moments:
        if moment.date() > last:
            return
        if moment.date() >= first:
            yield moment.date()
