"""Seconds that a rebase takes: 200 operations wait here, and 5,000 rows that others changed arrive, every second waiting
operation on a ticket that they changed too; without the commit. The floor, in the same run, is the bare writing of those rows
with sqlite3.

`python -m benchmarks.rebase [--pending N] [--changed N] [--rows N ...]` prints one JSON line for each number of rows that
the store holds besides.
"""

import argparse
import json
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.district import ALL, lay, rows_of
from benchmarks.fixture import store_with
from benchmarks.measuring import in_turns
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import EditTicket, LogTicket, NoteTicket
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import Store
from techdesk.sync import rebase
from techdesk.sync.wire import Entry

AT = "2026-11-23T09:14:05.120Z"
ROWS_AN_ENTRY = 5


def prepared(store: Store, pending: int, changed: int) -> list[Entry]:
    """Fills a store, leaves operations waiting in it, and gives the entries that change its tickets."""
    ids = [new_id() for _ in range(changed)]
    store.perform_all([LogTicket(id=id, text="Will not charge") for id in ids])
    store.connection.execute("UPDATE operation SET state = 'done'")
    for number in range(pending // 2):
        store.perform(EditTicket(id=ids[number], room="Hall"))
        store.perform(NoteTicket(ticket_id=ids[-number - 1], text="The charger is warm"))
    return [entry(number, ids[at : at + ROWS_AN_ENTRY]) for number, at in enumerate(range(0, changed, ROWS_AN_ENTRY))]


def entry(number: int, ids: list[str]) -> Entry:
    """An entry of another laptop, with a new category for each of these tickets."""
    row: dict[str, Any] = {"category": "hardware", "version": 2, "updated_at": AT, "author": None}
    return Entry(
        number + 1, new_id(), "other", None, "ticket.edit", AT, "plain", [("ticket", id, row, 0) for id in ids]
    )


def put_under(store: Store, entries: list[Entry]) -> float:
    """The rebase as a sync does it, taken back again at its end; its seconds."""
    columns = rebase.columns_here(store.connection)
    began = time.perf_counter()
    store.connection.execute("BEGIN IMMEDIATE")
    tx = SqliteTx(store.connection)
    rebase.take_back(store, tx)
    rebase.apply(tx, entries, columns)
    rebase.retire(store, entries)
    rebase.replay(store, tx)
    spent = time.perf_counter() - began
    store.connection.execute("ROLLBACK")
    return spent


def bare(store: Store, entries: list[Entry]) -> float:
    """The same rows with nothing but sqlite3."""
    values = [(row["category"], row["version"], id) for each in entries for _, id, row, _ in each.writes if row]
    began = time.perf_counter()
    store.connection.execute("BEGIN IMMEDIATE")
    store.connection.executemany("UPDATE ticket SET category = ?, version = ? WHERE id = ?", values)
    spent = time.perf_counter() - began
    store.connection.execute("ROLLBACK")
    return spent


def measure(rows: int, pending: int, changed: int, runs: int) -> dict[str, float]:
    """Milliseconds in a store that holds so many rows of a district besides."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        Store(Path(folder) / "techdesk.db") as store,
    ):
        if rows:
            with closing(sqlite3.connect(store_with(100_000) / "techdesk.db")) as source, store.transaction():
                lay(store.connection, rows_of(source, rows))
        entries = prepared(store, pending, changed)
        return in_turns(
            {"rebase_ms": lambda _: put_under(store, entries), "floor_ms": lambda _: bare(store, entries)}, runs
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pending", type=int, default=200)
    parser.add_argument("--changed", type=int, default=5000)
    parser.add_argument("--rows", type=int, nargs="+", default=[0, 10_000, ALL])
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    counts = {"pending": chosen.pending, "changed_rows": chosen.changed, "target_ms": 500}
    for rows in chosen.rows:
        taken = measure(rows, chosen.pending, chosen.changed, chosen.runs)
        print(json.dumps({"benchmark": "rebase", "rows": rows, **counts, **taken}), flush=True)


if __name__ == "__main__":
    main()
