"""The tables that travel, as they stand somewhere: in a store, on the server, or by the log alone."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from techdesk.models.tables import ENTITIES

if TYPE_CHECKING:
    from tests.simulation.disk import Disk

Rows = dict[str, dict[str, tuple[Any, ...]]]
Entry = dict[str, Any]


def _default(column: Any) -> Any:
    return None if column.server_default is None else column.default.arg


COLUMNS: dict[str, dict[str, Any]] = {
    str(entity.__tablename__): {
        column.name: _default(column)
        for column in entity.__table__.columns  # type: ignore[attr-defined]
        if column.name != "n"
    }
    for entity in ENTITIES
}
PLACES = {table: {name: place for place, name in enumerate(names)} for table, names in COLUMNS.items()}
SELECTS = {
    table: f"SELECT {', '.join(chr(34) + name + chr(34) for name in names)} FROM {table}" for table, names in COLUMNS.items()
}  # fmt: skip
# Most tables are empty in a short run: one question tells which.
FILLED = "SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {table})" for table in COLUMNS)
LOGGED = (
    "seq",
    "mid",
    "laptop",
    "dseq",
    "command",
    "version",
    "args",
    "at",
    "actor",
    "kind",
    "why",
    "writes",
    "digest",
    "chain",
)


def standing(disk: "Disk") -> Rows:
    """What a database holds, by table and id, without the rows' own numbers."""
    if disk.seen is None or disk.seen[0] != disk.state:
        filled = disk.execute(FILLED).fetchone()
        disk.seen = (
            disk.state,
            {
                table: {row[0]: row for row in disk.execute(select)} if some else {}
                for (table, select), some in zip(SELECTS.items(), filled, strict=True)
            },
        )
    return dict(disk.seen[1])


def read_log(disk: "Disk") -> list[Entry]:
    """The server's log, in its order, with what it has let go of."""
    rows = disk.execute(f"SELECT {', '.join(LOGGED)} FROM change_log ORDER BY org, seq").fetchall()
    entries = [dict(zip(LOGGED, row, strict=True)) for row in rows]
    for entry in entries:
        entry["writes"] = _read(disk.let_go.get(entry["chain"], entry["writes"]))
    return entries


@lru_cache(10_000)
def _read(writes: str) -> list[list[Any]]:
    """What an entry wrote; the log is read many times in a run."""
    found: list[list[Any]] = json.loads(writes)
    return found


def by_the_log(entries: Iterable[Entry], before: Rows | None = None) -> Rows:
    """What the log alone says that stands, beginning with nothing or with a state: written without any of the code that
    applies it."""
    found: dict[str, dict[str, dict[str, Any]]] = {
        table: {id: dict(zip(COLUMNS[table], row, strict=True)) for id, row in rows.items()}
        for table, rows in (before or {table: {} for table in COLUMNS}).items()
    }
    for entry in entries:
        for table, id, after, made in entry["writes"]:
            if after is None:
                found[table].pop(id, None)
            elif made and id not in found[table]:
                found[table][id] = COLUMNS[table] | after | {"id": id}
            elif id in found[table]:
                found[table][id] |= after
    return {table: {id: tuple(row.values()) for id, row in rows.items()} for table, rows in found.items()}


def difference(one: Rows, other: Rows) -> str | None:
    """Where two states differ, in words; None when they do not."""
    for table, columns in COLUMNS.items():
        if one[table] == other[table]:
            continue
        for id in sorted(one[table].keys() | other[table].keys()):
            mine, theirs = one[table].get(id), other[table].get(id)
            if mine is None or theirs is None:
                return f"{table} {id[-6:]} is only {'there' if mine is None else 'here'}: {mine or theirs}"
            cells = [f"{name}: {a!r} / {b!r}" for name, a, b in zip(columns, mine, theirs, strict=True) if a != b]
            if cells:
                return f"{table} {id[-6:]}: {', '.join(cells)}"
    return None
