"""A store with many tickets, for the other benchmarks: the demo's trust with a long past laid into its tables in bulk.

`python -m benchmarks.fixture --rows 1000 100000` makes the stores and prints how long it took. A store once made is kept in
the folder (a temporary one by default) and used again. Realistic in what matters for speed: words from the demo's grammar in
the full-text index, one ticket in twenty open, history and minutes for each.
"""

import argparse
import json
import shutil
import tempfile
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any

from techdesk import clock, demo
from techdesk.demo.cases import Case, cases
from techdesk.demo.diary import Ids
from techdesk.demo.making import lay_ground
from techdesk.desk import service_hours
from techdesk.desk.checks import title_of
from techdesk.desk.ids import derived_id, ticket_ref
from techdesk.desk.priority import TARGETS
from techdesk.models.migrations import STEPS
from techdesk.models.store import FIRST_NUMBER, Store

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SEED, SITES, BASE = 5, 14, 400
FIRST_DAY, LAST_DAY = date(2019, 9, 3), date(2026, 6, 19)
OPEN_SHARE = 0.05
HOURS = service_hours.Hours(service_hours.zone("Europe/London"), service_hours.week(service_hours.USUAL))


def store_with(rows: int, folder: Path | None = None) -> Path:
    """The home (a folder with techdesk.db in it) of a store with so many tickets; made on first use."""
    root = folder or Path(tempfile.gettempdir()) / "techdesk-benchmarks"
    home = root / f"{_schema():08x}-{rows}"
    if not (home / "techdesk.db").exists():
        root.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".making-", dir=root))
        _make(aside, rows)
        aside.rename(home)
    return home


def _schema() -> int:
    """What the tables of this version come to: a store of other tables is not used again."""
    steps = resources.files("techdesk.models.migrations")
    return zlib.crc32("".join(steps.joinpath(f"{step}.sql").read_text(encoding="utf-8") for step in STEPS).encode())


def copy_of(home: Path, target: Path) -> Path:
    """A copy of a store's home that may be written to."""
    shutil.copytree(home, target)
    return target


def _make(home: Path, rows: int) -> None:
    base = min(rows, BASE)
    demo.make(home, SEED, SITES, base, NOW)
    with Store(home / "techdesk.db") as store:
        with store.transaction():
            for number, case in enumerate(_past(rows - base), start=FIRST_NUMBER + base):
                _lay(store, case, number)
            store.connection.execute("UPDATE number_block SET next = ?", (FIRST_NUMBER + rows,))
        store.connection.execute("INSERT INTO ticket_search (ticket_search) VALUES ('optimize')")


def _past(number: int) -> Iterator[Case]:
    """Tickets of the demo's own schools and devices, from years before its months."""
    ground = lay_ground(SEED, SITES, NOW.astimezone(service_hours.zone("Europe/London")))
    rng = Random(f"{SEED}:past")
    for case in cases(rng, Ids(SEED + 1), ground.desk, ground.parts, (FIRST_DAY, LAST_DAY), number):
        case.open = rng.random() < OPEN_SHARE
        yield case


def _lay(store: Store, case: Case, number: int) -> None:
    opened = clock.moment(case.opened)
    respond, fix = [service_hours.due(opened, minutes, HOURS) for minutes in TARGETS[case.rank] or ()] or (None, None)
    who, laptop = case.place.technician.id, case.place.technician.laptop
    closed = clock.moment(case.opened + timedelta(hours=5 + number % 200))
    stamps = {"created_at": opened, "updated_at": opened, "author": who}
    ended = not case.open
    _insert(store, "ticket", stamps | {
        "id": case.id, "ref": ticket_ref(number), "title": title_of(case.text), "text": case.text, "site_id": case.place.id,
        "room": case.room, "reporter": case.person.name, "device_id": case.device.id if case.device else None,
        "category": case.trouble.category, "impact": case.impact, "urgency": case.urgency, "priority": case.rank,
        "channel": case.channel, "state": "closed" if ended else "assigned", "open": 1 - ended, "opened_at": opened,
        "owner_id": who, "respond_due": respond, "fix_due": fix, "resolved_at": closed if ended else None,
        "closed_at": closed if ended else None, "resolution": case.fix if ended else None, "cause": case.cause})  # fmt: skip
    for step, (when, act, state) in enumerate((
        (opened, "log", "triaged"), (opened, "assign", "assigned"), (closed, "close", "closed"))[: 2 + ended]):  # fmt: skip
        _insert(store, "ticket_event", stamps | {"id": derived_id(case.id, step + 1), "ticket_id": case.id, "at": when,
                                                 "laptop": laptop, "act": act, "state": state})  # fmt: skip
    if ended:
        _insert(store, "worklog", stamps | {"id": derived_id(case.id, 9), "ticket_id": case.id, "technician_id": who,
                                            "start": opened, "minutes": case.minutes, "note": case.fix})  # fmt: skip


def _insert(store: Store, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    store.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, nargs="+", default=[1000, 100_000])
    asked.add_argument("--folder", type=Path, help="where the stores are kept")
    given = asked.parse_args()
    made = {}
    for rows in given.rows:
        began = time.perf_counter()
        home = store_with(rows, given.folder)
        size = round((home / "techdesk.db").stat().st_size / 1e6, 1)
        made[rows] = {"home": str(home), "seconds": round(time.perf_counter() - began, 1), "megabytes": size}
    print(json.dumps({"benchmark": "fixture", "stores": made}))


if __name__ == "__main__":
    main()
