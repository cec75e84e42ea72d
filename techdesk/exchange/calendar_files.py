"""Calendar files in: iCalendar (RFC 5545) and the JSON of bank holidays, as the entries that they hold."""

import json
import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from techdesk.errors import BadInput
from techdesk.exchange.reading import Fault

MOST_BYTES = 20 * 1024 * 1024
# How far what repeats is followed, from the day of the import: what lies before is over, what lies after comes with a
# later import.
DAYS_BACK, DAYS_AHEAD = 400, 4 * 366
# Single dates that the events of a file may name: the days of a century, and no calendar of days needs them.
MOST_DATES = 36_600
ENGLAND = "england-and-wales"

# What an entry is, by its words; the first that fits. "Term day" before "holiday", "half-term holiday" not as a term.
_WORDS = (
    ("inset", r"\b(inset|staff (training|development)|teacher (training|work)|cpd day|non.?pupil)\b"),
    ("exam_freeze", r"\b(exams?|examinations?|sats|gcses?|a.levels?|mocks?|freeze)\b"),
    ("bank_holiday", r"\b(bank|public|federal|statutory) holidays?\b"),
    (
        "holiday",
        r"\b(holidays?|half.?term|vacation|recess|(winter|spring|autumn|fall|christmas|easter|summer) break)\b",
    ),
    ("closure", r"\b(closed|closure|closes?|shut)\b"),
    ("term", r"\bterm\b|\bschool days?\b"),
)
_UNTIMELY = re.compile(r"FREQ=(SECONDLY|MINUTELY|HOURLY)|BY(HOUR|MINUTE|SECOND)=[0-9]+,", re.IGNORECASE)
_ENDLESS = re.compile(r"INTERVAL=(0+|-[0-9]+)(?![0-9])", re.IGNORECASE)
_DATES = re.compile(r"^(?:RDATE|EXDATE)[;:].*(?:\r?\n[ \t].*)*", re.IGNORECASE | re.MULTILINE)


class Entry(NamedTuple):
    """One entry: the number that it has in the file, its key there, its days (YYYY-MM-DD), words and kind (None: its words
    do not say). `times` is from when until when on the clock of the place, for one that is not of whole days."""

    number: int
    key: str
    first: str
    last: str
    title: str
    kind: str | None
    times: tuple[datetime, datetime] | None = None


class Held(NamedTuple):
    """What a file holds: what it calls itself, how many events, its entries, and what was wrong."""

    name: str
    read: int
    entries: list[Entry]
    faults: list[Fault]
    notes: list[str]


def read(path: Path, timezone: ZoneInfo, today: date, division: str | None = None) -> Held:
    """The entries of a file. Timed events count on the days that they have in that time zone. Raises BadInput for a file
    that is no calendar."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(
                f"{path} is larger than {MOST_BYTES // 2**20} MB: a calendar is not, so check which file it is."
            )
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}): check its name and permissions.") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    if text.lstrip()[:1] in ("{", "["):
        return _bank_holidays(path, text, division)
    return _icalendar(path, text, timezone, today)


def kind_of(words: str) -> str | None:
    """What an entry is, by its words."""
    return next((kind for kind, pattern in _WORDS if re.search(pattern, words, re.IGNORECASE)), None)


def _bank_holidays(path: Path, text: str, division: str | None) -> Held:
    """The JSON that the United Kingdom's government publishes: for each nation {division, events: [{title, date}]}."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is no JSON that can be read ({error}): fetch it again.") from None
    notes: list[str] = []
    if isinstance(document, dict) and "events" not in document:
        document, notes = _chosen(path, document, division)
    events = document.get("events") if isinstance(document, dict) else document
    if not isinstance(events, list):
        raise BadInput(f"{path} holds no list of events: bank holidays have a title and a date each.")
    name = str(document.get("division") or path.stem) if isinstance(document, dict) else path.stem
    held = Held(name, len(events), [], [], notes)
    for number, event in enumerate(events, 1):
        day = event.get("date") if isinstance(event, dict) else None
        try:
            when = date.fromisoformat(str(day)).isoformat()
        except ValueError:
            held.faults.append(Fault(number, "date", str(day), "a bank holiday needs a date such as 2026-12-25"))
            continue
        title = str(event.get("title") or "Bank holiday")
        held.entries.append(Entry(number, f"{when} {title}", when, when, title, "bank_holiday"))
    return held


def _chosen(path: Path, document: dict[str, Any], division: str | None) -> tuple[Any, list[str]]:
    names = [name for name, each in document.items() if isinstance(each, dict) and "events" in each]
    if not names:
        raise BadInput(f"{path} holds no list of events: bank holidays have a title and a date each.")
    wanted = division or (ENGLAND if ENGLAND in names else names[0])
    if wanted not in names:
        raise BadInput(f"{path} has no '{wanted}': choose one of {', '.join(names)} with --division.")
    others = [name for name in names if name != wanted]
    told = f"The days of {wanted} were taken; --division chooses another of {', '.join(names)}."
    return document[wanted], [told] if others and division is None else []


def _icalendar(path: Path, text: str, timezone: ZoneInfo, today: date) -> Held:
    if sum(1 + each[0].count(",") for each in _DATES.finditer(text)) > MOST_DATES:
        raise BadInput(
            f"{path} names more than {MOST_DATES:,} single dates of events that repeat: no calendar of days does, so check"
            " which file it is."
        )
    import icalendar  # 90 ms, which only this import pays

    warnings.simplefilter("ignore")  # the library's guesses at odd time zones: nothing that a person could act on
    try:
        found = icalendar.Calendar.from_ical(text, multiple=True)
    except ValueError:
        raise BadInput(
            f"{path} is no calendar that can be read (it is damaged, or another kind of file): export it again."
        ) from None
    if not found and text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise BadInput(f"{path} ends before END:VCALENDAR, so a part of it is missing: export it again.")
    if not found:
        raise BadInput(f"{path} is no calendar: an .ics file begins with BEGIN:VCALENDAR.")
    events = [event for top in found for event in top.walk("VEVENT")]
    if not events:
        raise BadInput(f"{path} holds no events, so there is nothing to take from it.")
    zones = [each for top in found for each in top.walk("VTIMEZONE")]
    name = next((str(top["X-WR-CALNAME"]) for top in found if "X-WR-CALNAME" in top), path.stem)
    held = Held(name, len(events), [], [], [])
    for series in _series(events).values():
        number = series[0][0]
        first = series[0][1]
        try:
            _follow(held, [event for _, event in series], zones, number, timezone, today)
        except BadInput as error:
            held.faults.append(Fault(number, "VEVENT", str(first.get("SUMMARY", ""))[:200], str(error)))
        except Exception:  # whatever the library trips over in a broken event is that event's trouble alone
            why = _wrong([event for _, event in series])
            held.faults.append(
                Fault(number, "VEVENT", str(first.get("SUMMARY", ""))[:200], f"it cannot be read: {why}")
            )
    if not held.entries and not held.faults:
        held.notes.append("What it holds was cancelled, or is over: an event that repeats is followed for four years.")
    return held


def _series(events: list[Any]) -> dict[str, list[tuple[int, Any]]]:
    """The events by their UID: one that repeats may have changed days beside it. One without is a series of its own."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for number, event in enumerate(events, 1):
        found.setdefault(str(event.get("UID") or f"\0{number}"), []).append((number, event))
    return found


def _follow(held: Held, events: list[Any], zones: list[Any], number: int, timezone: ZoneInfo, today: date) -> None:
    repeats = any(name in event for event in events for name in ("RRULE", "RDATE"))
    for event in _days_of(events, zones, today) if repeats else events:
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        first, last, times = _span(event, timezone)
        title = " ".join(str(event.get("SUMMARY") or "Untitled").split())[:200]
        uid = str(event.get("UID") or f"{first} {title}")
        words = " ".join((title, *_categories(event)))
        key = f"{uid} {first}" if repeats else uid
        held.entries.append(Entry(number, key, first, last, title, kind_of(words), times))


def _days_of(events: list[Any], zones: list[Any], today: date) -> Iterator[Any]:
    """The days on which a series falls, within the years that matter."""
    import icalendar
    import recurring_ical_events

    rules = " ".join(event[name].to_ical().decode() for event in events for name in ("RRULE",) if name in event)
    if _UNTIMELY.search(rules):
        raise BadInput("it repeats more often than once a day, which no calendar of days holds")
    if _ENDLESS.search(rules):  # followed, it would stay on its first day for ever
        raise BadInput("its INTERVAL is not 1 or more, so it never moves on: correct it where the file comes from")
    alone = icalendar.Calendar()
    for each in (*zones, *events):
        alone.add_component(each)
    begin, end = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    yield from recurring_ical_events.of(alone).between(begin, end)


def _span(event: Any, timezone: ZoneInfo) -> tuple[str, str, tuple[datetime, datetime] | None]:
    """The first and the last day of an event, and its times; its end, where it has one, is the moment after it.
    Raises BadInput for one that ends before it begins."""
    start, end = event.start, event.end
    if type(start) is type(end) and end < start:
        raise BadInput("it ends before it begins: correct it where the file comes from")
    times = None
    if isinstance(start, datetime):
        begins = _here(start, timezone)
        first = last = begins.date()
        if isinstance(end, datetime) and end > start:
            times = begins.replace(tzinfo=None), _here(end, timezone).replace(tzinfo=None)
            last = max(first, (times[1] - timedelta(seconds=1)).date())
    else:
        first, last = start, max(start, end - timedelta(days=1))
    return first.isoformat(), last.isoformat(), times


def _here(when: datetime, timezone: ZoneInfo) -> datetime:
    """A moment on the clock of the place; one without a zone is on it already."""
    return when.astimezone(timezone) if when.tzinfo else when


def _categories(event: Any) -> list[str]:
    found = event.get("CATEGORIES")
    lists = found if isinstance(found, list) else [found] if found is not None else []
    return [str(each) for some in lists for each in getattr(some, "cats", ())]


def _wrong(events: list[Any]) -> str:
    """What a person can correct about events that cannot be read."""
    for event in events:
        for name, _ in event.errors:
            return f"its {name} is not written as a calendar has it: correct it where the file comes from"
        if "DTSTART" not in event:
            return "it has no DTSTART: say on which day it is where the file comes from"
    return "its dates make no sense together: correct them where the file comes from"
