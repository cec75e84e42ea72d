"""Cold verbs of the shell as whole processes, at several sizes of store, against two floors measured in the same run:

bare: a Python program that opens the store with sqlite3 and writes the same rows as a close (WAL, synchronous=FULL), or
runs an equivalent query and prints it; typer: an empty program on the same command-line library.

`python -m benchmarks.cold_verbs --rows 1000 100000` prints one JSON line: medians in milliseconds, and ratios.
"""

import argparse
import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from benchmarks.fixture import NOW, copy_of, store_with
from benchmarks.measuring import Command, in_turns, seconds, techdesk

AT = NOW.isoformat()
FIX = "Lead was loose: put back and tied"

OPEN = """
import os, sqlite3, sys
db = sqlite3.connect(os.path.join(os.environ["TECHDESK_HOME"], "techdesk.db"), isolation_level=None)
db.execute("PRAGMA busy_timeout = 10000")
"""
EMPTY_TYPER = """
import typer
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
@app.command()
def empty(name: str = "") -> None: pass
app()
"""
# What a close writes: the ticket, a line of its history, the minutes, the task of a visit if any, and the operation.
BARE_CLOSE = (
    OPEN
    + """
ref, now, fix = sys.argv[1], "2026-11-23T10:00:00.000Z", "Lead was loose: put back and tied"
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = FULL")
db.execute("BEGIN IMMEDIATE")
id, owner = db.execute("SELECT id, owner_id FROM ticket WHERE ref = ?", (ref,)).fetchone()
db.execute("UPDATE ticket SET state = 'closed', open = 0, resolution = ?, closed_at = ?, resolved_at = ?, updated_at = ?,"
           " version = version + 1, responded_at = ? WHERE id = ?", (fix, now, now, now, now, id))
stamps = (now, now, owner, 1)
db.execute("INSERT INTO ticket_event (id, created_at, updated_at, author, version, ticket_id, at, laptop, act, state)"
           " VALUES (?, ?, ?, ?, ?, ?, ?, 'laptop', 'close', 'closed')", (os.urandom(16).hex(), *stamps, id, now))
db.execute("INSERT INTO worklog (id, created_at, updated_at, author, version, ticket_id, technician_id, start, minutes, note)"
           " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 10, ?)", (os.urandom(16).hex(), *stamps, id, owner, now, fix))
db.execute("INSERT INTO operation (batch, mid, command, version, args, at, actor, undo)"
           " VALUES (?, ?, 'ticket.close', 1, ?, ?, ?, ?)", (os.urandom(16).hex(),
           os.urandom(16).hex(), '{"ticket_id": "' + id + '", "resolution": "' + fix + '"}',
           now, owner, "x" * 900))
db.execute("COMMIT")
print("Closed", ref)
db.close()
"""
)
BARE_LIST = (
    OPEN
    + """
for row in db.execute("SELECT t.ref, t.priority, t.state, t.title, s.name, t.room, t.fix_due FROM (SELECT n FROM ticket"
    " WHERE open = 1 ORDER BY priority, coalesce(fix_due, '9999'), opened_at, id LIMIT 25) f JOIN ticket t ON t.n = f.n"
    " LEFT JOIN site s ON s.id = t.site_id"):
    print(*row)
print(db.execute("SELECT count(*) FROM ticket WHERE open = 1").fetchone()[0])
"""
)
BARE_FIND = (
    OPEN
    + """
for row in db.execute("SELECT t.ref, t.state, t.title, s.name, t.room FROM (SELECT rowid, rank FROM ticket_search"
    " WHERE ticket_search MATCH ? ORDER BY rowid DESC LIMIT 2000) f JOIN ticket t ON t.n = f.rowid"
    " LEFT JOIN site s ON s.id = t.site_id ORDER BY f.rank LIMIT 25", (sys.argv[1],)):
    print(*row)
"""
)
BARE_TODAY = (
    OPEN
    + """
for visit in db.execute("SELECT v.id, s.name, v.planned_start FROM visit v JOIN site s ON s.id = v.site_id"
    " WHERE v.planned_start >= '2026-11-23' AND v.planned_start < '2026-11-24'").fetchall():
    print(*visit)
    for task in db.execute("SELECT k.room, t.ref, t.priority, t.title, k.state FROM visit_task k LEFT JOIN ticket t"
        " ON t.id = k.ticket_id WHERE k.visit_id = ? ORDER BY k.rank", (visit[0],)):
        print(*task)
"""
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, nargs="+", default=[1000, 100_000])
    asked.add_argument("--runs", type=int, default=11, help="rounds that count")
    asked.add_argument("--folder", type=Path, help="where the stores are kept")
    given = asked.parse_args()
    sizes = {}
    for rows in given.rows:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
            home = copy_of(store_with(rows, given.folder), Path(place) / "home")
            sizes[rows] = _verbs(home, given.runs)
    print(json.dumps({"benchmark": "cold_verbs", "unit": "ms", "runs": given.runs, "rows": sizes}))


def _verbs(home: Path, runs: int) -> dict[str, dict[str, float]]:
    refs = _open_refs(home, 2 * (runs + 1))
    here, python = techdesk(), [sys.executable, "-c"]
    empty = [*python, EMPTY_TYPER]
    closing_ours = [[*here, "close", ref, "-m", FIX, "--minutes", "10"] for ref in refs[: runs + 1]]
    closing_bare = [[*python, BARE_CLOSE, ref] for ref in refs[runs + 1 :]]
    pairs: dict[str, tuple[list[Command], list[Command]]] = {
        "close": (closing_ours, closing_bare),
        "list": ([[*here, "list"]], [[*python, BARE_LIST]]),
        "find": ([[*here, "find", "charger"]], [[*python, BARE_FIND, "charger"]]),
        "today": ([[*here, "--at", AT, "today"]], [[*python, BARE_TODAY]]),
    }
    return {verb: _compare(home, ours, bare, empty, runs) for verb, (ours, bare) in pairs.items()}


def _compare(home: Path, ours: list[Command], bare: list[Command], empty: Command, runs: int) -> dict[str, float]:
    """Runs the three in turns; of several commands each round takes the next."""
    found = in_turns(
        {
            "techdesk": lambda number: seconds(ours[number % len(ours)], home),
            "bare": lambda number: seconds(bare[number % len(bare)], home),
            "typer": lambda number: seconds(empty, home),
        },
        runs,
    )
    return found | {
        "times_bare": round(found["techdesk"] / found["bare"], 2),
        "times_typer": round(found["techdesk"] / found["typer"], 2),
    }


def _open_refs(home: Path, number: int) -> list[str]:
    """References of open tickets to be closed."""
    with closing(sqlite3.connect(home / "techdesk.db")) as connection:
        found = connection.execute("SELECT ref FROM ticket WHERE open = 1 ORDER BY n LIMIT ?", (number,)).fetchall()
    if len(found) < number:
        raise SystemExit(f"The store has {len(found)} open tickets: take fewer --runs, or more --rows.")
    return [ref for (ref,) in found]


if __name__ == "__main__":
    main()
