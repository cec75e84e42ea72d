"""The server's schema: the tables that travel, with an organisation to each row, and the server's own.

It is derived from `techdesk.models.tables`, so that a table is declared once. A new database is made with the present
tables; an older one is brought here by the steps it has not had.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeEngine
from sqlmodel import AutoString

from techdesk.desk.tx import Row
from techdesk.models.sql import Known
from techdesk.models.tables import ENTITIES
from techdesk.server.tables import ServerTable

# Each step is the statements that bring a database of the version before to this one. The first version has none.
STEPS: Mapping[int, tuple[str, ...]] = {
    2: (
        "ALTER TABLE change_log ADD COLUMN before TEXT",
        "ALTER TABLE change_log ADD COLUMN undoes TEXT",
        "CREATE INDEX change_log_undoes ON change_log (org, undoes)",
    ),
    3: (
        "ALTER TABLE laptop ADD COLUMN last_sync TEXT",
        "CREATE TABLE quarantine (org BIGINT NOT NULL, mid TEXT NOT NULL, laptop TEXT NOT NULL, dseq BIGINT NOT NULL,"
        " operation TEXT NOT NULL, received_at TEXT NOT NULL, PRIMARY KEY (org, mid))",
        "CREATE INDEX ix_quarantine_laptop ON quarantine (laptop)",
    ),
    4: (
        "CREATE TABLE attachment (org BIGINT NOT NULL, id TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,"
        " author TEXT, version BIGINT DEFAULT '1' NOT NULL, ticket_id TEXT NOT NULL, sha256 TEXT NOT NULL,"
        " bytes BIGINT NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL, width BIGINT, height BIGINT,"
        " thumbnail_sha256 TEXT, thumbnail_bytes BIGINT, taken_at TEXT, PRIMARY KEY (org, id))",
        "CREATE INDEX ix_attachment_sha256 ON attachment (org, sha256)",
        "CREATE INDEX ix_attachment_thumbnail_sha256 ON attachment (org, thumbnail_sha256)",
        "CREATE INDEX ix_attachment_ticket_id ON attachment (org, ticket_id)",
        "CREATE TABLE blob (org BIGINT NOT NULL, sha256 TEXT NOT NULL, bytes BIGINT NOT NULL, have BIGINT NOT NULL,"
        " kept_at TEXT NOT NULL, PRIMARY KEY (org, sha256))",
        # SQLite takes any name for a type, and keeps bytes as bytes.
        "CREATE TABLE blob_part (org BIGINT NOT NULL, sha256 TEXT NOT NULL, first BIGINT NOT NULL, data BYTEA NOT NULL,"
        " PRIMARY KEY (org, sha256, first))",
    ),
}
LATEST = 1 + len(STEPS)


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


def statements(dialect: Dialect) -> list[str]:
    """The statements that make a new database in that dialect."""
    metadata = MetaData()
    tables = [_shared(entity.__table__, metadata) for entity in ENTITIES]  # type: ignore[attr-defined]
    tables += [_bytewise(table, metadata) for table in ServerTable.metadata.sorted_tables]
    found: list[str] = []
    for table in tables:
        found.append(str(CreateTable(table).compile(dialect=dialect)))
        found += [
            str(CreateIndex(index).compile(dialect=dialect))
            for index in sorted(table.indexes, key=lambda each: str(each.name))
        ]
    return found


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
