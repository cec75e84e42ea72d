"""`Tx` in SQL: what SQLite and PostgreSQL have in common. The two differ in their mark for a value and their connection."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, ClassVar

from techdesk.desk.tx import Row, Value
from techdesk.models.recording import RecordingTx

# For each table, its columns with what they hold: str, int or float.
Known = Mapping[str, Mapping[str, type]]


class SqlTx(RecordingTx):
    """Runs on a connection whose transaction is open, and never commits.

    org: on a server, the organisation whose rows it sees, reads and writes, and no others.
    known: the columns of every table, for a server that runs what others sent. Any other name raises KeyError before it
    comes near a statement, and a value becomes what its column holds, as SQLite would make it, or raises TypeError: the
    databases differ in what they accept, and what one laptop sent must fit into all others. A laptop runs its own commands,
    and does without.
    """

    MARK: ClassVar[str]
    # Stands before a column that rows are sorted by after an index has found them.
    SORTED: ClassVar[str] = ""

    def __init__(self, org: int | None = None, known: Known | None = None) -> None:
        super().__init__()
        self._org = org
        self._known = known
        self._selected: dict[str, str] = {}
        self._key = "id" if org is None else "org, id"

    def _query(self, sql: str, values: Sequence[Value]) -> list[Row]:
        """Runs a reading statement; rows without `n` and `org`."""
        raise NotImplementedError

    def _run(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Runs a writing statement; the number of rows it wrote."""
        raise NotImplementedError

    def _many(self, sql: str, rows: Sequence[Sequence[Value]]) -> int:
        """Runs a writing statement for each row of values; the number of rows it wrote."""
        raise NotImplementedError

    def _among(self, column: str, values: Sequence[str]) -> tuple[str, list[Any]]:
        """The term that finds any of those values in a column, with what it is given."""
        raise NotImplementedError

    def put(self, table: str, row: Mapping[str, Value]) -> None:
        super().put(table, self.typed(table, row))

    def append(self, table: str, row: Mapping[str, Value]) -> None:
        super().append(table, self.typed(table, row))

    def get(self, table: str, id: str) -> Row | None:
        where, values = self._where(table, {"id": id})
        found = self._query(f'SELECT {self._columns(table)} FROM "{table}"{where}', values)
        return found[0] if found else None

    def find(self, table: str, *, order: str = "id", limit: int | None = None, **equal: Value) -> list[Row]:
        where, values = self._where(table, equal)
        column = order.removeprefix("-")
        self._check(table, (column,))
        way, empty = ("", "FIRST") if column == order else (" DESC", "LAST")
        id = f"{self.SORTED}id{way}"
        first = "" if column == "id" else f'{"" if limit else self.SORTED}"{column}"{way} NULLS {empty}, '
        cut = "" if limit is None else f" LIMIT {int(limit)}"
        return self._query(f'SELECT {self._columns(table)} FROM "{table}"{where} ORDER BY {first}{id}{cut}', values)

    def total(self, table: str, column: str, **equal: Value) -> float:
        where, values = self._where(table, equal)
        self._check(table, (column,))
        found = self._query(f'SELECT coalesce(sum("{column}"), 0) AS total FROM "{table}"{where}', values)
        return float(found[0]["total"] or 0)

    def find_among(self, table: str, column: str, values: Sequence[str]) -> list[Row]:
        """The rows that have any of those values in a column, by id."""
        where, own = self._where(table, {})
        self._check(table, (column,))
        term, given = self._among(column, values)
        select = f'SELECT {self._columns(table)} FROM "{table}"'
        return self._query(f"{select}{where or ' WHERE true'} AND {term} ORDER BY {self.SORTED}id", [*own, *given])

    def write_all(
        self, table: str, made: Sequence[Row], changed: Mapping[tuple[str, ...], Sequence[Row]], removed: Sequence[str]
    ) -> bool:
        """Writes many rows of one table in few statements: new ones, which all have the same columns; changed ones, by the
        columns that changed; and takes those ids away. False when an id of a new row was there, or a changed row was not."""
        own = [] if self._org is None else [self._org]
        at = self._where(table, {"id": ""})[0]
        wrote = 0
        if made:
            wrote += self._many(self._inserting(table, made[0]), [[*row.values(), *own] for row in made])
        for names, rows in changed.items():
            given = [[*(row[name] for name in names), *own, row["id"]] for row in rows]
            wrote += self._many(f'UPDATE "{table}" SET {self._sets(table, names)}{at}', given)
        if removed:
            wrote += self._many(f'DELETE FROM "{table}"{at}', [[*own, id] for id in removed])
        return wrote == len(made) + sum(map(len, changed.values())) + len(removed)

    def _insert(self, table: str, row: Row) -> bool:
        values = list(row.values())
        if self._org is not None:
            values.append(self._org)
        return self._run(self._inserting(table, row), values) == 1

    def _inserting(self, table: str, row: Row) -> str:
        self._check(table, row)
        names = [f'"{column}"' for column in row]
        if self._org is not None:
            names.append("org")
        marks = ", ".join([self.MARK] * len(names))
        return f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({marks}) ON CONFLICT ({self._key}) DO NOTHING'

    def _update(self, table: str, id: str, changes: Row) -> None:
        where, key = self._where(table, {"id": id})
        self._run(f'UPDATE "{table}" SET {self._sets(table, changes)}{where}', [*changes.values(), *key])

    def _sets(self, table: str, names: Sequence[str] | Row) -> str:
        self._check(table, names)
        return ", ".join(f'"{column}" = {self.MARK}' for column in names)

    def _remove(self, table: str, id: str) -> None:
        where, values = self._where(table, {"id": id})
        self._run(f'DELETE FROM "{table}"{where}', values)

    def _mark(self) -> None:
        self._run("SAVEPOINT mark")

    def _release(self) -> None:
        self._run("RELEASE SAVEPOINT mark")

    def _return_to_mark(self) -> None:
        self._run("ROLLBACK TO SAVEPOINT mark")
        self._run("RELEASE SAVEPOINT mark")

    def _columns(self, table: str) -> str:
        """The columns of a row. Those that are known are named one by one: a newer server may add others at any time, and
        PostgreSQL refuses a prepared statement whose answer would change."""
        if self._known is None:
            return "*"
        if table not in self._selected:
            self._selected[table] = ", ".join(f'"{column}"' for column in self._known[table])
        return self._selected[table]

    def _where(self, table: str, equal: Mapping[str, Value]) -> tuple[str, list[Value]]:
        """The clause that finds equal rows. An empty column is asked for by name: `= NULL` finds nothing, and PostgreSQL
        uses no index for `IS NOT DISTINCT FROM`."""
        self._check(table, equal)
        terms: list[str] = []
        values: list[Value] = []
        if self._org is not None:
            terms.append(f"org = {self.MARK}")
            values.append(self._org)
        for column, value in equal.items():
            if value is None:
                terms.append(f'"{column}" IS NULL')
            else:
                terms.append(f'"{column}" = {self.MARK}')
                values.append(value)
        return (" WHERE " + " AND ".join(terms) if terms else ""), values

    def _check(self, table: str, columns: Mapping[str, Value] | Sequence[str]) -> None:
        if self._known is None:
            return
        unknown = set(columns) - self._known[table].keys()
        if unknown:
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")

    def typed(self, table: str, row: Mapping[str, Value]) -> Mapping[str, Value]:
        """The row with its values as the columns hold them. Raises KeyError or TypeError (see the class)."""
        if self._known is None:
            return row
        self._check(table, row)
        kinds = self._known[table]
        return {
            column: value if value is None or type(value) is kinds[column] else _as(kinds[column], column, value)
            for column, value in row.items()
        }


def _as(kind: type, column: str, value: Value) -> Value:
    """The value as a column of that kind holds it."""
    if isinstance(value, bool):
        value = int(value)
    try:
        if not isinstance(value, str | int | float):
            raise TypeError
        if kind is str:
            return str(value)
        number = float(value)
        if kind is float:
            return number if isfinite(number) else None
        whole = value if isinstance(value, int) else int(number)
        if whole != number or not -(2**63) <= whole < 2**63:
            raise ValueError
        return whole
    except (TypeError, ValueError, OverflowError):
        raise TypeError(f"the column {column} cannot hold {str(value)[:40]!r}") from None
