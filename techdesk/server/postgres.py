"""The server's database on PostgreSQL."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from techdesk.desk.tx import Row, Value
from techdesk.errors import NeedsExtra, Refused, StoreUnusable
from techdesk.models.sql import SqlTx
from techdesk.server import epochs, migrations

try:
    import psycopg
    from psycopg.rows import dict_row, tuple_row
    from psycopg_pool import ConnectionPool, PoolTimeout
except ImportError as _missing:
    raise NeedsExtra("A server on PostgreSQL", "server") from _missing

MOST_CONNECTIONS = 16
START_SECONDS = 10
# A request that waits longer than this for its organisation's turn is answered with "try again".
OPTIONS = "-c lock_timeout=30s -c idle_in_transaction_session_timeout=60s -c timezone=UTC"
# Which PostgreSQL this is: its system identifier, and its timeline, which begins the name of a piece of its log. (The control
# file tells the timeline of the last checkpoint, which may be from before a promotion.)
PLACE = (
    "SELECT system_identifier || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) FROM pg_control_system()"
)
# Any constant will do: it keeps two servers that start together from making the tables twice.
SCHEMA_LOCK = 0x7EC4DE5C
# A schema step waits so long for a lock, so many times.
LOCK_SECONDS = 0.2  # in SQL: 200ms
LOCK_ATTEMPTS = 100
# What every server's connections are named, with the number of contracting steps that it can do with.
SERVER = "techdesk server "


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

    def many(self, sql: str, rows: Sequence[Sequence[Value | bytes]]) -> None:
        self._cursor.executemany(_marked(sql), rows)

    @contextmanager
    def stream(self, sql: str, *values: Value) -> Iterator[psycopg.ServerCursor[tuple[Any, ...]]]:
        with self._connection.cursor(name="stream", row_factory=tuple_row) as cursor:
            yield cursor.execute(_marked(sql), values)

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
            kwargs={"options": OPTIONS, "application_name": f"{SERVER}{len(migrations.CONTRACTS)}"},
            check=ConnectionPool.check_connection,
            configure=_settle_in,
            open=False,
        )
        self._url = url
        try:
            # The pool tries again for ever in the background; one plain connection says at once what is wrong.
            with _alone(url) as link:
                _bring_up(link)
            self._pool.open()
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

    @contextmanager
    def reading(self) -> Iterator[PostgresSession]:
        with self._pool.connection() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield PostgresSession(connection)

    def close(self) -> None:
        self._pool.close()

    def contract(self) -> list[str]:
        """See `Storage`."""
        with _alone(self._url) as link:
            return _contract(link)


class _Link:
    """One connection outside the pool, in autocommit mode, that runs schema steps."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def rows(self, sql: str, *values: Value) -> list[Row]:
        return self.connection.cursor(row_factory=dict_row).execute(_marked(sql), values).fetchall()

    def run(self, sql: str, *values: Value) -> int:
        return self.connection.execute(_marked(sql), values or None).rowcount

    def tables(self) -> set[str]:
        found = self.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()")
        return {str(row["name"]) for row in found}


@contextmanager
def _alone(url: str) -> Iterator[_Link]:
    """A connection that nobody else who changes the schema has beside it. The lock is asked for again and again: to wait for
    it in one statement would be a transaction that a step beside the work (CREATE INDEX CONCURRENTLY) waits for in turn."""
    with psycopg.connect(url, connect_timeout=START_SECONDS, autocommit=True) as connection:
        link = _Link(connection)
        while not link.rows("SELECT pg_try_advisory_lock(?) AS mine", SCHEMA_LOCK)[0]["mine"]:
            time.sleep(LOCK_SECONDS)
        yield link


def _settle_in(connection: psycopg.Connection[Any]) -> None:
    """Notices on a new connection whether this is the PostgreSQL that it was: one that fails over ends all connections."""
    try:
        with connection.transaction():
            place = connection.execute(PLACE).fetchone()
    except (psycopg.errors.UndefinedFunction, psycopg.errors.InsufficientPrivilege):
        return  # it speaks the protocol and is another program, or does not tell everyone; the chain of hashes is left
    assert place is not None  # one row, always
    with connection.transaction():
        epochs.settle_in(PostgresSession(connection), str(place[0]))


def _bring_up(link: _Link) -> None:
    """Runs the steps that the database lacks while servers of the version before may be at work on it."""
    there = link.tables()
    found = migrations.state(link, there)
    for number, name in migrations.lacking(found):
        step = migrations.step(name, migrations.POSTGRESQL)
        if migrations.beside(step):
            for statement in step:
                link.run(statement)
            migrations.note(link, number)
        else:
            _in_one(link, number, step)
    if not there:
        _contract(link)


def _in_one(link: _Link, number: int, step: list[str]) -> None:
    """Runs a step in a transaction. It waits a moment only for the tables that it changes, because all others wait behind
    it, and then tries again."""
    for left in reversed(range(LOCK_ATTEMPTS)):
        try:
            with link.connection.transaction():
                link.run("SET LOCAL lock_timeout = '200ms'")
                for statement in step:
                    link.run(statement)
                migrations.note(link, number)
            return
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            if not left:
                raise
            time.sleep(LOCK_SECONDS)


def _contract(link: _Link) -> list[str]:
    """Runs the contracting steps. Raises Refused while a server that may not know one of them is connected."""
    found = migrations.state(link, link.tables())
    running = link.rows(
        "SELECT application_name AS name FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND starts_with(application_name, ?)", SERVER,
    )  # fmt: skip
    latest = len(migrations.CONTRACTS)
    older = any(int(str(row["name"]).removeprefix(SERVER)) < latest for row in running)
    if found.contracted < latest and older:
        raise Refused("An older techdesk server is still running on that database: update it, then try again.")
    with link.connection.transaction():
        link.run(f"SET LOCAL lock_timeout = '{START_SECONDS}s'")
        return migrations.contract(link, migrations.POSTGRESQL, found.contracted)


def _marked(sql: str) -> bytes:
    """The statement with psycopg's mark for a value; none of them holds a question mark or a per cent sign of its own."""
    return sql.replace("?", "%s").encode()


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
