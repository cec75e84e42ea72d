"""Audits: what a scanned label means, what is expected in a room, and what is still to be found."""

import sqlite3
from typing import NamedTuple

from techdesk.desk.audits import EXPECTED
from techdesk.errors import BadInput

LABEL = "coalesce(d.tag, d.serial, d.name, d.id)"


class AuditLine(NamedTuple):
    """An audit with its counts."""

    id: str
    site_id: str
    site: str | None
    room: str | None
    started_at: str
    ended_at: str | None
    missing: int
    here: int
    moved: int
    unknown: int


class ScanLine(NamedTuple):
    """A scan, with what the device is called."""

    id: str
    label: str
    answer: str
    at: str
    tag: str | None
    model: str | None


class UnknownLabel(NamedTuple):
    """A label that nobody knew when it was scanned, and that no device has now."""

    label: str
    site: str | None
    room: str | None
    at: str


def scanned(connection: sqlite3.Connection, text: str) -> str | None:
    """The id of the device with that tag or serial, as a scanner types it; None for one that nobody knows. Raises BadInput
    when several have it."""
    label = text.strip()
    for each in dict.fromkeys((label, label.upper())):
        found = connection.execute(
            "SELECT id FROM device WHERE tag = :label UNION SELECT id FROM device WHERE serial = :label LIMIT 3",
            {"label": each},
        ).fetchall()
        if len(found) == 1:
            return str(found[0][0])
        if found:
            raise BadInput(f"{label} is on {len(found)} devices: look at both, and give one another tag.")
    return None


def open_audit(connection: sqlite3.Connection, site_id: str, room: str | None, me: str | None) -> str | None:
    """The id of the audit of that place which this person has begun and not ended, to go on with."""
    found = connection.execute(
        "SELECT id FROM audit WHERE site_id = ? AND room IS ? AND technician_id IS ? AND ended_at IS NULL"
        " ORDER BY started_at DESC LIMIT 1",
        (site_id, room, me),
    ).fetchone()
    return None if found is None else str(found[0])


def audit(connection: sqlite3.Connection, id: str) -> AuditLine | None:
    """One audit."""
    row = connection.execute(
        "SELECT a.id, a.site_id, s.name, a.room, a.started_at, a.ended_at, a.missing,"
        " (SELECT count(*) FROM audit_scan WHERE audit_id = a.id AND answer IN ('here', 'ended')),"
        " (SELECT count(*) FROM audit_scan WHERE audit_id = a.id AND answer = 'moved'),"
        " (SELECT count(*) FROM audit_scan WHERE audit_id = a.id AND answer = 'unknown')"
        " FROM audit a LEFT JOIN site s ON s.id = a.site_id WHERE a.id = ?",
        (id,),
    ).fetchone()
    return None if row is None else AuditLine(*row)


def scans(connection: sqlite3.Connection, id: str, limit: int = 1000) -> list[ScanLine]:
    """The scans of an audit, the newest first."""
    rows = connection.execute(
        "SELECT c.id, c.label, c.answer, c.at, coalesce(d.tag, d.serial, d.name), m.name FROM audit_scan c"
        " LEFT JOIN device d ON d.id = c.device_id LEFT JOIN model_of m ON m.id = d.model_id"
        " WHERE c.audit_id = ? ORDER BY c.n DESC LIMIT ?",
        (id, limit),
    )
    return [ScanLine(*row) for row in rows]


def last_scan(connection: sqlite3.Connection, id: str) -> str | None:
    """The id of the newest scan of an audit."""
    found = connection.execute("SELECT id FROM audit_scan WHERE audit_id = ? ORDER BY n DESC LIMIT 1", (id,)).fetchone()
    return None if found is None else str(found[0])


def missing(connection: sqlite3.Connection, id: str) -> list[tuple[str, str, str | None]]:
    """What should be where an audit is and was not scanned in it yet: (id, label, model's name) each."""
    line = audit(connection, id)
    return [] if line is None else missing_at(connection, line.site_id, line.room, id)


def missing_at(
    connection: sqlite3.Connection, site_id: str, room: str | None, audit_id: str | None
) -> list[tuple[str, str, str | None]]:
    """What should be in a room (None: at a site) and was not scanned in that audit: (id, label, model's name) each."""
    place, values = ("", []) if room is None else (" AND coalesce(d.room, '') = ?", [room])
    rows = connection.execute(
        f"SELECT d.id, {LABEL}, m.name FROM device d LEFT JOIN model_of m ON m.id = d.model_id"
        f" WHERE d.site_id = ?{place} AND d.location_id IS NULL AND d.state IN ({', '.join('?' * len(EXPECTED))})"
        " AND d.id NOT IN (SELECT device_id FROM audit_scan WHERE audit_id = ? AND device_id IS NOT NULL)"
        " ORDER BY 2, 1",
        (site_id, *values, *EXPECTED, audit_id),
    )
    return [(str(row[0]), str(row[1]), row[2]) for row in rows]


def unknown(connection: sqlite3.Connection) -> list[UnknownLabel]:
    """Labels that were scanned and that no device has, the newest first, each once."""
    rows = connection.execute(
        "SELECT c.label, s.name, a.room, max(c.at) FROM audit_scan c JOIN audit a ON a.id = c.audit_id"
        " LEFT JOIN site s ON s.id = a.site_id WHERE c.device_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM device WHERE tag IN (c.label, upper(c.label)))"
        " AND NOT EXISTS (SELECT 1 FROM device WHERE serial IN (c.label, upper(c.label)))"
        " GROUP BY c.label ORDER BY 4 DESC, 1"
    )
    return [UnknownLabel(*row) for row in rows]
