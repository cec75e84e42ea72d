"""The door to HiGHS: which of the rounds that were found go together best (a set partitioning problem)."""

from collections.abc import Sequence

import highspy
import numpy as np

FEASIBLE = 2  # HiGHS's status of a solution that keeps all rows


def best_together(
    columns: Sequence[tuple[float, Sequence[int], int]],
    tickets: int,
    workers: int,
    missing: Sequence[float],
    seconds: float,
    start: Sequence[int] = (),
) -> list[int]:
    """The cheapest set of columns (cost, tickets, worker) with each ticket once at most and one column a worker at most; a
    ticket in none costs what `missing` says. `start` is a set to better. Empty when nothing was found in the time."""
    model = highspy.HighsLp()
    count = len(columns)
    rows = [[*covered, tickets + worker] for _, covered, worker in columns] + [[ticket] for ticket in range(tickets)]
    model.num_col_, model.num_row_ = len(rows), tickets + workers
    model.col_cost_ = np.array([cost for cost, _, _ in columns] + list(missing), dtype=float)
    model.col_lower_, model.col_upper_ = np.zeros(len(rows)), np.ones(len(rows))
    model.row_lower_ = np.array([1.0] * tickets + [0.0] * workers)
    model.row_upper_ = np.ones(tickets + workers)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(row) for row in rows)])
    model.a_matrix_.index_ = np.array([one for row in rows for one in row])
    model.a_matrix_.value_ = np.ones(sum(len(row) for row in rows))
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(rows)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("time_limit", seconds), ("threads", 1), ("mip_rel_gap", 1e-5)):
        solver.setOptionValue(option, value)
    solver.passModel(model)
    if start:
        solver.setSolution(_known(columns, tickets, start))
    solver.run()
    if solver.getInfo().primal_solution_status != FEASIBLE:
        return []
    values = np.asarray(solver.getSolution().col_value)[:count]
    return [int(column) for column in np.flatnonzero(values > 0.5)]


def _known(
    columns: Sequence[tuple[float, Sequence[int], int]], tickets: int, start: Sequence[int]
) -> highspy.HighsSolution:
    values = np.zeros(len(columns) + tickets)
    covered = {ticket for column in start for ticket in columns[column][1]}
    values[list(start)] = 1
    for ticket in range(tickets):
        values[len(columns) + ticket] = 0 if ticket in covered else 1
    known = highspy.HighsSolution()
    known.col_value = values.tolist()
    return known
