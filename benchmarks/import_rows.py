"""Rows per second of importing an event log of tickets, or a list of devices, against a floor measured in the same run: the
bare csv module and sqlite3's executemany, which store the same rows and understand nothing of them.

`python -m benchmarks.import_rows [FILE | --rows N] [--devices]` prints one JSON line. Without a file it makes a log of N
updates, or a list of N devices of 60 schools and 40 models as Snipe-IT writes it. Seconds on the clock and of the processor
are both given: on a machine that others use only the second says something.
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

from techdesk.desk.ids import named_id
from techdesk.desk.people import RecordSite
from techdesk.exchange import importing
from techdesk.exchange.report import ImportReport
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


ASSETS = (
    "Company", "Name", "Asset Tag", "Category", "Supplier", "Manufacturer", "Location", "Order Number", "Model",
    "Model Number", "Serial", "Asset Notes", "Purchase Date", "Purchase Cost", "Status", "Warranty Expires",
)  # fmt: skip
SCHOOLS, MODELS = 60, 40


def assets(rows: int, seed: int = 1) -> Iterator[list[str]]:
    """A synthetic list of devices, as Snipe-IT exports it."""
    chance = random.Random(seed)
    for row in range(rows):
        model, school = chance.randrange(MODELS), chance.randrange(SCHOOLS)
        bought = datetime(2020, 9, 1, tzinfo=UTC) + timedelta(days=chance.randrange(2000))
        yield [
            "Trust", f"LT-{row:05}", f"A-{row:06}", "Laptop", "Acme", f"Maker {model % 7}", f"School {school}",
            str(bought.toordinal()), f"Model {model}", f"M{model:03}", f"SN{row:08X}", "", f"{bought:%Y-%m-%d}",
            f"{250 + model * 7}.50", "Deployed", f"{bought + timedelta(days=1095):%Y-%m-%d}",
        ]  # fmt: skip


def make_devices(path: Path, rows: int) -> None:
    """Writes the synthetic list of devices."""
    _write(path, ASSETS, assets(rows))


def make_log(path: Path, rows: int) -> None:
    """Writes the synthetic log."""
    _write(path, COLUMNS, updates(rows))


def _write(path: Path, headers: tuple[str, ...], rows: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(headers)
        writer.writerows(rows)


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


def measure(path: Path, folder: Path, kind: str) -> dict[str, float | int | None]:
    """The import, the same import again, which is to write nothing, and the floor."""
    with Store(folder / "techdesk.db") as store:
        if kind == "devices":
            store.perform_all(
                [RecordSite(id=named_id("site", str(n)), code=str(n), name=f"School {n}") for n in range(SCHOOLS)]
            )
        first, took, processor = _timed(store, kind, path)
        written = _operations(store)
        again, took_again, processor_again = _timed(store, kind, path)
        if again.unchanged != first.created or _operations(store) != written:
            raise SystemExit(f"a second import was to change nothing: {again}")
    peak = peak_megabytes()
    floor = floor_seconds(path, folder)
    return {
        "rows": first.read, kind: first.created, "rejected": first.rejected, "seconds": round(took, 2),
        "processor_seconds": round(processor, 2), "rows_per_second": round(first.read / took),
        "again_seconds": round(took_again, 2), "again_processor_seconds": round(processor_again, 2),
        "floor_seconds": round(floor, 2), "floor_rows_per_second": round(first.read / floor),
        "times_floor": round(took / floor, 1), "peak_megabytes": peak,
    }  # fmt: skip


def _timed(store: Store, kind: str, path: Path) -> tuple[ImportReport, float, float]:
    began, worked = time.perf_counter(), time.process_time()
    report = importing.run(store, kind, path)
    return report, time.perf_counter() - began, time.process_time() - worked


def _operations(store: Store) -> int:
    return int(store.connection.execute("SELECT count(*) FROM operation").fetchone()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "file", nargs="?", type=Path, help="an event log, or with --devices their list; else one is made"
    )
    parser.add_argument("--rows", type=int, help="rows of what is made: 120,000 updates, or 20,000 devices")
    parser.add_argument("--devices", action="store_true", help="a list of devices instead of an event log")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        path = chosen.file or folder / "rows.csv"
        if chosen.file is None and chosen.devices:
            make_devices(path, chosen.rows or 20_000)
        elif chosen.file is None:
            make_log(path, chosen.rows or 120_000)
        print(
            json.dumps(
                {"benchmark": "import_rows", **measure(path, folder, "devices" if chosen.devices else "tickets")}
            )
        )


if __name__ == "__main__":
    main()
