"""The ticket list a page at a time: each page starts from a row that is known, not by counting from the top."""

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Callable
from typing import Any, TypeVar

from techdesk.models.filters import TicketFilter
from techdesk.models.queries import tickets
from techdesk.models.rows import TicketLine

Answer = TypeVar("Answer")
Question = Callable[[sqlite3.Connection], Answer]

# How each of the columns in `tickets.ORDERS` is read from a line.
COLUMNS: dict[str, Callable[[TicketLine], Any]] = {
    tickets.CALM: lambda line: int(not line.major or line.state in ("resolved", "closed", "cancelled")),
    "priority": lambda line: line.priority,
    tickets.DUE: lambda line: line.fix_due or "9999",
    "opened_at": lambda line: line.opened_at,
    "id": lambda line: line.id,
}


class TicketPages:
    """The tickets that a filter lets through, in its order. All methods block; they may come from any thread, one at a time.

    A page is found from the nearest row whose place is known: the start, the end, or an edge of a page read before. So the
    next page costs the same wherever in the list it is, and a jump costs less the nearer it is to something seen.
    """

    def __init__(self, ask: Callable[[Question[Any]], Any], chosen: TicketFilter) -> None:
        """`ask` runs a question on a connection, as `Reads.ask` does."""
        self.chosen = chosen
        self._ask = ask
        self._keys, self._direction = tickets.ORDERS[chosen.sort]
        self._count: int | None = None
        self._anchors: dict[int, tuple[Any, ...]] = {}

    def count(self) -> int:
        """How many there are. What was known of places is forgotten: a count is asked for when the store has changed."""
        self._anchors.clear()
        self._count = int(self._ask(lambda connection: tickets.count(connection, self.chosen)))
        return self._count

    def page(self, start: int, limit: int) -> list[TicketLine]:
        """Up to `limit` tickets from the place `start` (0 is the first)."""
        rows: list[TicketLine] = self._ask(lambda connection: self._read(connection, start, limit))
        for place, row in ((start, rows[0]), (start + len(rows) - 1, rows[-1])) if rows else ():
            self._anchors[place] = tuple(COLUMNS[key](row) for key in self._keys)
        return rows

    def index_of(self, key: str) -> int | None:
        """The place of the ticket with this id, or None where the filter keeps it out."""
        found: int | None = self._ask(lambda connection: self._place(connection, key))
        return found

    def holds(self, keys: frozenset[str]) -> frozenset[str]:
        """Those of these ids whose tickets the filter lets through."""
        condition, values = tickets.where(self.chosen)
        sql = f"SELECT id FROM ticket WHERE {condition} AND id IN (SELECT value FROM json_each(?))"
        asked = [*values, json.dumps(sorted(keys))]
        return frozenset(self._ask(lambda connection: [str(row[0]) for row in connection.execute(sql, asked)]))

    def _read(self, connection: sqlite3.Connection, start: int, limit: int) -> list[TicketLine]:
        if self._count is not None and start >= self._count:
            return []
        places = sorted(self._anchors)
        at = bisect_right(places, start)
        below = places[at - 1] if at else None
        above = places[at] if at < len(places) else self._count
        forward = start - (below or 0)
        end = min(start + limit, self._count) if self._count is not None else start + limit
        if above is not None and end <= above and above - end < forward:
            anchor = self._anchors.get(above)
            return self._from(connection, anchor, above - end, end - start, backwards=True)
        return self._from(connection, None if below is None else self._anchors[below], forward, limit)

    def _from(
        self, connection: sqlite3.Connection, anchor: tuple[Any, ...] | None, skip: int, limit: int, *,
        backwards: bool = False,
    ) -> list[TicketLine]:  # fmt: skip
        """Tickets counted from an anchor (or from the end of the list that the direction starts at)."""
        condition, values = tickets.where(self.chosen)
        ascending = (self._direction == "ASC") != backwards
        if anchor is not None:
            sign = (">" if ascending else "<") + ("" if backwards else "=")
            condition += f" AND ({', '.join(self._keys)}) {sign} ({', '.join('?' * len(anchor))})"
            values = [*values, *anchor]
        order = ", ".join(f"{key} {'ASC' if ascending else 'DESC'}" for key in self._keys)
        inner = f"SELECT n FROM ticket WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?"
        return tickets.lines(connection, inner, [*values, limit, skip], self.chosen.sort)

    def _place(self, connection: sqlite3.Connection, key: str) -> int | None:
        condition, values = tickets.where(self.chosen)
        columns = ", ".join(self._keys)
        found = connection.execute(
            f"SELECT {columns} FROM ticket WHERE id = ? AND {condition}", (key, *values)
        ).fetchone()
        if found is None:
            return None
        sign = "<" if self._direction == "ASC" else ">"
        before = f"SELECT count(*) FROM ticket WHERE {condition} AND ({columns}) {sign} ({', '.join('?' * len(found))})"
        return int(connection.execute(before, (*values, *found)).fetchone()[0])
