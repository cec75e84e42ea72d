"""`Tx` over dicts: for simulation and fast tests. It knows the tables, so a wrong column fails here as it does in SQL."""

from techdesk.desk.tx import Row, Value
from techdesk.models.recording import RecordingTx, key_of
from techdesk.models.tables import columns

Tables = dict[str, dict[str, Row]]


class MemoryTx(RecordingTx):
    """Holds `tables` (table -> id -> row); rows are never changed in place, so a copy of the dicts is a snapshot."""

    def __init__(self, tables: Tables | None = None) -> None:
        super().__init__()
        self.tables: Tables = {} if tables is None else tables
        self._marks: list[Tables] = []
        self._blank: dict[str, Row] = {}

    def snapshot(self) -> Tables:
        """The state now, untouched by later writes."""
        return {name: dict(rows) for name, rows in self.tables.items()}

    def get(self, table: str, id: str) -> Row | None:
        row = self._rows(table).get(id)
        return None if row is None else dict(row)

    def find(self, table: str, *, order: str = "id", limit: int | None = None, **equal: Value) -> list[Row]:
        self._known(table, equal)
        found = [
            dict(row) for row in self._rows(table).values() if all(row[column] == v for column, v in equal.items())
        ]
        found.sort(key=key_of(order), reverse=order.startswith("-"))
        return found[:limit]

    def total(self, table: str, column: str, **equal: Value) -> float:
        rows = self.find(table, order="id", limit=None, **equal)
        return float(sum(float(row[column] or 0) for row in rows))

    def _insert(self, table: str, row: Row) -> bool:
        rows, id = self._rows(table), str(row["id"])
        if id in rows:
            return False
        self._known(table, row)
        rows[id] = self._blank[table] | row
        return True

    def _update(self, table: str, id: str, changes: Row) -> None:
        self._known(table, changes)
        rows = self._rows(table)
        if id in rows:
            rows[id] = rows[id] | changes

    def _remove(self, table: str, id: str) -> None:
        self._rows(table).pop(id, None)

    def _mark(self) -> None:
        self._marks.append(self.snapshot())

    def _release(self) -> None:
        self._marks.pop()

    def _return_to_mark(self) -> None:
        kept = self._marks.pop()
        self.tables.clear()
        self.tables.update(kept)

    def _rows(self, table: str) -> dict[str, Row]:
        if table not in self._blank:
            self._blank[table] = {
                column.name: column.default.arg if column.default is not None else None  # type: ignore[attr-defined]
                for column in columns(table)
                if column.name != "n"
            }
        return self.tables.setdefault(table, {})

    def _known(self, table: str, row: Row) -> None:
        self._rows(table)
        unknown = row.keys() - self._blank[table].keys()
        if unknown:
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
