"""What it costs to hold by demand, against one minimum for all parts: a van with simulated, mostly intermittent demand.

    python -m benchmarks.stock_policy [--parts N] [--days N] [--seed N]

Prints, for each way: the fill rate (pieces that were there when they were needed), how often one was missing (each a second
trip), the mean value on the shelf, and what trips and holding came to in a year.
"""

import argparse
import json
import math
import random
from collections.abc import Callable
from typing import NamedTuple

from techdesk.planning.stocking import HOLDING, TRIP, Terms, Use, suggest

HISTORY, REVIEW, LEAD, AGAIN = 365, 7, 2, 28


class Part(NamedTuple):
    """A part: pieces used on each day, and its price."""

    days: list[int]
    cost: float


Levels = Callable[[Part, int], tuple[int, int]]
"""The minimum and target of a part on a day, which knows what was used before it."""


def part(chance: random.Random, days: int) -> Part:
    """Log-uniform rates from one in 400 days to one in 5; a third in clumps; a quarter comes or goes over the time."""
    rate = math.exp(chance.uniform(math.log(1 / 400), math.log(1 / 5)))
    clump = chance.choice((1, 1, 2))
    turn = chance.choice((None, None, None, chance.random()))
    used = []
    for day in range(days):
        now = rate if turn is None else rate * (2 if (day / days > turn) == (turn < 0.5) else 0.1)
        events = sum(chance.random() < now / 4 for _ in range(4))
        used.append(sum(chance.randint(1, 2 * clump - 1) for _ in range(events)))
    return Part(used, round(math.exp(chance.gauss(math.log(25), 0.9)), 2))


def by_demand(part: Part, day: int) -> tuple[int, int]:
    """The suggestion of techdesk."""
    first = max(0, day - HISTORY)
    uses = [Use(day - at, pieces) for at in range(first, day) if (pieces := part.days[at])]
    found = suggest(uses, day - first, Terms(LEAD, REVIEW, part.cost))
    return found.minimum, found.target


def fixed(minimum: int, target: int) -> Levels:
    """One minimum for all."""
    return lambda part, day: (minimum, target)


def run(parts: list[Part], levels: Levels) -> dict[str, float]:
    """Lives through the days after the first year with a shelf that is looked at every week."""
    asked = there = 0
    value = trips = 0.0
    lived = len(parts[0].days) - HISTORY
    for each in parts:
        minimum, target = levels(each, HISTORY)
        held, coming = target, dict[int, int]()
        for day in range(HISTORY, len(each.days)):
            held += coming.pop(day, 0)
            if (day - HISTORY) % AGAIN == 0:
                minimum, target = levels(each, day)
            wanted = each.days[day]
            asked, there = asked + wanted, there + min(wanted, held)
            trips += wanted > held
            held = max(0, held - wanted)
            position = held + sum(coming.values())
            if (day - HISTORY) % REVIEW == 0 and position < minimum:
                coming[day + LEAD] = coming.get(day + LEAD, 0) + target - position
            value += held * each.cost
    worth, years = value / lived, lived / 365
    return {
        "fill_rate": round(there / max(1, asked), 4), "second_trips_a_year": round(trips / years, 1),
        "stock_value": round(worth, 2), "cost_a_year": round(trips / years * TRIP + worth * HOLDING, 2),
    }  # fmt: skip


def main() -> None:
    """Prints one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=int, default=120)
    parser.add_argument("--days", type=int, default=HISTORY + 730)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    parts = [part(chance, options.days) for _ in range(options.parts)]
    ways: dict[str, Levels] = {
        "by demand": by_demand,
        "fixed 1-2": fixed(1, 2),
        "fixed 2-4": fixed(2, 4),
        "fixed 3-5": fixed(3, 5),
    }
    print(json.dumps({"benchmark": "stock_policy", "parts": options.parts, "seed": options.seed,
                      "ways": {name: run(parts, levels) for name, levels in ways.items()}}, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
