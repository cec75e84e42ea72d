"""Reads the technician routing instances of Pillac, Gueret and Medaglia (2013) and checks answers to them."""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from math import hypot
from pathlib import Path

from techdesk.planning.day import STORE, DayPlan, DayTechnician, Dispatch, Ticket

Routes = list[dict[str, object]]


@dataclass(frozen=True)
class Row:
    """A line of the file."""

    id: int
    x: float
    y: float
    opens: float
    closes: float
    minutes: float
    skills: frozenset[str]
    tools: frozenset[str]
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Crewed:
    """An instance: the depot, the technicians, the requests."""

    depot: Row
    technicians: tuple[Row, ...]
    requests: tuple[Row, ...]

    def way(self, one: Row, two: Row) -> float:
        """Travel time between two rows."""
        return hypot(one.x - two.x, one.y - two.y)

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, by id."""
        return (self.depot, *self.technicians, *self.requests)


def read(path: Path) -> Crewed:
    """The instance in a file. Raises ValueError when it is not one."""
    text = path.read_text()
    count = re.search(r"CREW COUNT.*\n\s*(\d+)", text)
    if not count:
        raise ValueError(f"{path.name} has no CREW COUNT")
    rows = []
    for line in text.splitlines():
        words = line.split(None, 6)
        if len(words) == 7 and words[0].isdigit() and "[" in words[6]:
            lists = [
                [int(one) for one in re.findall(r"-?\d+", inner)] for inner in re.findall(r"\[([^\]]*)\]", words[6])
            ]
            numbers = [float(word) for word in words[1:6]]
            rows.append(
                Row(
                    int(words[0]),
                    *numbers,
                    frozenset(map(str, lists[0])),
                    frozenset(map(str, lists[1])),
                    tuple(lists[2]),
                )
            )
    crew = int(count[1])
    return Crewed(rows[0], tuple(rows[1 : crew + 1]), tuple(rows[crew + 1 :]))


def dispatch(instance: Crewed) -> Dispatch:
    """The instance in the product's words."""
    tickets = [
        Ticket(
            id=str(row.id),
            place=row.id,
            minutes=row.minutes,
            window=(row.opens, row.closes),
            skills=row.skills,
            tools=row.tools,
            parts={str(part): number for part, number in enumerate(row.parts) if number},
        )
        for row in instance.requests
    ]
    technicians = [
        DayTechnician(
            id=str(row.id),
            home=row.id,
            hours=(row.opens, row.closes),
            skills=row.skills,
            tools=row.tools,
            parts={str(part): number for part, number in enumerate(row.parts) if number},
        )
        for row in instance.technicians
    ]
    travel = [[instance.way(one, two) for two in instance.rows] for one in instance.rows]
    return Dispatch(tickets=tickets, technicians=technicians, travel=travel, store=0)


def answer(plan: DayPlan) -> Routes:
    """A plan as the answer's routes."""
    return [
        {
            "technician": int(route.technician),
            "stops": [0 if stop.ticket == STORE else int(stop.ticket) for stop in route.stops],
        }
        for route in plan.routes
    ]


def working_time(instance: Crewed, routes: Routes) -> float:
    """Working time of all routes, each left as late as it can be without being back later."""
    return sum(_times(instance, route)[0] for route in routes)


def faults(instance: Crewed, routes: Routes) -> list[str]:
    """Every rule that an answer breaks, checked from the file alone."""
    found = []
    seen: Counter[int] = Counter()
    crew: Counter[int] = Counter()
    for route in routes:
        crew[_technician(route)] += 1
        found += _times(instance, route)[1] + _lacks(instance, route)
        seen.update(stop for stop in _stops(route) if stop)
    found += [f"technician {one} has {many} routes" for one, many in crew.items() if many > 1]
    found += [f"request {row.id} is served {seen[row.id]} times" for row in instance.requests if seen[row.id] != 1]
    return found


def reference(path: Path) -> float | None:
    """The best known working time of an instance, from the table beside it."""
    table = path.with_name("best_known.csv")
    if not table.exists():
        return None
    with table.open(newline="") as lines:
        known = {row["instance"]: float(row["working_time"]) for row in csv.DictReader(lines)}
    return known.get(path.name.removesuffix(".txt"))


def _technician(route: dict[str, object]) -> int:
    return int(str(route["technician"]))


def _stops(route: dict[str, object]) -> list[int]:
    stops = route["stops"]
    return [int(stop) for stop in stops] if isinstance(stops, list) else []


def _times(instance: Crewed, route: dict[str, object]) -> tuple[float, list[str]]:
    """Working time of a route, and where it is too late."""
    who = instance.rows[_technician(route)]
    stops = [instance.rows[stop] for stop in _stops(route)]
    found = []
    now, at = who.opens, who
    for row in stops:
        now = max(now + instance.way(at, row), row.opens if row.id else now)
        if row.id and now > row.closes + 1e-6:
            found.append(f"request {row.id} is begun at {now:.3f}, after {row.closes:g}")
        now, at = now + (row.minutes if row.id else 0), row
    back = now + instance.way(at, who)
    if back > who.closes + 1e-6:
        found.append(f"technician {who.id} is back at {back:.3f}, after {who.closes:g}")
    latest, at = back, who
    for row in reversed(stops):
        latest -= instance.way(row, at)
        if row.id:
            latest = min(latest - row.minutes, row.closes)
        at = row
    leaves = max(who.opens, latest - instance.way(who, at))
    return back - leaves, found


def _lacks(instance: Crewed, route: dict[str, object]) -> list[str]:
    who = instance.rows[_technician(route)]
    found = []
    parts = list(who.parts)
    stocked = False
    for stop in _stops(route):
        row = instance.rows[stop]
        stocked = stocked or stop == 0
        if stop and not row.skills <= who.skills:
            found.append(f"technician {who.id} lacks a skill for request {stop}")
        if stop and not stocked:
            parts = [have - need for have, need in zip(parts, row.parts, strict=True)]
            if not row.tools <= who.tools:
                found.append(f"technician {who.id} lacks a tool for request {stop}")
            if min(parts, default=0) < 0:
                found.append(f"technician {who.id} lacks a part for request {stop}")
    return found
