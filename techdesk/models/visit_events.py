"""Visits as iCalendar (RFC 5545): a stable UID and a SEQUENCE for each, which rises when the visit moves or changes, so that
a second import, or a calendar that subscribes, updates the first. Moments are in UTC, which is right on both sides of a
change of the clocks."""

from collections.abc import Iterable, Iterator

from techdesk import clock

LONGEST_LINE = 75  # octets
CANCELLED = ("cancelled", "missed", "rebooked")
EVENT = """SELECT v.id AS id, v.version AS version, v.updated_at AS updated_at, v.planned_start AS planned_start,
    v.planned_end AS planned_end, v.state AS state, v.summary AS summary, s.name AS site, s.address AS address,
    s.postcode AS postcode, s.latitude AS latitude, s.longitude AS longitude, p.name AS technician"""
ORDER = "ORDER BY v.planned_start, v.id"

Event = tuple[str | int | float | None, ...]


def lines(events: Iterable[Event], name: str) -> Iterator[str]:
    """A calendar of that name, as lines with their ends. `events` are rows of EVENT."""
    yield from _written("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//techdesk//visits//EN", "CALSCALE:GREGORIAN",
                        "METHOD:PUBLISH", f"X-WR-CALNAME:{_text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H")  # fmt: skip
    for event in events:
        yield from _written(*_event(event))
    yield from _written("END:VCALENDAR")


def _event(row: Event) -> Iterator[str]:
    id, version, updated, start, end, state, summary, site, address, postcode, latitude, longitude, who = row
    yield "BEGIN:VEVENT"
    yield f"UID:{id}@techdesk"
    yield f"SEQUENCE:{int(version or 1) - 1}"
    yield f"DTSTAMP:{_utc(updated)}"
    yield f"LAST-MODIFIED:{_utc(updated)}"
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


def _written(*contents: str) -> Iterator[str]:
    for content in contents:
        yield "\r\n ".join(_folded(content)) + "\r\n"


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
