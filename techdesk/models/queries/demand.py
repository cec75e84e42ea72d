"""What locations use of each part, and what they should hold by it."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from techdesk import clock

HISTORY = 365
"""Days of use that are looked at."""
STORE_LEAD, VAN_LEAD = 10, 1
"""Days until a store is filled when nobody has said how long its supplier takes, and until a van is filled from a store."""
# What went out of a location for good, less what came back the same day; out of a store also what went into vans.
USED = """
    SELECT part_id, place, day, sum(pieces) FROM (
        SELECT m.part_id, m.from_id AS place, substr(m.at, 1, 10) AS day, m.quantity AS pieces
        FROM stock_movement m INDEXED BY {index} LEFT JOIN stock_location l ON l.id = m.from_id
        WHERE m.at >= :since AND m.from_id IS NOT NULL
        AND (m.reason = 'issue' OR (m.reason = 'transfer' AND l.kind = 'store')) AND m.reason IN ('issue', 'transfer') {part}
        UNION ALL
        SELECT part_id, to_id, substr(at, 1, 10), -quantity FROM stock_movement m INDEXED BY {index}
        WHERE reason = 'return' AND at >= :since AND from_id IS NULL AND to_id IS NOT NULL {part}
    ) GROUP BY part_id, place, day HAVING sum(pieces) > 0
"""


class PartUse(NamedTuple):
    """A part at a location: what was used on which day (YYYY-MM-DD), the days for which that is known, the pieces a day that
    an average van uses of it, and how it is filled again. `level` is what was set: minimum and target, or 0."""

    part_id: str
    sku: str
    name: str
    unit_cost: float | None
    location_id: str
    location: str
    kind: str
    days: tuple[tuple[str, int], ...]
    history: int
    pool: float
    lead: int
    level: tuple[int, int]
    balance: int


def uses(
    connection: sqlite3.Connection, now: str, location_id: str | None = None, part_id: str | None = None
) -> list[PartUse]:
    """What was used, for each part that a location holds, used or should hold; by location and SKU."""
    since = clock.later(now, -HISTORY * 24 * 60)
    # What vans use together is the measure for one that has hardly used a part; so one location is not asked for alone.
    days: defaultdict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    index, term = ("stock_movement_story", "AND m.part_id = :part") if part_id else ("stock_movement_when", "")
    rows = connection.execute(USED.format(index=index, part=term), {"since": since, "part": part_id})
    for part, place, day, pieces in rows:
        days[part, place].append((str(day), int(pieces)))
    history = _histories(connection, now)
    vans = [str(id) for (id,) in connection.execute("SELECT id FROM stock_location WHERE kind = 'van'")]
    pooled: defaultdict[str, float] = defaultdict(float)
    lived = sum(history.get(van, 0) for van in vans)
    for (part, place), used in days.items():
        if place in vans and lived:
            pooled[part] += sum(pieces for _, pieces in used) / lived
    found = []
    for row in connection.execute(*_lines(location_id, part_id)):
        part, sku, name, cost, place, where, kind, minimum, target, balance, lead, in_store = row
        days_to = VAN_LEAD if kind != "store" and in_store else lead if lead is not None else STORE_LEAD
        found.append(PartUse(part, sku, name, cost, place, where, kind, tuple(days.get((part, place), ())),
                             history.get(place, 1), pooled[part] if kind == "van" else 0.0, days_to, (minimum, target),
                             balance))  # fmt: skip
    return found


def _lines(location_id: str | None, part_id: str | None) -> tuple[str, dict[str, str | None]]:
    """The parts of the locations that they are held at, used or planned."""
    sql = """
        WITH place AS (
            SELECT location_id, part_id FROM stock_balance {here} UNION SELECT location_id, part_id FROM stock_level {here}
        )
        SELECT p.id, p.sku, p.name, p.unit_cost, l.id, l.name, l.kind,
               coalesce((SELECT max(minimum) FROM stock_level v WHERE v.location_id = l.id AND v.part_id = p.id), 0),
               coalesce((SELECT max(target) FROM stock_level v WHERE v.location_id = l.id AND v.part_id = p.id), 0),
               coalesce((SELECT quantity FROM stock_balance b WHERE b.location_id = l.id AND b.part_id = p.id), 0),
               (SELECT lead_days FROM supplier s WHERE s.name = p.supplier COLLATE NOCASE ORDER BY s.id LIMIT 1),
               EXISTS (SELECT 1 FROM stock_balance b JOIN stock_location o ON o.id = b.location_id AND o.kind = 'store'
                       WHERE b.part_id = p.id)
        FROM place JOIN part p ON p.id = place.part_id JOIN stock_location l ON l.id = place.location_id
        ORDER BY l.name, l.id, p.sku, p.id
    """
    terms = [f"{column} = :{name}" for name, column, given in (
        ("location", "location_id", location_id), ("part", "part_id", part_id)) if given]  # fmt: skip
    return sql.replace("{here}", f"WHERE {' AND '.join(terms)}" if terms else ""), {
        "location": location_id,
        "part": part_id,
    }


def _histories(connection: sqlite3.Connection, now: str) -> dict[str, int]:
    """For how many days each location's movements are known, a year at most."""
    rows = connection.execute(
        "SELECT l.id, (SELECT min(at) FROM stock_movement WHERE to_id = l.id) FROM stock_location l"
    )
    return {
        str(id): max(1, min(HISTORY, clock.seconds_between(str(first), now) // 86400))
        for id, first in rows
        if first is not None
    }


def by_month(days: Sequence[tuple[str, int]], now: str, months: int = 12) -> list[int]:
    """The pieces used in each of the last months of thirty days, the latest last: for a small chart."""
    found = [0] * months
    for day, pieces in days:
        ago = clock.seconds_between(f"{day}T00:00:00.000Z", now) // 86400 // 30
        if ago < months:
            found[months - 1 - ago] += pieces
    return found
