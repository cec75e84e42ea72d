"""Schema steps: whole or not at all."""

import sqlite3
from pathlib import Path

import pytest

from techdesk.models import migrations
from techdesk.models.schema import FIRST_STEP, sqlite_ddl
from techdesk.models.store import Store
from techdesk.models.tables import ENTITIES, columns

TRANSACTION = 22  # SQLite's action code for BEGIN, COMMIT and ROLLBACK


def test_the_first_step_is_what_the_tables_say() -> None:
    assert FIRST_STEP.read_text(encoding="utf-8") == sqlite_ddl(), "run python -m techdesk.models.schema"


def test_a_new_store_has_every_column_of_every_entity(store: Store) -> None:
    for entity in ENTITIES:
        table = str(entity.__tablename__)
        made = {row[1] for row in store.connection.execute(f'PRAGMA table_info("{table}")')}
        assert made == {column.name for column in columns(table)}


def test_a_step_that_breaks_off_leaves_the_old_version_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "STEPS", ("0001_tables",))
    monkeypatch.setattr(migrations, "LATEST", 1)
    connection = sqlite3.connect(path, isolation_level=None)
    migrations.migrate(connection, 0)
    before = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    monkeypatch.undo()

    killed_at = 5
    ran = 0

    def stop(action: int, *_: object) -> int:
        nonlocal ran
        ran += action != TRANSACTION
        return sqlite3.SQLITE_OK if ran < killed_at or action == TRANSACTION else sqlite3.SQLITE_DENY

    connection.set_authorizer(stop)
    with pytest.raises(sqlite3.DatabaseError):
        migrations.migrate(connection, 1)
    connection.set_authorizer(None)
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before
    migrations.migrate(connection, 1)
    assert connection.execute("PRAGMA user_version").fetchone() == (migrations.LATEST,)
    connection.close()


def test_triggers_are_one_statement() -> None:
    script = "CREATE TABLE a (b);\nCREATE TRIGGER c AFTER INSERT ON a BEGIN\n  DELETE FROM a;\nEND;\n"
    assert len(migrations.statements(script)) == 2
