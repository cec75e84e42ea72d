"""A rotation as a file: its cycle as CSV or JSON, or its visits on their dates as iCalendar."""

import csv
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, TextIO

from techdesk import clock
from techdesk.exchange.values import neutral

SCHEMA = 1


class DatedVisit(NamedTuple):
    """A visit on its date; `version` is how often it was changed, `place` an address in one line."""

    id: str
    version: int
    start: str
    end: str
    site: str
    technician: str
    place: str
    draft: bool


def cycle_csv(items: Sequence[dict[str, Any]], out: TextIO) -> int:
    """A header, and a row for each visit of the cycle. Open `out` with newline=""."""
    writer = csv.writer(out)
    names = list(items[0]) if items else ["id"]
    writer.writerow(names)
    for item in items:
        writer.writerow([neutral(value) if isinstance(value, str) else value for value in item.values()])
    return len(items)


def cycle_json(items: Sequence[dict[str, Any]], out: TextIO) -> int:
    """One JSON document with the visits of the cycle."""
    document = {"schema": SCHEMA, "kind": "rotation", "items": list(items), "total": len(items)}
    out.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    return len(items)


def dated_ics(visits: Sequence[DatedVisit], now: str, out: TextIO) -> int:
    """A calendar of the visits. The UID is that of the visit, also before it is published, and SEQUENCE rises as it is
    changed, so that a later import updates an earlier one."""
    from icalendar import Calendar, Event  # 60 ms, which only this format pays

    calendar = Calendar()
    calendar.add("prodid", "-//techdesk//rotation//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for visit in visits:
        event = Event()
        event.add("uid", f"{visit.id}@techdesk")
        event.add("sequence", max(0, visit.version - 1))
        event.add("dtstamp", _utc(now))
        event.add("dtstart", _utc(visit.start))
        event.add("dtend", _utc(visit.end))
        event.add("summary", f"Visit: {visit.site} ({visit.technician})")
        if visit.place:
            event.add("location", visit.place)
        event.add("status", "TENTATIVE" if visit.draft else "CONFIRMED")
        calendar.add_component(event)
    out.write(calendar.to_ical().decode())
    return len(visits)


def _utc(moment: str) -> datetime:
    return clock.parse(moment).replace(microsecond=0)
