"""The door to PyVRP: one iterated local search over a prepared problem, with what techdesk sets and nothing else.

PyVRP (MIT, pyvrp.org) takes periodic days as client groups, tools and parts as loads, and a start from the plan that stands;
benchmarks/README.md has its figures.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyvrp import (
    Activity,
    ActivityType,
    IteratedLocalSearch,
    IteratedLocalSearchParams,
    PenaltyManager,
    PenaltyParams,
    ProblemData,
    RandomNumberGenerator,
    Route,
    Solution,
)
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks
from pyvrp.search import (
    OPERATORS,
    LocalSearch,
    NeighbourhoodParams,
    PerturbationManager,
    PerturbationParams,
    compute_neighbours,
)
from pyvrp.stop import StoppingCriterion

from techdesk.planning.budget import Budget

SCALE = 1000  # PyVRP counts in whole numbers: a thousandth of a minute (or of a unit of length)
NO_END = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How PyVRP searches. Lists are short because our problems are small and asked many times."""

    neighbours: int = 30
    perturbations: int = 15
    history: int = 300
    thorough: bool = True  # an exhaustive search at each new best
    feasible: float = 0.5  # the share of feasible solutions that the penalties aim at
    load_penalty: float = 100.0
    time_penalty: float = 5.0
    most: float = 10_000.0
    patience: int = 200  # solutions between two changes of the penalties


class Rounds:
    """Stops after so many iterations."""

    def __init__(self, most: int) -> None:
        self._left = most

    def __call__(self, best_cost: int) -> bool:
        self._left -= 1
        return self._left < 0


class Until:
    """Stops when a budget is over."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    def __call__(self, best_cost: int) -> bool:
        return self._budget.over()


class Watch(IteratedLocalSearchCallbacks):  # type: ignore[misc, unused-ignore]  # PyVRP leaves its callbacks unannotated
    """Shows each candidate to `notice`."""

    def __init__(self, notice: Callable[[Solution], None]) -> None:
        self._notice = notice

    def on_iteration(self, current: Any, candidate: Any, best: Any, cost_evaluator: Any) -> None:
        self._notice(candidate)


@dataclass
class Penalties:
    """What breaking a limit costs, learned by one search and handed to the next."""

    manner: Manner
    loads: int
    manager: PenaltyManager = field(init=False)

    def __post_init__(self) -> None:
        params = PenaltyParams(
            solutions_between_updates=self.manner.patience,
            penalty_increase=1.3,
            penalty_decrease=0.9,
            target_feasible=self.manner.feasible,
            max_penalty=self.manner.most,
        )
        first = ([self.manner.load_penalty] * self.loads, self.manner.time_penalty, 1.0)
        self.manager = PenaltyManager(first, params)

    def of_load(self) -> float:
        """What one unit of load too many costs at present, in whole-number cost."""
        loads, _, _ = self.manager.penalties()
        return float(loads[0]) if loads else 0.0


def search(
    data: ProblemData,
    stop: StoppingCriterion,
    seed: int,
    penalties: Penalties,
    *,
    start: Solution | None = None,
    manner: Manner | None = None,
    notice: Callable[[Solution], None] | None = None,
) -> Solution:
    """The best solution that PyVRP finds until `stop`; from `start` when given (first improved to a local optimum)."""
    manner = manner or penalties.manner
    rng = RandomNumberGenerator(seed=seed)
    around = compute_neighbours(data, NeighbourhoodParams(num_neighbours=manner.neighbours))
    local = LocalSearch(data, rng, around, PerturbationManager(PerturbationParams(1, manner.perturbations)))
    for operator in OPERATORS:
        if operator.supports(data):
            local.add_operator(operator(data))
    first = start or Solution.make_random(data, rng)
    evaluator = penalties.manager.cost_evaluator() if start else penalties.manager.max_cost_evaluator()
    improved = local(first, evaluator, exhaustive=True)
    if start and start.is_feasible() and not improved.is_feasible():
        improved = start
    params = IteratedLocalSearchParams(
        history_length=manner.history,
        exhaustive_on_best=manner.thorough,
        callbacks=Watch(notice) if notice else None,  # type: ignore[arg-type, unused-ignore]
    )
    return IteratedLocalSearch(data, penalties.manager, local, improved, params).run(stop, collect_stats=False).best


def clients_of(route: Route) -> list[int]:
    """The clients of a route in order, by their place in the data."""
    return [activity.idx for activity in route if activity.is_client()]


def route_of(data: ProblemData, vehicle: int, steps: Iterable[int]) -> Route:
    """A route of a vehicle type over clients in this order; -1 stands for a pass at the store (depot 0)."""
    acts = [Activity(ActivityType.CLIENT, step) if step >= 0 else Activity(ActivityType.DEPOT, 0) for step in steps]
    return Route(data, acts, vehicle)


def whole(values: Any, scale: int = SCALE) -> Any:
    """An array of minutes as PyVRP's whole numbers, rounded up so that what it calls in time is in time."""
    return np.ceil(np.asarray(values, dtype=float) * scale - 1e-6).astype(np.int64)


def matrices(arrays: list[NDArray[np.int64]]) -> Any:
    """Arrays as PyVRP's signature calls them (its stub names the shape's type as int)."""
    return arrays
