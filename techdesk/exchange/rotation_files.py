"""A rotation as a file: its cycle as CSV or JSON, or its visits on their dates as iCalendar."""

import csv
import json
from collections.abc import Sequence
from typing import Any, TextIO

from techdesk.exchange.values import neutral
from techdesk.models.visit_events import Event, lines

SCHEMA = 1


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


def dated_ics(events: Sequence[Event], name: str, out: TextIO) -> int:
    """A calendar of the visits, rows of `visit_events.EVENT`. The UID is that of the visit also before it is published, so
    that a later import updates an earlier one."""
    out.writelines(lines(events, name))
    return len(events)
