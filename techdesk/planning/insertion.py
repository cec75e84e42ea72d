"""Cheapest insertion: the plain start from which the search sets out, and how it tries another pattern for a site."""

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from techdesk.planning.board import MISSING, Board, Call
from techdesk.planning.cycle import Days

NEVER = 1e6  # a unit of load or a minute over a limit, where limits hold
OVERTIME = 50.0  # a minute over the day, where the search mends it after
CLOSED = 1e12


@dataclass
class State:
    """A plan on a board: the pattern and keeper chosen for each call, and the rounds (shift, calls in order)."""

    days: list[Days | None]
    keeper: list[int | None]
    rounds: list[tuple[int, list[int]]] = field(default_factory=list)

    def copy(self) -> "State":
        """The same plan, free to be changed."""
        return State(list(self.days), list(self.keeper), [(shift, list(calls)) for shift, calls in self.rounds])


@dataclass
class Slot:
    """Where a visit would go and what it adds: a round (or a new one of `shift` when None) and the place in it."""

    cost: float
    shift: int
    round: int | None
    at: int


class Inserter:
    """Puts visits where they add least, on one board."""

    def __init__(self, board: Board, over_load: float = NEVER, over_time: float = NEVER) -> None:
        self.board = board
        self.over_load = over_load
        self.over_time = over_time
        self._travel = board.travel.tolist()
        self._shares = _shares(board)
        self._by_day: list[list[int]] = [[] for _ in range(board.days)]
        for number, shift in enumerate(board.shifts):
            self._by_day[shift.day].append(number)

    def length(self, shift: int, calls: list[int]) -> float:
        """Minutes of driving of a round."""
        travel, board = self._travel, self.board
        at = base = board.shifts[shift].base
        total = 0.0
        for call in calls:
            total += travel[at][board.bases + call]
            at = board.bases + call
        return float(total + travel[at][base])

    def work(self, shift: int, calls: list[int]) -> float:
        """Minutes of a round, driving and visits."""
        return self.length(shift, calls) + sum(self.board.calls[call].minutes for call in calls)

    def fits(self, number: int, calls: list[int]) -> bool:
        """Whether a round keeps the limits of its shift."""
        shift = self.board.shifts[number]
        if shift.capacity is not None and sum(self.board.calls[call].load for call in calls) > shift.capacity:
            return False
        return shift.minutes is None or self.work(number, calls) <= shift.minutes + 1e-6

    def slots(self, state: State, call: int, day: int) -> list[Slot]:
        """The best place for a visit in each round of a day and in each crew's new round, what the keeper costs left out."""
        board, travel = self.board, self._travel
        what = board.calls[call]
        node = board.bases + call
        used: dict[int, int] = {}
        found: list[Slot] = []
        for number, (shift_number, calls) in enumerate(state.rounds):
            shift = board.shifts[shift_number]
            if shift.day != day:
                continue
            used[shift_number] = used.get(shift_number, 0) + 1
            if shift.crew not in what.able or call in calls:
                continue
            stops = [shift.base, *(board.bases + one for one in calls), shift.base]
            added = [travel[one][node] + travel[node][two] - travel[one][two] for one, two in pairwise(stops)]
            at = min(range(len(added)), key=added.__getitem__)
            cost = added[at] * board.travel_weight + self._broken(calls, what, shift_number, added[at])
            found.append(Slot(cost, shift_number, number, at))
        for shift_number in self._by_day[day]:
            shift = board.shifts[shift_number]
            if shift.crew in what.able and used.get(shift_number, 0) < shift.count:
                there = travel[shift.base][node] + travel[node][shift.base]
                cost = there * board.travel_weight + self._broken([], what, shift_number, there)
                found.append(Slot(cost, shift_number, None, 0))
        return found

    def _broken(self, calls: list[int], what: Call, shift_number: int, added: float) -> float:
        """What the limits of a day cost when a visit goes over them."""
        board = self.board
        shift = board.shifts[shift_number]
        cost = 0.0
        if shift.capacity is not None:
            load = sum(board.calls[one].load for one in calls)
            cost += self.over_load * (max(0, load + what.load - shift.capacity) - max(0, load - shift.capacity))
        if shift.minutes is not None:
            work = self.work(shift_number, calls)
            cost += self.over_time * (
                max(0.0, work + added + what.minutes - shift.minutes) - max(0.0, work - shift.minutes)
            )
        return cost

    def insert(
        self, state: State, call: int, rnd: Random | None = None, *, most: float = CLOSED, tabu: Days | None = None
    ) -> bool:
        """Chooses pattern, keeper and places for all visits of a call where they add least (a little by chance when `rnd`
        is given; not the pattern `tabu`). False when each way costs more than `most`: then nothing changes."""
        board = self.board
        what = board.calls[call]
        wanted = {day for pattern, _ in what.patterns for day in pattern}
        slots = {day: self.slots(state, call, day) for day in wanted}
        fair = self._fairness(state, what) if board.balance else []
        for slot in (slot for some in slots.values() for slot in some if fair):
            slot.cost += fair[board.shifts[slot.shift].crew]
        best: tuple[float, Days, int | None, list[Slot]] | None = None
        for keeper, keeper_cost in what.keepers:
            by_day = {day: self._best(slots[day], keeper, what.apart) for day in wanted}
            for pattern, pattern_cost in what.patterns:
                if pattern == tabu and len(what.patterns) > 1:
                    continue
                chosen = [by_day[day] for day in pattern]
                if any(slot is None for slot, _ in chosen):
                    continue
                cost = pattern_cost + keeper_cost + sum(price for _, price in chosen)
                cost *= rnd.uniform(0.9, 1.1) if rnd else 1.0
                if best is None or cost < best[0]:
                    best = (cost, pattern, keeper, [slot for slot, _ in chosen if slot])
        if best is None or best[0] > most * what.visits:
            return False
        _, pattern, state.keeper[call], places = best
        state.days[call] = None if what.free else pattern
        self._put(state, call, places)
        return True

    def _fairness(self, state: State, what: Call) -> list[float]:
        """What a visit by each crew adds to (or takes from) the imbalance of the visits' minutes."""
        board = self.board
        done = [0.0] * len(board.crews)
        for number, calls in state.rounds:
            done[board.shifts[number].crew] += sum(board.calls[one].minutes for one in calls)
        return [
            board.balance / 60.0 * (abs(have + what.minutes - share) - abs(have - share))
            for have, share in zip(done, self._shares, strict=True)
        ]

    def _best(self, slots: list[Slot], keeper: int | None, apart: float) -> tuple[Slot | None, float]:
        best: tuple[Slot | None, float] = (None, CLOSED)
        for slot in slots:
            stranger = keeper is not None and self.board.shifts[slot.shift].crew != keeper
            cost = slot.cost + (apart if stranger else 0.0)
            if cost < best[1]:
                best = (slot, cost)
        return best

    def _put(self, state: State, call: int, places: list[Slot]) -> None:
        for slot in places:
            if slot.round is None:
                state.rounds.append((slot.shift, [call]))
            else:
                state.rounds[slot.round][1].insert(slot.at, call)


def hours_of(board: Board) -> list[float]:
    """Minutes that each crew works in the cycle; a day without end counts as eight hours."""
    hours = [0.0] * len(board.crews)
    for shift in board.shifts:
        hours[shift.crew] += shift.minutes if shift.minutes is not None else 480.0
    return hours


def _shares(board: Board) -> list[float]:
    """Each crew's fair share of the minutes of all visits."""
    hours = hours_of(board)
    total = sum(call.visits * call.minutes for call in board.calls)
    return [total * have / max(1.0, sum(hours)) for have in hours]


def inserted(board: Board, start: State | None = None) -> State:
    """A plan by cheapest insertion, the most constrained sites first. A site that fits nowhere is left out."""
    state = start.copy() if start else State([None] * len(board.calls), [None] * len(board.calls))
    inserter = Inserter(board)
    there = {call for _, calls in state.rounds for call in calls}

    def hardest(call: int) -> tuple[float, float]:
        what = board.calls[call]
        return (-what.visits / max(1, len(what.patterns)) ** 0.5, -what.visits * (what.minutes + what.load))

    for call in sorted((call for call in range(len(board.calls)) if call not in there), key=hardest):
        inserter.insert(state, call, most=MISSING)
    return state


def taken_out(state: State, calls: set[int]) -> State:
    """The plan without these calls; rounds keep their number, also when they are empty."""
    left = [(shift, [call for call in one if call not in calls]) for shift, one in state.rounds]
    return State(list(state.days), list(state.keeper), left)
