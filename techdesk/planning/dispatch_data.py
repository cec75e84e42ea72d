"""A part of a day's dispatch as a PyVRP problem.

Skills are cost matrices (who may not go there never arrives in time). Tools and parts are loads: what a van holds limits
what it can do before it passes the store, and after that nothing does. PyVRP's `initial_load` says the first (the room that
the van lacks until its first reload), its reload depots the second.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyvrp import Client, Depot, Location, ProblemData, Solution, VehicleType

from techdesk.planning.day import STORE, Dispatch
from techdesk.planning.routing import SCALE, matrices, route_of, whole

LEFT = 2.0  # working days that leaving a ticket is worth: more than any way to it, not so much that rules are broken for it
UNIT = 10_000  # one part or tool, so that its penalties are of the size of those for minutes
PASS = -1  # a pass at the store among a route's steps

Steps = tuple[int, ...]  # tickets by number, PASS for the store


@dataclass(frozen=True)
class Tour:
    """A technician's tickets in order, what they cost (PyVRP's whole numbers) and the moves in it."""

    technician: int
    steps: Steps
    cost: int

    @property
    def tickets(self) -> frozenset[int]:
        """The tickets in it."""
        return frozenset(step for step in self.steps if step != PASS)


class DayMaker:
    """Makes parts of one day's problem. Node 0 is the store; then come homes, starts and tickets."""

    def __init__(self, day: Dispatch, open_tickets: Sequence[int]) -> None:
        self.day = day
        self.tickets = [day.tickets[number] for number in open_tickets]
        crew = day.technicians
        homes = [one.home for one in crew]
        starts = [one.home if one.start is None else one.start for one in crew]
        store = homes[0] if day.store is None else day.store
        self.places = [store, *homes, *starts, *(ticket.place or 0 for ticket in self.tickets)]
        self.first = 1 + 2 * len(crew)
        travel = np.asarray(day.travel, dtype=float)[np.ix_(self.places, self.places)]
        np.fill_diagonal(travel, 0.0)
        self.minutes: NDArray[np.int64] = whole(travel)
        self.far = 2 * int(whole(max(one.hours[1] for one in crew) - min(one.hours[0] for one in crew) + travel.max()))
        longest = max(one.hours[1] - one.hours[0] for one in crew)
        self.worth = [int(LEFT * longest * ticket.weight * SCALE) for ticket in self.tickets]
        self.before = self._before()
        self.profiles: dict[object, int] = {}
        self._durations: list[NDArray[np.int64]] = []
        self._moves: list[NDArray[np.int64]] = []
        self.profile_of = [self._profile(number) for number in range(len(crew))]
        self.dimensions = self._dimensions()
        self.clients = [self._client(number) for number in range(len(self.tickets))]
        self.vehicles = [self._vehicle(number) for number in range(len(crew))]
        locations = [Location(0, 0)] * len(self.places)
        depots = [Depot(number) for number in range(self.first)]
        self.whole_day = ProblemData(
            locations, self.clients, depots, self.vehicles, matrices(self._moves), matrices(self._durations)
        )

    def part(self, tickets: Sequence[int], crew: Sequence[int]) -> ProblemData:
        """The problem of these tickets and technicians alone."""
        return self.whole_day.replace(
            clients=[self.clients[ticket] for ticket in tickets], vehicle_types=[self.vehicles[one] for one in crew]
        )

    def solution(
        self, data: ProblemData, tickets: Sequence[int], crew: Sequence[int], tours: Sequence[Tour]
    ) -> Solution:
        """These tours as a solution of a part."""
        client = {ticket: number for number, ticket in enumerate(tickets)} | {PASS: PASS}
        vehicle = {one: number for number, one in enumerate(crew)}
        return Solution(
            data,
            [route_of(data, vehicle[tour.technician], [client[step] for step in tour.steps]) for tour in tours],
        )

    def tours(self, solution: Solution, tickets: Sequence[int], crew: Sequence[int]) -> list[Tour]:
        """The feasible routes of a solution as tours."""
        found = []
        for route in solution.routes():
            if route.is_feasible():
                steps = tuple(PASS if act.is_depot() else tickets[act.idx] for act in route)[1:-1]
                cost = route.duration() + route.distance()
                found.append(Tour(crew[route.vehicle_type()], steps, cost))
        return found

    def tour(self, technician: int, steps: Steps) -> Tour | None:
        """These steps as a tour of a technician; None when it breaks a rule."""
        route = route_of(self.whole_day, technician, steps)
        return Tour(technician, steps, route.duration() + route.distance()) if route.is_feasible() else None

    def named(self, steps: Steps) -> list[str]:
        """Steps as ticket ids."""
        return [STORE if step == PASS else self.tickets[step].id for step in steps]

    def _before(self) -> dict[int, int]:
        number = {ticket.id: index for index, ticket in enumerate(self.tickets)}
        return {
            number[ticket]: technician
            for technician, one in enumerate(self.day.technicians)
            for ticket in self.day.previous.get(one.id, ())
            if ticket in number
        }

    def _profile(self, technician: int) -> int:
        """The matrices of a technician: shared by those with the same skills while there is no plan to keep to."""
        skills = self.day.technicians[technician].skills
        key: object = (skills, technician) if self.before else skills
        if key not in self.profiles:
            durations = self.minutes.copy()
            moves = np.zeros_like(durations)
            for number, ticket in enumerate(self.tickets):
                node = self.first + number
                if not ticket.skills <= skills:
                    durations[:, node] = self.far
                if self.before.get(number, technician) != technician:
                    moves[:, node] = int(self.day.move * SCALE)
            np.fill_diagonal(durations, 0)
            np.fill_diagonal(moves, 0)
            self.profiles[key] = len(self._durations)
            self._durations.append(durations)
            self._moves.append(moves)
        return self.profiles[key]

    def _dimensions(self) -> list[tuple[str, str]]:
        """Tools and parts that can run short: those that not every van has enough of."""
        crew = self.day.technicians
        tools = sorted({tool for ticket in self.tickets for tool in ticket.tools})
        parts = sorted({part for ticket in self.tickets for part in ticket.parts})
        short = [("tool", tool) for tool in tools if not all(tool in one.tools for one in crew)]
        for part in parts:
            wanted = sum(ticket.parts.get(part, 0) for ticket in self.tickets)
            if not all(one.parts.get(part, 0) >= wanted for one in crew):
                short.append(("part", part))
        return short

    def _need(self, ticket: int, kind: str, name: str) -> int:
        what = self.tickets[ticket]
        return int(name in what.tools) if kind == "tool" else what.parts.get(name, 0)

    def _client(self, number: int) -> Client:
        ticket = self.tickets[number]
        return Client(
            self.first + number,
            [UNIT * self._need(number, kind, name) for kind, name in self.dimensions],
            [],
            int(whole(ticket.minutes)),
            int(whole(ticket.window[0])),
            int(ticket.window[1] * SCALE),
            0,
            self.worth[number],
            False,
        )

    def _vehicle(self, number: int) -> VehicleType:
        technician = self.day.technicians[number]
        totals = [
            sum(self._need(ticket, kind, name) for ticket in range(len(self.tickets))) for kind, name in self.dimensions
        ]
        held = [
            total if kind == "tool" and name in technician.tools else technician.parts.get(name, 0) * (kind == "part")
            for (kind, name), total in zip(self.dimensions, totals, strict=True)
        ]
        return VehicleType(
            1,
            [UNIT * total for total in totals],
            1 + len(self.day.technicians) + number,
            1 + number,
            tw_early=int(whole(technician.hours[0])),
            tw_late=int(technician.hours[1] * SCALE),
            unit_distance_cost=1,
            unit_duration_cost=1,
            profile=self.profile_of[number],
            initial_load=[UNIT * max(0, total - have) for total, have in zip(totals, held, strict=True)],
            reload_depots=[] if self.day.store is None else [0],
            max_reloads=1,
        )
