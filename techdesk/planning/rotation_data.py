"""A part of a board as a PyVRP problem: each day is a stretch of one long time axis, each visit a client.

A visit whose day is chosen has that day's stretch as its time window; a site that is visited once on any of its days has
them all (as a group of alternatives where they do not touch), so that PyVRP chooses its day. Crews differ by their cost
matrix: what may not be is far, what is not wished is farther than it is.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pyvrp import Client, ClientGroup, Depot, Location, ProblemData, Solution, VehicleType

from techdesk.planning.board import MISSING, Board
from techdesk.planning.insertion import State
from techdesk.planning.routing import NO_END, SCALE, clients_of, matrices, route_of, whole

FORBIDDEN = 100 * MISSING


@dataclass
class Part:
    """What is given to PyVRP: some rounds of a plan and some of its calls."""

    data: ProblemData
    calls: list[int]  # of each client, its call
    windows: list[tuple[int, int]]  # of each client, its first and last day
    vehicles: list[int]  # of each vehicle type, its shift
    clients: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for client, call in enumerate(self.calls):
            self.clients.setdefault(call, []).append(client)

    def solution(self, rounds: list[tuple[int, list[int]]]) -> Solution:
        """These rounds as a solution."""
        number = {shift: vehicle for vehicle, shift in enumerate(self.vehicles)}
        return Solution(
            self.data,
            [
                route_of(self.data, number[shift], [self._client(call, shift) for call in calls])
                for shift, calls in rounds
                if calls
            ],
        )

    def rounds(self, solution: Solution) -> list[tuple[int, list[int]]]:
        """A solution as rounds."""
        return [
            (self.vehicles[route.vehicle_type()], [self.calls[client] for client in clients_of(route)])
            for route in solution.routes()
        ]

    def _client(self, call: int, shift: int) -> int:
        day = self._day[shift]
        for client in self.clients[call]:
            first, last = self.windows[client]
            if first <= day <= last:
                return client
        raise LookupError(f"call {call} has no visit on day {day}")

    @property
    def _day(self) -> dict[int, int]:
        return self._days

    _days: dict[int, int] = field(default_factory=dict)


class Maker:
    """Makes parts of one board; keeps what does not change between them."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.time = whole(board.travel)
        self.cost: NDArray[np.int64] = np.rint(board.travel * board.travel_weight * SCALE).astype(np.int64)
        ends = [shift.minutes for shift in board.shifts if shift.minutes is not None]
        work = sum(call.minutes for call in board.calls) + float(board.travel.max(initial=0.0)) * (len(board.calls) + 1)
        self.horizon = int(SCALE * (max([work, *ends]) + 1))
        self.days = {number: shift.day for number, shift in enumerate(board.shifts)}
        self.personal = any(call.apart > 0 or len(call.able) < len(board.crews) for call in board.calls)
        self.loaded = any(shift.capacity is not None for shift in board.shifts)
        self.total = sum(call.load * call.visits for call in board.calls) + 1

    def part(self, state: State, calls: list[int], shifts: dict[int, int], required: bool) -> Part:
        """The problem of serving these calls with so many of each shift. With `required` each visit must be made; else a
        missing one costs MISSING."""
        board = self.board
        bases = sorted({board.shifts[shift].base for shift in shifts})
        nodes = bases + [board.node(call) for call in calls]
        clients, groups, who, windows = self._clients(state, calls, len(bases), required)
        crews = sorted({board.shifts[shift].crew for shift in shifts})
        costs = self._costs(state, calls, nodes, len(bases), crews)
        vehicles = list(shifts)
        data = ProblemData(
            [Location(0, 0)] * len(nodes),
            clients,
            [Depot(number) for number in range(len(bases))],
            [self._vehicle(number, shifts[number], bases, crews) for number in vehicles],
            matrices(costs),
            matrices([self.time[np.ix_(nodes, nodes)]] * len(costs)),
            groups,
        )
        return Part(data, who, windows, vehicles, _days=self.days)

    def _clients(
        self, state: State, calls: list[int], first: int, required: bool
    ) -> tuple[list[Client], list[ClientGroup], list[int], list[tuple[int, int]]]:
        clients: list[Client] = []
        groups: list[ClientGroup] = []
        who: list[int] = []
        windows: list[tuple[int, int]] = []
        for row, number in enumerate(calls):
            call = self.board.calls[number]
            chosen = state.days[number]
            runs = _runs([days[0] for days, _ in call.patterns]) if chosen is None else [(day, day) for day in chosen]
            group = len(groups) if chosen is None and len(runs) > 1 else None
            if group is not None:
                groups.append(ClientGroup([], required))
            for begin, end in runs:
                if group is not None:
                    groups[group].add_client(len(clients))
                clients.append(
                    Client(
                        first + row,
                        [call.load] if self.loaded else [],
                        [],
                        int(whole(call.minutes)),
                        begin * self.horizon,
                        (end + 1) * self.horizon - 1,
                        0,
                        0 if required else int(MISSING * SCALE),
                        required and group is None,
                        group,
                    )
                )
                who.append(number)
                windows.append((begin, end))
        return clients, groups, who, windows

    def _costs(
        self, state: State, calls: list[int], nodes: list[int], first: int, crews: list[int]
    ) -> list[NDArray[np.int64]]:
        """A cost matrix for each crew: what going to a site costs above the way there."""
        plain = self.cost[np.ix_(nodes, nodes)]
        if not self.personal:
            return [plain]
        dearer = []
        for crew in crews:
            matrix = plain.copy()
            for row, number in enumerate(calls):
                call = self.board.calls[number]
                if crew not in call.able:
                    matrix[:, first + row] += int(FORBIDDEN * SCALE)
                elif state.keeper[number] is not None and state.keeper[number] != crew:
                    matrix[:, first + row] += int(call.apart * SCALE)
            np.fill_diagonal(matrix, 0)
            dearer.append(matrix)
        return dearer

    def _vehicle(self, number: int, count: int, bases: list[int], crews: list[int]) -> VehicleType:
        shift = self.board.shifts[number]
        base = bases.index(shift.base)
        longest = NO_END if shift.minutes is None else int(shift.minutes * SCALE + 0.5)
        capacity = self.total if shift.capacity is None else shift.capacity
        return VehicleType(
            count,
            [capacity] if self.loaded else [],
            base,
            base,
            tw_early=shift.day * self.horizon,
            tw_late=(shift.day + 1) * self.horizon - 1,
            profile=crews.index(shift.crew) if self.personal else 0,
            shift_duration=longest,
        )


def _runs(days: list[int]) -> list[tuple[int, int]]:
    """Days as stretches that touch: [0, 1, 3] are (0, 1) and (3, 3)."""
    runs: list[tuple[int, int]] = []
    for day in sorted(days):
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
