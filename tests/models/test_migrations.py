"""Schema steps: whole or not at all, and what they make is what the tables say."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Index, Integer, MetaData, String, Table
from sqlalchemy.dialects import sqlite

from techdesk.errors import Refused, StoreUnusable
from techdesk.models import migrations, schema
from techdesk.models.schema import Difference
from techdesk.models.store import APPLICATION_ID, Store, connect
from techdesk.models.tables import ENTITIES, columns

TRANSACTION = 22  # SQLite's action code for BEGIN, COMMIT and ROLLBACK
STEPS = [statement for name in migrations.STEPS for statement in migrations.step(name)]


@pytest.fixture
def first(path: Path) -> Iterator[sqlite3.Connection]:
    """A store as the first version made it, with a row in every table."""
    connection = connect(path)
    for name in migrations.STEPS[:2]:
        for statement in migrations.step(name):
            connection.execute(statement)
    for table in travelling(connection):
        fill(connection, table)
    connection.execute("INSERT INTO meta VALUES ('laptop', 'the laptop')")  # else it would be introduced
    connection.execute("PRAGMA user_version = 2")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    yield connection
    connection.close()


def travelling(connection: sqlite3.Connection) -> list[str]:
    made = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    names = [column.name for column in columns("ticket")[:4]]
    return [
        name for (name,) in made if [row[1] for row in connection.execute(f"PRAGMA table_info({name})")][:4] == names
    ]


def fill(connection: sqlite3.Connection, table: str) -> None:
    """A row with something in every column."""
    kinds = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}
    row = [f"the {name}" if kind == "VARCHAR" else 7 for name, kind in kinds.items()]
    connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


def content(connection: sqlite3.Connection, table: str) -> list[dict[str, object]]:
    cursor = connection.execute(f"SELECT * FROM {table}")
    return [dict(zip((each[0] for each in cursor.description), row, strict=True)) for row in cursor]


def altered(name: str, *more: Column[object]) -> list[Table]:
    """The tables, one of them with more columns."""
    metadata = MetaData()
    found = [table.to_metadata(metadata) for table in schema.travelling()]
    for column in more:
        metadata.tables[name].append_column(column)
    return found


def test_the_steps_make_what_the_tables_say() -> None:
    found = schema.difference(schema.travelling(), STEPS, of_laptop=True)
    assert found == Difference(), "run python -m techdesk.server.next_step NAME"


def test_the_steps_are_numbered_in_their_order() -> None:
    assert [int(name[:4]) for name in migrations.STEPS] == list(range(1, migrations.LATEST + 1))
    assert {path.stem for path in migrations.folder().glob("*.sql")} == set(migrations.STEPS)


def test_a_new_store_has_every_column_of_every_entity(store: Store) -> None:
    for entity in ENTITIES:
        table = str(entity.__tablename__)
        made = {row[1] for row in store.connection.execute(f'PRAGMA table_info("{table}")')}
        assert made == {column.name for column in columns(table)}


def test_a_store_of_the_first_version_keeps_every_row(first: sqlite3.Connection, path: Path) -> None:
    tables = travelling(first)
    before = {table: content(first, table) for table in tables}
    with Store(path) as store:
        for table in tables:
            kept = [
                {name: row[name] for name in old} for row, old in zip(content(first, table), before[table], strict=True)
            ]
            assert kept == before[table]
        assert store.connection.execute("PRAGMA user_version").fetchone() == (migrations.LATEST,)
    assert len(tables) > 20


def test_the_next_step_adds_what_the_tables_say_more(first: sqlite3.Connection) -> None:
    wanted = altered("ticket", Column("colour", String), Column("weight", Integer, nullable=False, server_default="3"))
    Table("photo", wanted[0].metadata, Column("id", String, primary_key=True))
    wanted.append(wanted[0].metadata.tables["photo"])
    ticket = wanted[0].metadata.tables["ticket"]
    Index("ticket_colour", ticket.c.colour)
    ticket.indexes -= {index for index in ticket.indexes if index.name == "ix_ticket_state"}
    found = schema.difference(wanted, STEPS, of_laptop=True)
    added = schema.additions(found, sqlite.dialect()) + schema.reindexing(found, sqlite.dialect())
    assert schema.difference(wanted, STEPS + added, of_laptop=True) == Difference()
    for statement in added:
        first.execute(statement)
    assert first.execute("SELECT ref, colour, weight FROM ticket").fetchall() == [("the ref", None, 3)]


def test_the_next_step_does_not_take_away() -> None:
    fewer = [table for table in schema.travelling() if table.name != "room"]
    for wanted, steps in (
        (fewer, STEPS),
        (schema.travelling(), [*STEPS, "ALTER TABLE room ADD COLUMN floor INTEGER"]),
        (schema.travelling(), [each.replace("rank INTEGER", "rank VARCHAR") for each in STEPS]),
        (altered("room", Column("floor", Integer, nullable=False)), STEPS),
        (altered("room", Column("code", String, unique=True)), STEPS),
    ):
        with pytest.raises(Refused, match=r"(room|rank).*CONTRIBUTING"):
            schema.difference(wanted, steps, of_laptop=True)


def test_a_changed_index_needs_a_name_of_its_own() -> None:
    steps = [each.replace("ON ticket (open, priority", "ON ticket (priority, open") for each in STEPS]
    with pytest.raises(Refused, match="ticket_triage"):
        schema.difference(schema.travelling(), steps, of_laptop=True)


def test_a_step_that_breaks_off_leaves_the_old_version_whole(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    killed_at = 5
    ran = 0

    def stop(action: int, *_: object) -> int:
        nonlocal ran
        ran += action != TRANSACTION
        return sqlite3.SQLITE_OK if ran < killed_at or action == TRANSACTION else sqlite3.SQLITE_DENY

    connection.set_authorizer(stop)
    with pytest.raises(sqlite3.DatabaseError):
        migrations.migrate(connection, 0)
    connection.set_authorizer(None)
    assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    assert connection.execute("SELECT sql FROM sqlite_master").fetchall() == []
    migrations.migrate(connection, 0)
    assert connection.execute("PRAGMA user_version").fetchone() == (migrations.LATEST,)
    connection.close()


def test_a_store_of_a_newer_version_is_left_alone(path: Path) -> None:
    with Store(path) as store:
        store.connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreUnusable, match=r"newer techdesk: update this one"):
        Store(path)


def test_triggers_are_one_statement() -> None:
    script = "CREATE TABLE a (b);\nCREATE TRIGGER c AFTER INSERT ON a BEGIN\n  DELETE FROM a;\nEND;\n"
    assert len(migrations.statements(script)) == 2
