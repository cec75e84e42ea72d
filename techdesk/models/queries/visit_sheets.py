"""The sheet that a visit comes to: what was done, found, promised and fitted, and what of the agreement it delivers."""

import sqlite3

from techdesk import clock
from techdesk.models.cards import Bought, DoneStep, DoorNote, FoundLine, PromiseLine, VisitSheet
from techdesk.models.queries.delivery import term_of
from techdesk.models.queries.visit_lists import VisitFilter, site_card, upcoming
from techdesk.models.queries.visits import tasks, visit
from techdesk.models.rows import PartLine, TaskLine, VisitLine

MOST = 200


def sheet(connection: sqlite3.Connection, id: str, now: str) -> VisitSheet:
    """What a visit came to, up to now. Raises NotFound."""
    line = visit(connection, id)
    travel, mileage, signed_at = connection.execute(
        "SELECT travel_minutes, mileage, signed_at FROM visit WHERE id = ?", (id,)
    ).fetchone()
    fixes = connection.execute(
        "SELECT k.id, t.resolution FROM visit_task k JOIN ticket t ON t.id = k.ticket_id"
        " WHERE k.visit_id = ? AND t.resolution IS NOT NULL",
        (id,),
    )
    listed = tasks(connection, id)
    following = upcoming(connection, max(now, line.planned_end), 1, VisitFilter(site_id=line.site_id))
    return VisitSheet(
        line, site_card(connection, line.site_id), travel, mileage, signed_at, listed,
        {str(task): str(fix) for task, fix in fixes}, _minutes(connection, line, now), _parts(connection, line, now),
        next((each for each in following if each.id != id), None), _found(connection, line, now),
        _promised(connection, line, listed), _steps(connection, id), bought(connection, line), _doors(connection, line, now),
    )  # fmt: skip


# What was done for a visit: by its technician, on its tickets, while it lasted.
DURING = """
    {0}.created_at BETWEEN :start AND :end
    AND {0}.ticket_id IN (SELECT ticket_id FROM visit_task WHERE visit_id = :visit)
"""


def _times(line: VisitLine, now: str) -> dict[str, str]:
    end = line.actual_end or (now if line.actual_start else line.planned_end)
    return {"visit": line.id, "start": line.actual_start or line.planned_start, "end": end}


def _minutes(connection: sqlite3.Connection, line: VisitLine, now: str) -> dict[str, int]:
    """Minutes of work by mode."""
    rows = connection.execute(
        f"SELECT w.mode, sum(w.minutes) FROM worklog w WHERE w.visit_id = :visit OR ({DURING.format('w')}"
        " AND w.technician_id = :technician) GROUP BY w.mode ORDER BY w.mode",
        _times(line, now) | {"technician": line.technician_id},
    )
    return {str(mode): int(minutes) for mode, minutes in rows if minutes}


def _parts(connection: sqlite3.Connection, line: VisitLine, now: str) -> list[PartLine]:
    """Parts fitted, less those that came back."""
    rows = connection.execute(
        "SELECT p.sku, p.name, sum(CASE WHEN m.reason = 'return' THEN -m.quantity ELSE m.quantity END) AS used"
        f" FROM stock_movement m JOIN part p ON p.id = m.part_id WHERE {DURING.format('m')}"
        " GROUP BY p.id HAVING used <> 0 ORDER BY p.sku",
        _times(line, now),
    )
    return [PartLine(*row) for row in rows]


def _found(connection: sqlite3.Connection, line: VisitLine, now: str) -> list[FoundLine]:
    """Tickets that came up at the school while the visit lasted."""
    rows = connection.execute(
        "SELECT id, ref, title, room, state, reporter FROM ticket WHERE site_id = :site AND opened_at BETWEEN :start AND :end"
        " AND state <> 'cancelled' ORDER BY opened_at, id LIMIT :most",
        _times(line, now) | {"site": line.site_id, "most": MOST},
    )
    return [FoundLine(*row) for row in rows]


def _promised(connection: sqlite3.Connection, line: VisitLine, listed: list[TaskLine]) -> list[PromiseLine]:
    """What is carried from this visit, what else waits for the next one, and what a supplier gave a date for."""
    found = [
        PromiseLine(task.ref, task.title, task.room, task.reason or "carried")
        for task in listed
        if task.state == "carried" and task.ticket_state not in ("closed", "resolved", "cancelled")
    ]
    there = {each.ref for each in found}
    rows = connection.execute(
        "SELECT ref, title, room, CASE WHEN hold_reason = 'next_visit' THEN 'waits for the next visit' ELSE"
        " coalesce(supplier, 'the supplier') || ' by ' || promised END FROM ticket WHERE site_id = ? AND open = 1"
        " AND (hold_reason = 'next_visit' OR promised IS NOT NULL) ORDER BY priority, opened_at, id LIMIT ?",
        (line.site_id, MOST),
    )
    return found + [PromiseLine(*row) for row in rows if row[0] not in there]


def _steps(connection: sqlite3.Connection, id: str) -> list[DoneStep]:
    """The steps of the checklists on the visit's list that were answered, or that its runs left."""
    rows = connection.execute(
        """
        SELECT c.name, k.title, k.room, a.result,
               nullif(trim(coalesce(a.evidence, '') || ' ' || coalesce(a.note, '')), ''), t.ref
        FROM visit_task v JOIN checklist_run r ON r.id = v.run_id JOIN checklist c ON c.id = r.checklist_id
        JOIN checklist_step k ON k.checklist_id = c.id AND k.state = 'active'
        JOIN checklist_answer a ON a.run_id = r.id AND a.step_id = k.id LEFT JOIN ticket t ON t.id = a.ticket_id
        WHERE v.visit_id = ? ORDER BY v.rank, k.rank, k.id, a.at, a.id
        """,
        (id,),
    )
    return [DoneStep(*row) for row in rows]


def bought(connection: sqlite3.Connection, line: VisitLine) -> Bought | None:
    """What the school has bought for the term that the visit is in, and what has been delivered of it by the visit's end;
    None without an agreement, or between two terms. Where nobody said when terms are, an English one is
    assumed, and named so."""
    day = line.planned_start[:10]
    agreement = connection.execute(
        "SELECT visits, minutes FROM agreement WHERE site_id = ? AND state = 'active' AND coalesce(starts, '') <= ?"
        " AND coalesce(ends, '9999') >= ? ORDER BY starts DESC, id LIMIT 1",
        (line.site_id, day, day),
    ).fetchone()
    if agreement is None:
        return None
    term = term_of(connection, clock.parse_day(day), line.site_id)
    first, last = term.first.isoformat(), term.last.isoformat()
    if day < first:
        return None
    title = f"Term from {first}" if term.known else f"No term dates are known, so from {first}"
    rows = connection.execute(
        "SELECT actual_start, actual_end FROM visit WHERE site_id = ? AND state IN ('wrapped', 'signed')"
        " AND planned_start >= ? AND planned_start <= ?",
        (line.site_id, first, line.planned_start),
    ).fetchall()
    minutes = sum(clock.seconds_between(start, end) // 60 for start, end in rows if start and end)
    return Bought(title, first, last, agreement[0], agreement[1], len(rows), minutes)


def _doors(connection: sqlite3.Connection, line: VisitLine, now: str) -> list[DoorNote]:
    """The devices that the visit's tickets are about."""
    rows = connection.execute(
        """
        SELECT coalesce(d.tag, d.serial, d.name, '?'), m.name, coalesce(d.room, t.room), t.ref, t.title, t.state,
               t.resolution, CASE WHEN k.state IN ('carried', 'dropped') THEN k.reason ELSE t.hold_reason END
        FROM visit_task k JOIN ticket t ON t.id = k.ticket_id JOIN device d ON d.id = t.device_id
        LEFT JOIN device_model m ON m.id = d.model_id
        WHERE k.visit_id = :visit AND (t.open = 1 OR coalesce(t.resolved_at, t.closed_at) BETWEEN :start AND :end)
        GROUP BY t.id ORDER BY 3, 1, t.ref LIMIT :most
        """,
        _times(line, now) | {"most": MOST},
    )
    return [DoorNote(*row) for row in rows]
