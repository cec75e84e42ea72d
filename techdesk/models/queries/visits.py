"""Visits, their tasks in walk order, and the running timer."""

import sqlite3
from datetime import UTC, date, datetime, time, timedelta

from techdesk import clock
from techdesk.errors import NotFound
from techdesk.models.rows import RunningTimer, TaskLine, VisitLine

LINE = """
    SELECT v.id, v.site_id, coalesce(s.name, '?'), coalesce(s.code, '?'), v.technician_id, p.name, v.state,
           v.planned_start, v.planned_end, v.actual_start, v.actual_end, coalesce(s.timezone, 'Europe/London'),
           (SELECT count(*) FROM visit_task k WHERE k.visit_id = v.id),
           (SELECT count(*) FROM visit_task k WHERE k.visit_id = v.id AND k.state = 'done'),
           v.reason, v.signatory, v.summary, v.instead_of, v.agreed, v.agreed_with, v.confirmed_by, v.signed_how
    FROM visit v LEFT JOIN site s ON s.id = v.site_id LEFT JOIN technician p ON p.id = v.technician_id
"""
GONE = ("cancelled", "rebooked")


def visit(connection: sqlite3.Connection, id: str) -> VisitLine:
    """One visit. Raises NotFound."""
    found = connection.execute(f"{LINE} WHERE v.id = ?", (id,)).fetchone()
    if found is None:
        raise NotFound("That visit is not in this store.")
    return VisitLine(*found)


def on_day(connection: sqlite3.Connection, day: date, technician: str | None = None) -> list[VisitLine]:
    """The visits of a day, by start; the day is that of each site's own clock, asked for with a margin of zones."""
    start = clock.moment(datetime.combine(day, time(), UTC) - timedelta(hours=14))
    end = clock.moment(datetime.combine(day, time(), UTC) + timedelta(hours=38))
    rows = connection.execute(
        f"{LINE} WHERE v.planned_start >= ? AND v.planned_start < ? ORDER BY v.planned_start, v.id", (start, end)
    )
    lines = [VisitLine(*row) for row in rows]
    return [
        line
        for line in lines
        if clock.local(line.planned_start, line.timezone).date() == day
        and (technician is None or line.technician_id == technician)
        and line.state not in GONE
    ]


def under_way(connection: sqlite3.Connection, technician: str | None) -> VisitLine | None:
    """The visit that the technician is at now, if there is one."""
    found = connection.execute(
        f"{LINE} WHERE v.technician_id = ? AND v.state = 'on_site' ORDER BY v.actual_start DESC LIMIT 1", (technician,)
    ).fetchone()
    return None if found is None else VisitLine(*found)


def unsigned(connection: sqlite3.Connection, technician: str | None) -> list[VisitLine]:
    """The technician's visits that are wrapped and not signed, the newest first."""
    rows = connection.execute(
        f"{LINE} WHERE v.technician_id = ? AND v.state = 'wrapped' ORDER BY v.planned_start DESC, v.id", (technician,)
    )
    return [VisitLine(*row) for row in rows]


def upcoming(connection: sqlite3.Connection, now: str, technician: str | None, limit: int = 5) -> list[VisitLine]:
    """The technician's next visits."""
    rows = connection.execute(
        f"{LINE} WHERE v.planned_end >= ? AND v.state IN ('planned', 'confirmed', 'travelling')"
        " AND (v.technician_id = ? OR ? IS NULL) ORDER BY v.planned_start, v.id LIMIT ?",
        (now, technician, technician, limit),
    )
    return [VisitLine(*row) for row in rows]


def tasks(connection: sqlite3.Connection, visit_id: str) -> list[TaskLine]:
    """A visit's tasks as one walks: by the room's place in the building, worst first within a room."""
    rows = connection.execute(
        """
        SELECT k.id, k.ticket_id, t.ref, coalesce(t.title, k.title), coalesce(t.room, k.room), t.priority, k.estimate,
               k.actual, k.state, k.reason, t.state, t.fix_due, t.reporter, k.run_id, k.agreed, coalesce(c.carried, 0), c.due
        FROM visit_task k JOIN visit v ON v.id = k.visit_id LEFT JOIN ticket t ON t.id = k.ticket_id
        LEFT JOIN checklist_run c ON c.id = k.run_id
        LEFT JOIN room r ON r.site_id = v.site_id AND r.name = coalesce(t.room, k.room) COLLATE NOCASE
        WHERE k.visit_id = ? GROUP BY k.id
        ORDER BY coalesce(r.rank, 9999), coalesce(t.room, k.room), coalesce(t.priority, 9), k.rank, k.id
        """,
        (visit_id,),
    )
    return [TaskLine(*row) for row in rows]


def minutes_left(line: VisitLine, now: str) -> int:
    """Minutes until the visit's planned end, moved by a late start; less than 0 when it is over time."""
    end = line.planned_end
    if line.actual_start is not None and line.actual_start > line.planned_start:
        planned = clock.seconds_between(line.planned_start, line.planned_end)
        late = clock.later(line.actual_start, planned / 60)
        end = min(late, clock.later(line.planned_end, 30))
    if line.state not in ("on_site", "planned", "confirmed", "travelling"):
        return 0
    start = now if line.state == "on_site" else max(now, line.planned_start)
    return round((clock.parse(end) - clock.parse(start)).total_seconds() / 60)


def would_carry(lines: list[TaskLine], left: int) -> list[TaskLine]:
    """The tasks that no longer fit into the minutes left, if what was agreed is done first, and then the worst."""
    todo = [task for task in lines if task.state in ("todo", "doing")]
    todo.sort(key=lambda task: (task.state != "doing", task.agreed or 999, task.priority or 9, task.due or "9999"))
    over, used = [], 0
    for task in todo:
        used += task.estimate
        if used > left:
            over.append(task)
    return over


def running(connection: sqlite3.Connection, technician: str | None) -> list[RunningTimer]:
    """The technician's timers, the running one first, then what it interrupted."""
    rows = connection.execute(
        "SELECT t.id, t.ref, t.title, t.priority, t.room, t.reporter, r.started_at, r.seconds FROM timer r"
        " JOIN ticket t ON t.id = r.ticket_id WHERE r.technician_id = ? ORDER BY r.depth DESC",
        (technician,),
    )
    return [RunningTimer(*row) for row in rows]
