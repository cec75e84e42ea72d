"""From a capture line to the command that captures it: names are looked up, and a visit under way says where we are."""

import sqlite3

from techdesk.desk.capture import read_capture
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.models.queries import names


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
) -> LogTicket:
    """The command for one line. What is given by name goes before what the line says. Raises NotFound for unknown names."""
    visit_id, here = _visit(connection, me)
    site_id = names.site_id(connection, site) if site else None
    device_id = names.device_id(connection, device) if device else None
    if site_id is None and device_id is not None:
        site_id = _site_of(connection, device_id)
    site_id = site_id or here
    said = read_capture(line, rooms(connection, site_id), _devices(connection, line))
    named_room = room or said.room
    return LogTicket(
        id=new_id(),
        text=said.text,
        kind=kind or said.kind,
        site_id=site_id,
        room=names.room_name(connection, site_id, named_room) if named_room else None,
        reporter=reporter,
        device_id=device_id or said.device_id,
        tags=" ".join(said.tags) or None,
        impact=impact,
        urgency=urgency or said.urgency,
        visit_id=visit_id if site_id == here else None,
    )


def rooms(connection: sqlite3.Connection, site_id: str | None) -> list[str]:
    """The rooms of a site, in walk order."""
    rows = connection.execute("SELECT name FROM room WHERE site_id = ? ORDER BY rank, id", (site_id,))
    return [str(name) for (name,) in rows]


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


def _devices(connection: sqlite3.Connection, line: str) -> dict[str, str]:
    """The devices whose tags the line names after a `#`."""
    tags = [word[1:] for word in line.split() if len(word) > 1 and word[0] == "#"]
    if not tags:
        return {}
    marks = ", ".join("?" * len(tags))
    rows = connection.execute(f"SELECT tag, id FROM device WHERE tag COLLATE NOCASE IN ({marks})", tags)
    return {str(tag).casefold(): str(id) for tag, id in rows}
