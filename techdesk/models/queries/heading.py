"""What stands above every area: the visit under way or the next one, the running timer, and what waits to be sent."""

import sqlite3
from typing import NamedTuple

from techdesk.models.queries import visits
from techdesk.models.rows import RunningTimer, VisitLine

# A change in one of these may change the heading.
TABLES = frozenset(("visit", "visit_task", "site", "timer", "ticket", "worklog", "inbox_item"))


class Heading(NamedTuple):
    """`to_send` counts operations that no server has confirmed, `inbox` what waits for a person's choice."""

    me: str | None = None
    visit: VisitLine | None = None
    following: VisitLine | None = None
    timer: RunningTimer | None = None
    to_send: int = 0
    inbox: int = 0
    server: str | None = None


def heading(connection: sqlite3.Connection, now: str) -> Heading:
    """The heading at a moment."""
    me = _meta(connection, "technician")
    waiting = connection.execute("SELECT count(*) FROM operation WHERE state <> 'done'").fetchone()[0]
    inbox = connection.execute(
        "SELECT count(*) FROM inbox_item WHERE state = 'open' AND (technician_id IS ? OR technician_id IS NULL)", (me,)
    ).fetchone()[0]
    following = visits.upcoming(connection, now, me, 1)
    timers = visits.running(connection, me)
    return Heading(
        me,
        visits.under_way(connection, me),
        following[0] if following else None,
        timers[0] if timers else None,
        int(waiting),
        int(inbox),
        _meta(connection, "server"),
    )


def _meta(connection: sqlite3.Connection, key: str) -> str | None:
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if found is None else str(found[0])
