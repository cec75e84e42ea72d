"""Devices and models."""

import sqlite3

from techdesk.errors import NotFound
from techdesk.models.rows import DeviceLine

LINE = """
    SELECT d.id, d.tag, d.serial, d.name, m.name, m.category, s.name, d.room, d.state, m.standing, d.warranty_end,
           m.update_expiry, (SELECT count(*) FROM ticket t WHERE t.device_id = d.id AND t.open = 1), d.site_id, s.code,
           (SELECT l.name FROM stock_location l WHERE l.id = d.location_id)
    FROM device d LEFT JOIN model_of m ON m.id = d.model_id LEFT JOIN site s ON s.id = d.site_id
"""


def device(connection: sqlite3.Connection, id: str) -> DeviceLine | None:
    """One device as a list shows it; None when it is outside this store."""
    found = connection.execute(f"{LINE} WHERE d.id = ?", (id,)).fetchone()
    return None if found is None else DeviceLine(*found)


def known_device(connection: sqlite3.Connection, id: str) -> DeviceLine:
    """One device. Raises NotFound."""
    found = device(connection, id)
    if found is None:
        raise NotFound("That device is not in this store.")
    return found
