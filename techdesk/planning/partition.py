"""The door to HiGHS: which of the routes that were found go together best (a set covering problem), and what a ticket is
worth to them (the prices of its linear relaxation)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

FEASIBLE = 2  # HiGHS's status of a solution that keeps all rows

Column = tuple[float, Sequence[int], int]  # cost, tickets, worker


@dataclass(frozen=True)
class Choice:
    """Columns to choose from: each ticket at least once, one column a worker at most; a ticket in none costs what `missing`
    says. (At least once and not just once: such a choice is found far sooner, and who goes there a second time can leave
    the ticket out.)"""

    columns: Sequence[Column]
    workers: int
    missing: Sequence[float]

    def best(self, seconds: float, start: Sequence[int] = ()) -> list[int]:
        """The cheapest set of columns; `start` is a set to better. Empty when none was found in the time."""
        model = self._model()
        model.integrality_ = [highspy.HighsVarType.kInteger] * model.num_col_
        solver = _solver(seconds)
        solver.passModel(model)
        if start:
            solver.setSolution(self._known(start))
        solver.run()
        if solver.getInfo().primal_solution_status != FEASIBLE:
            return []
        values = np.asarray(solver.getSolution().col_value)[: len(self.columns)]
        return [int(column) for column in np.flatnonzero(values > 0.5)]

    def prices(self, seconds: float) -> tuple[list[float], list[float]] | None:
        """What each ticket saves and what each worker costs at the best mixture of columns; None when the time was short."""
        model = self._model()
        model.col_upper_ = np.full(
            model.num_col_, highspy.kHighsInf
        )  # the rows bound them; a bound would hide the price
        solver = _solver(seconds)
        solver.passModel(model)
        solver.run()
        if solver.getInfo().dual_solution_status != FEASIBLE:
            return None
        duals = list(solver.getSolution().row_dual)
        tickets = len(self.missing)
        return duals[:tickets], duals[tickets:]

    def _model(self) -> Any:
        model = highspy.HighsLp()
        tickets = len(self.missing)
        rows = [[*covered, tickets + worker] for _, covered, worker in self.columns]
        rows += [[ticket] for ticket in range(tickets)]
        model.num_col_, model.num_row_ = len(rows), tickets + self.workers
        model.col_cost_ = np.array([cost for cost, _, _ in self.columns] + list(self.missing), dtype=float)
        model.col_lower_, model.col_upper_ = np.zeros(len(rows)), np.ones(len(rows))
        model.row_lower_ = np.array([1.0] * tickets + [0.0] * self.workers)
        model.row_upper_ = np.array([highspy.kHighsInf] * tickets + [1.0] * self.workers)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(row) for row in rows)])
        model.a_matrix_.index_ = np.array([one for row in rows for one in row])
        model.a_matrix_.value_ = np.ones(sum(len(row) for row in rows))
        return model

    def _known(self, start: Sequence[int]) -> Any:
        tickets = len(self.missing)
        values = np.zeros(len(self.columns) + tickets)
        covered = {ticket for column in start for ticket in self.columns[column][1]}
        values[list(start)] = 1
        for ticket in range(tickets):
            values[len(self.columns) + ticket] = 0 if ticket in covered else 1
        known = highspy.HighsSolution()
        known.col_value = values.tolist()
        return known


def _solver(seconds: float) -> Any:
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    options = (("output_flag", False), ("time_limit", max(0.05, seconds)), ("threads", 1), ("mip_rel_gap", 1e-5))
    for option, value in options:
        solver.setOptionValue(option, value)
    return solver
