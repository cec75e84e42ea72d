"""The server's schema: the tables that travel, with an organisation to each row, and the server's own.

It is derived from `techdesk.models.tables`, so that a table is declared once. `techdesk.server.next_step` writes the step
that brings a database here, and `techdesk.server.migrations` runs it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.types import TypeEngine
from sqlmodel import AutoString

from techdesk.desk.tx import Row
from techdesk.models.schema import travelling
from techdesk.models.sql import Known
from techdesk.models.tables import ENTITIES
from techdesk.server.tables import ServerTable


def _kind(column: Column[object]) -> type:
    if isinstance(column.type, AutoString):
        return str
    return int if column.type.python_type is int else float


# The columns that commands may name, for each table, with what they hold.
KNOWN: Known = {
    str(entity.__tablename__): {
        column.name: _kind(column)
        for column in entity.__table__.columns  # type: ignore[attr-defined]
        if column.name != "n"
    }
    for entity in ENTITIES
}

# For each table, a row with the defaults of all its columns.
BLANKS: Mapping[str, Row] = {
    str(entity.__tablename__): {
        column.name: column.default.arg if column.default is not None else None
        for column in entity.__table__.columns  # type: ignore[attr-defined]
        if column.name != "n"
    }
    for entity in ENTITIES
}


def tables() -> list[Table]:
    """Every table of a server's database."""
    metadata = MetaData()
    shared = [_shared(table, metadata) for table in travelling()]
    return shared + [_bytewise(table, metadata) for table in ServerTable.metadata.sorted_tables]


def _shared(source: Table, metadata: MetaData) -> Table:
    """A table that travels: (org, id) is its key, every other unique column is unique within an organisation, and every
    index begins with the organisation, because every statement does."""
    columns = [_column(column, key=column.name == "id") for column in source.columns if column.name != "n"]
    unique = [
        UniqueConstraint("org", column.name) for column in source.columns if column.unique and column.name != "id"
    ]
    table = Table(source.name, metadata, Column("org", BigInteger, primary_key=True), *columns, *unique)
    for index in source.indexes:
        terms = [table.c[term.name] if isinstance(term, Column) else term for term in index.expressions]
        Index(index.name, table.c.org, *terms)
    return table


def _bytewise(source: Table, metadata: MetaData) -> Table:
    """A table of the server's own, with its texts compared bytewise."""
    table = source.to_metadata(metadata)
    for column in table.columns:
        if isinstance(column.type, AutoString):
            column.type = _text()
    return table


def _column(source: Column[object], *, key: bool) -> Column[object]:
    kind: TypeEngine[Any] = source.type
    if isinstance(kind, AutoString):
        kind = _text()
    elif kind.python_type is int:
        kind = BigInteger()  # SQLite holds 64 bits in any integer column
    return Column(source.name, kind, primary_key=key, nullable=source.nullable, server_default=source.server_default)


def _text() -> TypeEngine[Any]:
    """Text that sorts and compares bytewise in both: PostgreSQL's default follows the language of the machine."""
    return Text().with_variant(Text(collation="C"), "postgresql")
