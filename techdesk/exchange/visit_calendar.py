"""Visits as iCalendar (RFC 5545): a stable UID and a SEQUENCE for each, so that a second import updates the first."""

from collections.abc import Iterator
from typing import TextIO

from techdesk import clock
from techdesk.models.store import Store

LONGEST_LINE = 75  # octets
CANCELLED = ("cancelled", "missed", "rebooked")

VISITS = """SELECT visit.id, visit.version, visit.updated_at, planned_start, planned_end, visit.state, visit.summary,
    site.name, site.address, site.postcode, site.latitude, site.longitude, technician.name
    FROM visit LEFT JOIN site ON site.id = visit.site_id LEFT JOIN technician ON technician.id = visit.technician_id
    ORDER BY planned_start, visit.id"""


def calendar(store: Store, out: TextIO) -> int:
    """Writes all visits. Returns how many."""
    total = 0
    _write(
        out, "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//techdesk//visits//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"
    )
    for row in store.connection.execute(VISITS):
        _write(out, *_event(row))
        total += 1
    _write(out, "END:VCALENDAR")
    return total


def _event(row: tuple[str | int | float | None, ...]) -> Iterator[str]:
    id, version, updated, start, end, state, summary, site, address, postcode, latitude, longitude, who = row
    yield "BEGIN:VEVENT"
    yield f"UID:{id}@techdesk"
    yield f"SEQUENCE:{int(version or 1) - 1}"
    yield f"DTSTAMP:{_utc(updated)}"
    yield f"DTSTART:{_utc(start)}"
    yield f"DTEND:{_utc(end)}"
    yield f"SUMMARY:{_text(f'Visit: {site}' + (f' ({who})' if who else ''))}"
    where = ", ".join(str(each) for each in (site, address, postcode) if each)
    if where:
        yield f"LOCATION:{_text(where)}"
    if latitude is not None and longitude is not None:
        yield f"GEO:{latitude};{longitude}"
    if summary:
        yield f"DESCRIPTION:{_text(str(summary))}"
    yield f"STATUS:{'CANCELLED' if state in CANCELLED else 'TENTATIVE' if state == 'planned' else 'CONFIRMED'}"
    yield "END:VEVENT"


def _utc(moment: object) -> str:
    return f"{clock.parse(str(moment)):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join("".join(each for each in line if each >= " " or each == "\t") for line in escaped.splitlines())


def _write(out: TextIO, *lines: str) -> None:
    for line in lines:
        out.write("\r\n ".join(_folded(line)) + "\r\n")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, no character split; each piece after the first follows a blank."""
    piece, room = "", LONGEST_LINE
    for character in line:
        size = len(character.encode("utf-8", "replace"))
        if size > room:
            yield piece
            piece, room = "", LONGEST_LINE - 1
        piece += character
        room -= size
    yield piece
