"""Schema steps of a laptop's store: numbered SQL files, each run whole in a transaction of its own."""

import sqlite3

# The file's `PRAGMA user_version` is the number of steps it has had.
STEPS = ("0001_tables", "0002_desk")
LATEST = len(STEPS)


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Brings a file from `version` to the latest. The step and its version commit together, so that a kill in the
    middle leaves the old version whole. The connection is in autocommit mode (`isolation_level=None`)."""
    from importlib import resources  # 3 ms, and a file is made or brought up only once

    for number in range(version + 1, LATEST + 1):
        script = resources.files(__name__).joinpath(f"{STEPS[number - 1]}.sql").read_text(encoding="utf-8")
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] < number:  # another process may have been first
                for statement in statements(script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def statements(script: str) -> list[str]:
    """The statements of an SQL script, triggers whole."""
    found, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    return found
