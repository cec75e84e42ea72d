"""A server's schema steps, and servers of two versions on one database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.dialects import postgresql

from techdesk.desk.ids import new_id
from techdesk.desk.tx import Act
from techdesk.errors import Refused, StoreUnusable
from techdesk.models import schema
from techdesk.models.schema import Difference
from techdesk.server import migrations, next_step
from techdesk.server.backup import backup
from techdesk.server.schema import tables
from techdesk.server.storage import Storage, opened
from techdesk.sync.client import sync
from tests.sync.field import Field, log, row, running_server

# What a later version might add.
NEXT = [
    "ALTER TABLE ticket ADD COLUMN colour TEXT",
    "ALTER TABLE ticket ADD COLUMN weight BIGINT NOT NULL DEFAULT 3",
    "ALTER TABLE change_log ADD COLUMN region TEXT",
    "CREATE TABLE photo (org BIGINT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (org, id))",
]
BESIDE = [
    "DROP INDEX CONCURRENTLY IF EXISTS ticket_colour",
    "CREATE INDEX CONCURRENTLY ticket_colour ON ticket (org, colour)",
]

DROP = ["DROP INDEX ticket_colour", "ALTER TABLE ticket DROP COLUMN colour"]
TABLES = {table.name: table for table in tables()}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "server.db")
    return str(request.getfixturevalue("empty_postgres"))


@contextmanager
def storage_of(database: str) -> Iterator[Storage]:
    storage = opened(database)
    try:
        yield storage
    finally:
        storage.close()


@contextmanager
def later(*, contracts: bool = False) -> Iterator[None]:
    """The program as a later version might be, in this process."""
    known = migrations.step
    steps = {
        "next": NEXT,
        "next_indexes": BESIDE,
        "drop": ["DROP INDEX ticket_colour", "ALTER TABLE ticket DROP COLUMN colour"],
    }

    def step(name: str, dialect: str) -> list[str]:
        found = steps.get(name)
        if found is None:
            return known(name, dialect)
        return found if dialect == "postgresql" else [each.replace("CONCURRENTLY ", "") for each in found]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "step", step)
        patch.setattr(migrations, "STEPS", (*migrations.STEPS, "next", "next_indexes"))
        if contracts:
            patch.setattr(migrations, "CONTRACTS", (*migrations.CONTRACTS, "drop"))
        yield


def test_the_steps_make_what_the_tables_say() -> None:
    assert next_step.server_difference() == Difference(), "run python -m techdesk.server.next_step NAME"


def test_the_steps_make_what_the_tables_say_on_postgresql(empty_postgres: str) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    opened(empty_postgres).close()
    with psycopg.connect(empty_postgres) as connection:
        stepwise = described(connection)
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        for statement in schema.statements(TABLES.values(), dialect):
            connection.execute(statement.encode())
        assert described(connection) == stepwise


def described(connection: psycopg.Connection) -> set[tuple[object, ...]]:
    """Every column, index and constraint of a database, without the order of columns."""
    found = connection.execute(
        "SELECT 'column', table_name, column_name, data_type, is_nullable, column_default, collation_name"
        " FROM information_schema.columns WHERE table_schema = 'public'"
        " UNION ALL SELECT 'index', tablename, indexname, indexdef, NULL, NULL, NULL FROM pg_indexes"
        " WHERE schemaname = 'public'"
    )
    return set(found.fetchall())


def test_a_database_of_the_first_version_keeps_every_row(database: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "STEPS", migrations.STEPS[:1])
        opened(database).close()
    link = psycopg.connect(database) if database.startswith("postgres") else sqlite3.connect(database)
    with closing(link) as connection:
        made = {line.split()[2] for line in migrations.step("0001_tables", "sqlite") if line.startswith("CREATE TABLE")}
        names = made - {"schema_version"}
        before = {name: fill(connection, name) for name in names}
        connection.commit()
        with storage_of(database) as storage, storage.transaction() as session:
            had = session.rows("SELECT version, contracted FROM schema_version")
            assert had == [{"version": len(migrations.STEPS), "contracted": 0}]
            assert session.rows("SELECT last_sync FROM laptop") == [{"last_sync": None}]
            for name in names:
                (kept,) = session.rows(f"SELECT * FROM {name}")
                assert kept.items() >= before[name].items()


def fill(connection: sqlite3.Connection | psycopg.Connection, table: str) -> dict[str, object]:
    """A row with something in every column."""
    cursor = connection.execute(f"SELECT * FROM {table}")  # type: ignore[call-overload]
    assert cursor.description is not None
    names = [each[0] for each in cursor.description]
    whole = {column.name for column in TABLES[table].columns if column.type.python_type is not str}
    made: dict[str, object] = {name: 7 if name in whole else f"the {name}" for name in names}
    values = ", ".join(str(value) if isinstance(value, int) else f"'{value}'" for value in made.values())
    quoted = ", ".join(f'"{name}"' for name in names)
    connection.execute(f"INSERT INTO {table} ({quoted}) VALUES ({values})")  # type: ignore[call-overload]
    return made


def test_an_older_server_goes_on_while_a_newer_one_adds(database: str, tmp_path: Path) -> None:
    with running_server(database, tmp_path / "said.txt") as server:
        field = Field(server, tmp_path)
        laptop = field.laptop("ann")
        for text in ("one", "two", "three", "four", "five", "six"):  # from then on its statements are prepared
            log(laptop, text)
            sync(laptop)
        with later(), storage_of(database) as storage, storage.transaction() as session:
            assert session.rows("SELECT DISTINCT colour, weight FROM ticket") == [{"colour": None, "weight": 3}]
        made = log(laptop, "seven")
        assert sync(laptop).sent == 1
        other = field.laptop("ben")
        assert row(other, "ticket", made)["text"] == "seven"
        field.close()


def test_an_older_server_starts_on_a_database_that_a_newer_one_has_added_to(database: str) -> None:
    with later():
        opened(database).close()
    id, at = new_id(), "2026-11-23T09:14:05.120Z"
    with storage_of(database) as storage, storage.transaction() as session:
        tx = session.tx(1)
        tx.begin(Act(new_id(), at, None, "ann-laptop"))
        tx.put("ticket", {"id": id, "ref": "1001-A", "title": "one", "text": "one", "opened_at": at})
        assert (tx.get("ticket", id) or {})["text"] == "one"
    with later(), storage_of(database) as storage, storage.transaction() as session:
        assert session.rows("SELECT text, weight FROM ticket") == [{"text": "one", "weight": 3}]


def test_what_is_taken_away_is_taken_by_command_and_shuts_older_servers_out(database: str) -> None:
    with later(contracts=True):
        with pytest.MonkeyPatch.context() as patch:  # an older one made it
            patch.setattr(migrations, "CONTRACTS", ())
            opened(database).close()
        with storage_of(database) as storage:
            with storage.transaction() as session:
                assert session.rows("SELECT colour FROM ticket") == []
            assert storage.contract() == ["drop"]
            assert storage.contract() == []
            with storage.transaction() as session:
                assert "colour" not in str(session.rows(COLUMNS[database.startswith("postgres")]))
    with pytest.raises(StoreUnusable, match="newer techdesk server has taken"):
        opened(database)


COLUMNS = {
    True: "SELECT column_name FROM information_schema.columns WHERE table_name = 'ticket'",
    False: "SELECT name FROM pragma_table_info('ticket')",
}


def test_nothing_is_taken_away_while_an_older_server_runs(empty_postgres: str) -> None:
    refused = pytest.raises(Refused, match="older techdesk server is still running")
    with storage_of(empty_postgres), later(contracts=True), storage_of(empty_postgres) as newer, refused:
        newer.contract()
    with later(contracts=True), storage_of(empty_postgres) as newer:
        assert newer.contract() == ["drop"]


def test_a_new_database_has_nothing_that_was_taken_away_since(database: str) -> None:
    with later(contracts=True), storage_of(database) as storage, storage.transaction() as session:
        assert "colour" not in str(session.rows(COLUMNS[database.startswith("postgres")]))


def test_an_index_that_was_broken_off_is_made_again(empty_postgres: str) -> None:
    with storage_of(empty_postgres), psycopg.connect(empty_postgres, autocommit=True) as connection:
        for statement in NEXT:
            connection.execute(statement.encode())
        connection.execute("UPDATE schema_version SET version = version + 1")
        connection.execute("CREATE INDEX ticket_colour ON ticket (colour)")
        with later():
            opened(empty_postgres).close()
        made = connection.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'ticket_colour'").fetchone()
        assert made is not None and "(org, colour)" in made[0]


def test_an_older_program_makes_no_backup_that_would_lack_something(empty_postgres: str, tmp_path: Path) -> None:
    with later():
        opened(empty_postgres).close()
    with pytest.raises(StoreUnusable, match="newer techdesk server: use that one"):
        backup(empty_postgres, tmp_path / "backup.db")


def test_the_next_step_is_written_for_laptops_and_both_kinds_of_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = tmp_path / "laptop", tmp_path / "server"
    for folder, module in zip(folders, (next_step.laptop, next_step.server), strict=True):
        folder.mkdir()
        (folder / "__init__.py").write_text(
            (module.folder() / "__init__.py").read_text(encoding="utf-8"), encoding="utf-8"
        )
    assert next_step.write("nothing_new", *folders) == []
    fewer = [each for each in next_step.laptop.step("0001_tables") if "ticket_triage" not in each]
    monkeypatch.setattr(next_step.laptop, "step", lambda name: fewer if name == "0001_tables" else [])
    kept = migrations.step
    monkeypatch.setattr(
        migrations,
        "step",
        lambda *of: [each for each in kept(*of) if "TABLE room" not in each and "ON room" not in each],
    )
    made = next_step.write("a_room", *folders)
    laptops, servers = len(next_step.laptop.STEPS) + 1, len(migrations.STEPS) + 1
    assert [path.name for path in made] == [
        f"{laptops:04d}_a_room.sql", f"{servers:04d}_a_room.sqlite.sql", f"{servers:04d}_a_room.postgresql.sql"
    ]  # fmt: skip
    assert "CREATE INDEX ticket_triage" in made[0].read_text(encoding="utf-8")
    assert 'COLLATE "C"' in made[2].read_text(encoding="utf-8")
    assert f'    "{servers:04d}_a_room",\n)' in (folders[1] / "__init__.py").read_text(encoding="utf-8")
