"""`Tx` over SQLite through the standard library: the laptop's store, and a server's embedded one."""

import sqlite3

from techdesk.desk.tx import Row, Value
from techdesk.models.recording import RecordingTx


def as_row(cursor: sqlite3.Cursor, values: tuple[Value, ...]) -> Row:
    """The row factory of a Tx: a dict of column to value, without the store's own row number."""
    row = {description[0]: value for description, value in zip(cursor.description, values, strict=True)}
    row.pop("n", None)
    return row


class SqliteTx(RecordingTx):
    """Runs on a connection whose transaction is open, and never commits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__()
        self._connection = connection

    def get(self, table: str, id: str) -> Row | None:
        cursor = self._connection.execute(f'SELECT * FROM "{table}" WHERE id = ?', (id,))
        values = cursor.fetchone()
        return None if values is None else as_row(cursor, values)

    def find(self, table: str, *, order: str = "id", limit: int | None = None, **equal: Value) -> list[Row]:
        where, values = _where(equal)
        cut = "" if limit is None else f" LIMIT {int(limit)}"
        cursor = self._connection.execute(f'SELECT * FROM "{table}"{where} ORDER BY "{order}", id{cut}', values)
        return [as_row(cursor, row) for row in cursor.fetchall()]

    def total(self, table: str, column: str, **equal: Value) -> float:
        where, values = _where(equal)
        found = self._connection.execute(f'SELECT coalesce(sum("{column}"), 0) FROM "{table}"{where}', values)
        return float(found.fetchone()[0])

    def _insert(self, table: str, row: Row) -> bool:
        names = ", ".join(f'"{column}"' for column in row)
        marks = ", ".join("?" * len(row))
        cursor = self._connection.execute(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks}) ON CONFLICT (id) DO NOTHING', tuple(row.values())
        )
        return cursor.rowcount == 1

    def _update(self, table: str, id: str, changes: Row) -> None:
        sets = ", ".join(f'"{column}" = ?' for column in changes)
        self._connection.execute(f'UPDATE "{table}" SET {sets} WHERE id = ?', (*changes.values(), id))

    def _remove(self, table: str, id: str) -> None:
        self._connection.execute(f'DELETE FROM "{table}" WHERE id = ?', (id,))

    def _mark(self) -> None:
        self._connection.execute("SAVEPOINT mark")

    def _release(self) -> None:
        self._connection.execute("RELEASE mark")

    def _return_to_mark(self) -> None:
        self._connection.execute("ROLLBACK TO mark")
        self._connection.execute("RELEASE mark")


def _where(equal: dict[str, Value]) -> tuple[str, tuple[Value, ...]]:
    """`IS` finds an empty column too, and uses an index as `=` does."""
    if not equal:
        return "", ()
    return " WHERE " + " AND ".join(f'"{column}" IS ?' for column in equal), tuple(equal.values())
