"""Schema steps of a laptop's store: numbered SQL files. `techdesk.server.next_step` writes the next one; a step is never
changed once it is on the main branch."""

import sqlite3
from pathlib import Path

# The file's `PRAGMA user_version` is the number of steps it has had.
STEPS = (
    "0001_tables",
    "0002_desk",
    "0003_calendars",
    "0004_problems",
    "0005_stock",
    "0006_balances",
    "0007_closing",
    "0008_devices",
    "0009_articles",
    "0010_memory",
    "0011_stock_places",
    "0012_rotations",
    "0013_visits",
    "0014_device_models",
    "0015_model_names",
    "0016_dispatching",
    "0017_queue",
    "0018_model_shares",
    "0019_last_task",
    "0020_found",
)
LATEST = len(STEPS)


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Brings a file from `version` to the latest. All steps and the version commit together, so that a kill in the middle
    leaves the old version whole. The connection is in autocommit mode (`isolation_level=None`)."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been first.
        version = max(version, connection.execute("PRAGMA user_version").fetchone()[0])
        for number in range(version + 1, LATEST + 1):
            for statement in step(STEPS[number - 1]):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def step(name: str) -> list[str]:
    """The statements of a step."""
    from importlib import resources  # 3 ms, and a file is made or brought up only once

    return statements(resources.files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8"))


def folder() -> Path:
    """Where the steps are."""
    return Path(__file__).parent


def statements(script: str) -> list[str]:
    """The statements of an SQL script, triggers whole."""
    found, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    return found
