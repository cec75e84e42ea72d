"""What the three implementations of `Tx` have in common: stamping rows and recording what a command wrote."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from techdesk.desk.ids import derived_id
from techdesk.desk.tx import Act, Row, Value, Write

# Columns that a change alone does not count as a change of the row.
STAMPS = frozenset(("created_at", "updated_at", "author", "version"))


def key_of(order: str) -> Callable[[Row], Any]:
    """What rows in memory are sorted by for that `order`: the empty first, then by id; reversed where it has a minus."""
    column = order.removeprefix("-")
    return lambda row: (row[column] is not None, "" if row[column] is None else row[column], row["id"])


class RecordingTx(ABC):
    """A transaction that stamps rows for the act under way and keeps, row by row, what they were before.

    An implementation gives the readers `get`, `find`, `total`, the primitives `_insert`, `_update`, `_remove`, and the marks
    of a savepoint.
    """

    def __init__(self) -> None:
        self._act: Act | None = None
        self._writes: dict[tuple[str, str], Write] = {}
        self._made = 0

    def begin(self, act: Act) -> None:
        """From here on rows are stamped with this act, and the record of writes starts empty."""
        self._act = act
        self._writes = {}
        self._made = 0

    @property
    def writes(self) -> list[Write]:
        """What the act under way did to each row, one entry a row, in the order of the first touch."""
        return list(self._writes.values())

    @abstractmethod
    def get(self, table: str, id: str) -> Row | None: ...

    @abstractmethod
    def find(self, table: str, *, order: str = "id", limit: int | None = None, **equal: Value) -> list[Row]: ...

    @abstractmethod
    def total(self, table: str, column: str, **equal: Value) -> float: ...

    @abstractmethod
    def _insert(self, table: str, row: Row) -> bool:
        """Inserts; False when a row with that id is there."""

    @abstractmethod
    def _update(self, table: str, id: str, changes: Row) -> None: ...

    @abstractmethod
    def _remove(self, table: str, id: str) -> None: ...

    @abstractmethod
    def _mark(self) -> None: ...

    @abstractmethod
    def _release(self) -> None: ...

    @abstractmethod
    def _return_to_mark(self) -> None: ...

    def put(self, table: str, row: Mapping[str, Value]) -> None:
        id = str(row["id"])
        current = self.get(table, id)
        if current is None:
            self._add(table, id, row)
            return
        changes = {column: value for column, value in row.items() if current[column] != value and column not in STAMPS}
        if not changes:
            return
        act = self._acting()
        changes |= {"updated_at": act.at, "version": int(current["version"] or 0) + 1}
        if current["author"] != act.actor:
            changes["author"] = act.actor
        self._update(table, id, changes)
        self._record(Write(table, id, {column: current[column] for column in changes}, changes))

    def append(self, table: str, row: Mapping[str, Value]) -> None:
        self._add(table, str(row["id"]), row)

    def delete(self, table: str, id: str) -> None:
        current = self.get(table, id)
        if current is None:
            return
        self._remove(table, id)
        self._record(Write(table, id, current, None))

    def fresh_id(self) -> str:
        self._made += 1
        return derived_id(self._acting().mid, self._made)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        kept = dict(self._writes)
        self._mark()
        try:
            yield
        except BaseException:
            self._writes = kept
            self._return_to_mark()
            raise
        self._release()

    def restore(self, write: Write) -> None:
        """Takes a recorded write back."""
        if write.before is None:
            self._remove(write.table, write.id)
        elif write.after is None:
            self._insert(write.table, write.before)
        else:
            self._update(write.table, write.id, write.before)

    def apply(self, write: Write) -> None:
        """Puts a write that was recorded elsewhere, whatever is here: the log's word is final."""
        if write.after is None:
            self._remove(write.table, write.id)
        elif not (write.before is None and self._insert(write.table, {**write.after, "id": write.id})):
            self._update(write.table, write.id, write.after)

    def remove(self, table: str, id: str) -> None:
        """Takes a row away, without a word to anyone."""
        self._remove(table, id)

    def _acting(self) -> Act:
        if self._act is None:
            raise RuntimeError("a row was written outside an act: call begin() first")
        return self._act

    def _add(self, table: str, id: str, row: Mapping[str, Value]) -> None:
        act = self._acting()
        stamped: Row = dict(row) | {"created_at": act.at, "updated_at": act.at, "author": act.actor, "version": 1}
        if self._insert(table, stamped):
            self._record(Write(table, id, None, stamped))

    def _record(self, write: Write) -> None:
        """Folds a second write to the same row into the first."""
        key = (write.table, write.id)
        first = self._writes.pop(key, None)
        if first is None:
            self._writes[key] = write
        elif first.before is None:
            if write.after is not None:
                self._writes[key] = Write(*key, None, (first.after or {}) | write.after)
        elif write.after is None:
            self._writes[key] = Write(*key, (write.before or {}) | first.before, None)
        elif first.after is None:  # removed, then made again
            self._writes[key] = Write(*key, first.before, write.after)
        else:
            self._writes[key] = Write(*key, (write.before or {}) | first.before, first.after | write.after)
