"""`python -m tests.simulation --seeds N --start S [--jobs J]`: runs seeds, and prints runs per second as a JSON line."""

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.simulation.runs import Ended, simulator

AT_ONCE = 250


def main() -> int:
    """The exit code is the number of seeds that broke an invariant, 1 at most."""
    asked = _asked()
    began = time.perf_counter()
    broken: list[Ended] = []
    runs = operations = 0
    pieces = [(start, min(AT_ONCE, asked.start + asked.seeds - start))
              for start in range(asked.start, asked.start + asked.seeds, AT_ONCE)]  # fmt: skip
    if asked.jobs == 1 or len(pieces) == 1:
        done = (some(*piece, asked.trace) for piece in pieces)
        for count, work, found in done:
            runs, operations = runs + count, operations + work
            broken += found
            _tell(found, asked.trace)
            if len(broken) >= asked.most:
                break
    else:
        with ProcessPoolExecutor(asked.jobs) as pool:
            for future in as_completed([pool.submit(some, *piece, False) for piece in pieces]):
                count, work, found = future.result()
                runs, operations = runs + count, operations + work
                broken += found
                _tell(found, False)
                if len(broken) >= asked.most:
                    pool.shutdown(cancel_futures=True)
                    break
    seconds = time.perf_counter() - began
    broken = [each for each in broken if each.broken]  # a trace shows the others too
    print(json.dumps({"start": asked.start, "runs": runs, "operations": operations, "broken": len(broken),
                      "seconds": round(seconds, 1), "runs_per_second": round(runs / seconds, 1),
                      "jobs": asked.jobs}))  # fmt: skip
    return 1 if broken else 0


def some(start: int, count: int, trace: bool = False) -> tuple[int, int, list[Ended]]:
    """Runs so many seeds; the number of runs, of operations in them, and the runs that broke an invariant (all, to trace)."""
    with simulator() as made:
        ended = [made.run(seed) for seed in range(start, start + count)]
    return len(ended), sum(each.operations for each in ended), [each for each in ended if each.broken or trace]


def _tell(found: list[Ended], trace: bool) -> None:
    for ended in found:
        if trace:
            print("\n".join(ended.trace).encode("ascii", "backslashreplace").decode())
        if ended.broken:
            print(f"seed {ended.seed}: {ended.broken}")
            print(f"    python -m tests.simulation --seeds 1 --start {ended.seed} --trace")
        elif trace:
            print(f"seed {ended.seed}: all invariants hold ({ended.digest})")
        sys.stdout.flush()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many runs")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1, help="processes beside each other")
    parser.add_argument("--most", type=int, default=20, help="stop after so many broken runs")
    parser.add_argument("--trace", action="store_true", help="show every step")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
