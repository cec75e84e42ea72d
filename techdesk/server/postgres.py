"""The server's database on PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from techdesk.desk.tx import Row, Value
from techdesk.errors import NeedsExtra, StoreUnusable
from techdesk.models.sql import SqlTx

try:
    import psycopg
    from psycopg.rows import dict_row
    from psycopg_pool import ConnectionPool, PoolTimeout
except ImportError as _missing:
    raise NeedsExtra("A server on PostgreSQL", "server") from _missing

MOST_CONNECTIONS = 16
START_SECONDS = 10
# A request that waits longer than this for its organisation's turn is answered with "try again".
OPTIONS = "-c lock_timeout=30s -c idle_in_transaction_session_timeout=60s -c timezone=UTC"
# Any constant will do: it keeps two servers that start together from making the tables twice.
SCHEMA_LOCK = 0x7EC4DE5C


class PostgresSession:
    """A transaction on a connection of the pool, READ COMMITTED: each statement sees what is committed when it runs."""

    broken: ClassVar[tuple[type[Exception], ...]] = (
        psycopg.OperationalError,
        psycopg.InternalError,
        psycopg.InterfaceError,
    )
    locking: ClassVar[str] = " FOR UPDATE"

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._cursor = connection.cursor(row_factory=dict_row)

    def rows(self, sql: str, *values: Value) -> list[Row]:
        return self._cursor.execute(_marked(sql), values).fetchall()

    def run(self, sql: str, *values: Value) -> int:
        return self._cursor.execute(_marked(sql), values or None).rowcount

    def many(self, sql: str, rows: Sequence[Sequence[Value]]) -> None:
        self._cursor.executemany(_marked(sql), rows)

    def tx(self, org: int) -> SqlTx:
        from techdesk.models.postgres import PostgresTx
        from techdesk.server.schema import KNOWN

        return PostgresTx(self._connection, org, KNOWN)


class PostgresStorage:
    """A pool of connections to one database."""

    broken: ClassVar[tuple[type[Exception], ...]] = (*PostgresSession.broken, PoolTimeout)

    def __init__(self, url: str) -> None:
        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=MOST_CONNECTIONS,
            timeout=START_SECONDS,
            kwargs={"options": OPTIONS},
            check=ConnectionPool.check_connection,
            open=False,
        )
        try:
            # The pool tries again for ever in the background; one plain connection says at once what is wrong.
            psycopg.connect(url, connect_timeout=START_SECONDS).close()
            self._pool.open()
            with self.transaction() as session:
                session.rows("SELECT pg_advisory_xact_lock(?)", SCHEMA_LOCK)
                self._prepare(session)
        except self.broken as error:
            self._pool.close()
            raise StoreUnusable(
                f"The PostgreSQL database cannot be used ({_first_line(error)}): check --database and that it is running."
            ) from error
        except BaseException:
            self._pool.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[PostgresSession]:
        with self._pool.connection() as connection:
            yield PostgresSession(connection)

    def close(self) -> None:
        self._pool.close()

    def _prepare(self, session: PostgresSession) -> None:
        from techdesk.server.storage import bring_up

        there = session.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()")
        bring_up(session, {str(row["name"]) for row in there}, "postgresql")


def _marked(sql: str) -> bytes:
    """The statement with psycopg's mark for a value; none of them holds a question mark or a per cent sign of its own."""
    return sql.replace("?", "%s").encode()


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
