"""Spares: balances by location against what should be there, movements, parts. Balances stand in `stock_balance`, which the
store keeps in step with the movements."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from typing import TypedDict

from techdesk.desk.ledger import TRANSIT
from techdesk.errors import BadInput, NotFound
from techdesk.models.cards import LocationLine, MovementLine, PartCard
from techdesk.models.rows import StockLine

# What reads as a number of pieces, right or wrong.
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")
# Balances, what should be held or is on its way where nothing ever was, and parts that were never anywhere.
HELD = """
    SELECT location_id, part_id, quantity FROM stock_balance v WHERE (location_id <> :transit OR quantity <> 0) {here}
    UNION ALL SELECT v.location_id, v.part_id, 0 FROM (
        SELECT location_id, part_id FROM stock_level
        UNION SELECT to_id, part_id FROM stock_transfer WHERE state = 'sent') v
    WHERE NOT EXISTS (SELECT 1 FROM stock_balance b WHERE b.location_id = v.location_id AND b.part_id = v.part_id) {here}
    GROUP BY v.location_id, v.part_id
"""
NOWHERE = """
    UNION ALL SELECT '', id, 0 FROM part WHERE id NOT IN (SELECT part_id FROM stock_balance)
    AND id NOT IN (SELECT part_id FROM stock_level)
"""
LINE = """
    WITH place (location_id, part_id, balance) AS ({places}),
    line AS (
        SELECT p.id || ':' || place.location_id AS id, p.id AS part_id, p.sku, p.name, place.location_id,
               coalesce(l.name, CASE place.location_id WHEN '' THEN 'nowhere yet' WHEN :transit THEN 'in transit'
                                ELSE '?' END) AS location,
               coalesce(l.kind, iif(place.location_id = :transit, 'transit', 'store')) AS kind, place.balance,
               coalesce((SELECT max(minimum) FROM stock_level v
                         WHERE v.location_id = place.location_id AND v.part_id = place.part_id), 0) AS minimum,
               coalesce((SELECT max(max(target, minimum)) FROM stock_level v
                         WHERE v.location_id = place.location_id AND v.part_id = place.part_id), 0) AS target,
               p.unit_cost,
               p.sku || ' ' || p.name || ' ' || coalesce(p.category, '') || ' ' || coalesce(p.supplier, '') AS said
        FROM place JOIN part p ON p.id = place.part_id LEFT JOIN stock_location l ON l.id = place.location_id
    )
    SELECT id, part_id, sku, name, location_id, location, kind, balance, minimum, target, unit_cost FROM line
    WHERE {terms} ORDER BY location, location_id, balance >= minimum, sku, id LIMIT :limit
"""
MOVEMENT = """
    SELECT m.id, m.at, m.reason, m.quantity, p.sku, m.from_id, coalesce(a.name, iif(m.from_id = '{0}', 'in transit', NULL)),
           m.to_id, coalesce(b.name, iif(m.to_id = '{0}', 'in transit', NULL)), t.ref, w.name, m.serial,
           coalesce(m.note, (SELECT words FROM stock_remark WHERE movement_id = m.id ORDER BY id LIMIT 1))
    FROM stock_movement m JOIN part p ON p.id = m.part_id LEFT JOIN stock_location a ON a.id = m.from_id
    LEFT JOIN stock_location b ON b.id = m.to_id LEFT JOIN ticket t ON t.id = m.ticket_id
    LEFT JOIN technician w ON w.id = m.author
""".replace("{0}", TRANSIT)


def locations(connection: sqlite3.Connection, me: str | None) -> list[LocationLine]:
    """Where spares are kept: the technician's own van first, then stores, other vans and cupboards."""
    rows = connection.execute(
        """
        SELECT l.id, l.name, l.kind, s.name, p.name, l.id IN (SELECT stock_location_id FROM technician WHERE id = ?) AS mine
        FROM stock_location l LEFT JOIN site s ON s.id = l.site_id LEFT JOIN technician p ON p.id = l.technician_id
        ORDER BY mine DESC, CASE l.kind WHEN 'store' THEN 0 WHEN 'van' THEN 1 ELSE 2 END, l.name COLLATE NOCASE, l.id
        """,
        (me,),
    )
    return [LocationLine(*row) for row in rows]


def location(connection: sqlite3.Connection, id: str) -> LocationLine:
    """One stock location. Raises NotFound."""
    for line in locations(connection, None):
        if line.id == id:
            return line
    raise NotFound("That stock location is not in this store.")


def van_of(connection: sqlite3.Connection, technician: str | None) -> str | None:
    """The stock location of a technician's van, if they have one."""
    found = connection.execute("SELECT stock_location_id FROM technician WHERE id = ?", (technician,)).fetchone()
    return None if found is None or found[0] is None else str(found[0])


def stock(
    connection: sqlite3.Connection,
    location_id: str | None = None,
    *,
    below: bool = False,
    words: str = "",
    limit: int = -1,
) -> list[StockLine]:
    """What a location, or every one, holds or should hold: what is below its minimum first, then by SKU; the first `limit`.

    `words` must all occur in the SKU, the name, the category or the supplier.
    """
    terms = ["1"]
    values: dict[str, str | int | None] = {"location": location_id, "transit": TRANSIT, "limit": limit}
    if below:
        terms.append("balance < minimum")
    for number, word in enumerate(words.split()):
        terms.append(f"said LIKE :word{number} ESCAPE '\\'")
        values[f"word{number}"] = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    places = HELD.format(here="AND v.location_id = :location") if location_id else HELD.format(here="") + NOWHERE
    rows = connection.execute(LINE.format(places=places, terms=" AND ".join(terms)), values)
    return [StockLine(*row) for row in rows]


def balance(connection: sqlite3.Connection, part_id: str, location_id: str) -> int:
    """How many pieces of a part a location holds by the books."""
    found = connection.execute(
        "SELECT quantity FROM stock_balance WHERE location_id = ? AND part_id = ?", (location_id, part_id)
    ).fetchone()
    return 0 if found is None else int(found[0])


def movements(
    connection: sqlite3.Connection, part_id: str, location_id: str | None = None, limit: int = 50
) -> list[MovementLine]:
    """The latest movements of a part, of all locations or of one, newest first."""
    rows = connection.execute(
        f"{MOVEMENT} WHERE m.part_id = :part AND (:location IS NULL OR :location IN (m.from_id, m.to_id))"
        " ORDER BY m.at DESC, m.id DESC LIMIT :limit",
        {"part": part_id, "location": location_id, "limit": limit},
    )
    return [MovementLine(*row) for row in rows]


def part(connection: sqlite3.Connection, id: str) -> PartCard:
    """One part with the models that it fits. Raises NotFound."""
    found = connection.execute(
        "SELECT id, sku, name, category, unit_cost, supplier, serialised FROM part WHERE id = ?", (id,)
    ).fetchone()
    if found is None:
        raise NotFound("That part is not in this store.")
    fits = connection.execute(
        "SELECT DISTINCT m.name FROM part_fit f JOIN model_of m ON m.id = f.model_id WHERE f.part_id = ? ORDER BY m.name",
        (id,),
    )
    return PartCard(*(*found, [str(name) for (name,) in fits]))


class Used(TypedDict):
    """What a fix took: (part id, quantity), and pieces by their serial number as (part id, serial number)."""

    parts: tuple[tuple[str, int], ...]
    serials: tuple[tuple[str, str], ...]


def is_serial(connection: sqlite3.Connection, part_id: str, text: str) -> bool:
    """Whether what is typed behind a part, as in SKU:Z9, is a serial number and not a number of pieces: of a serialised part
    what is no number, or is a serial number that a place holds."""
    serialised = connection.execute("SELECT coalesce(serialised, 0) FROM part WHERE id = ?", (part_id,)).fetchone()
    if serialised is None or not serialised[0] or not text:
        return False
    known = "SELECT 1 FROM stock_serial WHERE part_id = ? AND serial = ? AND quantity > 0"
    return not _NUMBER.fullmatch(text) or connection.execute(known, (part_id, text)).fetchone() is not None


def used(
    connection: sqlite3.Connection, texts: Sequence[str], part_of: Callable[[str], str], like: str = "{name}:2"
) -> Used:
    """What a fix took, of parts as they are typed: `SKU`, `SKU:QUANTITY`, and `SKU:SERIAL` of serialised ones. `part_of`
    finds a part by what stands before the colon; `like` shows how it is written. Raises BadInput."""
    parts: list[tuple[str, int]] = []
    serials: list[tuple[str, str]] = []
    for text in texts:
        name, colon, rest = text.rpartition(":")
        part = part_of(name if colon else text)
        if colon and is_serial(connection, part, rest):
            serials.append((part, rest))
        elif colon and not rest.isdecimal():
            raise BadInput(f"'{rest}' is no number of parts: write {like.replace('{name}', name)}.")
        else:
            parts.append((part, int(rest) if colon else 1))
    return {"parts": tuple(parts), "serials": tuple(serials)}


def level_id(connection: sqlite3.Connection, part_id: str, location_id: str) -> str | None:
    """The row that says how many of a part a location should hold, if one does."""
    found = connection.execute(
        "SELECT id FROM stock_level WHERE part_id = ? AND location_id = ? ORDER BY id LIMIT 1", (part_id, location_id)
    ).fetchone()
    return None if found is None else str(found[0])
