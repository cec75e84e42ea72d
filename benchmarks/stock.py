"""The spares of a large organisation: 200,000 movements of 300 parts over 60 locations; 20,000 devices of 200 models beside
them, with 100,000 tickets of which most are about a device.

    python -m benchmarks.stock [--movements N] [--tickets N] [--runs N]

Prints milliseconds of processor time (medians) of what screens and verbs ask of the books, and the floor: the same balances
read by bare sqlite3 from a table that has nothing else in it.
"""

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from techdesk import clock
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordModel
from techdesk.desk.spares import RecordLocation, RecordPart, SetLevel
from techdesk.models.queries import demand, models, packing, spares, standardising, stock_books
from techdesk.models.store import Store
from techdesk.planning import replacing
from techdesk.planning.failing import rate
from techdesk.planning.standardising import odd_models, reduce_to

PARTS, LOCATIONS, NOW = 300, 60, "2026-11-23T09:00:00.000Z"
DEVICES, MODELS = 20_000, 200
MAKERS = ("Acer", "Dell", "HP", "Lenovo")
ROW = "INSERT INTO {} (id, created_at, updated_at, {}) VALUES (?, '{}', '{}', {})"


def filled(path: Path, movements: int, tickets: int, chance: Random) -> Store:
    """A store with so many movements and tickets over two years, most movements uses for nothing and fillings."""
    store = Store(path, wall=lambda: NOW)
    models, parts, places = ([new_id() for _ in range(count)] for count in (MODELS, PARTS, LOCATIONS))
    store.perform_all([
        RecordModel(id=id, name=f"{MAKERS[number % 4]} Book {number // 2} G{number % 2}", category=f"kind {number % 9}",
                    standing=("standard", "tolerated", "retiring")[number % 3], manufacturer=MAKERS[number % 4])
        for number, id in enumerate(models)
    ])  # fmt: skip
    store.perform_all([
        RecordPart(id=id, sku=f"SKU-{number:03}", name=f"Part number {number}", unit_cost=10 + number % 90,
                   models=(chance.choice(models),)) for number, id in enumerate(parts)
    ])  # fmt: skip
    store.perform_all([
        RecordLocation(id=id, name=f"Van {number:02}" if number else "Main store", kind="van" if number else "store")
        for number, id in enumerate(places)
    ])  # fmt: skip
    own = str(store.connection.execute("SELECT stock_location_id FROM technician").fetchone()[0])
    places.append(own)
    store.perform_all([SetLevel(id=new_id(), part_id=part, location_id=own, minimum=2, target=4) for part in parts])
    with store.transaction():
        store.connection.executemany(
            ROW.format("stock_movement", "part_id, quantity, from_id, to_id, reason, at", NOW, NOW, "?, ?, ?, ?, ?, ?"),
            (_movement(chance, parts, places, number, movements) for number in range(movements)),
        )
        store.connection.executemany(
            ROW.format(
                "device", "tag, model_id, site_id, bought, warranty_end, cost, state", NOW, NOW, "?, ?, ?, ?, ?, ?, ?"
            ),
            (_device(chance, number, models) for number in range(DEVICES)),
        )
        devices = [id for (id,) in store.connection.execute("SELECT id FROM device ORDER BY n")]
        store.connection.executemany(
            ROW.format(
                "ticket",
                "ref, title, text, device_id, opened_at, kind, state, open",
                NOW,
                NOW,
                "?, ?, ?, ?, ?, ?, ?, 0",
            ),
            (_ticket(chance, number, devices) for number in range(tickets)),
        )
    return store


def _device(chance: Random, number: int, models: list[str]) -> tuple[object, ...]:
    bought = f"20{chance.randint(17, 26)}-{chance.randint(1, 9):02}-01"
    state = "retired" if number % 10 == 0 else "in_service"
    # One in five came from a list that has no purchases.
    known = (
        (None, None, None) if number % 5 == 0 else (bought, f"{int(bought[:4]) + 3}{bought[4:]}", 200 + number % 300)
    )
    return new_id(), f"D-{number}", chance.choice(models), f"site {number % 60}", *known, state


def _ticket(chance: Random, number: int, devices: list[str]) -> tuple[object, ...]:
    at = clock.later(NOW, -chance.randrange(2 * 365 * 24 * 60))
    about = None if number % 5 == 0 else chance.choice(devices)
    kind = ("incident", "incident", "request")[number % 3]
    return new_id(), f"{number}-A", "It is broken", "It is broken. " * 12, about, at, kind, "closed"


def _movement(chance: Random, parts: list[str], places: list[str], number: int, count: int) -> tuple[object, ...]:
    at = clock.later(NOW, -(count - number) / count * 2 * 365 * 24 * 60)
    place, part = chance.choice(places), chance.choice(parts)
    if number % 3 == 0:
        return new_id(), part, 2, None, place, "receive", at
    return new_id(), part, 1, place, None, "issue", at


def measured(ask: Callable[[], object], runs: int) -> float:
    """Milliseconds of work, the median of so many runs: what else a machine has to do does not count."""
    taken = []
    for _ in range(runs):
        began = time.process_time()
        ask()
        taken.append((time.process_time() - began) * 1000)
    return round(statistics.median(taken), 2)


def floor(store: Store) -> Callable[[], object]:
    """The balances of one place in a table of their own."""
    bare = sqlite3.connect(":memory:")
    bare.execute("CREATE TABLE held (place TEXT, part TEXT, quantity INTEGER, PRIMARY KEY (place, part)) WITHOUT ROWID")
    bare.executemany("INSERT INTO held VALUES (?, ?, ?)", store.connection.execute("SELECT * FROM stock_balance"))
    own = spares.locations(store.connection, store.meta("technician"))[0].id
    return lambda: bare.execute("SELECT * FROM held WHERE place = ?", (own,)).fetchall()


def _standard(connection: sqlite3.Connection) -> object:
    lines, parts = models.lines(connection, None), standardising.held(connection)
    return standardising.shares(connection), odd_models(lines, parts), reduce_to(lines, parts, 1)


def _replacement(connection: sqlite3.Connection) -> object:
    devices, prices = standardising.ageing(connection), standardising.prices(connection)
    return replacing.plan(models.lines(connection, None), devices, prices, clock.parse(NOW).date())


def main() -> None:
    """Prints one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--movements", type=int, default=200_000)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "techdesk.db", options.movements, options.tickets, Random(1))
        connection, me = store.connection, store.meta("technician")
        own = spares.locations(connection, me)[0].id
        part = str(connection.execute("SELECT id FROM part LIMIT 1").fetchone()[0])
        model = str(connection.execute("SELECT id FROM device_model LIMIT 1").fetchone()[0])
        asked: dict[str, Callable[[], object]] = {
            "floor": floor(store),
            "balance": lambda: spares.balance(connection, part, own),
            "spares of one place": lambda: spares.stock(connection, own),
            "spares everywhere, first page": lambda: spares.stock(connection, limit=60),
            "spares everywhere, all": lambda: spares.stock(connection),
            "below the minimum everywhere": lambda: spares.stock(connection, below=True),
            "movements of a part": lambda: spares.movements(connection, part, own),
            "review": lambda: stock_books.review(connection, NOW),
            "value": lambda: stock_books.values(connection),
            "pick of a day": lambda: packing.pick_for(connection, ["none"], me, (), NOW),
            "use of one part": lambda: demand.uses(connection, NOW, own, part),
            "use of all parts": lambda: demand.uses(connection, NOW, own),
            "models board, first page": lambda: models.board(connection, "", NOW, failures=False),
            "models board, with failures": lambda: [
                rate(each.failures, each.years) for each in models.lines(connection, NOW)
            ],
            "fleet, first page": lambda: standardising.shares(connection),
            "model card": lambda: models.card(connection, model, NOW),
            "models that read alike": lambda: models.alike(connection),
            "report standard": lambda: _standard(connection),
            "report replacement": lambda: _replacement(connection),
        }
        print(json.dumps({"benchmark": "stock", "movements": options.movements,
                          "ms": {name: measured(ask, options.runs) for name, ask in asked.items()}}, indent=1))  # fmt: skip
        store.close()


if __name__ == "__main__":
    main()
