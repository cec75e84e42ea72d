"""Rows per second of importing an event log of tickets, against a floor measured in the same run: the bare csv module and
sqlite3's executemany, which store the same rows and understand nothing of them.

`python -m benchmarks.import_rows [FILE | --rows N]` prints one JSON line. Without a file it makes a log of N updates.
"""

import argparse
import csv
import gzip
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from techdesk.exchange import importing
from techdesk.models.store import Store

COLUMNS = (
    "number", "incident_state", "reassignment_count", "reopen_count", "sys_mod_count", "caller_id", "opened_at",
    "sys_updated_by", "sys_updated_at", "contact_type", "location", "category", "subcategory", "u_symptom", "impact",
    "urgency", "priority", "assignment_group", "assigned_to", "closed_code", "resolved_at", "closed_at",
)  # fmt: skip
LIFE = ("New", "New", "Active", "Active", "Resolved", "Closed")


def updates(rows: int, seed: int = 1) -> Iterator[list[str]]:
    """A synthetic log: about six updates an incident, as a service desk's audit table has them."""
    chance = random.Random(seed)
    start = datetime(2026, 1, 5, 8, tzinfo=UTC)
    for row in range(rows):
        incident, step = divmod(row, len(LIFE))
        opened = start + timedelta(minutes=7 * incident)
        at = opened + timedelta(hours=3 * step)
        ended = f"{opened + timedelta(hours=15):%d/%m/%Y %H:%M}" if step == len(LIFE) - 1 else "?"
        place = random.Random(incident)  # what stays the same over an incident's life
        yield [
            f"INC{incident:07}", LIFE[step], str(step // 3), "0", str(step), f"Caller {place.randrange(5000)}",
            f"{opened:%d/%m/%Y %H:%M}", f"Resolver {chance.randrange(700)}", f"{at:%d/%m/%Y %H:%M}", "Phone",
            f"Location {place.randrange(200)}", f"Category {place.randrange(45)}", f"Subcategory {place.randrange(220)}",
            f"Symptom {place.randrange(500)}", "2 - Medium", "2 - Medium", "3 - Moderate", f"Group {chance.randrange(70)}",
            f"Resolver {chance.randrange(200)}" if step else "?", "code 6", ended, ended,
        ]  # fmt: skip


def make_log(path: Path, rows: int) -> None:
    """Writes the synthetic log."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(updates(rows))


def _text(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def floor_seconds(path: Path, folder: Path) -> float:
    """How long the same rows take to be read and stored as they are, in one transaction."""
    began = time.perf_counter()
    with _text(path) as text, closing(sqlite3.connect(folder / "floor.db", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        reader = csv.reader(text)
        headers = next(reader)
        database.execute(f"CREATE TABLE row ({', '.join(f'c{place}' for place in range(len(headers)))})")
        database.execute("BEGIN")
        database.executemany(f"INSERT INTO row VALUES ({', '.join('?' * len(headers))})", reader)
        database.execute("COMMIT")
    return time.perf_counter() - began


def peak_megabytes() -> float | None:
    """The most memory this process has held; unknown on Windows."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)


def measure(path: Path, folder: Path) -> dict[str, float | int | None]:
    """The import, the same import again, and the floor."""
    with Store(folder / "techdesk.db") as store:
        began = time.perf_counter()
        first = importing.run(store, "tickets", path)
        took = time.perf_counter() - began
        began = time.perf_counter()
        again = importing.run(store, "tickets", path)
        took_again = time.perf_counter() - began
    if again.unchanged != first.created:
        raise SystemExit(f"a second import was to change nothing: {again}")
    peak = peak_megabytes()
    floor = floor_seconds(path, folder)
    return {
        "rows": first.read, "tickets": first.created, "rejected": first.rejected, "seconds": round(took, 2),
        "rows_per_second": round(first.read / took), "again_seconds": round(took_again, 2),
        "floor_seconds": round(floor, 2), "floor_rows_per_second": round(first.read / floor),
        "times_floor": round(took / floor, 1), "peak_megabytes": peak,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="an event log; else one is made")
    parser.add_argument("--rows", type=int, default=120_000, help="rows of the log that is made")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        path = chosen.file or folder / "log.csv"
        if chosen.file is None:
            make_log(path, chosen.rows)
        print(json.dumps({"benchmark": "import_rows", **measure(path, folder)}))


if __name__ == "__main__":
    main()
