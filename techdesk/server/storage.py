"""Where a server keeps everything: one SQLite file, or a PostgreSQL database that any number of servers share."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from techdesk import paths
from techdesk.desk.tx import Row, Value
from techdesk.errors import BadInput, StoreUnusable
from techdesk.models.sql import SqlTx
from techdesk.models.sqlite import SqliteTx
from techdesk.server import migrations

if TYPE_CHECKING:
    from techdesk.server.postgres import PostgresStorage

BUSY_SECONDS = 30


class Stream(Protocol):
    """Rows that come one after the other."""

    def fetchmany(self, size: int, /) -> list[tuple[Any, ...]]:
        """The next rows, at most so many; none at the end."""


class Session(Protocol):
    """One open transaction. Statements mark their values with `?`."""

    # What a failure of the database itself raises: the whole transaction is lost, and may be tried again.
    broken: ClassVar[tuple[type[Exception], ...]]
    # Ends a SELECT whose rows nobody else may change, or select in this way, until the transaction ends.
    locking: ClassVar[str]

    def rows(self, sql: str, *values: Value) -> list[Row]:
        """Runs a statement that returns rows."""

    def run(self, sql: str, *values: Value) -> int:
        """Runs a statement; the number of rows that it wrote."""

    def many(self, sql: str, rows: Sequence[Sequence[Value | bytes]]) -> None:
        """Runs a writing statement once for each row of values."""

    def stream(self, sql: str, *values: Value) -> AbstractContextManager["Stream"]:
        """Runs a statement that returns more rows than should be in memory at once."""

    def tx(self, org: int) -> SqlTx:
        """The `Tx` of an organisation's rows, in this transaction."""


class Storage(Protocol):
    """A server's database. Used by any number of threads."""

    broken: ClassVar[tuple[type[Exception], ...]]

    def transaction(self) -> AbstractContextManager[Session]:
        """Commits when it is left, rolls back when an error leaves it."""

    def reading(self) -> AbstractContextManager[Session]:
        """A transaction that sees everything as of one moment, keeps nobody from writing, and writes nothing."""

    def contract(self) -> list[str]:
        """Takes away what no server uses any more. Returns the names of the steps that were run. Raises Refused while a
        server runs that may still use it."""

    def close(self) -> None:
        """Waits for nothing: call it when no request is under way."""


def opened(database: str | Path) -> "SqliteStorage | PostgresStorage":
    """The storage that a path or a `postgresql://` URL names, made or brought up to date.

    Raises StoreUnusable with what to do, NeedsExtra without psycopg.
    """
    if str(database).startswith(("postgresql://", "postgres://")):
        from techdesk.server.postgres import PostgresStorage

        return PostgresStorage(str(database))
    return SqliteStorage(Path(database))


def existing(database: str | Path) -> str | Path:
    """That database, which is there if it is a file: of the server's verbs those that begin one make it, and no other by
    mistake. Raises BadInput where there is none, StoreUnusable for a folder that may not be looked into."""
    if str(database).startswith(("postgresql://", "postgres://")):
        return database
    try:
        found = Path(database).is_file()
    except PermissionError as error:
        raise StoreUnusable(
            f"The server's database {database} cannot be looked at ({error.strerror}): run this as the server's user."
        ) from None
    if not found:
        raise BadInput(
            f"There is no database {database}: name the one there is with --database or TECHDESK_DATABASE, or begin "
            "one with  techdesk server run."
        )
    return database


class SqliteSession:
    """A transaction on the one connection."""

    broken: ClassVar[tuple[type[Exception], ...]] = (sqlite3.OperationalError,)
    locking: ClassVar[str] = ""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, *values: Value) -> list[Row]:
        cursor = self._connection.execute(sql, values)
        names = [description[0] for description in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def run(self, sql: str, *values: Value) -> int:
        return self._connection.execute(sql, values).rowcount

    def many(self, sql: str, rows: Sequence[Sequence[Value | bytes]]) -> None:
        self._connection.executemany(sql, rows)

    @contextmanager
    def stream(self, sql: str, *values: Value) -> Iterator[Stream]:
        with closing(self._connection.execute(sql, values)) as cursor:
            yield cursor

    def tx(self, org: int) -> SqlTx:
        from techdesk.server.schema import KNOWN

        return SqliteTx(self._connection, org, KNOWN)


class SqliteStorage:
    """One file. SQLite has one writer at a time and nearly every request writes, so the threads take turns at one connection;
    another process (an invitation) waits for its turn at the file."""

    broken: ClassVar[tuple[type[Exception], ...]] = (sqlite3.OperationalError,)

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = Lock()
        try:
            paths.make_private_folder(path.parent)
            paths.make_private_file(path)
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise
        except (sqlite3.Error, OSError) as error:
            raise StoreUnusable(
                f"The server's database {path} cannot be used ({error}): check the path, its permissions and the disk."
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[SqliteSession]:
        with self._turn:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield SqliteSession(self._connection)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[SqliteSession]:
        # A connection of its own: in WAL a reader and the writer do not see each other.
        with closing(sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            yield SqliteSession(connection)

    def close(self) -> None:
        with self._turn:
            self._connection.close()

    def _prepare(self) -> None:
        self._connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        with self.transaction() as session:
            _bring_up(session)

    def contract(self) -> list[str]:
        """Takes away what no server uses any more. Returns the names of the steps that were run."""
        with self.transaction() as session:
            return migrations.contract(
                session, migrations.SQLITE, migrations.state(session, _tables(session)).contracted
            )


def _bring_up(session: Session) -> None:
    """Runs the steps that the database lacks; a new one has nothing that would have to be kept for older servers."""
    there = _tables(session)
    found = migrations.state(session, there)
    for number, name in migrations.lacking(found):
        for statement in migrations.step(name, migrations.SQLITE):
            session.run(statement)
        migrations.note(session, number)
    if not there:
        migrations.contract(session, migrations.SQLITE, 0)


def _tables(session: Session) -> set[str]:
    return {str(row["name"]) for row in session.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
