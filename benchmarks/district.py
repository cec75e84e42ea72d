"""A district's rows for the benchmarks of sync: 20,000 devices, 100,000 tickets with minutes and some of their history,
about 290,000 rows, or a part of them, in a server's database or in a laptop's store. They come from what `benchmarks.fixture`
makes.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from techdesk.desk.ids import new_id
from techdesk.server.schema import KNOWN
from techdesk.server.storage import opened

ALL = 290_000
# What a district has of each, of 290,000 rows; the rest is history.
DEVICES, TICKETS = 20_000, 100_000
AT_ONCE = 1000
# A server that gives new laptops a snapshot, however short its log is.
SERVER = """
import sys
from techdesk.server import log
from techdesk.server.run import run
log.NEW_BY_LOG = 0
run("127.0.0.1", 0, sys.argv[1])
"""
# Of a table: its columns, and some rows.
Lot = tuple[str, list[str], list[tuple[Any, ...]]]


def rows_of(source: sqlite3.Connection, number: int) -> Iterator[Lot]:
    """The rows of a district of about so many rows, some at a time."""
    share = number / ALL
    wanted = {"ticket": int(TICKETS * share), "worklog": int(95_000 * share), "device": int(DEVICES * share)}
    wanted["ticket_event"] = number - sum(wanted.values())
    for table in KNOWN:
        there = {column for (column,) in source.execute(f"SELECT name FROM pragma_table_info('{table}')")}
        columns = [column for column in KNOWN[table] if column in there]
        names = ", ".join(f'"{column}"' for column in columns)
        found = source.execute(f'SELECT {names} FROM "{table}" LIMIT {wanted.get(table, -1)}')
        kept = []
        while rows := found.fetchmany(AT_ONCE):
            kept += rows if table == "device" else []
            yield table, columns, rows
        if table == "device":
            yield table, columns, list(_more(columns, kept, wanted["device"] - len(kept)))


def _more(columns: list[str], kept: list[tuple[Any, ...]], number: int) -> Iterator[tuple[Any, ...]]:
    """Devices like those that there are."""
    id, tag, serial = (columns.index(name) for name in ("id", "tag", "serial"))
    for at in range(number):
        row = list(kept[at % len(kept)])
        row[id], row[tag], row[serial] = new_id(), f"D-{at:06}", f"{at:08}X"
        yield tuple(row)


def fill(database: str, source: sqlite3.Connection, number: int) -> int:
    """Lays the rows into a server's database, as those of its first organisation; how many."""
    storage, laid = opened(database), 0
    try:
        with storage.transaction() as session:
            org = session.rows("SELECT org FROM org_head ORDER BY org")[0]["org"]
            for table, columns, rows in rows_of(source, number):
                names = ", ".join(f'"{column}"' for column in columns)
                marks = ", ".join("?" * (len(columns) + 1))
                insert = f'INSERT INTO "{table}" (org, {names}) VALUES ({marks}) ON CONFLICT DO NOTHING'
                session.many(insert, [(org, *row) for row in rows])
                laid += len(rows)
    finally:
        storage.close()
    return laid


def lay(connection: sqlite3.Connection, lots: Iterable[Lot]) -> int:
    """Lays the rows into a laptop's store; how many."""
    laid = 0
    for table, columns, rows in lots:
        names = ", ".join(f'"{column}"' for column in columns)
        marks = ", ".join("?" * len(columns))
        connection.executemany(f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({marks})', rows)
        laid += len(rows)
    return laid


@contextmanager
def server(database: str) -> Iterator[tuple[str, int]]:
    """A server process: its address and its id."""
    process = subprocess.Popen([sys.executable, "-c", SERVER, database], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        url = "http://" + process.stderr.readline().strip().split("http://")[1]
        drain = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=process.stderr, stdout=subprocess.DEVNULL
        )
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(60)
    drain.wait(30)
