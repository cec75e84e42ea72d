"""New routes for the choice among routes, where the search alone finds too few (column generation).

HiGHS says what each ticket is worth to the routes known so far; PyVRP then looks, for one technician at a time, for routes
that collect more worth than they cost: only such a route can better the choice.
"""

from collections.abc import Iterator
from random import Random

from pyvrp import Client, ProblemData, Solution

from techdesk.planning.budget import Budget
from techdesk.planning.dispatch_data import PASS, DayMaker, Tour
from techdesk.planning.routing import SCALE, Manner, Penalties, Rounds, search

MANNER = Manner(
    neighbours=15, perturbations=8, history=20, load_penalty=10.0, time_penalty=10.0, most=100.0, patience=50
)
ITERATIONS = 40
NEARLY = 0.02  # a route that costs so much more than it collects (share of its cost) is worth keeping all the same


class Pricer:
    """Finds routes by prices, for one day's technicians."""

    def __init__(self, maker: DayMaker, rnd: Random) -> None:
        self.maker = maker
        self.rnd = rnd
        self._alone: dict[int, ProblemData] = {}

    def tours(self, tickets: list[float], technicians: list[float], budget: Budget) -> Iterator[Tour]:
        """Routes that are worth having at these prices (minutes), technician by technician until the time is over."""
        crew = list(range(len(self.maker.vehicles)))
        self.rnd.shuffle(crew)
        for technician in crew:
            if budget.over():
                return
            yield from self._of_one(technician, tickets, technicians[technician])

    def _of_one(self, technician: int, prices: list[float], rent: float) -> list[Tour]:
        skills = self.maker.day.technicians[technician].skills
        able = [
            ticket for ticket, price in enumerate(prices) if price > 0 and self.maker.tickets[ticket].skills <= skills
        ]
        if not able:
            return []
        data = self._data(technician).replace(clients=[self._client(ticket, prices[ticket]) for ticket in able])
        found: dict[frozenset[int], Tour] = {}

        def notice(candidate: Solution) -> None:
            for route in candidate.routes():
                if route.is_feasible():
                    steps = tuple(PASS if act.is_depot() else able[act.idx] for act in route)[1:-1]
                    tour = Tour(technician, steps, route.duration() + route.distance())
                    known = found.get(tour.tickets)
                    if known is None or tour.cost < known.cost:
                        found[tour.tickets] = tour

        penalties = Penalties(MANNER, len(self.maker.dimensions))
        best = search(data, Rounds(ITERATIONS), self.rnd.randrange(2**31), penalties, notice=notice)
        notice(best)
        return [
            tour
            for tour in found.values()
            if tour.cost / SCALE * (1 - NEARLY) < sum(prices[ticket] for ticket in tour.tickets) + rent
        ]

    def _client(self, ticket: int, price: float) -> Client:
        like = self.maker.clients[ticket]
        return Client(
            like.location,
            list(like.delivery),
            [],
            like.service_duration,
            like.tw_early,
            like.tw_late,
            0,
            int(price * SCALE),
            False,
        )

    def _data(self, technician: int) -> ProblemData:
        """The problem with this technician alone, and only their matrix."""
        if technician not in self._alone:
            profile = self.maker.profile_of[technician]
            whole = self.maker.whole_day
            self._alone[technician] = ProblemData(
                whole.locations(),
                [],
                whole.depots(),
                [self.maker.vehicles[technician].replace(profile=0)],
                [whole.distance_matrix(profile)],
                [whole.duration_matrix(profile)],
            )
        return self._alone[technician]
