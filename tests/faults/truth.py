"""What was done, as the processes have reported it, and where it must be found in the end."""

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from techdesk.models.tables import ENTITIES
from techdesk.server.storage import opened
from tests.faults.stage import Failed

TABLES = [str(entity.__tablename__) for entity in ENTITIES]


class Ledger:
    """Every command bears a word of its own: `done` were reported as done, `maybe` are those of processes that were killed,
    or that an undo may have taken out of the outbox."""

    def __init__(self) -> None:
        self.done: set[str] = set()
        self.maybe: set[str] = set()

    def doubt(self, words: set[str]) -> None:
        """These may be there, once, or not."""
        self.done -= words
        self.maybe |= words


def check(database: str, homes: list[Path], ledger: Ledger) -> None:
    """All that was done is on the server, once; nothing is there twice; all laptops hold what the server holds. Raises
    Failed."""
    storage = opened(database)
    try:
        with storage.transaction() as session:
            log = session.rows("SELECT seq, mid, command, args, kind, why FROM change_log ORDER BY seq")
            there = {table: session.rows(f'SELECT * FROM "{table}" ORDER BY id') for table in TABLES}
            blobs = session.rows("SELECT sha256, bytes, have FROM blob")
    finally:
        storage.close()
    _each_once(log, ledger)
    _numbers(there)
    unfinished = [row["sha256"] for row in blobs if row["have"] != row["bytes"]]
    if unfinished:
        raise Failed(f"files are not whole on the server: {unfinished}")
    wanted = {table: [_plain(row) for row in rows] for table, rows in there.items()}
    for home in homes:
        found = _held(home / "techdesk.db")
        for table in TABLES:
            if found[table] != wanted[table]:
                raise Failed(f"{home.name} differs from the server in {table}: {_first(found[table], wanted[table])}")


def _each_once(log: list[dict[str, Any]], ledger: Ledger) -> None:
    if [row["seq"] for row in log] != list(range(1, len(log) + 1)):
        raise Failed("the log has gaps")
    parked = [row for row in log if row["kind"] == "parked"]
    if parked:
        raise Failed(f"parked: {parked[0]}")
    counts: Counter[str] = Counter()
    for row in log:
        if row["command"] == "desk.undo":
            continue  # it repeats the words of what it takes back
        counts.update({word for word in ledger.done | ledger.maybe if word in str(row["args"])})
    lost = sorted(word for word in ledger.done if counts[word] == 0)
    if lost:
        raise Failed(f"lost: {lost}")
    doubled = sorted(word for word, count in counts.items() if count > 1)
    if doubled:
        raise Failed(f"doubled: {doubled}")


def _numbers(there: dict[str, list[dict[str, Any]]]) -> None:
    refs = Counter(row["ref"] for row in there["ticket"])
    if refs and max(refs.values()) > 1:
        raise Failed(f"a number was given twice: {refs.most_common(1)}")


def _held(store: Path) -> dict[str, list[dict[str, Any]]]:
    connection = sqlite3.connect(store)
    try:
        connection.row_factory = sqlite3.Row
        return {
            table: [_plain(dict(row)) for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY id')]
            for table in TABLES
        }
    finally:
        connection.close()


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("n", "org", "scope")}


def _first(found: list[Any], wanted: list[Any]) -> str:
    missing = [row for row in wanted if row not in found][:1]
    beyond = [row for row in found if row not in wanted][:1]
    return f"missing {missing}, beyond {beyond}"
