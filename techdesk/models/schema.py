"""What the tables say, against what the schema steps make: the next step is the difference.

A step only adds: tables, columns that may be empty or have a default, indexes. So a laptop's file is never in danger, and on
one PostgreSQL the servers of the version before go on working beside the new ones. `techdesk.server.next_step` writes it.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import NamedTuple

from sqlalchemy import Column, Index, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from techdesk.errors import Refused
from techdesk.models.tables import ENTITIES

# A row that travels has these columns.
TRAVELS = frozenset(("id", "created_at", "updated_at", "author", "version"))
# An index that only laptops have is made by hand and named so.
OWN_INDEX = "laptop_"
HOW = "see CONTRIBUTING.md, 'To add a table or a column'"


class Difference(NamedTuple):
    """What is to be added; `indexes` are those on tables that are there. An index may go: nothing hangs on it but speed."""

    tables: tuple[Table, ...] = ()
    columns: tuple[Column[object], ...] = ()
    indexes: tuple[Index, ...] = ()
    dropped: tuple[str, ...] = ()


class _Made(NamedTuple):
    """A table as SQLite has it: its columns' types, constraints and defaults by name; what is unique; its indexes' SQL."""

    columns: dict[str, tuple[object, ...]]
    unique: set[tuple[str, ...]]
    indexes: dict[str, str]


def travelling() -> list[Table]:
    """The tables that travel, as a laptop has them."""
    return [entity.__table__ for entity in ENTITIES]  # type: ignore[attr-defined]


def statements(tables: Iterable[Table], dialect: Dialect) -> list[str]:
    """The statements that make those tables and their indexes in that dialect."""
    found: list[str] = []
    for table in tables:
        found.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        found += [str(CreateIndex(index).compile(dialect=dialect)) for index in _indexes(table)]
    return found


def difference(tables: Sequence[Table], steps: Iterable[str], *, of_laptop: bool = False) -> Difference:
    """What the statements `steps` do not make yet, run on SQLite. A laptop has tables of its own too, which are made by hand
    and stay out of it. Raises Refused for what is more than an addition."""
    wanted, found = _made(statements(tables, sqlite.dialect())), _made(steps)
    gone = {name for name, made in found.items() if not of_laptop or made.columns.keys() >= TRAVELS} - wanted.keys()
    if gone:
        raise Refused(f"The table {min(gone)} is gone, and a step only adds: {HOW}.")
    known = [table for table in tables if table.name in found]
    columns: list[Column[object]] = []
    indexes: list[Index] = []
    dropped: list[str] = []
    for table in known:
        columns += _new_columns(table, wanted[table.name], found[table.name])
        before, after = found[table.name].indexes, wanted[table.name].indexes
        for name in before.keys() & after.keys():
            if before[name] != after[name]:
                raise Refused(f"The index {name} is not as it was: give the new one a name of its own.")
        indexes += [index for index in _indexes(table) if index.name not in before]
        own = {name for name in before if of_laptop and name.startswith(OWN_INDEX)}
        dropped += sorted(before.keys() - after.keys() - own)
    return Difference(
        tuple(table for table in tables if table.name not in found), tuple(columns), tuple(indexes), tuple(dropped)
    )


def additions(found: Difference, dialect: Dialect) -> list[str]:
    """The statements of the tables and columns that are to be added."""
    made = statements(found.tables, dialect)
    for column in found.columns:
        spelled = str(CreateColumn(column).compile(dialect=dialect)).strip()
        made.append(f"ALTER TABLE {column.table.name} ADD COLUMN {spelled}")
    return made


def reindexing(found: Difference, dialect: Dialect) -> list[str]:
    """The statements of the indexes that come and go on tables that are there. PostgreSQL makes them beside the work that
    goes on; one that was broken off is left behind unusable, so it is dropped first."""
    beside = " CONCURRENTLY" if dialect.name == "postgresql" else ""
    made: list[str] = []
    for index in found.indexes:
        made += [f"DROP INDEX{beside} IF EXISTS {index.name}"] if beside else []
        made.append(
            str(CreateIndex(index).compile(dialect=dialect)).replace("CREATE INDEX", f"CREATE INDEX{beside}", 1)
        )
    return made + [f"DROP INDEX{beside} IF EXISTS {name}" for name in found.dropped]


def script(lines: Sequence[str]) -> str:
    """Statements as a step's file."""
    text = "".join(f"{statement};\n" for statement in lines)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _indexes(table: Table) -> list[Index]:
    return sorted(table.indexes, key=lambda each: str(each.name))


def _new_columns(table: Table, wanted: _Made, found: _Made) -> list[Column[object]]:
    gone = found.columns.keys() - wanted.columns.keys()
    if gone:
        raise Refused(f"The column {table.name}.{min(gone)} is gone, and a step only adds: {HOW}.")
    for name, kind in found.columns.items():
        if wanted.columns[name] != kind:
            raise Refused(f"The column {table.name}.{name} is not as it was, and a step only adds: {HOW}.")
    if wanted.unique != found.unique:
        raise Refused(f"Other columns of {table.name} are to be unique, and a step only adds: {HOW}.")
    new = [column for column in table.columns if column.name not in found.columns]
    for column in new:
        if not column.nullable and column.server_default is None:
            raise Refused(f"The column {table.name}.{column.name} needs a default, or may be empty: {HOW}.")
    return new


def _made(steps: Iterable[str]) -> dict[str, _Made]:
    """The tables that the statements make in an empty SQLite database."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in steps:
            connection.execute(statement)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
        return {name: _table(connection, name) for (name,) in names.fetchall()}


def _table(connection: sqlite3.Connection, name: str) -> _Made:
    columns: dict[str, tuple[object, ...]] = {
        column: (kind, bool(required), default, bool(key))
        for _, column, kind, required, default, key in connection.execute(f'PRAGMA table_info("{name}")')
    }
    unique = {
        tuple(sorted(row[2] for row in connection.execute(f'PRAGMA index_info("{index}")')))
        for _, index, _, origin, _ in connection.execute(f'PRAGMA index_list("{name}")').fetchall()
        if origin == "u"
    }
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (name,)
    )
    return _Made(columns, unique, {index: " ".join(sql.split()) for index, sql in indexes})
