"""The search for a rotation: PyVRP finds the rounds, again and again, while patterns and keepers are changed around it.

One step takes a few neighbouring sites out of the plan, puts them back on other days (or with another keeper) where that
adds least, and lets PyVRP set the rounds around them in order from there. A step that does not help is forgotten, except
that at first a little worse is taken too (simulated annealing), so that the search does not stick.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from techdesk.planning.board import MISSING, Board, Call, Shift
from techdesk.planning.budget import Budget
from techdesk.planning.insertion import CLOSED, OVERTIME, Inserter, State, hours_of, inserted, taken_out
from techdesk.planning.rotation_data import Maker, Part
from techdesk.planning.routing import SCALE, Manner, Penalties, Rounds, Until, search

FIRST_SHARE = 0.06  # of the time, for all rounds at once
WINDOW = 150  # visits that one step sets in order
ITERATIONS = 50
WARMTH = 0.006  # how much worse (share of the cost) a step may be at first
OFTEN = (1, 2, 3, 4, 6, 8, 12)


@dataclass(frozen=True)
class Order:
    """What a worker needs to search: picklable, for a process that was spawned."""

    board: Board
    seconds: float
    seed: int
    cpu: bool
    start: State | None
    rested: bool = True  # set all rounds in order first


def cost_of(board: Board, state: State) -> float:
    """What a plan costs in minutes of driving, wishes and missing visits included."""
    inserter = Inserter(board)
    cost = 0.0
    made = [0] * len(board.calls)
    work = [0.0] * len(board.crews)
    for number, calls in state.rounds:
        shift = board.shifts[number]
        length = inserter.length(number, calls)
        cost += length * board.travel_weight
        work[shift.crew] += length + sum(board.calls[call].minutes for call in calls)
        for call in calls:
            made[call] += 1
            cost += _strange(board.calls[call], state.keeper[call], shift)
    for number, what in enumerate(board.calls):
        cost += MISSING * (what.visits - made[number])
        days, keeper = state.days[number], state.keeper[number]
        cost += next((price for pattern, price in what.patterns if pattern == days), 0.0)
        cost += next((price for one, price in what.keepers if one == keeper), 0.0)
    return cost + _imbalance(board, work)


def _strange(call: Call, keeper: int | None, shift: Shift) -> float:
    """What it costs that this crew makes this visit: not the site's own, or not the one of the previous plan."""
    strange = call.strange if keeper is not None and keeper != shift.crew else 0.0
    changed = any(day == shift.day and crew != shift.crew for day, crew in call.before)
    return strange + (call.change if changed else 0.0)


def _imbalance(board: Board, work: Sequence[float]) -> float:
    """Hours off the fair share, where a share follows the hours that a technician works."""
    if not board.balance:
        return 0.0
    hours = hours_of(board)
    share = sum(work) / max(1.0, sum(hours))
    return board.balance * sum(abs(done - share * have) for done, have in zip(work, hours, strict=True)) / 60.0


class RotationSearch:
    """One worker's search."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.board = order.board
        self.budget = Budget(order.seconds, cpu=order.cpu)
        self.rnd = Random(order.seed)
        self.maker = Maker(self.board)
        self.penalties = Penalties(Manner(), 1 if self.maker.loaded else 0)
        shared = self.board.balance > 0 and len(self.board.crews) > 1  # then also who does a visit is to be chosen
        self.bound = [number for number, call in enumerate(self.board.calls) if call.bound or shared]
        nodes = [self.board.node(call) for call in range(len(self.board.calls))]
        travel = self.board.travel
        self.away = np.minimum(travel[np.ix_(nodes, nodes)], travel[np.ix_(nodes, nodes)].T)
        self.now = start_of(self.board, order.start)
        self.cost = cost_of(self.board, self.now) if legal(self.board, self.now) else math.inf
        self.best, self.best_cost = self.now, self.cost
        self.rested = order.rested

    def run(self) -> State:
        """The best plan found when the time is over."""
        if self.rested:
            self._rest(FIRST_SHARE if self.bound else 0.5)
        if self.cost == math.inf:  # not everything fits: begin with what does
            self.now = start_of(self.board, self.order.start, all_in=False)
            self.cost = self.best_cost = cost_of(self.board, self.now)
            self.best = self.now
        while self.bound and not self.budget.over():
            self._step()
        while not self.bound and not self.budget.over():
            self._rest(1.0)
        return self.best

    def _rest(self, share: float) -> None:
        """Sets all rounds in order at once."""
        part = self.maker.part(
            self.now,
            list(range(len(self.board.calls))),
            {number: shift.count for number, shift in enumerate(self.board.shifts)},
            self._complete(),
        )
        short = self.budget.part(self.budget.seconds * share)
        found = search(
            part.data,
            Until(short),
            self.rnd.randrange(2**31),
            self.penalties,
            start=part.solution(self.now.rounds),
        )
        if found.is_feasible():
            self._take(State(list(self.now.days), list(self.now.keeper), part.rounds(found)), 0.0)

    def _step(self) -> None:
        chosen = self._sites()
        state = taken_out(self.now, set(chosen))
        emptied = {index for index, (_, calls) in enumerate(self.now.rounds) if set(calls) & set(chosen)}
        lengths = [len(calls) for _, calls in state.rounds]
        inserter = Inserter(self.board, max(1.0, self.penalties.of_load() / SCALE), OVERTIME)
        self.rnd.shuffle(chosen)
        for call in chosen:
            inserter.insert(state, call, self.rnd, tabu=self.now.days[call] if call == chosen[0] else None)
        touched = emptied | {
            index
            for index, (_, calls) in enumerate(state.rounds)
            if index >= len(lengths) or len(calls) != lengths[index]
        }
        inside = self._window(state, touched, chosen[0])
        part = self._part(state, inside, chosen)
        found = search(
            part.data,
            Rounds(ITERATIONS),
            self.rnd.randrange(2**31),
            self.penalties,
            start=part.solution([state.rounds[index] for index in sorted(inside)]),
            manner=Manner(history=20, thorough=False),
        )
        if found.is_feasible():
            kept = [one for index, one in enumerate(state.rounds) if index not in inside and one[1]]
            warmth = WARMTH * (1 - self.budget.spent())
            self._take(State(state.days, state.keeper, kept + part.rounds(found)), warmth)

    def _sites(self) -> list[int]:
        """A few bound calls that lie near each other; those that are missing visits more often."""
        first = self.rnd.choice(self.bound)
        many = self.rnd.choice(OFTEN)
        near = sorted((call for call in self.bound if call != first), key=lambda call: self.away[first, call])[
            : 2 * many
        ]
        return [first, *self.rnd.sample(near, min(many - 1, len(near)))]

    def _window(self, state: State, touched: set[int], middle: int) -> set[int]:
        """The rounds to set in order: those that were touched and the nearest others, up to so many visits."""
        inside = set(touched)
        size = sum(len(state.rounds[index][1]) for index in inside)
        distance = {
            index: min((self.away[middle, call] for call in calls), default=math.inf)
            for index, (_, calls) in enumerate(state.rounds)
            if index not in inside
        }
        for index in sorted(distance, key=distance.__getitem__):
            size += len(state.rounds[index][1])
            if size > WINDOW:
                break
            inside.add(index)
        return inside

    def _part(self, state: State, inside: set[int], chosen: list[int]) -> Part:
        free = {number: shift.count for number, shift in enumerate(self.board.shifts)}
        for index, (shift, calls) in enumerate(state.rounds):
            if index not in inside and calls:
                free[shift] -= 1
        outside = {call for index, (_, calls) in enumerate(state.rounds) if index not in inside for call in calls}
        here = {call for index in inside for call in state.rounds[index][1]} | set(chosen)
        both = here & outside
        days = list(state.days)
        for call in both:  # a site with visits inside and outside: only those inside are set in order
            inner = {
                self.board.shifts[state.rounds[index][0]].day for index in inside if call in state.rounds[index][1]
            }
            days[call] = tuple(sorted(inner))
        missing = [call for call in self._missing(state) if call not in here and call not in outside]
        part_state = State(days, state.keeper, [])
        shifts = {shift: count for shift, count in free.items() if count > 0}
        return self.maker.part(part_state, sorted(here) + missing, shifts, self._complete())

    def _missing(self, state: State) -> list[int]:
        there = {call for _, calls in state.rounds for call in calls}
        return [call for call in range(len(self.board.calls)) if call not in there]

    def _complete(self) -> bool:
        """Whether the present plan makes each visit: then none may get lost again."""
        return sum(len(calls) for _, calls in self.now.rounds) == sum(call.visits for call in self.board.calls)

    def _take(self, state: State, warmth: float) -> None:
        cost = cost_of(self.board, state)
        luck = 1 + warmth * -math.log(max(self.rnd.random(), 1e-9))
        if cost < self.cost * luck:
            self.now, self.cost = state, cost
            if cost < self.best_cost - 1e-9:
                self.best, self.best_cost = state, cost


def start_of(board: Board, start: State | None = None, *, all_in: bool = True) -> State:
    """Cheapest insertion, from `start` on. What fits nowhere is put where it breaks least, for the search to mend, or
    left out."""
    state = inserted(board, start)
    inserter = Inserter(board, 10.0, OVERTIME)
    there = {call for _, calls in state.rounds for call in calls}
    for call in range(len(board.calls)):
        if call not in there and all_in:
            inserter.insert(state, call, most=CLOSED)
        elif call not in there and not board.calls[call].free:
            state.days[call] = board.calls[call].patterns[0][0]
    return state


def legal(board: Board, state: State) -> bool:
    """Whether no round is over its day or its capacity, and no shift has more rounds than crews."""
    inserter = Inserter(board)
    out = Counter(number for number, calls in state.rounds if calls)
    if any(many > board.shifts[number].count for number, many in out.items()):
        return False
    return all(inserter.fits(number, calls) for number, calls in state.rounds)


def work(order: Order) -> State:
    """A worker's whole task, for a process pool."""
    return RotationSearch(order).run()
