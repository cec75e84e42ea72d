"""The inventory: devices a page at a time, and everything about one."""

import json
import sqlite3
from typing import Any

from techdesk.models.cards import DeviceCard
from techdesk.models.device_filters import DeviceFilter
from techdesk.models.queries import device_story
from techdesk.models.queries.devices import LINE, known_device
from techdesk.models.queries.search import fts_phrase, words_of
from techdesk.models.rows import DeviceLine, PartLine, TicketLine

TICKETS = """
    SELECT t.id, t.ref, t.priority, t.state, t.title, s.name, s.code, t.room, o.name, t.role, t.fix_due, t.opened_at,
           t.reporter, t.hold_reason, t.kind, s.timezone
    FROM ticket t LEFT JOIN site s ON s.id = t.site_id LEFT JOIN technician o ON o.id = t.owner_id
    WHERE t.device_id = ? ORDER BY t.open DESC, t.opened_at DESC, t.id LIMIT ?
"""
# What a device is called when its tag is missing; the same words as in the indexes of `tables.Device`.
LABEL = "coalesce({0}tag, {0}serial, {0}name, {0}id)"
# One school is walked room by room; over all of them, tags lead.
BY_LABEL = (LABEL, "{0}id")
BY_WALK = ("coalesce({0}room, '')", LABEL, "{0}id")


def where(chosen: DeviceFilter) -> tuple[str, list[Any]]:
    """The condition that a filter stands for, and its values."""
    terms: list[str] = []
    values: list[Any] = []
    if chosen.site_id is not None:
        terms.append("site_id = ?")
        values.append(chosen.site_id)
    if chosen.room is not None:
        terms.append("room LIKE ? ESCAPE '\\'")
        values.append(_beginning(chosen.room))
    if chosen.states:
        terms.append(f"state IN ({', '.join('?' * len(chosen.states))})")
        values.extend(chosen.states)
    if chosen.model is not None:
        terms.append(
            "model_id IN (SELECT id FROM model_of WHERE name LIKE ? ESCAPE '\\' OR number LIKE ? ESCAPE '\\'"
            " OR kept_id IN (SELECT kept_id FROM model_of WHERE spelling LIKE ? ESCAPE '\\'))"
        )
        values.extend(["%" + _beginning(chosen.model)] * 3)
    if chosen.standing is not None:
        terms.append("model_id IN (SELECT id FROM model_of WHERE standing = ?)")
        values.append(chosen.standing)
    if words_of(chosen.words):
        terms.append(
            "(n IN (SELECT rowid FROM device_search WHERE device_search MATCH ?)"
            " OR model_id IN (SELECT id FROM model_of WHERE name LIKE ? ESCAPE '\\'))"
        )
        values.extend([fts_phrase(chosen.words), "%" + _beginning(chosen.words)])
    return " AND ".join(terms) or "1", values


def _beginning(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _order(chosen: DeviceFilter, table: str = "") -> str:
    """The keys of the order, as columns of `table` ("d.") or of the only one."""
    return ", ".join(BY_LABEL if chosen.site_id is None else BY_WALK).format(table)


def count(connection: sqlite3.Connection, chosen: DeviceFilter) -> int:
    """How many devices the filter lets through."""
    condition, values = where(chosen)
    return int(connection.execute(f"SELECT count(*) FROM device WHERE {condition}", values).fetchone()[0])


def page(connection: sqlite3.Connection, chosen: DeviceFilter, limit: int, start: int = 0) -> list[DeviceLine]:
    """Devices from index `start` in the filter's order: by room within one site, else by tag."""
    condition, values = where(chosen)
    inner = f"SELECT n FROM device WHERE {condition} ORDER BY {_order(chosen)} LIMIT ? OFFSET ?"
    rows = connection.execute(f"{LINE} WHERE d.n IN ({inner}) ORDER BY {_order(chosen, 'd.')}", [*values, limit, start])
    return [DeviceLine(*row) for row in rows]


def index_of(connection: sqlite3.Connection, chosen: DeviceFilter, id: str) -> int | None:
    """Where a device stands in the filter's order; None when the filter does not let it through."""
    condition, values = where(chosen)
    keys = _order(chosen)
    found = connection.execute(f"SELECT {keys} FROM device WHERE {condition} AND id = ?", [*values, id]).fetchone()
    if found is None:
        return None
    marks = ", ".join("?" * len(found))
    before = connection.execute(
        f"SELECT count(*) FROM device WHERE {condition} AND ({keys}) < ({marks})", [*values, *found]
    )
    return int(before.fetchone()[0])


def holds(connection: sqlite3.Connection, chosen: DeviceFilter, ids: frozenset[str]) -> frozenset[str]:
    """Those of these devices that the filter lets through."""
    condition, values = where(chosen)
    found = connection.execute(
        f"SELECT id FROM device WHERE {condition} AND id IN (SELECT value FROM json_each(?))",
        [*values, json.dumps(sorted(ids))],
    )
    return frozenset(str(row[0]) for row in found)


def card(connection: sqlite3.Connection, id: str, today: str = "", tickets: int = 20) -> DeviceCard:
    """Everything about one device; what is overdue is told as of `today` (a date or a moment). Raises NotFound."""
    line = known_device(connection, id)
    cursor = connection.execute("SELECT * FROM device WHERE id = ?", (id,))
    fields = dict(zip((each[0] for each in cursor.description), cursor.fetchone(), strict=True))
    fields.pop("n")
    maker = connection.execute(
        "SELECT k.name FROM model_of m JOIN manufacturer k ON k.id = m.manufacturer_id WHERE m.id = ?",
        (fields["model_id"],),
    ).fetchone()
    location = connection.execute("SELECT name FROM stock_location WHERE id = ?", (fields["location_id"],)).fetchone()
    fits = connection.execute(
        "SELECT DISTINCT p.sku, p.name, 0 FROM part_fit f JOIN part p ON p.id = f.part_id WHERE f.model_id IN"
        " (SELECT b.id FROM model_of a JOIN model_of b ON b.kept_id = a.kept_id WHERE a.id = ?) ORDER BY p.sku",
        (fields["model_id"],),
    )
    return DeviceCard(
        line,
        fields,
        None if maker is None else str(maker[0]),
        [TicketLine(*row) for row in connection.execute(TICKETS, (id, tickets))],
        [PartLine(*row) for row in fits],
        device_story.events(connection, id),
        device_story.loans(connection, today, device_id=id),
        device_story.repairs(connection, today, device_id=id),
        device_story.cost(connection, id),
        None if location is None else str(location[0]),
    )
