"""Suppliers with what hangs on them: parts that they sell, repairs that they have, licences. A name that parts, devices or
repairs have, and that nobody has made known yet, is listed too."""

import sqlite3
from typing import NamedTuple

from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import device_story
from techdesk.models.queries.device_story import RepairLine

ROWS = """
    WITH named (name) AS (
        SELECT name FROM supplier UNION ALL SELECT supplier FROM part UNION ALL SELECT supplier FROM repair
        UNION ALL SELECT supplier FROM licence UNION ALL SELECT DISTINCT supplier FROM device
    )
    SELECT s.id, coalesce(s.name, min(n.name)), s.lead_days, s.services, s.contacts, s.terms, s.experience,
        (SELECT count(*) FROM part WHERE supplier = n.name COLLATE NOCASE),
        (SELECT count(*) FROM repair WHERE supplier = n.name COLLATE NOCASE AND state <> 'closed'),
        (SELECT count(*) FROM repair WHERE supplier = n.name COLLATE NOCASE AND state <> 'closed' AND due < :today),
        (SELECT count(*) FROM licence WHERE supplier = n.name COLLATE NOCASE)
    FROM named n LEFT JOIN supplier s ON s.name = n.name COLLATE NOCASE
    WHERE trim(coalesce(n.name, '')) <> '' {where}
    GROUP BY n.name COLLATE NOCASE ORDER BY 10 DESC, s.id IS NULL, 2 COLLATE NOCASE LIMIT 2000
"""


class SupplierRow(NamedTuple):
    """A supplier; `id` is None for a name that is used and not made known. `repairs` are those under way."""

    id: str | None
    name: str
    lead_days: int | None
    services: str | None
    contacts: str | None
    terms: str | None
    experience: str | None
    parts: int
    repairs: int
    overdue: int
    licences: int


class SoldPart(NamedTuple):
    """A part that a supplier sells: how many are held anywhere, and how many there should be at least."""

    sku: str
    name: str
    unit_cost: float | None
    held: int
    minimum: int


class SupplierCard(NamedTuple):
    """A supplier with its parts, those that are short first, and the repairs that it has."""

    row: SupplierRow
    parts: list[SoldPart]
    repairs: list[RepairLine]


def rows(connection: sqlite3.Connection, filter: str, today: str) -> list[SupplierRow]:
    """Suppliers that have all the words of a filter, those to chase first."""
    found = [SupplierRow(*each) for each in connection.execute(ROWS.format(where=""), {"today": today[:10]})]
    words = filter.casefold().split()
    return [each for each in found if all(word in " ".join(map(str, each)).casefold() for word in words)]


def row(connection: sqlite3.Connection, name: str, today: str) -> SupplierRow | None:
    """The supplier of that name, however it is spelled in capitals; None when nothing names it."""
    where = "AND n.name = :name COLLATE NOCASE"
    found = connection.execute(ROWS.format(where=where), {"today": today[:10], "name": name.strip()}).fetchone()
    return SupplierRow(*found) if found else None


def card(connection: sqlite3.Connection, name: str, today: str) -> SupplierCard | None:
    """Everything about the supplier of that name."""
    found = row(connection, name, today)
    if found is None:
        return None
    parts = connection.execute(
        """SELECT sku, name, unit_cost,
            (SELECT coalesce(sum(quantity), 0) FROM stock_balance WHERE part_id = part.id) held,
            (SELECT coalesce(sum(minimum), 0) FROM stock_level WHERE part_id = part.id) least
        FROM part WHERE supplier = ? COLLATE NOCASE ORDER BY held >= least, sku, part.id LIMIT 50""",
        (found.name,),
    )
    mine = found.name.casefold()
    out = [each for each in device_story.repairs(connection, today) if (each.supplier or "").casefold() == mine]
    return SupplierCard(found, [SoldPart(*each) for each in parts], out)


def known(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The names that a field for a supplier completes."""
    return tuple(each.name for each in rows(connection, "", ""))


def named(connection: sqlite3.Connection, text: str) -> str:
    """The name that is meant: as typed, whatever its capitals, or as a beginning. Raises NotFound, or BadInput when several
    begin so."""
    typed, names = text.strip().casefold(), known(connection)
    found = [name for name in names if name.casefold() == typed] or [
        name for name in names if typed and name.casefold().startswith(typed)
    ]
    if not found:
        raise NotFound(f"There is no supplier '{text}' here: look with  techdesk supplier list.")
    if len(found) > 1:
        raise BadInput(f"'{text}' fits more than one supplier: {', '.join(found[:3])} ... Type more of it.")
    return found[0]
