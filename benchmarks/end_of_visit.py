"""The sync at the end of a visit over a bad link: 200 commands go up and 500 entries of others come down, through a proxy of
384 kbit/s with round trips of 500 ms. The server is a process of its own on SQLite. The floor, in the same run, is one bare
exchange of as many bytes over the same link.

`python -m benchmarks.end_of_visit [--visits N] [--rows N ...]` prints one JSON line for each number of rows that the server
and both laptops hold besides.
"""

import argparse
import json
import socket
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from benchmarks.district import ALL, fill, server
from benchmarks.fixture import store_with
from benchmarks.shaping import shaped
from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import EditTicket, LogTicket, NoteTicket
from techdesk.desk.work import StartWork
from techdesk.models.store import Store
from techdesk.server.invites import invite
from techdesk.sync.client import SyncReport, sync
from tests.sync.field import Field, Server

BITS_PER_SECOND, ROUND_TRIP = 384_000, 0.5
TARGETS = {"round_trips": 3, "kb_up": 20, "p50_seconds": 4}


def work(store: Store, tickets: int, words: str) -> None:
    """Five commands a ticket."""
    for number in range(tickets):
        id = new_id()
        store.perform(
            LogTicket(id=id, text=f"{words} {number}: the trolley does not charge", room=f"Room {number % 30}")
        )
        store.perform(EditTicket(id=id, impact=2, urgency=2 + number % 2, category="hardware"))
        store.perform(StartWork(ticket_id=id))
        store.perform(NoteTicket(ticket_id=id, text=f"Looked at socket {number * 7 % 40}, it is loose"))
        store.perform(
            CloseTicket(ticket_id=id, resolution=f"Changed fuse {number}", minutes=5 + number % 20, told=True)
        )


def visit(field: Field, near: Store, others: Store, port: int, number: int) -> SyncReport:
    """One visit: a hundred tickets of others come down, forty of one's own go up."""
    work(others, 100, f"Elsewhere {number}")
    sync(others)
    work(near, 40, f"Here {number}")
    near.set_meta(server=f"http://127.0.0.1:{port}")
    report = sync(near)
    near.set_meta(server=field.server.url)
    if (report.sent, report.received) != (200, 500):
        raise SystemExit(f"not what was to be measured: {report}")
    return report


def bare(up: int, down: int) -> float:
    """Seconds of one exchange of so many bytes over such a link, its connection included."""
    with socket.create_server(("127.0.0.1", 0)) as far:

        def answer() -> None:
            link, _ = far.accept()
            with link:
                _read(link, up)
                link.sendall(bytes(down))

        Thread(target=answer, daemon=True).start()
        with shaped("127.0.0.1", far.getsockname()[1], BITS_PER_SECOND, ROUND_TRIP) as port:
            began = time.perf_counter()
            with socket.create_connection(("127.0.0.1", port)) as link:
                link.sendall(bytes(up))
                _read(link, down)
            return time.perf_counter() - began


def _read(link: socket.socket, size: int) -> None:
    while size > 0 and (piece := link.recv(65536)):
        size -= len(piece)


def measure(folder: Path, visits: int, rows: int) -> dict[str, Any]:
    database = str(folder / "server.db")
    if rows:
        invite(database, "Cora")  # makes the organisation
        with closing(sqlite3.connect(store_with(100_000) / "techdesk.db")) as source:
            fill(database, source, rows)
    with server(database) as (url, _):
        field = Field(Server(url, database), folder)
        near, others = field.laptop("Ann"), field.laptop("Ben")
        sync(others)
        sync(near)
        parts = urlsplit(url)
        with shaped(str(parts.hostname), parts.port or 0, BITS_PER_SECOND, ROUND_TRIP) as port:
            reports = [visit(field, near, others, port, number) for number in range(visits)]
        field.close()
    worst = max(reports, key=lambda report: report.bytes_up)
    return {
        "rows": rows, "visits": visits, "round_trips": max(report.round_trips for report in reports),
        "kb_up": round(worst.bytes_up / 1000, 1), "kb_down": round(worst.bytes_down / 1000, 1),
        "p50_seconds": round(statistics.median(report.seconds for report in reports), 2),
        "worst_seconds": round(max(report.seconds for report in reports), 2),
        "floor_seconds": round(bare(worst.bytes_up, worst.bytes_down), 2), "targets": TARGETS,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--rows", type=int, nargs="+", default=[0, 10_000, ALL])
    chosen = parser.parse_args()
    for rows in chosen.rows:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            print(json.dumps({"benchmark": "end_of_visit", **measure(Path(name), chosen.visits, rows)}), flush=True)


if __name__ == "__main__":
    main()
