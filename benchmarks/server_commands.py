"""Commands per second that a server takes in, with 1, 8 and 32 organisations, on SQLite and on PostgreSQL, against a floor
measured in the same run: the same rows as bare INSERTs through the bare driver.

Each laptop sends its working days as signed requests of 40 operations, one after the other; each server process answers four
at once. All of a request is measured but HTTP: signature, decompression, the handlers, the log, the page that goes back; and
what the laptop does to pack, sign and read. On PostgreSQL two server processes share the work, as they would on a machine
with two cores; on SQLite there is one.

`python -m benchmarks.server_commands [--postgres URL] [--organisations 1 8 32] [--days N] [--rows N]` prints one JSON line.
Without a URL it starts a PostgreSQL of its own, as the tests do. With `--rows` the first organisation holds so many rows of
a district before.
"""

import argparse
import json
import multiprocessing
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.district import fill
from benchmarks.fixture import store_with
from techdesk.desk.closing import CloseTicket
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordSite
from techdesk.desk.spares import MoveStock, RecordPart
from techdesk.desk.tickets import EditTicket, LogTicket, NoteTicket
from techdesk.desk.tx import Value
from techdesk.desk.work import StartWork
from techdesk.models.store import Store
from techdesk.server import enrolment, syncing
from techdesk.server.invites import invite
from techdesk.server.laptops import Signed
from techdesk.server.schema import KNOWN
from techdesk.server.storage import Storage, opened
from techdesk.sync import reading, wire
from techdesk.sync.outbox import Outbox
from techdesk.sync.wire import Cursor, Operation, Request

BATCH = 40
AT_ONCE = 4
TICKETS_A_DAY = 24
LEAST_LAPTOPS = 8
SERVERS = {"sqlite": 1, "postgresql": 2}
AT = "2026-11-23T09:14:05.120Z"


# A laptop's operations, and the ids of its technician and van.
Day = tuple[list[Operation], str, str]


class Ready(NamedTuple):
    """An enrolled laptop with its private key, and what it has to send."""

    id: str
    key: bytes
    cursor: Cursor
    operations: list[Operation]


def day(store: Store) -> None:
    """Five commands a ticket: log, edit, note, start, close with a part."""
    site, part = new_id(), new_id()
    store.perform(RecordSite(id=site, code=site[-6:], name="Ash Green"))
    store.perform(RecordPart(id=part, sku=part[-6:], name="Charger"))
    found = store.connection.execute("SELECT id FROM stock_location WHERE kind = 'van'").fetchone()
    store.perform(MoveStock(part_id=part, quantity=1000, reason="receive", to_id=found[0]))
    for number in range(TICKETS_A_DAY):
        id = new_id()
        commands: list[Command] = [
            LogTicket(id=id, text=f"Will not charge, trolley {number}", site_id=site, room="Hall"),
            EditTicket(id=id, impact=2, urgency=2, category="hardware"),
            StartWork(ticket_id=id),
            NoteTicket(ticket_id=id, text="Charger is warm and smells"),
            CloseTicket(
                ticket_id=id, resolution="New charger", minutes=12, parts=((part, 1),), timeliness=5, told=True
            ),
        ]
        for command in commands:
            store.perform(command)


def days(folder: Path, kinds: int, length: int) -> Iterator[Day]:
    """Working days of different laptops."""
    for kind in range(kinds):
        with Store(folder / f"laptop{kind}.db") as store:
            store.connection.execute("PRAGMA synchronous = OFF")
            # Numbers as leased ones: no two laptops give out the same.
            store.connection.execute("UPDATE number_block SET next = ?", (200_001 + 10_000 * kind,))
            for _ in range(length):
                day(store)
            outbox, found = Outbox(store), list[Operation]()
            while batch := outbox.batch(len(found) + 1):
                found += batch
            technician = str(store.meta("technician"))
            van = store.connection.execute("SELECT stock_location_id FROM technician").fetchone()[0]
            yield found[int(store.meta("introduced") or 0) :], technician, van


def get_ready(database: str, name: str, organisation: str, work: Day) -> Ready:
    """Enrols a laptop that has done that work."""
    operations, technician, van = work
    key, laptop = Ed25519PrivateKey.generate(), new_id()
    code = invite(database, name, organisation=organisation)["code"]
    public = key.public_key().public_bytes_raw().hex()
    storage = opened(database)
    answer = enrolment.enrol(
        storage, enrolment.Enrolling(code, public, laptop, f"{name}-laptop", technician, van, 0)
    )  # fmt: skip
    storage.close()
    before, renumbered = "", list[Operation]()
    for number, operation in enumerate(operations, 1):
        renumbered.append(operation._replace(dseq=number, prev_hash=before))
        before = wire.link(before, number, wire.digest(operation, wire.args_text(operation)))
    return Ready(laptop, key.private_bytes_raw(), Cursor(**answer["cursor"]), renumbered)


def send(storage: Storage, laptop: Ready) -> list[float]:
    """Sends all that a laptop has; the seconds that each request took on the server."""
    key, cursor, taken = Ed25519PrivateKey.from_private_bytes(laptop.key), laptop.cursor, []
    for start in range(0, len(laptop.operations), BATCH):
        request = Request(cursor, laptop.operations[start : start + BATCH], 0, AT)
        body = wire.compress(wire.request_body(request))
        signature = key.sign(wire.signed_message("POST", wire.SYNC_PATH, laptop.id, start + 1, body))
        began = time.perf_counter()
        reply = syncing.exchange(storage, Signed(laptop.id, start + 1, signature), "POST", wire.SYNC_PATH, body)
        taken.append(time.perf_counter() - began)
        cursor = reading.read_reply(wire.loads(reply)).cursor
    return taken


def serve(database: str, laptops: Sequence[Ready], start: Any, answers: Any) -> None:
    """One server process: takes the requests of its laptops in, each laptop in a thread as HTTP would do it."""
    storage = opened(database)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        start.wait()
        taken = [each for found in pool.map(partial(send, storage), laptops) for each in found]
    ended = time.time()
    storage.close()
    answers.put((ended, taken))


def measure(database: str, kind: str, organisations: int, work: list[Day]) -> dict[str, Any]:
    """One run with so many organisations."""
    count = max(organisations, LEAST_LAPTOPS)
    each = count // organisations
    # The laptops of an organisation differ; those of another may send the same, under its own name.
    laptops = [
        get_ready(database, f"P{at}", f"{organisations}-{at % organisations}", work[at // organisations % len(work)])
        for at in range(count)
    ]
    spawn = multiprocessing.get_context("spawn")
    processes = SERVERS[kind]
    start, answers = spawn.Barrier(processes + 1), spawn.Queue()
    servers = [
        spawn.Process(target=serve, args=(database, laptops[at::processes], start, answers)) for at in range(processes)
    ]
    for server in servers:
        server.start()
    start.wait()
    began = time.time()
    found = [answers.get() for _ in servers]
    for server in servers:
        server.join()
    seconds = max(ended for ended, _ in found) - began
    taken = sorted(each for _, every in found for each in every)
    commands = sum(len(laptop.operations) for laptop in laptops)
    return {
        "organisations": organisations, "laptops_each": each, "commands": commands, "seconds": round(seconds, 2),
        "commands_per_second": round(commands / seconds), "p50_ms": round(taken[len(taken) // 2] * 1000),
        "p99_ms": round(taken[int(len(taken) * 0.99)] * 1000),
    }  # fmt: skip


def there(database: str) -> dict[str, set[Value]]:
    """The ids of the rows that a database holds, by table."""
    storage = opened(database)
    with storage.transaction() as session:
        found = {name: {row["id"] for row in session.rows(f'SELECT id FROM "{name}"')} for name in KNOWN}
    storage.close()
    return found


def floor(database: str, empty: str, before: dict[str, set[Value]]) -> tuple[int, int]:
    """Operations per second of bare INSERTs: every row that the runs have left beside those `before`, in transactions of
    one request's size, on one connection, with the driver's executemany. Also the number of operations that did not come
    out plain."""
    source = opened(database)
    with source.transaction() as session:
        operations = int(session.rows("SELECT count(*) AS n FROM change_log")[0]["n"] or 0)
        other = int(session.rows("SELECT count(*) AS n FROM change_log WHERE kind <> 'plain'")[0]["n"] or 0)
        tables = {name: session.rows(f'SELECT * FROM "{name}"') for name in (*KNOWN, "change_log")}
    for name, ids in before.items():
        tables[name] = [row for row in tables[name] if row["id"] not in ids]
    source.close()
    pieces = {name: (list(rows[0]), [list(row.values()) for row in rows]) for name, rows in tables.items() if rows}
    requests = operations // BATCH
    target = opened(empty)
    began = time.perf_counter()
    for number in range(requests):
        with target.transaction() as session:
            for name, (columns, rows) in pieces.items():
                if part := rows[number::requests]:
                    names, marks = ", ".join(f'"{each}"' for each in columns), ", ".join("?" * len(columns))
                    session.many(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', part)
    seconds = time.perf_counter() - began
    target.close()
    return round(operations / seconds), other


def measured(kind: str, database: str, empty: str, chosen: Sequence[int], work: list[Day], rows: int) -> dict[str, Any]:
    """All runs on one kind of database, and their floor."""
    if rows:
        invite(database, "Cora", organisation=f"{chosen[0]}-0")  # makes the organisation
        with closing(sqlite3.connect(store_with(100_000) / "techdesk.db")) as source:
            fill(database, source, rows)
    before = there(database)
    runs = [measure(database, kind, organisations, work) for organisations in chosen]
    per_second, other = floor(database, empty, before)
    return {"runs": runs, "floor_commands_per_second": per_second, "not_plain": other}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", help="the URL of a PostgreSQL server where databases may be made")
    parser.add_argument("--organisations", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--days", type=int, default=3, help="working days that each laptop sends")
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", choices=list(SERVERS), default=list(SERVERS))
    chosen = parser.parse_args()
    result: dict[str, Any] = {"benchmark": "server_commands", "rows": chosen.rows}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, ExitStack() as stack:
        folder = Path(name)
        work = list(days(folder, LEAST_LAPTOPS // min(chosen.organisations) or 1, chosen.days))
        if "sqlite" in chosen.kinds:
            files = str(folder / "server.db"), str(folder / "floor.db")
            result["sqlite"] = measured("sqlite", *files, chosen.organisations, work, chosen.rows)
        if "postgresql" in chosen.kinds:
            from tests.postgres import fresh_database, running_postgres

            url = chosen.postgres or stack.enter_context(running_postgres())
            urls = [stack.enter_context(fresh_database(url)) for _ in range(2)]
            result["postgresql"] = measured("postgresql", urls[0], urls[1], chosen.organisations, work, chosen.rows)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
