"""The laptop's store: one SQLite file, its one writer, and the announcements that follow a commit."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

from techdesk import clock
from techdesk.desk.commands import Command, Outcome, perform, prepared
from techdesk.desk.ids import new_id, ticket_ref
from techdesk.desk.tx import Act, Write
from techdesk.errors import BadInput, StoreUnusable
from techdesk.models.journal import carried, journal
from techdesk.models.migrations import LATEST, migrate
from techdesk.models.sqlite import SqliteTx
from techdesk.paths import make_private_file, make_private_folder

APPLICATION_ID = 0x7EC4DE5C
BUSY_SECONDS = 10
FIRST_NUMBER = 1001


class Change(NamedTuple):
    """Announced after a commit: which tables were written, and the ids of the rows, unless they are too many to name."""

    tables: frozenset[str]
    ids: frozenset[str]


class Store:
    """Opens (and on first use makes) the store. Used by one thread at a time; any number of processes beside each other.

    Raises StoreUnusable, with what to do, for a file that is damaged, newer, locked or cannot be written.
    """

    def __init__(self, path: Path, *, wall: Callable[[], str] | None = None) -> None:
        self.path = path
        self._wall = wall or (lambda: clock.moment(clock.now()))
        self._listeners: list[Callable[[Change], None]] = []
        self._batch: str | None = None
        with _sentences(path):
            if not path.exists():
                make_private_folder(path.parent)
                make_private_file(path)
            self.connection = connect(path)
            try:
                self._prepare()
            except BaseException:
                self.connection.close()
                raise

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def now(self) -> str:
        """The moment that commands are stamped with."""
        return self._wall()

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Calls `listener` after every commit, in the writer's thread."""
        self._listeners.append(listener)

    def announce(self, change: Change) -> None:
        """Tells every listener of a change; of one beside the tables too, as when a file has come."""
        for listener in self._listeners:
            listener(change)

    # Meta: what this laptop knows of itself.

    def meta(self, key: str) -> str | None:
        """A fact about this laptop: laptop, laptop_name, technician, organisation, server ..."""
        found = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def set_meta(self, **facts: str | None) -> None:
        """Writes facts about this laptop, inside the open transaction if there is one. None removes a fact."""
        for key, value in facts.items():
            if value is None:
                self.connection.execute("DELETE FROM meta WHERE key = ?", (key,))
            else:
                self.connection.execute(
                    "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    (key, value),
                )

    # The one way to change anything.

    def perform(self, command: Command) -> Outcome:
        """Runs one command: effect, journal and outbox row in one transaction. Raises Refused and nothing is changed."""
        return self.perform_all((command,))[0]

    def perform_all(self, commands: Sequence[Command]) -> list[Outcome]:
        """Runs commands in one transaction, all or none; each is an operation of its own, and `undo` takes all back."""
        with self.transaction() as tx, self.together():
            return [self.operate(tx, command) for command in commands]

    @contextmanager
    def transaction(self) -> Iterator[SqliteTx]:
        """One write transaction; its changes are announced once it is committed."""
        tx = _TouchingTx(self.connection)
        with _sentences(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield tx
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
        if tx.touched or tx.tables:
            tables = tx.tables.union(table for table, _ in tx.touched)
            change = Change(frozenset(tables), frozenset(id for _, id in tx.touched))
            self.announce(change)

    def operate(self, tx: SqliteTx, command: Command, *, always: bool = False) -> Outcome:
        """Runs one command, as an operation of its own, inside a transaction of `transaction()`. One that has changed nothing
        here leaves none, unless it may change something on the server (`always`)."""
        command = prepared(command, tx, self._take_ref)
        args = carried(command)
        act = Act(new_id(), self._wall(), self.meta("technician"), self.meta("laptop_name") or "laptop")
        tx.begin(act)
        outcome = perform(tx, command, act)
        if tx.writes or always:
            self.record(act, command, args, tx.writes)
        return outcome

    def record(self, act: Act, command: Command, args: str, writes: list[Write]) -> None:
        """Adds an operation to the outbox, with its arguments as `carried` gives them and its journal."""
        self.connection.execute(
            "INSERT INTO operation (mid, command, version, args, at, actor, undo, batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (act.mid, command.NAME, command.VERSION, args, act.at, act.actor, journal(writes),
             self._batch or act.mid),
        )  # fmt: skip

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is performed inside is one thing to the person who did it: `undo` takes all of it back."""
        outer, self._batch = self._batch, self._batch or new_id()
        try:
            yield
        finally:
            self._batch = outer

    def undo(self) -> Outcome:
        """Takes back what this laptop did last: with its journal where nobody can have seen it, else by a compensation."""
        from techdesk.models.undoing import undo  # no other command needs it

        return undo(self)

    def _take_ref(self) -> str:
        """The next ticket number of this laptop's block; `T-<laptop>-<n>` when the block is used up."""
        block = self.connection.execute("SELECT next, last FROM number_block ORDER BY next LIMIT 1").fetchone()
        if block is None:
            used = int(self.meta("own_numbers") or 0) + 1
            self.set_meta(own_numbers=str(used))
            return f"T-{self.meta('laptop_code')}-{used}"
        number, last = block
        while self.connection.execute("SELECT 1 FROM ticket WHERE ref = ?", (ticket_ref(number),)).fetchone():
            number += 1
        self.connection.execute("DELETE FROM number_block WHERE next = ?", (block[0],))
        if last is None or number < last:
            self.connection.execute("INSERT INTO number_block VALUES (?, ?)", (number + 1, last))
        if last is not None and number > last:
            return self._take_ref()
        return ticket_ref(number)

    def _prepare(self) -> None:
        version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if version == LATEST:
            return
        application = self.connection.execute("PRAGMA application_id").fetchone()[0]
        if application != APPLICATION_ID and (version or self._holds_tables()):
            raise StoreUnusable(
                f"{self.path} is an SQLite file of another program: set TECHDESK_HOME to another folder."
            )
        if version > LATEST:
            raise StoreUnusable(f"{self.path} was written by a newer techdesk: update this one, then open it again.")
        self.connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(self.connection, version)
        self._introduce()

    def _holds_tables(self) -> bool:
        return self.connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None

    def _introduce(self) -> None:
        """Gives a new store its laptop, its technician and its first ticket numbers."""
        from techdesk.models.introduce import introduce

        with self.transaction() as tx:
            if self.meta("laptop") is None:
                introduce(self, tx)


class _TouchingTx(SqliteTx):
    """Remembers every row that was written in the transaction, over all its acts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.touched: set[tuple[str, str]] = set()
        self.tables: set[str] = set()

    def wrote(self, tables: Iterable[str]) -> None:
        self.tables.update(tables)

    def _insert(self, table: str, row: dict[str, str | int | float | None]) -> bool:
        self.touched.add((table, str(row["id"])))
        return super()._insert(table, row)

    def _update(self, table: str, id: str, changes: dict[str, str | int | float | None]) -> None:
        self.touched.add((table, id))
        super()._update(table, id, changes)

    def _remove(self, table: str, id: str) -> None:
        self.touched.add((table, id))
        super()._remove(table, id)


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection with the pragmas that every connection needs, in autocommit mode. Raises StoreLocked for an encrypted
    store that nothing here opens, StoreUnusable, and what sqlite3 raises.

    `synchronous=FULL`, so that a closed ticket survives power loss; its price is one fsync a command.
    """
    while True:
        sealed = _may_be_sealed(path)
        if sealed:
            from techdesk.models import sealed_store  # encrypted stores alone pay for it

            connection = sealed_store.connect(path, BUSY_SECONDS)
        else:
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS)
        try:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
            if read_only:
                connection.execute("PRAGMA query_only = ON")
            else:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
        except BaseException as error:
            connection.close()
            if not sealed and isinstance(error, sqlite3.DatabaseError) and _may_be_sealed(path):
                continue
            raise
        if sealed == _may_be_sealed(path):
            return connection
        connection.close()  # another program has begun to encrypt or decrypt it


def _may_be_sealed(path: Path) -> bool:
    """Whether the store is encrypted, or is being converted: see `techdesk.models.seal` and `converting`."""
    return path.with_name(f"{path.name}.seal").exists() or path.with_name(f"{path.name}.converting").exists()


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Turns what SQLite and the file system say into a sentence with what to do next."""
    try:
        yield
    except (sqlite3.InterfaceError, sqlite3.ProgrammingError, OverflowError) as error:
        if isinstance(error, sqlite3.Error) and "bind" not in str(error):
            raise StoreUnusable(_sentence(path, str(error))) from error
        raise BadInput(f"That holds a value that no row can keep ({error}): do it by hand, in other words.") from error
    except sqlite3.DatabaseError as error:
        raise StoreUnusable(_sentence(path, str(error))) from error
    except OSError as error:
        raise StoreUnusable(
            f"The store {path} cannot be made ({error.strerror}): set TECHDESK_HOME to a folder of yours."
        ) from error


def _sentence(path: Path, said: str) -> str:
    if "locked" in said or "busy" in said:
        return f"The store {path} is being written by another program: try again when it has finished."
    if "full" in said:
        return f"The disk is full, so nothing was changed: free some space on the disk of {path} and do it again."
    if "readonly" in said or "unable to open" in said:
        return f"The store {path} cannot be written: check its permissions, or set TECHDESK_HOME to a folder of yours."
    if "not a database" in said and not path.with_name(f"{path.name}.seal").exists():
        return (
            f"The store {path} is damaged, or it is encrypted and the file {path.name}.seal beside it is missing: restore a "
            "backup of it."
        )
    if "disk I/O" in said:
        return (
            f"The disk of {path} does not take or give back what it should ({said}), so nothing was changed: look after the "
            "disk, its free space and your quota, do it again, and run  techdesk doctor  if it goes on."
        )
    if "malformed" in said or "not a database" in said:
        return f"The store {path} is damaged ({said}): run  techdesk doctor  or restore a backup of it."
    return f"The store {path} cannot be used ({said}): run  techdesk doctor."
