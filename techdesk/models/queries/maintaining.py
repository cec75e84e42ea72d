"""What the checklists that are due ask of a visit: their parts, and what they put on its list."""

import sqlite3
from typing import NamedTuple

from techdesk.models.queries.checklists import DueRun, due

AHEAD = ("planned", "confirmed", "travelling")


class StepPart(NamedTuple):
    """A part that a step is likely to need, so many, and why."""

    part_id: str
    quantity: int
    why: str


def due_at(connection: sqlite3.Connection, visit_id: str) -> list[DueRun]:
    """What is due at the site of a visit that has not begun, by its day; nothing for one that has, whose list says it."""
    found = connection.execute(
        "SELECT site_id, substr(planned_start, 1, 10), state FROM visit WHERE id = ?", (visit_id,)
    ).fetchone()
    if found is None or found[2] not in AHEAD:
        return []
    listed = {run for (run,) in connection.execute("SELECT run_id FROM visit_task WHERE visit_id = ?", (visit_id,))}
    return [each for each in due(connection, found[1], found[0]) if each.run_id not in listed]


def step_parts(connection: sqlite3.Connection, visit_id: str) -> list[StepPart]:
    """The parts of the steps that a visit comes to and nobody has answered yet: of the runs on its list, and of those that
    are due by its day."""
    runs = {(each.run_id, each.checklist_id) for each in due_at(connection, visit_id)}
    runs |= set(connection.execute(
        "SELECT r.id, r.checklist_id FROM visit_task k JOIN checklist_run r ON r.id = k.run_id AND r.state = 'due'"
        " WHERE k.visit_id = ? AND k.state IN ('todo', 'doing', 'carried')",
        (visit_id,),
    ))  # fmt: skip
    found = []
    for run, checklist in sorted(runs):
        rows = connection.execute(
            "SELECT k.part_id, k.quantity, c.name, k.title FROM checklist_step k JOIN checklist c ON c.id = k.checklist_id"
            " WHERE k.checklist_id = ? AND k.part_id IS NOT NULL AND k.state = 'active' AND k.quantity > 0"
            " AND k.id NOT IN (SELECT step_id FROM checklist_answer WHERE run_id = ?) ORDER BY k.rank, k.id",
            (checklist, run),
        )
        found += [StepPart(part, quantity, f"for {name}: {title}") for part, quantity, name, title in rows]
    return found
