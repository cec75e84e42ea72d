"""Plays days with real processes until so many were killed; see the package."""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from tests.faults.play import Day
from tests.faults.stage import Failed
from tests.postgres import fresh_database, running_postgres

# How a day's server stands: its database, and how many processes serve it.
STANDS = {"sqlite": ("sqlite", 1), "postgres": ("postgres", 1), "pair": ("postgres", 2)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1, help="the first day's; each day after it has the next")
    parser.add_argument("--days", type=int, help="play so many days, whatever is killed")
    parser.add_argument("--server", choices=[*STANDS, "all"], default="all")
    parser.add_argument("--trace", action="store_true", help="print what happened")
    chosen = parser.parse_args()
    stands = list(STANDS.values()) if chosen.server == "all" else [STANDS[chosen.server]]
    began, kills, served, seed, failed = time.monotonic(), 0, 0, chosen.seed, 0
    happened: Counter[str] = Counter()
    with ExitStack() as stack:
        postgres = stack.enter_context(running_postgres()) if any(kind == "postgres" for kind, _ in stands) else ""
        while kills < chosen.kills if chosen.days is None else seed < chosen.seed + chosen.days:
            kind, count = stands[seed % len(stands)]
            folder = Path(tempfile.mkdtemp(prefix="techdesk-faults-"))
            with ExitStack() as day_stack:
                day_stack.callback(shutil.rmtree, folder, ignore_errors=True)
                database = day_stack.enter_context(fresh_database(postgres)) if kind == "postgres" else ""
                day = Day(seed, folder, database or str(folder / "server.db"), count)
                try:
                    came = day.play()
                    kills, served = kills + came.kills, served + came.server_kills
                    happened.update(came.happened)
                except Failed as failure:
                    failed += 1
                    server = next(name for name, stand in STANDS.items() if stand == (kind, count))
                    print(f"seed {seed}: {failure}", *day.trace, sep="\n    ")
                    print(f"    python -m tests.faults --days 1 --seed {seed} --server {server} --trace")
                if chosen.trace:
                    print(*day.trace, *day.road.happened, sep="\n")
            seed += 1
    print(
        json.dumps(
            {"days": seed - chosen.seed, "first_seed": chosen.seed, "kills": kills, "of_servers": served,
             "road": dict(happened), "failed": failed, "seconds": round(time.monotonic() - began)}
        )
    )  # fmt: skip
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
