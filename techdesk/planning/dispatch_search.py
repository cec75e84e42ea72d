"""The search for a day's routes: PyVRP on a few technicians at a time, and HiGHS to choose among all routes it has met."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from pyvrp import Solution

from techdesk.planning.budget import Budget
from techdesk.planning.day import Dispatch
from techdesk.planning.dispatch_data import PASS, DayMaker, Tour
from techdesk.planning.dispatch_pricing import Pricer
from techdesk.planning.partition import Choice
from techdesk.planning.routing import SCALE, Manner, Penalties, Until, search

MANNER = Manner(
    neighbours=20, perturbations=10, history=50, load_penalty=10.0, time_penalty=2.0, most=100.0, patience=100
)
IDLE = 3  # technicians without work in a part


@dataclass(frozen=True)
class Style:
    """How a worker shares its time: `first` of it for all technicians at once, then for parts of `near` technicians with
    work, `seconds` each, and from the share `pricing` on for routes by price."""

    first: float
    near: int
    seconds: float
    pricing: float


# Where windows are tight, prices find the routes that the choice among routes lacks; where they leave room, wide parts do.
TIGHT = (Style(0.25, 6, 0.4, 0.5),)
ROOMY = (Style(0.25, 9, 1.0, 0.8), Style(0.5, 9, 1.0, 1.0))
ROOM = 2.5  # tickets that could be done within the window of one, with the way from the nearest other

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
    style: Style = TIGHT[0]
    known: tuple[Tour, ...] = ()  # routes that were met before


class DispatchSearch:
    """One worker's search."""

    def __init__(self, order: DayOrder) -> None:
        self.order = order
        self.budget = Budget(order.seconds, cpu=order.cpu)
        self.rnd = Random(order.seed)
        self.maker = DayMaker(order.day, order.open_tickets)
        self.pool: Pool = {}
        self.tours = {tour.technician: tour for tour in order.start}
        self._keep([*order.known, *order.start])
        self.worth = self.maker.worth
        self.penalties = Penalties(MANNER, len(self.maker.dimensions))

    def run(self) -> tuple[tuple[Tour, ...], Pool]:
        """The best routes when the time is over, and all that were met."""
        everybody = list(range(len(self.maker.day.technicians)))
        style = self.order.style
        if not self.order.begun:
            self._improve(list(range(len(self.maker.tickets))), everybody, self.budget.seconds * style.first)
        while self.budget.spent() < style.pricing:
            self._improve(*self._part(), style.seconds)
        self._price()
        while not self.budget.over():  # no price asks for another route
            self._improve(*self._part(), style.seconds)
        return tuple(self.tours.values()), self.pool

    def cost(self) -> int:
        """What the present routes and the tickets left cost."""
        return plan_cost(self.maker, list(self.tours.values()))

    def _price(self) -> None:
        """Looks for routes that the choice among routes would want, until the time is over."""
        pricer = Pricer(self.maker, self.rnd)
        while not self.budget.over():
            prices = choice_of(self.pool, self.worth, self._crew)[1].prices(self.budget.left())
            if prices is None:
                return
            met = len(self.pool)
            self._keep(list(pricer.tours(*prices, self.budget)))
            if len(self.pool) == met:
                return

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

        near = sorted(self.tours, key=distance)[: self.order.style.near]
        idle = sorted((one for one in range(self._crew) if one not in self.tours), key=distance)[:IDLE]
        tickets = [step for one in near for step in self.tours[one].steps if step != PASS]
        return tickets + left, near + idle


def choice_of(pool: Pool, worth: list[int], crew: int) -> tuple[list[Tour], Choice]:
    """A pool as a choice among columns, in minutes."""
    tours = list(pool.values())
    columns = [(tour.cost / SCALE, sorted(tour.tickets), tour.technician) for tour in tours]
    return tours, Choice(columns, crew, [one / SCALE for one in worth])


def chosen(maker: DayMaker, pool: Pool, seconds: float, start: Sequence[Tour] = ()) -> list[Tour]:
    """The best set of routes out of a pool; the start when HiGHS finds none that is better in the time."""
    tours, choice = choice_of(pool, maker.worth, len(maker.vehicles))
    number = {(tour.technician, tour.tickets): index for index, tour in enumerate(tours)}
    best = choice.best(seconds, [number[tour.technician, tour.tickets] for tour in start])
    found = once_each(maker, [tours[index] for index in best])
    return found if found and plan_cost(maker, found) < plan_cost(maker, start) else list(start)


def once_each(maker: DayMaker, tours: list[Tour]) -> list[Tour]:
    """The same routes with each ticket in one of them only: it stays where leaving it out would save least."""
    tours = list(tours)
    seen = Counter(ticket for tour in tours for ticket in tour.tickets)
    for ticket in [ticket for ticket, times in seen.items() if times > 1]:
        shorter = {
            index: maker.tour(tour.technician, tuple(step for step in tour.steps if step != ticket))
            for index, tour in enumerate(tours)
            if ticket in tour.tickets
        }
        saved = {index: tours[index].cost - without.cost for index, without in shorter.items() if without}
        stays = min((index for index in shorter if index not in saved), default=min(saved, key=saved.__getitem__))
        for index, without in shorter.items():
            if index != stays:
                if without is None:
                    return []
                tours[index] = without
    return [tour for tour in tours if tour.tickets]


def plan_cost(maker: DayMaker, tours: Sequence[Tour]) -> int:
    """What routes and the tickets that they leave cost."""
    there = {ticket for tour in tours for ticket in tour.tickets}
    left = sum(worth for ticket, worth in enumerate(maker.worth) if ticket not in there)
    return left + sum(tour.cost for tour in tours)


def styles_of(maker: DayMaker) -> tuple[Style, ...]:
    """How the workers search a day, in turn, by how much room the windows leave (benchmarks/README.md has the evidence)."""
    ways = maker.minutes[maker.first :, maker.first :].astype(float)
    np.fill_diagonal(ways, np.inf)
    nearest = float(ways.min(axis=1).mean()) / SCALE if len(ways) > 1 else 0.0
    each = nearest + sum(ticket.minutes for ticket in maker.tickets) / len(maker.tickets)
    width = sum(ticket.window[1] - ticket.window[0] for ticket in maker.tickets) / len(maker.tickets)
    return ROOMY if width > ROOM * max(each, 1e-6) else TIGHT


def work(order: DayOrder) -> tuple[tuple[Tour, ...], Pool]:
    """A worker's whole task, for a process pool."""
    return DispatchSearch(order).run()
