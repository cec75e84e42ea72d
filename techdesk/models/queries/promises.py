"""What a visit stands for: its site's card, its tasks, and what was promised there."""

import sqlite3
from typing import NamedTuple

from techdesk.models.cards import SiteCard, VisitSheet
from techdesk.models.queries import visit_lists, visit_sheets, visits
from techdesk.models.queries.checklists import DueRun
from techdesk.models.queries.maintaining import due_at
from techdesk.models.rows import TaskLine, VisitLine

MOST = 30


class Promise(NamedTuple):
    """Something that was left for the next visit: `why` it was."""

    ref: str | None
    title: str
    why: str


class Waiting(NamedTuple):
    """An open ticket of a site."""

    ref: str
    priority: int
    title: str
    room: str | None
    due: str | None


class VisitCard(NamedTuple):
    """A visit to look at before, during (tasks) and after it (sheet). `instead_of` is the one that it makes up for, `made_up`
    the one that makes up for it."""

    line: VisitLine
    site: SiteCard
    tasks: list[TaskLine]
    promised: list[Promise]
    waiting: list[Waiting]
    sheet: VisitSheet | None
    due: list[DueRun]
    instead_of: VisitLine | None = None
    made_up: VisitLine | None = None


def visit_card(connection: sqlite3.Connection, id: str, now: str) -> VisitCard:
    """Everything about one visit. Raises NotFound."""
    line = visits.visit(connection, id)
    made = line.state in ("wrapped", "signed")
    return VisitCard(
        line,
        visit_lists.site_card(connection, line.site_id),
        visits.tasks(connection, id),
        [] if made else promised(connection, line),
        [] if made or line.tasks else waiting(connection, line.site_id),
        visit_sheets.sheet(connection, id, now) if made else None,
        [] if made else due_at(connection, id),
        visits.visit(connection, line.instead_of) if line.instead_of and _here(connection, line.instead_of) else None,
        _made_up(connection, id),
    )


def _here(connection: sqlite3.Connection, id: str) -> bool:
    return connection.execute("SELECT 1 FROM visit WHERE id = ?", (id,)).fetchone() is not None


def _made_up(connection: sqlite3.Connection, id: str) -> VisitLine | None:
    found = connection.execute("SELECT id FROM visit WHERE instead_of = ? ORDER BY id LIMIT 1", (id,)).fetchone()
    return None if found is None else visits.visit(connection, str(found[0]))


def promised(connection: sqlite3.Connection, line: VisitLine) -> list[Promise]:
    """What the visit before left for this one, and the site's tickets that wait for a visit."""
    last = visit_lists.past(connection, line.planned_start, 1, visit_lists.VisitFilter(site_id=line.site_id))
    carried = []
    if last and last[0].id != line.id:
        carried = connection.execute(
            "SELECT t.ref, coalesce(t.title, k.title), coalesce(k.reason, 'carried') FROM visit_task k"
            " LEFT JOIN ticket t ON t.id = k.ticket_id"
            " WHERE k.visit_id = ? AND k.state = 'carried' AND coalesce(t.open, 1) = 1 ORDER BY k.rank, k.id LIMIT ?",
            (last[0].id, MOST),
        ).fetchall()
    held = connection.execute(
        "SELECT ref, title, 'waits for this visit' FROM ticket WHERE site_id = ? AND open = 1 AND hold_reason = 'next_visit'"
        " ORDER BY priority, opened_at, id LIMIT ?",
        (line.site_id, MOST),
    ).fetchall()
    found = {(ref or title): Promise(ref, title, why) for ref, title, why in [*held, *carried]}
    return list(found.values())


def waiting(connection: sqlite3.Connection, site_id: str) -> list[Waiting]:
    """The site's open tickets, in triage order."""
    rows = connection.execute(
        "SELECT ref, priority, title, room, fix_due FROM ticket WHERE site_id = ? AND open = 1"
        " ORDER BY priority, coalesce(fix_due, '9999'), opened_at, id LIMIT ?",
        (site_id, MOST),
    )
    return [Waiting(*row) for row in rows]
