"""The first sync of a laptop at a district's server: 20,000 devices, 100,000 tickets with minutes and some of their
history, about 290,000 rows, through a real server process on SQLite and PostgreSQL and a real client process. The floor, in
the same run, is the same rows as JSON packed by zstd in one go, and put into an empty store by bare sqlite3, without search.

`python -m benchmarks.first_sync [--rows N ...] [--postgres URL] [--folder F]` prints one JSON line for each number of rows
and kind of database. The rows come from the store that `benchmarks.fixture` makes. Without a URL a PostgreSQL server is
started for the run, where there is one.
"""

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import zstandard

from benchmarks.district import ALL, fill, lay, rows_of, server
from benchmarks.fixture import store_with
from techdesk.models.store import Store
from techdesk.server.invites import invite
from techdesk.sync import wire
from tests.postgres import fresh_database, running_postgres

TARGETS = {"megabytes": 20, "apply_seconds": 10, "client_mb": 150}
CLIENT = """
import json, sys, time
from pathlib import Path
from techdesk.models.store import Store
from techdesk.sync.client import enrol, sync
path, url, code = sys.argv[1:]
told = []
with Store(Path(path)) as store:
    enrol(store, url, code)
    began = time.perf_counter()
    report = sync(
        store, lambda done: told.append((time.perf_counter() - began, done.loaded, done.to_load, time.process_time()))
    )
    ended, spent = time.perf_counter() - began, time.process_time()
    whole = [(at, cpu) for at, loaded, of, cpu in told if of and loaded == of]
    first = next(at for at, loaded, of, cpu in told if of)
lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
peak = int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024
print(json.dumps({"make_seconds": round(first, 2), "load_seconds": round(whole[0][0] - first, 2),
                  "apply_seconds": round(ended - whole[0][0], 2),
                  "apply_cpu_seconds": round(spent - whole[0][1], 2), "bytes_down": report.bytes_down,
                  "round_trips": report.round_trips, "client_mb": peak}))
"""


def peak_mb(process: int) -> int:
    """The most memory that a process has had."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


def client(folder: Path, url: str, code: str) -> dict[str, Any]:
    """Enrols and syncs a new laptop, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", CLIENT, str(folder / "techdesk.db"), url, code],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def floor(source: sqlite3.Connection, number: int, folder: Path) -> dict[str, float]:
    """The same rows with nothing around them."""
    began, plain = time.perf_counter(), zstandard.ZstdCompressor(level=6).compressobj()
    size = sum(len(plain.compress(wire.dumps([table, rows]))) for table, _, rows in rows_of(source, number))
    size += len(plain.flush())
    packed = time.perf_counter() - began
    with Store(folder / "floor.db") as store:
        for (name,) in store.connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            store.connection.execute(f"DROP TRIGGER {name}")
    lots = list(rows_of(source, number))
    began = time.perf_counter()
    with closing(sqlite3.connect(folder / "floor.db")) as bare, bare:
        lay(bare, lots)
    inserted = time.perf_counter() - began
    return {"floor_pack_seconds": round(packed, 2), "floor_megabytes": round(size / 1e6, 2),
            "floor_insert_seconds": round(inserted, 2)}  # fmt: skip


def measure(database: str, kind: str, source: sqlite3.Connection, number: int, folder: Path) -> dict[str, Any]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    code = invite(database, "Ann")["code"]
    again = invite(database, "Ben")["code"]
    rows = fill(database, source, number)
    with server(database) as (url, process):
        before = peak_mb(process)
        found = client(folder / "ann", url, code)
        after = peak_mb(process)
        second = client(folder / "ben", url, again)
    return {
        "benchmark": "first_sync", "database": kind, "rows": rows, "megabytes": round(found.pop("bytes_down") / 1e6, 2),
        **found, "again_make_seconds": second["make_seconds"], "server_mb": after, "server_mb_idle": before,
        **floor(source, number, folder), "targets": TARGETS,
    }  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, nargs="+", default=[10_000, ALL])
    asked.add_argument("--postgres", help="the URL of a PostgreSQL server on which a database may be made")
    asked.add_argument("--folder", type=Path, help="where the fixture's store is kept")
    given = asked.parse_args()
    home = store_with(100_000, given.folder)
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        source = stack.enter_context(closing(sqlite3.connect(home / "techdesk.db")))
        postgres = given.postgres or stack.enter_context(running_postgres())
        for number in given.rows:
            file, folder = Path(name) / f"server-{number}.db", Path(name) / "laptops"
            print(json.dumps(measure(str(file), "sqlite", source, number, folder)), flush=True)
            with fresh_database(postgres) as url:
                print(json.dumps(measure(url, "postgresql", source, number, folder)), flush=True)


if __name__ == "__main__":
    main()
