"""From a capture line to the command that captures it: names are looked up, and a visit under way says where we are."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from techdesk.desk.capture import Capture, named_tags, read_capture, read_page
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.models.queries import names

# SQLite's own limit of values in one statement is far above.
TAGS_AT_ONCE = 500


class Said(NamedTuple):
    """What is given by name beside the words, and goes before what they say."""

    site: str | None = None
    room: str | None = None
    device: str | None = None
    reporter: str | None = None
    impact: int | None = None
    urgency: int | None = None
    kind: str | None = None
    channel: str | None = None


class Place(NamedTuple):
    """Where tickets are captured: ids, the site's rooms in walk order, and the visit that they go onto."""

    site_id: str | None
    device_id: str | None
    visit_id: str | None
    room: str | None
    rooms: Sequence[str]


def capture(
    connection: sqlite3.Connection,
    line: str,
    *,
    me: str | None,
    site: str | None = None,
    room: str | None = None,
    device: str | None = None,
    reporter: str | None = None,
    impact: int | None = None,
    urgency: int | None = None,
    kind: str | None = None,
    channel: str | None = None,
) -> LogTicket:
    """The command for one line. What is given by name goes before what the line says. Raises NotFound for unknown names."""
    said = Said(site, room, device, reporter, impact, urgency, kind, channel)
    here = place(connection, me, said)
    return _command(read_capture(line, here.rooms, _devices(connection, line)), here, said)


def capture_page(connection: sqlite3.Connection, text: str, *, me: str | None, said: Said) -> list[LogTicket]:
    """The commands for a page of a log book, a ticket a line. Raises NotFound for unknown names."""
    here = place(connection, me, said)
    if said.channel is None:
        said = said._replace(channel="log_book")
    page = read_page(text, here.rooms, _devices(connection, text))
    return [_command(capture, here, said) for _, capture in page]


def _command(read: Capture, here: Place, said: Said) -> LogTicket:
    return LogTicket(
        id=new_id(),
        text=read.text,
        kind=said.kind or read.kind,
        site_id=here.site_id,
        room=here.room or _spelt(here.rooms, read.room),
        reporter=said.reporter,
        device_id=here.device_id or read.device_id,
        tags=" ".join(read.tags) or None,
        impact=said.impact,
        urgency=said.urgency or read.urgency,
        channel=said.channel or "corridor",
        visit_id=here.visit_id,
    )


def place(connection: sqlite3.Connection, me: str | None, said: Said) -> Place:
    """Where something is captured. Raises NotFound for unknown names."""
    visit_id, here = _visit(connection, me)
    site_id = names.site_id(connection, said.site) if said.site else None
    device_id = names.device_id(connection, said.device) if said.device else None
    if site_id is None and device_id is not None:
        site_id = _site_of(connection, device_id)
    site_id = site_id or here
    room = names.room_name(connection, site_id, said.room) if said.room else None
    return Place(site_id, device_id, visit_id if site_id == here else None, room, rooms(connection, site_id))


def rooms(connection: sqlite3.Connection, site_id: str | None) -> list[str]:
    """The rooms of a site, in walk order."""
    rows = connection.execute("SELECT name FROM room WHERE site_id = ? ORDER BY rank, id", (site_id,))
    return [str(name) for (name,) in rows]


def _spelt(rooms: Sequence[str], room: str | None) -> str | None:
    """The room as the site spells it; what it does not know is kept as typed."""
    return None if room is None else next((each for each in rooms if each.casefold() == room.casefold()), room)


def _visit(connection: sqlite3.Connection, me: str | None) -> tuple[str | None, str | None]:
    """The visit under way and its site."""
    found = connection.execute(
        "SELECT id, site_id FROM visit WHERE technician_id = ? AND state = 'on_site' ORDER BY actual_start DESC LIMIT 1",
        (me,),
    ).fetchone()
    return (None, None) if found is None else (str(found[0]), str(found[1]))


def _site_of(connection: sqlite3.Connection, device_id: str) -> str | None:
    found = connection.execute("SELECT site_id FROM device WHERE id = ?", (device_id,)).fetchone()
    return None if found is None or found[0] is None else str(found[0])


def _devices(connection: sqlite3.Connection, text: str) -> dict[str, str]:
    """The devices whose tags the text names after a `#`."""
    tags, found = named_tags(text), {}
    for start in range(0, len(tags), TAGS_AT_ONCE):
        some = tags[start : start + TAGS_AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = connection.execute(f"SELECT tag, id FROM device WHERE tag COLLATE NOCASE IN ({marks})", some)
        found.update({str(tag).casefold(): str(id) for tag, id in rows})
    return found
