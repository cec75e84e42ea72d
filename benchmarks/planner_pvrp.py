"""Reads the periodic routing instances of Cordeau, Gendreau and Laporte (1997) and checks answers to them."""

from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from pathlib import Path

from techdesk.planning.cycle import TRAVEL_ONLY, Draft, Rotation, Site, Technician

Days = list[list[list[int]]]  # day, round, stops


@dataclass(frozen=True)
class Customer:
    """A line of the file."""

    x: float
    y: float
    minutes: float
    load: int
    visits: int
    patterns: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Periodic:
    """An instance: customer 0 is the depot."""

    vehicles: int
    days: int
    longest: tuple[float, ...]
    capacity: tuple[float, ...]
    customers: tuple[Customer, ...]

    def way(self, one: int, two: int) -> float:
        """Length between two stops."""
        a, b = self.customers[one], self.customers[two]
        return hypot(a.x - b.x, a.y - b.y)


def read(path: Path) -> Periodic:
    """The instance in a file. Raises ValueError when it is not one."""
    lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
    kind, vehicles, _, days = (int(word) for word in lines[0][:4])
    if kind != 1:
        raise ValueError(f"{path.name}: type {kind} is not a periodic instance (type 1)")
    limits = [(float(line[0]), float(line[1])) for line in lines[1 : 1 + days]]
    customers = []
    for line in lines[1 + days :]:
        numbers = [float(word) for word in line]
        codes = [int(code) for code in numbers[7 : 7 + int(numbers[6])]] if len(numbers) > 6 else []
        patterns = tuple(tuple(day for day in range(days) if code >> (days - 1 - day) & 1) for code in codes)
        visits = int(numbers[5]) if len(numbers) > 5 else 0
        customers.append(Customer(*numbers[1:4], int(numbers[4]), visits, patterns))
    return Periodic(vehicles, days, tuple(d for d, _ in limits), tuple(q for _, q in limits), tuple(customers))


def rotation(instance: Periodic) -> Rotation:
    """The instance in the product's words: sites with day patterns, technicians who are alike."""
    stops = range(len(instance.customers))
    sites = [
        Site(
            id=str(number),
            place=number,
            visits=customer.visits,
            minutes=customer.minutes,
            open_days=tuple(range(instance.days)),
            patterns=customer.patterns,
            load=customer.load,
        )
        for number, customer in enumerate(instance.customers)
        if number
    ]
    hours = {day: instance.longest[day] or None for day in range(instance.days)}
    capacity = int(min(instance.capacity)) or None
    crew = [Technician(id=str(number), base=0, minutes=hours, capacity=capacity) for number in range(instance.vehicles)]
    return Rotation(
        days=instance.days,
        week=instance.days,
        sites=sites,
        technicians=crew,
        travel=[[instance.way(one, two) for two in stops] for one in stops],
        weights=TRAVEL_ONLY,
    )


def answer(instance: Periodic, draft: Draft) -> Days:
    """A draft as the answer's days."""
    days: Days = [[] for _ in range(instance.days)]
    for one in draft.rounds:
        days[one.day].append([int(site) for site in one.sites])
    return days


def length(instance: Periodic, days: Days) -> float:
    """The length of all rounds."""
    return sum(_round(instance, stops) for day in days for stops in day)


def faults(instance: Periodic, days: Days) -> list[str]:
    """Every rule that an answer breaks, checked from the file alone."""
    found = []
    if len(days) != instance.days:
        return [f"{len(days)} days instead of {instance.days}"]
    visited: dict[int, list[int]] = {number: [] for number in range(1, len(instance.customers))}
    for day, rounds in enumerate(days):
        if len(rounds) > instance.vehicles:
            found.append(f"day {day + 1}: {len(rounds)} rounds for {instance.vehicles} vehicles")
        for stops in rounds:
            load = sum(instance.customers[stop].load for stop in stops)
            time = _round(instance, stops) + sum(instance.customers[stop].minutes for stop in stops)
            if instance.capacity[day] and load > instance.capacity[day]:
                found.append(f"day {day + 1}: a load of {load} over {instance.capacity[day]:g}")
            if instance.longest[day] and time > instance.longest[day] + 1e-6:
                found.append(f"day {day + 1}: a round of {time:.3f} over {instance.longest[day]:g}")
            for stop in stops:
                visited[stop].append(day)
    for stop, seen in visited.items():
        if tuple(sorted(seen)) not in instance.customers[stop].patterns:
            found.append(f"stop {stop} is visited on days {[day + 1 for day in sorted(seen)]}, which no pattern allows")
    return found


def reference(path: Path) -> float | None:
    """The cost of the reference solution beside a file, when there is one."""
    beside = path.with_suffix(".res")
    return float(beside.read_text().split()[0]) if beside.exists() else None


def _round(instance: Periodic, stops: list[int]) -> float:
    return sum(instance.way(one, two) for one, two in pairwise([0, *stops, 0]))
