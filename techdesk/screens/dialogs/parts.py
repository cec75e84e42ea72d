"""Parts as they are typed: `CHG-45`, `chg:2`, `ssd:Z9` of a serialised one, or in a fix as `+chg:2`.
First letters are enough."""

from __future__ import annotations

import re
import sqlite3
from typing import NamedTuple

from techdesk.errors import NotFound
from techdesk.models.queries import names
from techdesk.models.queries.spares import Used, used

# A plus with a letter behind it at the start of a word, so that `+5V` and `C++` stay words of the fix.
_MARK = re.compile(r"(?<!\S)\+(?=[^\W\d])(\S+)")


class VanPart(NamedTuple):
    """A part that the technician's van has held, with how many it holds by the books."""

    id: str
    sku: str
    name: str
    held: int


def split_fix(text: str) -> tuple[str, list[str]]:
    """The words of a fix without its `+part` marks, and the parts they name."""
    return " ".join(_MARK.sub("", text).split()), _MARK.findall(text)


def last_mark(text: str) -> str | None:
    """What is typed of a `+part` mark at the end of a text, without its plus."""
    found = list(_MARK.finditer(text))
    return found[-1][1] if found and found[-1].end() == len(text) else None


def van_parts(connection: sqlite3.Connection, technician: str | None, ticket_id: str | None = None) -> list[VanPart]:
    """What the technician's van has had in it, by SKU; first what fits the device of the ticket."""
    rows = connection.execute(
        """
        SELECT p.id, p.sku, p.name, b.quantity FROM technician w JOIN stock_balance b ON b.location_id = w.stock_location_id
        JOIN part p ON p.id = b.part_id WHERE w.id = ? ORDER BY NOT EXISTS (
            SELECT 1 FROM ticket t JOIN device d ON d.id = t.device_id JOIN model_of m ON m.id = d.model_id
            JOIN part_fit f ON f.part_id = p.id JOIN model_of o ON o.id = f.model_id AND o.kept_id = m.kept_id WHERE t.id = ?
        ), p.sku
        """,
        (technician, ticket_id),
    )
    return [VanPart(*row) for row in rows]


def fitting(parts: list[VanPart], typed: str) -> list[VanPart]:
    """The parts of the van whose SKU, or a word of whose name, begins so; those with pieces left first."""
    start = typed.partition(":")[0].casefold()
    found = [
        part
        for part in parts
        if part.sku.casefold().startswith(start) or any(word.startswith(start) for word in part.name.casefold().split())
    ]
    return sorted(found, key=lambda part: (not part.sku.casefold().startswith(start), part.held <= 0, part.sku))


def resolve(connection: sqlite3.Connection, technician: str | None, typed: list[str]) -> Used:
    """The parts as typed: from the van if just one there fits, else from all that are known.
    Raises NotFound or BadInput, with what to type instead."""
    in_van = van_parts(connection, technician)
    return used(connection, typed, lambda name: _part(connection, in_van, name))


def _part(connection: sqlite3.Connection, in_van: list[VanPart], name: str) -> str:
    exact = [part for part in in_van if part.sku.casefold() == name.casefold()]
    by_sku = [part for part in in_van if part.sku.casefold().startswith(name.casefold())]
    for found in (exact, by_sku, fitting(in_van, name)):
        if len(found) == 1:
            return found[0].id
    try:
        return names.part_id(connection, name)
    except NotFound:
        raise NotFound(f"There is no part '{name}': type the first letters of its SKU, or take the + away.") from None
