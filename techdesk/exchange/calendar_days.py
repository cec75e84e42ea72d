"""Calendars in: brings the days of a site, a cluster or the organisation in step with a file."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from techdesk import clock
from techdesk.desk import calendars, checks
from techdesk.desk.calendars import KeepDays, RecordCalendar
from techdesk.desk.commands import Command
from techdesk.desk.service_hours import Week, week, zone
from techdesk.desk.tx import Row
from techdesk.errors import BadInput
from techdesk.exchange import calendar_files
from techdesk.exchange.calendar_files import Entry
from techdesk.exchange.reading import Fault
from techdesk.exchange.report import ImportReport
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import Store

AT_ONCE = 500
MOST_NAMED = 3


class Owner(NamedTuple):
    """Whose calendar it is: a site's, a cluster's, or (neither given) the organisation's."""

    site_id: str | None = None
    cluster: str | None = None

    @property
    def calendar_id(self) -> str:
        return calendars.calendar_id(self.cluster, self.site_id)


def run(
    store: Store, path: Path, owner: Owner, *, kind: str | None = None, division: str | None = None,
    dry_run: bool = False, strict: bool = False,
) -> ImportReport:  # fmt: skip
    """Imports a calendar file. Running it again changes nothing; an entry that has gone from the file, among the days that it
    tells of, goes from the calendar. `kind` is what all entries are, whatever their words say.

    Raises BadInput for a file that is no calendar.
    """
    if kind is not None:
        checks.one_of(kind, "The kind of day", calendars.KINDS)
    tx = SqliteTx(store.connection)
    site = tx.get("site", owner.site_id) if owner.site_id else None
    timezone = zone(str(site["timezone"]) if site else calendars.TIMEZONE)
    held = calendar_files.read(path, timezone, clock.parse(store.now()).date(), division)
    report = ImportReport("calendar", held.name, read=held.read, errors=held.faults, notes=held.notes)
    usual = week(calendars.week_of(calendars.counting(tx, owner.site_id, owner.cluster)))
    entries = held.entries if kind else _of_whole_days(held.entries, usual, report)
    wanted = _wanted(entries, kind, report)
    have = {
        str(row["source_key"]): row
        for row in tx.find("calendar_day", calendar_id=owner.calendar_id)
        if row["source"] == held.name
    }
    changed = {key: day for key, day in wanted.items() if _differs(have.get(key), day)}
    gone = tuple(key for key, row in have.items() if key not in wanted and _within(row, wanted))
    report.created = sum(key not in have for key in changed)
    report.updated = len(changed) - report.created + len(gone)
    report.unchanged = len(wanted) - len(changed)
    report.rejected = len(held.faults)
    report.taken = not dry_run and not (strict and held.faults)
    if gone:
        report.notes.append(f"{_entries(len(gone))} no longer in the file: removed.")
    if report.taken and (changed or gone):
        name = str(site["name"]) if site else owner.cluster or "Organisation"
        store.perform_all(_commands(tx, owner, name, held.name, list(changed.values()), gone))
    return report


# Key, kind, first and last day, title and opening times, as `KeepDays` takes them.
_Kept = tuple[str, str, str, str, str, str | None]


def _wanted(entries: list[Entry], kind: str | None, report: ImportReport) -> dict[str, _Kept]:
    found: dict[str, _Kept] = {}
    unsaid = 0
    for entry in entries:
        said = kind or entry.kind
        unsaid += said is None
        day: _Kept = (entry.key, said or "event", entry.first, entry.last, entry.title, None)
        try:
            KeepDays(calendar_id="", source="", days=(day,))
        except BadInput as error:
            report.errors.append(Fault(entry.number, "VEVENT", entry.title, str(error)))
            continue
        found[entry.key] = day
    if unsaid:
        report.notes.append(
            f"{_entries(unsaid)} with words that do not say what the days are, so they close nothing: --as holiday (or term, "
            "closure, inset, exam_freeze, bank_holiday) says it for the whole file."
        )
    return found


def _of_whole_days(entries: list[Entry], usual: Week, report: ImportReport) -> list[Entry]:
    """The entries, of those that close by the clock no day on which some of the usual hours are left: a calendar has
    opening times of a day, and none that are taken away from whatever it has."""
    found: list[Entry] = []
    partly: list[str] = []
    for entry in entries:
        whole = _whole_days(entry, usual) if entry.times and entry.kind in calendars.CLOSING else entry
        if whole != entry:
            partly.append(f"'{entry.title}' ({entry.first})")
        found.append(whole)
    if partly:
        more = f" and {len(partly) - MOST_NAMED:,} more" if len(partly) > MOST_NAMED else ""
        report.notes.append(
            f"{', '.join(partly[:MOST_NAMED])}{more} shut for a part of a day, which stays open: give it hours of its own"
            " with  techdesk calendar add closure DAY --hours 08:00-12:00  if that is to count."
        )
    return found


def _whole_days(entry: Entry, usual: Week) -> Entry:
    """The entry with the days alone that it closes from the first to the last of the usual hours; an event, which closes
    nothing, where there are none."""
    assert entry.times is not None
    first, last = date.fromisoformat(entry.first), date.fromisoformat(entry.last)
    begins, ends = entry.times

    def open_at(day: date, begin: datetime, end: datetime) -> bool:
        midnight = datetime.combine(day, time())
        return any(
            midnight + timedelta(minutes=span.begin) < begin or midnight + timedelta(minutes=span.end) > end
            for span in usual[day.weekday()]
        )

    early, late = open_at(first, begins, ends), open_at(last, begins, ends)
    if first == last:
        return entry._replace(kind="event") if early else entry
    first, last = first + timedelta(days=early), last - timedelta(days=late)
    if first > last:
        return entry._replace(kind="event")
    return entry._replace(first=first.isoformat(), last=last.isoformat())


def _entries(count: int) -> str:
    return f"{count:,} entr{'y' if count == 1 else 'ies'}"


def _differs(row: Row | None, day: _Kept) -> bool:
    _, kind, first, last, title, hours = day
    return row is None or (row["kind"], row["first"], row["last"], row["title"], row["hours"]) != (
        kind, first, last, title, hours,
    )  # fmt: skip


def _within(row: Row, wanted: dict[str, _Kept]) -> bool:
    """Whether a day lies among those that the file tells of."""
    begin = min((day[2] for day in wanted.values()), default="9999")
    end = max((day[3] for day in wanted.values()), default="")
    return begin <= str(row["first"]) and str(row["last"]) <= end


def _commands(
    tx: SqliteTx, owner: Owner, name: str, source: str, days: list[_Kept], gone: tuple[str, ...]
) -> list[Command]:
    found: list[Command] = []
    if tx.get("calendar", owner.calendar_id) is None:
        found.append(RecordCalendar(id=owner.calendar_id, name=name, cluster=owner.cluster, site_id=owner.site_id))
    for start in range(0, max(len(days), 1), AT_ONCE):
        part = tuple(days[start : start + AT_ONCE])
        found.append(KeepDays(calendar_id=owner.calendar_id, source=source, days=part, gone=gone if start == 0 else ()))
    return found
