"""Makes the first schema step from the tables: `python -m techdesk.models.schema` writes it, a test holds it in step."""

from pathlib import Path

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from techdesk.models.tables import ENTITIES

FIRST_STEP = Path(__file__).parent / "migrations" / "0001_tables.sql"


def sqlite_ddl() -> str:
    """The statements that make every entity's table and indexes in SQLite."""
    dialect = sqlite.dialect()
    statements: list[str] = []
    for entity in ENTITIES:
        table = entity.__table__  # type: ignore[attr-defined]
        statements.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            statements.append(str(CreateIndex(index).compile(dialect=dialect)).strip())
    header = "-- Written by `python -m techdesk.models.schema` from techdesk/models/tables.py.\n\n"
    lines = [line.rstrip() for statement in statements for line in (statement + ";\n").splitlines()]
    return header + "\n".join(lines) + "\n"


if __name__ == "__main__":
    FIRST_STEP.write_text(sqlite_ddl(), encoding="utf-8", newline="\n")
