"""`Tx` over PostgreSQL: a central server."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from techdesk.desk.tx import Row, Value
from techdesk.models.sql import Known, SqlTx


class PostgresTx(SqlTx):
    """Runs on a connection whose transaction is open, and never commits. Text compares bytewise, as it does in SQLite,
    because the schema says COLLATE "C" for every column."""

    MARK = "%s"

    def __init__(self, connection: Connection[Any], org: int | None = None, known: Known | None = None) -> None:
        super().__init__(org, known)
        # One cursor for all statements: making one each time costs as much as a short statement.
        self._cursor = connection.cursor(row_factory=dict_row)

    def _query(self, sql: str, values: Sequence[Any]) -> list[Row]:
        rows = self._cursor.execute(sql.encode(), _plain(values)).fetchall()
        for row in rows:
            row.pop("n", None)
            row.pop("org", None)
        return rows

    def _run(self, sql: str, values: Sequence[Value] = ()) -> int:
        return self._cursor.execute(sql.encode(), _plain(values)).rowcount

    def _many(self, sql: str, rows: Sequence[Sequence[Value]]) -> int:
        self._cursor.executemany(sql.encode(), [_plain(row) for row in rows])
        return self._cursor.rowcount

    def _among(self, column: str, values: Sequence[str]) -> tuple[str, list[Any]]:
        # One value that is a list: the statement stays the same, so that it is prepared once.
        return f'"{column}" = ANY(%s)', [list(values)]


def _plain(values: Sequence[Any]) -> list[Any]:
    """A flag is a number in every store; PostgreSQL alone would tell True from 1."""
    return [int(value) if isinstance(value, bool) else value for value in values]
