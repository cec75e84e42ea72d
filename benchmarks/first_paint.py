"""The interface in a real pseudo-terminal, at several sizes of store, against a bare Textual app with one list of 50 rows
measured in the same run: the time from the start of the process to the first useful paint (a known ticket's number is on the
screen), of Today as it opens and of the ticket list; and from a key to the repainted ticket list.

`python -m benchmarks.first_paint --rows 1000 100000` prints one JSON line: medians in milliseconds, and ratios.
"""

import argparse
import json
import os
import sqlite3
import statistics
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from benchmarks.fixture import NOW, copy_of, store_with
from benchmarks.measuring import in_turns

BARE = """
from textual.app import App
from textual.widgets import OptionList
class Bare(App):
    def compose(self):
        yield OptionList(*[f"{1000 + number}-X P3 Hall: no picture since Friday" for number in range(50)])
Bare().run()
"""
# The interface as `techdesk` opens it, on the area named.
INTERFACE = """
import gc
gc.disable()  # as techdesk.cli.opening does
import sys
from pathlib import Path
from techdesk.app import TechdeskApp
from techdesk import clock
TechdeskApp.DEFAULT_MODE = sys.argv[2]
TechdeskApp(Path(sys.argv[1]), wall=lambda: sys.argv[3]).run()
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, nargs="+", default=[1000, 100_000])
    asked.add_argument("--runs", type=int, default=9, help="rounds that count")
    asked.add_argument("--keys", type=int, default=30, help="keys that are typed into the list")
    asked.add_argument("--folder", type=Path, help="where the stores are kept")
    given = asked.parse_args()
    if os.name == "nt":
        print(json.dumps({"benchmark": "first_paint", "not_measured": "Windows has no pty in the standard library"}))
        return
    sizes: dict[int, dict[str, float]] = {}
    for rows in given.rows:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
            home = copy_of(store_with(rows, given.folder), Path(place) / "home")
            sizes[rows] = _paints(home, given.runs) | _keys(home, given.keys)
    document = {"benchmark": "first_paint", "unit": "ms", "runs": given.runs, "keys": given.keys, "rows": sizes}
    if len(sizes) > 1:
        small, large = sizes[min(sizes)], sizes[max(sizes)]
        document["repaint_largest_to_smallest"] = round(large["key_settled"] / small["key_settled"], 2)
    print(json.dumps(document))


def _interface(home: Path, area: str) -> list[str]:
    from techdesk import clock

    return [sys.executable, "-c", INTERFACE, str(home / "techdesk.db"), area, clock.moment(NOW)]


def _paints(home: Path, runs: int) -> dict[str, float]:
    worst, task = _worst_ticket(home), _task(home)
    found = in_turns(
        {
            "today": lambda number: _first_paint(_interface(home, "today"), home, task),
            "tickets": lambda number: _first_paint(_interface(home, "tickets"), home, worst),
            "bare": lambda number: _first_paint([sys.executable, "-c", BARE], home, "1003-X"),
        },
        runs,
    )
    return found | {
        "today_times_bare": round(found["today"] / found["bare"], 2),
        "tickets_times_bare": round(found["tickets"] / found["bare"], 2),
    }


def _first_paint(command: list[str], home: Path, known: str) -> float:
    from benchmarks.terminal import Terminal  # there is no pty to import on Windows

    with Terminal(command, home) as terminal:
        return terminal.until(lambda text: known in text)


def _keys(home: Path, number: int) -> dict[str, float]:
    """Key to repaint: the cursor of the ticket list goes down one line at a time."""
    from benchmarks.terminal import Terminal

    with Terminal(_interface(home, "tickets"), home) as terminal:
        worst = _worst_ticket(home)
        terminal.until(lambda text: worst in text)
        terminal.settle(0.8)
        taken = [terminal.key_to_repaint("j") for _ in range(number)]
    first, settled = (round(statistics.median(each) * 1000, 1) for each in zip(*taken, strict=True))
    return {"key_first": first, "key_settled": settled}


def _worst_ticket(home: Path) -> str:
    """The number of the ticket that stands first in the list."""
    return _one(
        home, "SELECT ref FROM ticket WHERE open = 1 ORDER BY priority, coalesce(fix_due, '9999'), opened_at, id"
    )


def _task(home: Path) -> str:
    """The number of a ticket that waits on the visit under way."""
    return _one(home, "SELECT t.ref FROM visit_task k JOIN visit v ON v.id = k.visit_id JOIN ticket t ON t.id = k.ticket_id"
                      " JOIN meta m ON m.key = 'technician' AND m.value = v.technician_id"
                      " WHERE v.state = 'on_site' AND k.state = 'doing'")  # fmt: skip


def _one(home: Path, statement: str) -> str:
    with closing(sqlite3.connect(home / "techdesk.db")) as connection:
        return str(connection.execute(f"{statement} LIMIT 1").fetchone()[0])


if __name__ == "__main__":
    main()
