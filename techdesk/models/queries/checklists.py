"""Checklists: which there are, what is due where, and what the steps of a run came to."""

import sqlite3
from datetime import date
from typing import NamedTuple

from techdesk.desk.maintenance import NOT_KEPT, due_date, run_id
from techdesk.errors import BadInput, NotFound


class ChecklistLine(NamedTuple):
    """A checklist: where it is for, in words, how many steps it has, and how many minutes they take."""

    id: str
    name: str
    frequency: str
    where: str
    service: str | None
    first_due: str | None
    state: str
    steps: int
    minutes: int


class StepLine(NamedTuple):
    """A step with what it came to in a run, if one was asked for. `refs` are the incidents that it opened, `photos` how many
    there are of it."""

    id: str
    rank: int
    title: str
    room: str | None
    required: int
    evidence: str
    minutes: int
    part_id: str | None
    sku: str | None
    quantity: int
    result: str | None = None
    said: str | None = None
    note: str | None = None
    refs: str | None = None
    photos: int = 0


class DueRun(NamedTuple):
    """A run that is waited for at a site: `due` and `overdue` (1 or 0) as of a day, `began` 1 when it is on a list or was
    answered in part, `carried` how many visits had no time for it, `left` how many of its `steps` nobody has answered."""

    run_id: str
    checklist_id: str
    name: str
    frequency: str
    site_id: str
    site_code: str
    site: str
    due: str
    overdue: int
    began: int
    carried: int
    steps: int
    left: int
    minutes: int


class RunCard(NamedTuple):
    """A run with its steps as one walks."""

    run_id: str
    checklist_id: str
    name: str
    site_id: str
    site: str
    due: str
    state: str
    carried: int
    reason: str | None
    ended_at: str | None
    service: str | None
    model_id: str | None
    steps: list[StepLine]


_KEPT = ", ".join(f"'{state}'" for state in NOT_KEPT)
DUE = f"""
    SELECT c.id, c.name, c.frequency, c.first_due, c.created_at, s.id, s.code, s.name,
           (SELECT max(e.ended_at) FROM checklist_run e WHERE e.site_id = s.id AND e.checklist_id = c.id
            AND e.ended_at IS NOT NULL),
           r.id, r.due, r.carried, count(k.id), sum(k.minutes),
           (SELECT count(DISTINCT a.step_id) FROM checklist_answer a JOIN checklist_step q ON q.id = a.step_id
            AND q.state = 'active' WHERE a.run_id = r.id)
    FROM checklist c
    JOIN site s ON s.state = 'active' AND (c.site_id IS NULL OR c.site_id = s.id)
        AND (c.cluster IS NULL OR c.cluster = s.cluster COLLATE NOCASE)
        AND (c.model_id IS NULL OR EXISTS (SELECT 1 FROM device d WHERE d.model_id = c.model_id AND d.site_id = s.id
                                           AND d.state NOT IN ({_KEPT})))
    JOIN checklist_step k ON k.checklist_id = c.id AND k.state = 'active'
    LEFT JOIN checklist_run r ON r.site_id = s.id AND r.checklist_id = c.id AND r.state = 'due'
    WHERE c.state = 'active' AND (s.id = :site OR :site IS NULL)
    GROUP BY c.id, s.id
"""
STEPS = """
    SELECT k.id, k.rank, k.title, k.room, k.required, k.evidence, k.minutes, k.part_id, p.sku, k.quantity,
           (SELECT a.result FROM checklist_answer a WHERE a.run_id = :run AND a.step_id = k.id
            ORDER BY a.result <> 'fail' LIMIT 1),
           (SELECT group_concat(a.evidence, '; ') FROM checklist_answer a WHERE a.run_id = :run AND a.step_id = k.id),
           (SELECT group_concat(a.note, '; ') FROM checklist_answer a WHERE a.run_id = :run AND a.step_id = k.id),
           (SELECT group_concat(t.ref, ', ') FROM checklist_answer a JOIN ticket t ON t.id = a.ticket_id
            WHERE a.run_id = :run AND a.step_id = k.id),
           (SELECT count(*) FROM attachment f WHERE f.run_id = :run AND f.step_id = k.id)
    FROM checklist_step k LEFT JOIN part p ON p.id = k.part_id
    LEFT JOIN room r ON r.site_id = :site AND r.name = k.room COLLATE NOCASE
    WHERE k.checklist_id = :checklist AND k.state = 'active' GROUP BY k.id
    ORDER BY coalesce(r.rank, 9999), k.rank, k.id
"""


def checklists(connection: sqlite3.Connection, *, retired: bool = False) -> list[ChecklistLine]:
    """Checklists by name."""
    rows = connection.execute(
        "SELECT c.id, c.name, c.frequency, coalesce(s.name, 'sites of ' || c.cluster, 'sites with ' || m.name, 'all sites'),"
        " c.service, c.first_due, c.state, count(k.id), coalesce(sum(k.minutes), 0) FROM checklist c"
        " LEFT JOIN site s ON s.id = c.site_id LEFT JOIN device_model m ON m.id = c.model_id"
        " LEFT JOIN checklist_step k ON k.checklist_id = c.id AND k.state = 'active'"
        " WHERE c.state = 'active' OR ? GROUP BY c.id ORDER BY c.name, c.id",
        (retired,),
    )
    return [ChecklistLine(*row) for row in rows]


def waiting(connection: sqlite3.Connection, today: str, site_id: str | None = None) -> list[DueRun]:
    """The run of each checklist at each site (or one) that is waited for, the longest overdue first. `today` is a date."""
    found = []
    for row in connection.execute(DUE, {"site": site_id}):
        checklist, name, often, first, made, site, code, place, last, run, due, carried, steps, minutes, answered = row
        due = due or due_date(often, first, made, last)
        found.append(DueRun(
            run or run_id(checklist, site, due), checklist, name, often, site, code, place, due, int(due < today),
            int(run is not None), carried or 0, steps, steps - answered, minutes,
        ))  # fmt: skip
    return sorted(found, key=lambda each: (each.due, each.site, each.name))


def due(connection: sqlite3.Connection, day: str, site_id: str | None = None) -> list[DueRun]:
    """What is due by a day (a date)."""
    return [each for each in waiting(connection, day, site_id) if each.due <= day]


def steps(connection: sqlite3.Connection, checklist_id: str) -> list[StepLine]:
    """The steps of a checklist, in their order."""
    rows = connection.execute(STEPS, {"checklist": checklist_id, "run": None, "site": None})
    return sorted((StepLine(*row) for row in rows), key=lambda each: (each.rank, each.id))


def card(connection: sqlite3.Connection, run: str) -> RunCard:
    """A run with its steps, in walk order. Raises NotFound."""
    found = connection.execute(
        "SELECT r.id, c.id, c.name, r.site_id, coalesce(s.name, '?'), r.due, r.state, r.carried, r.reason, r.ended_at,"
        " c.service, c.model_id FROM checklist_run r JOIN checklist c ON c.id = r.checklist_id"
        " LEFT JOIN site s ON s.id = r.site_id WHERE r.id = ?",
        (run,),
    ).fetchone()
    if found is None:
        raise NotFound("That run of a checklist has not begun: see  techdesk checklist due.")
    rows = connection.execute(STEPS, {"run": run, "checklist": found[1], "site": found[3]})
    return RunCard(*(*found, [StepLine(*row) for row in rows]))


def proved_run(connection: sqlite3.Connection, checklist_id: str, site_id: str) -> str | None:
    """The newest run of a checklist at a site on which there are photos."""
    found = connection.execute(
        "SELECT r.id FROM checklist_run r WHERE r.checklist_id = ? AND r.site_id = ?"
        " AND EXISTS (SELECT 1 FROM attachment a WHERE a.run_id = r.id) ORDER BY r.due DESC, r.id DESC",
        (checklist_id, site_id),
    ).fetchone()
    return None if found is None else str(found[0])


def checklist_id(connection: sqlite3.Connection, text: str) -> str:
    """The checklist with that name, or whose name begins so. Raises NotFound, or BadInput when several fit."""
    typed = text.strip().casefold()
    lines = checklists(connection, retired=True)
    found = [line for line in lines if line.name.casefold() == typed]
    found = found or [line for line in lines if typed and line.name.casefold().startswith(typed)]
    live = [line for line in found if line.state == "active"]
    found = live or found
    if not found:
        raise NotFound(f"There is no checklist '{text}' here: see  techdesk checklist list.")
    if len(found) > 1:
        several = ", ".join(f"{line.name} ({line.where})" for line in found[:3])
        raise BadInput(f"'{text}' fits more than one checklist: {several} ... Type more of it, or another name.")
    return found[0].id


def done_and_due(connection: sqlite3.Connection, first: str, last: str, site_id: str | None = None) -> tuple[int, int]:
    """Maintenance done = runs done / runs due, of those due from the first to the last date. What was never begun counts as
    due too."""
    row = connection.execute(
        "SELECT sum(state = 'done'), count(*) FROM checklist_run WHERE due >= ? AND due <= ? AND state <> 'due'"
        " AND (site_id = ? OR ? IS NULL)",
        (first, last, site_id, site_id),
    ).fetchone()
    open_runs = sum(first <= each.due <= last for each in waiting(connection, last, site_id))
    return int(row[0] or 0), int(row[1]) + open_runs


def overdue_days(run: DueRun, today: str) -> int:
    """How many days a run is overdue."""
    return max(0, (date.fromisoformat(today) - date.fromisoformat(run.due)).days)
