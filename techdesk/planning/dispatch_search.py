"""The search for a day's routes: PyVRP on a few technicians at a time, and HiGHS to choose among all routes it has met."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

import numpy as np
from pyvrp import Solution

from techdesk.planning.budget import Budget
from techdesk.planning.day import Dispatch
from techdesk.planning.dispatch_data import LEFT, PASS, DayMaker, Tour
from techdesk.planning.partition import best_together
from techdesk.planning.routing import SCALE, Manner, Penalties, Until, search

MANNER = Manner(neighbours=20, perturbations=10, history=50, load_penalty=10.0, time_penalty=10.0, most=100.0)
FIRST_SHARE = 0.12  # of the time, for all technicians at once
NEAR, IDLE = 6, 3  # technicians with and without work in a part
PART_SECONDS = 0.4
CHOOSING_SHARE = 0.05  # of the time, each time HiGHS chooses
CHOOSING_AT = (0.35, 0.65, 0.93)

Pool = dict[tuple[int, frozenset[int]], Tour]


@dataclass(frozen=True)
class DayOrder:
    """What a worker needs to search: picklable, for a process that was spawned."""

    day: Dispatch
    open_tickets: tuple[int, ...]
    seconds: float
    seed: int
    cpu: bool
    start: tuple[Tour, ...] = ()
    begun: bool = False


class DispatchSearch:
    """One worker's search."""

    def __init__(self, order: DayOrder) -> None:
        self.order = order
        self.budget = Budget(order.seconds, cpu=order.cpu)
        self.rnd = Random(order.seed)
        self.maker = DayMaker(order.day, order.open_tickets)
        self.pool: Pool = {}
        self.tours = {tour.technician: tour for tour in order.start}
        self._keep(list(order.start))
        self.worth = [int(LEFT * ticket.weight * SCALE) for ticket in self.maker.tickets]
        self.penalties = Penalties(MANNER, len(self.maker.dimensions))

    def run(self) -> tuple[tuple[Tour, ...], Pool]:
        """The best routes when the time is over, and all that were met."""
        everybody = list(range(len(self.maker.day.technicians)))
        if not self.order.begun:
            self._improve(list(range(len(self.maker.tickets))), everybody, self.budget.seconds * FIRST_SHARE)
        marks = list(CHOOSING_AT)
        while not self.budget.over():
            if marks and self.budget.spent() > marks[0]:
                marks.pop(0)
                self.choose(self.budget.seconds * CHOOSING_SHARE)
                continue
            tickets, crew = self._part()
            self._improve(tickets, crew, PART_SECONDS)
        return tuple(self.tours.values()), self.pool

    def cost(self) -> int:
        """What the present routes and the tickets left cost."""
        there = {ticket for tour in self.tours.values() for ticket in tour.tickets}
        left = sum(worth for ticket, worth in enumerate(self.worth) if ticket not in there)
        return left + sum(tour.cost for tour in self.tours.values())

    def choose(self, seconds: float) -> None:
        """Takes the best set of routes from all that were met."""
        self.tours = {
            tour.technician: tour for tour in chosen(self.pool, self.worth, self._crew, seconds, self.tours.values())
        }

    @property
    def _crew(self) -> int:
        return len(self.maker.day.technicians)

    def _improve(self, tickets: list[int], crew: list[int], seconds: float) -> None:
        data = self.maker.part(tickets, crew)
        inside = [self.tours[one] for one in crew if one in self.tours]
        start = self.maker.solution(data, tickets, crew, inside) if inside else None
        short = self.budget.part(seconds)

        def notice(candidate: Solution) -> None:
            self._keep(self.maker.tours(candidate, tickets, crew))

        found = search(
            data,
            Until(short),
            self.rnd.randrange(2**31),
            self.penalties if not inside else Penalties(MANNER, len(self.maker.dimensions)),
            start=start,
            manner=MANNER,
            notice=notice,
        )
        if not found.is_feasible():
            return
        before, cost = self.tours, self.cost()
        tours = self.maker.tours(found, tickets, crew)
        self.tours = {one: tour for one, tour in self.tours.items() if one not in crew}
        self.tours |= {tour.technician: tour for tour in tours if tour.tickets}
        if self.cost() > cost:
            self.tours = before
        self._keep(list(self.tours.values()))

    def _keep(self, tours: list[Tour]) -> None:
        for tour in tours:
            key = (tour.technician, tour.tickets)
            known = self.pool.get(key)
            if tour.tickets and (known is None or tour.cost < known.cost):
                self.pool[key] = tour

    def _part(self) -> tuple[list[int], list[int]]:
        """Tickets and technicians around one ticket (one that is left, when there is): near routes and idle people."""
        there = {ticket for tour in self.tours.values() for ticket in tour.tickets}
        left = [ticket for ticket in range(len(self.worth)) if ticket not in there]
        middle = self.rnd.choice(left) if left else self.rnd.randrange(len(self.worth))
        away = self.maker.minutes[:, self.maker.first + middle]

        def distance(technician: int) -> float:
            tour = self.tours.get(technician)
            nodes = [self.maker.first + step for step in tour.steps if step != PASS] if tour else [1 + technician]
            return float(np.min(away[nodes])) * self.rnd.uniform(0.7, 1.3)

        near = sorted(self.tours, key=distance)[:NEAR]
        idle = sorted((one for one in range(self._crew) if one not in self.tours), key=distance)[:IDLE]
        tickets = [step for one in near for step in self.tours[one].steps if step != PASS]
        return tickets + left, near + idle


def chosen(pool: Pool, worth: list[int], crew: int, seconds: float, start: Iterable[Tour] = ()) -> list[Tour]:
    """The best set of routes out of a pool; the start when HiGHS finds none that is better in the time."""
    present = list(start)
    tours = list(pool.values())
    number = {(tour.technician, tour.tickets): index for index, tour in enumerate(tours)}
    known = [number[tour.technician, tour.tickets] for tour in present]
    columns = [(tour.cost / SCALE, sorted(tour.tickets), tour.technician) for tour in tours]
    best = best_together(columns, len(worth), crew, [one / SCALE for one in worth], seconds, known)
    return [tours[index] for index in best] if best else present


def work(order: DayOrder) -> tuple[tuple[Tour, ...], Pool]:
    """A worker's whole task, for a process pool."""
    return DispatchSearch(order).run()
