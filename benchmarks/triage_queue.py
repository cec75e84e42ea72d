"""The triage queue over 100,000 tickets, 5,000 of them open, as it is read after each change.

`python -m benchmarks.triage_queue` prints one JSON line, medians in milliseconds of processor. `ranked` is the order and its
first page, `typed` what the capture line needs to name what is open already. The floor of the same run is one SQL statement
that reads the open tickets by an index, without fairness. `changed` is what the interface takes from a change (another impact
of a ticket, written to the disk) to the queue ranked anew and drawn at 120x40, with all that it does beside that.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from textual.message import Message

from benchmarks.fixture import NOW, copy_of, store_with
from techdesk import clock
from techdesk.app import TechdeskApp
from techdesk.config import Config
from techdesk.desk.tickets import EditTicket
from techdesk.models.filters import TicketFilter
from techdesk.models.queries.alike import open_like
from techdesk.models.queries.queue import QueuePages
from techdesk.models.store import Store, connect
from techdesk.screens.triage import TriageScreen
from techdesk.screens.widgets.list_messages import Answered
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.pages import Snapshot

OPEN, LIMIT = 5000, 100
FLOOR = "SELECT id FROM ticket WHERE open = 1 ORDER BY priority, coalesce(fix_due, '9999'), opened_at, id"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--runs", type=int, default=25)
    asked.add_argument("--folder", type=Path, help="where the stores are kept")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        path = copy_of(store_with(given.rows, given.folder), Path(place) / "home") / "techdesk.db"
        _open(path)
        found = _queries(path, given.runs) | {"changed": asyncio.run(_changed(path, given.runs))}
    print(json.dumps({
        "benchmark": "triage_queue", "unit": "ms", "rows": given.rows, "open": OPEN, "runs": given.runs, **found,
        "ranked_times_floor": round(found["ranked"] / found["floor"], 1), "limit": LIMIT, "within": found["changed"] <= LIMIT,
    }))  # fmt: skip


def _open(path: Path) -> None:
    """Leaves so many tickets open, a tenth of them new."""
    with Store(path) as store, store.transaction():
        spare = store.connection.execute("SELECT count(*) FROM ticket WHERE open = 1").fetchone()[0] - OPEN
        if spare > 0:
            which, to = "open = 1 ORDER BY n", "state = 'closed', open = 0"
        else:
            which, to = "open = 0 ORDER BY n DESC", "state = 'triaged', open = 1, closed_at = NULL"
        store.connection.execute(
            f"UPDATE ticket SET {to} WHERE n IN (SELECT n FROM ticket WHERE {which} LIMIT ?)", (abs(spare),)
        )
        store.connection.execute(
            "UPDATE ticket SET state = 'new' WHERE open = 1 AND state <> 'in_progress' AND n % 10 = 0"
        )


def _queries(path: Path, runs: int) -> dict[str, float]:
    connection = connect(path, read_only=True)
    now = clock.moment(NOW)
    pages = QueuePages(
        lambda question: question(connection), lambda _: TicketFilter(), lambda: now, untriaged_first=True
    )
    site, text = connection.execute(
        "SELECT site_id, text FROM ticket WHERE open = 1 GROUP BY site_id ORDER BY count(*) DESC LIMIT 1"
    ).fetchone()

    def rank() -> None:
        pages.count()
        pages.page(0, 100)

    try:
        return {
            "floor": _median(lambda: _all(connection), runs),
            "ranked": _median(rank, runs),
            "typed": _median(lambda: open_like(connection, text, site), runs),
        }
    finally:
        connection.close()


async def _changed(path: Path, runs: int) -> float:
    """From a change to the queue drawn anew."""
    answered = asyncio.Event()

    def watch(message: Message) -> None:
        if isinstance(message, Answered) and isinstance(message.answer, Snapshot):
            app.call_after_refresh(answered.set)

    app = TechdeskApp(path, config=Config(refresh_seconds=86_000), wall=lambda: clock.moment(NOW))
    taken = []
    async with app.run_test(size=(120, 40), message_hook=watch) as pilot:
        await app.push_screen(TriageScreen())
        await answered.wait()
        await pilot.pause()
        await app.workers.wait_for_complete()
        id = str(app.screen.query_one(PagedList).selected_key)
        for number in range(runs + 1):
            answered.clear()
            began = time.process_time()
            app.perform(EditTicket(id=id, impact=1 + number % 2))
            await answered.wait()
            taken.append((time.process_time() - began) * 1000)
            await pilot.pause()
            await app.workers.wait_for_complete()
    return round(statistics.median(taken[1:]), 1)


def _all(connection: sqlite3.Connection) -> None:
    connection.execute(FLOOR).fetchall()


def _median(work: Callable[[], object], runs: int) -> float:
    taken = []
    for _ in range(runs + 1):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return round(statistics.median(taken[1:]), 1)


if __name__ == "__main__":
    main()
