"""The story of a device: its history, loans, repairs, and what it has cost so far."""

import sqlite3
from typing import NamedTuple

LOANS = """
    SELECT l.id, l.device_id, coalesce(d.tag, d.serial, d.name), m.name, l.borrower, l.due, l.lent_at, l.ended_at,
           CASE WHEN l.state = 'out' AND l.due < :today THEN 'overdue' ELSE l.state END, t.ref, s.name
    FROM loan l JOIN device d ON d.id = l.device_id LEFT JOIN model_of m ON m.id = d.model_id
    LEFT JOIN ticket t ON t.id = l.ticket_id LEFT JOIN site s ON s.id = d.site_id
"""
REPAIRS = """
    SELECT r.id, r.device_id, coalesce(d.tag, d.serial, d.name), m.name, r.fault, r.supplier, r.reference, r.state,
           r.opened_at, r.due, r.ended_at, r.cost, coalesce(substr(d.warranty_end, 1, 10) >= substr(r.opened_at, 1, 10), 0),
           r.state <> 'closed' AND coalesce(r.due < :today, 0), t.ref, s.name,
           (SELECT coalesce(x.tag, x.serial) FROM loan l JOIN device x ON x.id = l.device_id
            WHERE l.repair_id = r.id AND l.state = 'out' LIMIT 1)
    FROM repair r JOIN device d ON d.id = r.device_id LEFT JOIN model_of m ON m.id = d.model_id
    LEFT JOIN ticket t ON t.id = r.ticket_id LEFT JOIN site s ON s.id = d.site_id
"""


class DeviceEventLine(NamedTuple):
    """A line of a device's history. `details` is a JSON object of what changed."""

    at: str
    by: str | None
    laptop: str
    act: str
    state: str
    ref: str | None
    note: str | None
    details: str | None


class LoanLine(NamedTuple):
    """A device that is or was lent; the state says overdue where it is out beyond its day."""

    id: str
    device_id: str
    tag: str | None
    model: str | None
    borrower: str
    due: str | None
    lent_at: str
    ended_at: str | None
    state: str
    ref: str | None
    site: str | None


class RepairLine(NamedTuple):
    """A repair at a supplier. `warranty` is 1 where the device was under warranty when the fault was noted, `overdue` 1 where
    it should be done; `instead` is the device that is lent meanwhile."""

    id: str
    device_id: str
    tag: str | None
    model: str | None
    fault: str
    supplier: str | None
    reference: str | None
    state: str
    opened_at: str
    due: str | None
    ended_at: str | None
    cost: float | None
    warranty: int
    overdue: int
    ref: str | None
    site: str | None
    instead: str | None


class Cost(NamedTuple):
    """What a device has cost: its price, parts fitted, minutes of work on its tickets, repairs at suppliers."""

    bought: float = 0.0
    parts: float = 0.0
    minutes: int = 0
    repairs: float = 0.0

    def total(self, hour_rate: float) -> float:
        """The sum, with an hour of work at that rate."""
        return round(self.bought + self.parts + self.repairs + self.minutes * hour_rate / 60, 2)


def events(connection: sqlite3.Connection, id: str, limit: int = 50) -> list[DeviceEventLine]:
    """The history of a device, the newest first."""
    rows = connection.execute(
        "SELECT e.at, w.name, e.laptop, e.act, e.state, t.ref, e.note, e.details FROM device_event e"
        " LEFT JOIN technician w ON w.id = e.author LEFT JOIN ticket t ON t.id = e.ticket_id"
        " WHERE e.device_id = ? ORDER BY e.at DESC, e.id DESC LIMIT ?",
        (id, limit),
    )
    return [DeviceEventLine(*row) for row in rows]


def loans(
    connection: sqlite3.Connection, today: str, *, device_id: str | None = None, ended: bool = False
) -> list[LoanLine]:
    """Loans, those due first: of one device all, else those that are out (or, with `ended`, all)."""
    term = "l.device_id = :device" if device_id else ("1" if ended else "l.state = 'out'")
    rows = connection.execute(
        f"{LOANS} WHERE {term} ORDER BY l.state <> 'out', coalesce(l.due, '9999'), l.lent_at, l.id LIMIT 1000",
        {"today": today[:10], "device": device_id},
    )
    return [LoanLine(*row) for row in rows]


def repairs(
    connection: sqlite3.Connection, today: str, *, device_id: str | None = None, ended: bool = False
) -> list[RepairLine]:
    """Repairs, those due first: of one device all, else those that are under way (or, with `ended`, all)."""
    term = "r.device_id = :device" if device_id else ("1" if ended else "r.state <> 'closed'")
    rows = connection.execute(
        f"{REPAIRS} WHERE {term} ORDER BY r.state = 'closed', coalesce(r.due, '9999'), r.opened_at, r.id LIMIT 1000",
        {"today": today[:10], "device": device_id},
    )
    return [RepairLine(*row) for row in rows]


def cost(connection: sqlite3.Connection, id: str) -> Cost:
    """What a device has cost so far. Parts are those that were used on its tickets, at the price that they have now."""
    found = connection.execute(
        """
        SELECT coalesce((SELECT cost FROM device WHERE id = :id), 0),
               coalesce((SELECT sum(CASE WHEN v.to_id IS NULL THEN v.quantity ELSE -v.quantity END * p.unit_cost)
                         FROM ticket t JOIN stock_movement v ON v.ticket_id = t.id JOIN part p ON p.id = v.part_id
                         WHERE t.device_id = :id AND (v.to_id IS NULL OR v.from_id IS NULL)), 0),
               coalesce((SELECT sum(w.minutes) FROM ticket t JOIN worklog w ON w.ticket_id = t.id
                         WHERE t.device_id = :id), 0),
               coalesce((SELECT sum(cost) FROM repair WHERE device_id = :id), 0)
        """,
        {"id": id},
    ).fetchone()
    return Cost(float(found[0]), float(found[1]), int(found[2]), float(found[3]))
