"""`Tx` that writes behind: what a server runs a page of operations on.

A command makes some twenty small statements, and each is a round trip to the database. Here rows are read once in a
transaction, what is written stays in memory, under what is read, and goes to the database in a few statements at the end.
It may be used only where nobody else writes those rows meanwhile: a server holds the lock of the whole organisation.

What the database alone can refuse (a row without a needed value, a second ticket with the same number) shows only when all
is written, too late to tell which command it was. Then `Unfit` is raised, everything is taken back, and the page is run again
on a plain `Tx`, command by command. Such pages are rare: handlers look before they write.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from techdesk.desk.tx import Act, Row, Value
from techdesk.models.recording import RecordingTx, key_of
from techdesk.models.sql import SqlTx

Key = tuple[str, str]
Equal = tuple[tuple[str, Value], ...]


class Unfit(Exception):
    """The database did not take, or did not answer, something: run the same again on a plain `Tx`."""


class BufferedTx(RecordingTx):
    """Sees the rows of a `SqlTx` with its own writes over them, until `flush` puts them there.

    blanks: for each table, a row with the defaults of all its columns.
    """

    def __init__(self, beneath: SqlTx, blanks: Mapping[str, Row]) -> None:
        super().__init__()
        self._beneath = beneath
        self._blanks = blanks
        # Rows as the database has them, None where it has none; and as they are to be, by table and id.
        self._stored: dict[Key, Row | None] = {}
        self._written: dict[str, dict[str, Row | None]] = defaultdict(dict)
        # Ids in these answers of the database, by the question: they hold as long as nothing is flushed.
        self._found: dict[tuple[str, Equal, str, int | None], list[str]] = {}
        self._totals: dict[tuple[str, str, Equal], float] = {}
        # What was in `_written` before each write (True: nothing), so that a savepoint can be taken back.
        self._trail: list[tuple[str, str, Row | bool | None]] = []
        self._marks: list[int] = []
        self._fresh: set[str] = set()
        self._spoiled = False

    def begin(self, act: Act) -> None:
        super().begin(act)
        self._fresh.clear()
        if not self._marks:
            self._trail.clear()

    def foresee(self, lookups: Mapping[tuple[str, str], Iterable[str]]) -> None:
        """Reads what will be asked for in one statement a table and column: for each (table, column), the values. Raises
        Unfit for values that the database cannot look for."""
        for (table, column), wanted in lookups.items():
            values = sorted(set(wanted))
            try:
                rows = self._beneath.find_among(table, column, values)
            except Exception as error:
                raise Unfit from error
            for row in rows:
                self._stored.setdefault((table, str(row["id"])), row)
            if column == "id":
                for value in values:
                    self._stored.setdefault((table, value), None)
                continue
            answers: dict[str, list[str]] = {value: [] for value in values}
            for row in rows:
                answers[str(row[column])].append(str(row["id"]))
            for value, ids in answers.items():
                self._found[table, ((column, value),), "id", None] = ids

    def put(self, table: str, row: Mapping[str, Value]) -> None:
        super().put(table, self._fitting(table, row))

    def append(self, table: str, row: Mapping[str, Value]) -> None:
        super().append(table, self._fitting(table, row))

    def get(self, table: str, id: str) -> Row | None:
        found = self._current(table, id)
        return None if found is None else dict(found)

    def find(self, table: str, *, order: str = "id", limit: int | None = None, **equal: Value) -> list[Row]:
        equal = dict(self._beneath.typed(table, equal))
        mine = self._written[table]
        found = [self._stored[table, id] for id in self._ids(table, equal, order, limit) if id not in mine]
        rows = [dict(row) for row in found if row is not None]
        added = [dict(row) for row in mine.values() if row is not None and _matches(row, equal)]
        if added:
            rows += added
            rows.sort(key=key_of(order), reverse=order.startswith("-"))
        return rows if limit is None else rows[:limit]

    def total(self, table: str, column: str, **equal: Value) -> float:
        equal = dict(self._beneath.typed(table, equal))
        question = table, column, tuple(equal.items())
        if question not in self._totals:
            self._totals[question] = self._ask(self._beneath.total, table, column, **equal)
        total = self._totals[question]
        for id, row in self._written[table].items():
            before = self._stored.get((table, id))
            for each, sign in ((row, 1), (before, -1)):
                if each is not None and _matches(each, equal):
                    total += sign * float(each[column] or 0)
        return total

    def fresh_id(self) -> str:
        id = super().fresh_id()
        self._fresh.add(id)
        return id

    def flush(self) -> None:
        """Puts everything that was written into the database. Raises Unfit."""
        if self._spoiled:
            raise Unfit
        for table, rows in self._written.items():
            self._flush_table(table, rows)
        self._written.clear()
        self._stored.clear()
        self._found.clear()
        self._totals.clear()
        self._trail.clear()

    def _flush_table(self, table: str, rows: dict[str, Row | None]) -> None:
        made: list[Row] = []
        changed: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        removed: list[str] = []
        for id, row in rows.items():
            before = self._stored[table, id]
            if row is None:
                removed += [id] if before is not None else []
            elif before is None:
                made.append(row)
            elif names := tuple(name for name, value in row.items() if before[name] != value):
                changed[names].append(row)
        try:
            taken = self._beneath.write_all(table, made, changed, removed)
        except Exception as error:
            raise Unfit from error
        if not taken:
            raise Unfit

    def _fitting(self, table: str, row: Mapping[str, Value]) -> Mapping[str, Value]:
        """The row as its columns hold it. Half of a surrogate pair, which no database takes, is refused now rather than
        with the whole page."""
        fitting = self._beneath.typed(table, row)
        for value in fitting.values():
            if isinstance(value, str) and not value.isascii():
                value.encode()
        return fitting

    def _insert(self, table: str, row: Row) -> bool:
        id = str(row["id"])
        if self._current(table, id) is not None:
            return False
        self._write(table, id, self._blanks[table] | row)
        return True

    def _update(self, table: str, id: str, changes: Row) -> None:
        current = self._current(table, id)
        if current is not None:
            self._write(table, id, current | changes)

    def _remove(self, table: str, id: str) -> None:
        if self._current(table, id) is not None:
            self._write(table, id, None)

    def _mark(self) -> None:
        self._marks.append(len(self._trail))

    def _release(self) -> None:
        self._marks.pop()

    def _return_to_mark(self) -> None:
        mark = self._marks.pop()
        while len(self._trail) > mark:
            table, id, before = self._trail.pop()
            if isinstance(before, bool):
                del self._written[table][id]
            else:
                self._written[table][id] = before

    def _write(self, table: str, id: str, row: Row | None) -> None:
        self._trail.append((table, id, self._written[table].get(id, True)))
        self._written[table][id] = row

    def _current(self, table: str, id: str) -> Row | None:
        """The row as it is now; not to be changed."""
        if id in self._written[table]:
            return self._written[table][id]
        key = table, id
        if key not in self._stored:
            # A row with an id that this very act has made up is not there. Someone might have put one there in order to
            # disturb: then the database says so when it is written, and the page is run again on a plain Tx.
            self._stored[key] = None if id in self._fresh else self._ask(self._beneath.get, table, id)
        return self._stored[key]

    def _ids(self, table: str, equal: Row, order: str, limit: int | None) -> list[str]:
        """What the database answers. With a limit it is asked for as many more rows as writes might take away."""
        whole = table, tuple(equal.items()), order, None
        if whole not in self._found and (wider := self._foreseen(table, equal)) is not None:
            rows = [row for row in wider if row is not None and _matches(row, equal)]
            rows.sort(key=key_of(order), reverse=order.startswith("-"))
            self._found[whole] = [str(row["id"]) for row in rows]
        if whole in self._found:
            return self._found[whole]
        most = None if limit is None else limit + len(self._written[table])
        question = table, tuple(equal.items()), order, most
        if question not in self._found:
            rows = self._ask(self._beneath.find, table, order=order, limit=most, **equal)
            for row in rows:
                self._stored.setdefault((table, str(row["id"])), row)
            self._found[question] = [str(row["id"]) for row in rows]
        return self._found[question]

    def _foreseen(self, table: str, equal: Row) -> list[Row | None] | None:
        """All rows that have one of these values, where they were read already."""
        for value in equal.items():
            ids = self._found.get((table, (value,), "id", None))
            if ids is not None:
                return [self._stored[table, id] for id in ids]
        return None

    def _ask(self, question: Any, *arguments: Any, **named: Any) -> Any:
        """The database's answer. When it fails, whatever comes next may fail for the same reason: the whole page is spoiled,
        also where the caller goes on."""
        try:
            return question(*arguments, **named)
        except Exception:
            self._spoiled = True
            raise


def _matches(row: Row, equal: Row) -> bool:
    return all(row[column] == value for column, value in equal.items())
