"""The organisation as a laptop of some schools may see it: what the server runs that laptop's operations on.

Rows of other schools are not there. So no handler can read them into a merge, an item of the inbox or a sentence, and an
operation on them ends as on the laptop itself: there is no such row.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from techdesk.desk.tx import Row, Tx, Value
from techdesk.sync.scopes import COMMON, PATHS, site_of

# Columns whose values are given once in the whole organisation: that one is taken shows, and nothing else of who has it.
TAKEN = {"ticket": "ref", "ticket_alias": "alias"}


class OutOfScope(Exception):
    """An operation would write rows of a school that its laptop is not granted."""


class GuardedTx:
    """Sees and writes the rows of another `Tx` that are common or belong to one of the `allowed` scopes. `hid` is whether
    a row that was asked for by its id was there and not shown."""

    def __init__(self, tx: Tx, allowed: frozenset[str]) -> None:
        self.scopes = allowed
        self._tx = tx
        self._allowed = set(allowed)
        self.hid = False

    def get(self, table: str, id: str) -> Row | None:
        row = self._tx.get(table, id)
        if row is None or self._shown(table, row):
            return row
        self.hid = True
        return None

    def find(self, table: str, *, order: str = "id", limit: int | None = None, **equal: Value) -> list[Row]:
        found = self._tx.find(table, order=order, limit=limit, **equal)
        if all(self._shown(table, row) for row in found):
            return found
        name = TAKEN.get(table)
        if name is not None and name in equal:
            return [row if self._shown(table, row) else _taken(row, name) for row in found]
        if limit is not None:
            found = self._tx.find(table, order=order, limit=None, **equal)
        return [row for row in found if self._shown(table, row)][:limit]

    def total(self, table: str, column: str, **equal: Value) -> float:
        if PATHS[table] == COMMON:
            return self._tx.total(table, column, **equal)
        return sum(float(row[column] or 0) for row in self.find(table, order="id", limit=None, **equal))

    def put(self, table: str, row: Mapping[str, Value]) -> None:
        id = str(row["id"])
        self._refuse_hidden(table, id)
        if table == "site" and self._tx.get(table, id) is None:
            self._allowed.add(id)  # whether a school with that cluster may be made is judged by what has been written
        self._tx.put(table, row)

    def append(self, table: str, row: Mapping[str, Value]) -> None:
        self._tx.append(table, row)

    def delete(self, table: str, id: str) -> None:
        self._refuse_hidden(table, id)
        self._tx.delete(table, id)

    def fresh_id(self) -> str:
        return self._tx.fresh_id()

    def savepoint(self) -> AbstractContextManager[None]:
        return self._tx.savepoint()

    def _refuse_hidden(self, table: str, id: str) -> None:
        row = self._tx.get(table, id)
        if row is not None and not self._shown(table, row):
            raise OutOfScope

    def _shown(self, table: str, row: Row) -> bool:
        site = site_of(self._tx, table, row)
        return site is None or site in self._allowed


def _taken(row: Row, name: str) -> Row:
    """What shows of a row of another school whose number is asked for."""
    return {column: value if column == name else None for column, value in row.items()}
