"""`Tx` over SQLite through the standard library: the laptop's store, and a server's embedded one."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from techdesk.desk.tx import Row, Value
from techdesk.models.sql import Known, SqlTx


def as_row(cursor: sqlite3.Cursor, values: tuple[Value, ...]) -> Row:
    """The row factory of a Tx: a dict of column to value, without the store's own row number and organisation."""
    row = {description[0]: value for description, value in zip(cursor.description, values, strict=True)}
    row.pop("n", None)
    row.pop("org", None)
    return row


class SqliteTx(SqlTx):
    """Runs on a connection whose transaction is open, and never commits."""

    MARK = "?"
    # The plus keeps the order from choosing the index: without statistics SQLite would rather read a whole organisation by
    # its key, which begins with (org, id), than sort the few rows that another index finds.
    SORTED = "+"

    def __init__(self, connection: sqlite3.Connection, org: int | None = None, known: Known | None = None) -> None:
        super().__init__(org, known)
        self._connection = connection

    def wrote(self, tables: Iterable[str]) -> None:
        """Says that rows of those tables were written on the connection itself."""

    def _query(self, sql: str, values: Sequence[Value]) -> list[Row]:
        cursor = self._connection.execute(sql, values)
        return [as_row(cursor, row) for row in cursor.fetchall()]

    def _run(self, sql: str, values: Sequence[Value] = ()) -> int:
        return self._connection.execute(sql, values).rowcount

    def _many(self, sql: str, rows: Sequence[Sequence[Value]]) -> int:
        return self._connection.executemany(sql, rows).rowcount

    def _among(self, column: str, values: Sequence[str]) -> tuple[str, list[Any]]:
        return f'"{column}" IN ({", ".join("?" * len(values))})', list(values)

    def _return_to_mark(self) -> None:
        if self._connection.in_transaction:  # a full disk takes the whole transaction back, and its marks with it
            super()._return_to_mark()
