"""Calendars: when the organisation, a cluster or a site is served, and the days on which it is not.

A site has the service hours of the nearest calendar that says any: its own, its cluster's, the organisation's. The days of
all three count together.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

from techdesk.desk import checks, service_hours
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.ids import named_id
from techdesk.desk.merging import FieldEdit, edit_fields
from techdesk.desk.service_hours import Closures, Hours, Span
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput, NotFound

CLOSING = ("holiday", "bank_holiday", "closure")
# What else is worth knowing: staff are in on an INSET day, nothing is changed in an exam freeze, the rest is only said.
KINDS = ("term", *CLOSING, "inset", "exam_freeze", "event")
TIMEZONE = "Europe/London"
LONGEST_DAYS = 3660
# Between two terms lie at least this many days, weekends among them; less is a gap in the file.
LEAST_HOLIDAY = 3


class Day(NamedTuple):
    """One entry of a calendar: its first and last day (YYYY-MM-DD), opening times where the days have their own, and the
    name of the source with its own key for the entry."""

    kind: str
    first: str
    last: str
    title: str
    source: str
    key: str
    hours: str | None = None


@dataclass(frozen=True, kw_only=True)
class RecordCalendar(FieldEdit):
    """Makes a calendar, or sets its service hours as `service_hours.week` reads them. It is a site's, a cluster's, or
    (neither given) the organisation's; `calendar_id` names each of them."""

    NAME: ClassVar[str] = "calendar.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "calendar"
    name: str | None = None
    cluster: str | None = None
    site_id: str | None = None
    hours: str | None = None

    def __post_init__(self) -> None:
        if self.hours:
            service_hours.week(self.hours)


@dataclass(frozen=True, kw_only=True)
class KeepDays:
    """Keeps entries of a calendar, and removes those of the same source that `gone` names by their keys. An entry that came
    before is brought up to date."""

    NAME: ClassVar[str] = "calendar.days"
    VERSION: ClassVar[int] = 1
    calendar_id: str
    source: str
    days: tuple[tuple[str, str, str, str, str, str | None], ...] = ()
    gone: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", tuple(tuple(day) for day in self.days))
        object.__setattr__(self, "gone", tuple(self.gone))
        for day in self.entries():
            _check(day)

    def entries(self) -> Iterator[Day]:
        """The entries; in `days` each is (key, kind, first, last, title, hours)."""
        for key, kind, first, last, title, hours in self.days:
            yield Day(kind, first, last, title, self.source, key, hours)


def calendar_id(cluster: str | None = None, site_id: str | None = None) -> str:
    """The id of that calendar, on whatever laptop it is made."""
    return named_id("calendar", cluster or "", site_id or "")


def day_id(calendar: str, source: str, key: str) -> str:
    """The id of an entry."""
    return named_id("calendar_day", calendar, source, key)


@handles(RecordCalendar)
def record_calendar(tx: Tx, command: RecordCalendar, act: Act) -> Outcome:
    from techdesk.desk.targets import rerank_open

    outcome = edit_fields(tx, command, act)
    row = calendar(tx, command.id)
    count = rerank_open(tx, row)
    return outcome._replace(changed=(_changed(row),), said=f"{row['name']}: hours set.{_told(count)}")


@handles(KeepDays)
def keep_days(tx: Tx, command: KeepDays, act: Act) -> Outcome:
    from techdesk.desk.targets import rerank_open

    row = calendar(tx, command.calendar_id)
    for key in command.gone:
        tx.delete("calendar_day", day_id(command.calendar_id, command.source, key))
    for day in command.entries():
        tx.put(
            "calendar_day",
            {"id": day_id(command.calendar_id, day.source, day.key), "calendar_id": command.calendar_id,
             "kind": day.kind, "first": day.first, "last": day.last, "title": day.title, "hours": day.hours,
             "source": day.source, "source_key": day.key},
        )  # fmt: skip
    found = tx.find("calendar_day", calendar_id=command.calendar_id)
    closed, special = json.dumps(closures(found)), json.dumps(_special(found))
    tx.put("calendar", {"id": command.calendar_id, "closed": closed, "special": special})
    count = rerank_open(tx, row) if (row["closed"], row["special"]) != (closed, special) else 0
    return Outcome((_changed(row),), f"{row['name']}: {len(command.days)} entries kept.{_told(count)}")


def calendar(tx: Tx, id: str) -> Row:
    """The calendar. Raises NotFound."""
    found = tx.get("calendar", id)
    if found is None:
        raise NotFound("That calendar is not in this store: sync, or make it with  techdesk calendar hours.")
    return found


def hours_of(tx: Tx, site_id: str | None) -> Hours:
    """When a site is served; without a site, or one that is not known here, when the organisation is."""
    site = tx.get("site", site_id) if site_id else None
    timezone = str(site["timezone"]) if site and site["timezone"] else TIMEZONE
    return read_hours(timezone, counting(tx, site_id))


def counting(tx: Tx, site_id: str | None = None, cluster: str | None = None) -> list[Row]:
    """The calendars that count for a site, a cluster or (neither given) the organisation, the nearest first."""
    site = tx.get("site", site_id) if site_id else None
    found = tx.find("calendar", site_id=str(site["id"])) if site else []
    cluster = str(site["cluster"]) if site and site["cluster"] else cluster
    if cluster:
        found += tx.find("calendar", cluster=cluster, site_id=None)
    return found + tx.find("calendar", cluster=None, site_id=None)


def week_of(calendars: Iterable[Row]) -> str:
    """The service hours that calendars say, the nearest first. One that has no open minute in its week says nothing: then
    the next one's count."""
    said = (str(row["hours"]) for row in calendars if row["hours"])
    return next((each for each in said if any(service_hours.week(each))), service_hours.USUAL)


def read_hours(timezone: str, calendars: Iterable[Row]) -> Hours:
    """The hours that calendars make together, the nearest first."""
    found = [*calendars]
    week = service_hours.week(week_of(found))
    closed = _together(*(_closures(str(row["closed"] or "[]")) for row in found))
    special = {day: spans for row in reversed(found) for day, spans in _read_special(str(row["special"] or "[]"))}
    return Hours(service_hours.zone(timezone), week, closed, tuple(special.items()))


def closures(days: Iterable[Row]) -> Closures:
    """The days on which those entries close: holidays and the like, and what lies between two terms; less the days that
    staff are in."""
    closed: set[date] = set()
    terms: set[date] = set()
    opened: set[date] = set()
    for row in days:
        if row["kind"] in CLOSING and not row["hours"]:
            closed.update(_each(row))
        elif row["kind"] == "term":
            terms.update(_each(row))
        elif row["kind"] == "inset":
            opened.update(_each(row))
    for earlier, later in pairwise(sorted(terms)):
        if (later - earlier).days > LEAST_HOLIDAY:
            closed.update(earlier + timedelta(days=each) for each in range(1, (later - earlier).days))
    return _ranges(closed - opened)


def _each(row: Row) -> Iterator[date]:
    day, last = date.fromisoformat(str(row["first"])), date.fromisoformat(str(row["last"]))
    while day <= last:
        yield day
        day += timedelta(days=1)


def _ranges(days: set[date]) -> Closures:
    found: list[list[date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1][1] = day
        else:
            found.append([day, day])
    return tuple((first.isoformat(), last.isoformat()) for first, last in found)


def _special(days: Iterable[Row]) -> list[list[Any]]:
    """Days with opening times of their own, as [day, times]."""
    return sorted([day.isoformat(), str(row["hours"])] for row in days if row["hours"] for day in _each(row))


@lru_cache(64)
def _closures(text: str) -> Closures:
    return tuple((first, last) for first, last in json.loads(text))


@lru_cache(64)
def _read_special(text: str) -> tuple[tuple[str, tuple[Span, ...]], ...]:
    return tuple((day, service_hours.spans(hours)) for day, hours in json.loads(text))


@lru_cache(64)
def _together(*each: Closures) -> Closures:
    """Closures of several calendars, in order and apart."""
    found: list[tuple[str, str]] = []
    for first, last in sorted(closure for closures in each for closure in closures):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return tuple(found)


def _check(day: Day) -> None:
    checks.one_of(day.kind, "The kind of day", KINDS)
    checks.legible(day.title, "The title", longest=500)
    try:
        length = (date.fromisoformat(day.last) - date.fromisoformat(day.first)).days
    except ValueError:
        raise BadInput(f"'{day.first}' to '{day.last}' are no days: write them as 2026-12-19.") from None
    if not 0 <= length < LONGEST_DAYS:
        raise BadInput(f"{day.first} to {day.last} is no time of at most ten years: check which day comes first.")
    if day.hours:
        service_hours.spans(day.hours)


def _changed(row: Row) -> Changed:
    return Changed(str(row["name"]), "", str(row["id"]))


def _told(count: int) -> str:
    return f" {count:,} open tickets have new due times." if count else ""
