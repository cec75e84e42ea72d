"""A database that can die or fill up at any statement, and be put back to how it was in no time."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Content = dict[str, list[tuple[Any, ...]]]
# Once frozen, a transaction is a savepoint within the one that a reset takes back.
WITHIN = {
    "BEGIN IMMEDIATE": ("SAVEPOINT act",),
    "BEGIN": ("SAVEPOINT act",),
    "COMMIT": ("RELEASE act",),
    "ROLLBACK": ("ROLLBACK TO act", "RELEASE act"),
}
WRITING = ("INSERT", "UPDATE")
BUILDING = ("CREATE", "DROP")


class Killed(BaseException):
    """The process is gone, at this very statement. No `except Exception` stops it."""


class Disk(sqlite3.Connection):
    """A connection to a database in memory.

    fuse: how many more statements the process lives. A dead one does nothing but roll back, as a journal would.
    last_commit: lets it die beside the next COMMIT, "before" or "after" it.
    let_go: what entries of the log wrote that was trimmed, by their chain hashes: the checks need it still.
    room: how many more rows fit; None for any number. A statement that does not fit takes the whole transaction back, as
    SQLite does on a full disk, when `takes_all_back`; else only itself.
    state: differs whenever what it holds does.
    seen: the rows that it was last seen to hold, with its state then.
    """

    fuse: int | None = None
    let_go: dict[str, str]
    seen: tuple[tuple[int, int], Any] | None = None
    last_commit: str | None = None
    room: int | None = None
    takes_all_back = False
    dead = False
    frozen = False
    _within = False
    _rollbacks = 0
    # Its content when it was frozen; whether the schema was touched since, in this act and in this run.
    _image: sqlite3.Connection
    _building = _rebuilt = False

    @property
    def state(self) -> tuple[int, int]:
        return self.total_changes, self._rollbacks

    @property
    def in_transaction(self) -> bool:  # type: ignore[override]
        return self._within if self.frozen else super().in_transaction

    def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
        if self.dead or self.fuse is not None or self.last_commit is not None or self.room is not None:
            self._suffer(sql)
        if sql.startswith("ROLLBACK"):
            self._rollbacks += 1
        if self.frozen and sql in WITHIN:
            return self._act(sql)
        if sql.startswith(BUILDING):
            self._building = True
        return super().execute(sql, values)

    def executemany(self, sql: str, rows: Iterable[Any]) -> sqlite3.Cursor:
        self._suffer(sql)
        return super().executemany(sql, rows)

    def kill(self) -> None:
        """Ends the process."""
        self.dead = True
        raise Killed

    def revive(self) -> None:
        """A new process opens the file: what was not committed is gone."""
        self.dead, self.fuse, self.last_commit = False, None, None
        if self.in_transaction:
            self.execute("ROLLBACK")

    @contextmanager
    def in_peace(self) -> Iterator[None]:
        """Inside, nothing happens to it."""
        kept = self.fuse, self.last_commit, self.room
        self.fuse = self.last_commit = self.room = None
        try:
            yield
        finally:
            self.fuse, self.last_commit, self.room = kept

    def freeze(self) -> None:
        """From now on `reset` comes back to this state."""
        self._image = sqlite3.connect(":memory:", check_same_thread=False)
        self.backup(self._image)
        self._begin()

    def _begin(self) -> None:
        super().execute("BEGIN")
        super().execute("SAVEPOINT run")
        self.frozen, self._building = True, False

    def reset(self) -> None:
        """Comes back to the frozen state."""
        self.revive()
        self.room, self.let_go = None, {}
        self._rollbacks += 1
        if self._rebuilt:
            super().execute("ROLLBACK")
            self._image.backup(self)
            self._rebuilt = False
            self._begin()
        else:
            super().execute("ROLLBACK TO run")

    def content(self) -> Content:
        """Every row of every table of ours."""
        return {table: super(Disk, self).execute(f"SELECT * FROM {table}").fetchall() for table in self._tables()}

    def load(self, content: Content) -> None:
        """Puts other rows in place of all."""
        for table in self._tables():
            super().execute(f"DELETE FROM {table}")
            rows: Sequence[tuple[Any, ...]] = content[table]
            if rows:
                super().executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)

    def _tables(self) -> list[str]:
        found = super().execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT GLOB 'sqlite_*'"
        )
        return [name for (name,) in found.fetchall()]

    def _act(self, sql: str) -> sqlite3.Cursor:
        begins = sql.startswith("BEGIN")
        if begins == self._within:
            raise sqlite3.OperationalError(f"{sql}, and a transaction is {'' if begins else 'not '}under way")
        self._within = begins
        for statement in WITHIN[sql]:
            cursor = super().execute(statement)
        if self._building and not begins:
            self._settle()
        return cursor

    def _settle(self) -> None:
        """Once a transaction has touched the schema, SQLite reads it anew after every rollback to a savepoint of it: slow."""
        super().execute("COMMIT")
        self._rebuilt = True
        self._begin()

    def _suffer(self, sql: str) -> None:
        """What the faults that are set do to this statement."""
        if self.dead:
            if sql == "ROLLBACK":
                return
            raise Killed
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                self.kill()
        if sql == "COMMIT" and self.last_commit is not None:
            if self.last_commit == "after":
                self.last_commit = None
                self.execute(sql)
            self.kill()
        if self.room is not None and sql.startswith(WRITING):
            self.room -= 1
            if self.room < 0:
                if self.takes_all_back and self.in_transaction:
                    self.execute("ROLLBACK")
                full = sqlite3.OperationalError("database or disk is full")
                full.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise full


def new_disk() -> Disk:
    """An empty database in memory, in autocommit mode."""
    disk: Disk = sqlite3.connect(
        ":memory:", isolation_level=None, check_same_thread=False, factory=Disk, cached_statements=1000
    )
    return disk
