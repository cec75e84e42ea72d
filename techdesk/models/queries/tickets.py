"""Tickets: lists in triage order, and everything about one."""

import sqlite3
from typing import Any

from techdesk.errors import NotFound
from techdesk.models.filters import TicketFilter
from techdesk.models.queries.search import fts_phrase
from techdesk.models.rows import (
    AttachmentLine,
    EventLine,
    PartLine,
    TicketLine,
    TicketLinks,
    TicketStory,
    WorkEntry,
    WorklogLine,
)

LINE = """
    SELECT t.id, t.ref, t.priority, t.state, t.title, s.name, s.code, t.room, o.name, t.role, t.fix_due, t.opened_at,
           t.reporter, t.hold_reason, t.kind, s.timezone, t.site_id, t.impact, t.urgency, t.hold_until, t.cold, t.major,
           t.supplier
    FROM ticket t LEFT JOIN site s ON s.id = t.site_id LEFT JOIN technician o ON o.id = t.owner_id
"""
# The columns that decide the order, for each sort; all in one direction, so that a page can start after any row.
DUE = "coalesce(fix_due, '9999')"
CALM = "(major = 0 OR state IN ('resolved', 'closed', 'cancelled'))"
ORDERS = {
    "triage": ((CALM, "priority", DUE, "opened_at", "id"), "ASC"),
    "newest": (("opened_at", "id"), "DESC"),
    "oldest": (("opened_at", "id"), "ASC"),
}
# The same of the ticket that LINE calls t, beside tables that have such columns too.
OWN = {DUE: "coalesce(t.fix_due, '9999')", CALM: "(t.major = 0 OR t.state IN ('resolved', 'closed', 'cancelled'))"}

# What each mark of a filter line stands for. Some are of tickets that have ended, so they look at these as well.
MARKS = {
    "waiting": "state = 'on_hold'",
    "cold": "cold = 1",
    "major": "major = 1",
    "repeat": "(repeat_of IS NOT NULL OR id IN (SELECT repeat_of FROM ticket WHERE repeat_of IS NOT NULL))",
    "reopened": "reopened > 0",
}
ENDED_TOO = frozenset(("cold", "repeat", "reopened"))


def where(chosen: TicketFilter) -> tuple[str, list[Any]]:
    """The condition that a filter stands for, and its values."""
    terms: list[str] = []
    values: list[Any] = []
    if chosen.states:
        terms.append(f"state IN ({', '.join('?' * len(chosen.states))})")
        values.extend(chosen.states)
    elif not chosen.all and not ENDED_TOO.intersection(chosen.marks):
        terms.append("open = 1")
    terms.extend(MARKS[mark] for mark in chosen.marks)
    for column in ("site_id", "priority", "owner_id", "room", "role", "kind", "channel", "category", "problem_id"):
        if getattr(chosen, column) is not None:
            terms.append(f"{column} = ?" + (" COLLATE NOCASE" if column in ("room", "category") else ""))
            values.append(getattr(chosen, column))
    if chosen.words:
        terms.append("n IN (SELECT rowid FROM ticket_search WHERE ticket_search MATCH ?)")
        values.append(fts_phrase(chosen.words))
    return " AND ".join(terms) or "1", values


def count(connection: sqlite3.Connection, chosen: TicketFilter) -> int:
    """How many tickets the filter lets through."""
    condition, values = where(chosen)
    return int(connection.execute(f"SELECT count(*) FROM ticket WHERE {condition}", values).fetchone()[0])


def page(connection: sqlite3.Connection, chosen: TicketFilter, limit: int) -> list[TicketLine]:
    """The first tickets in the filter's order."""
    keys, direction = ORDERS[chosen.sort]
    condition, values = where(chosen)
    order = ", ".join(f"{key} {direction}" for key in keys)
    inner = f"SELECT n FROM ticket WHERE {condition} ORDER BY {order} LIMIT ?"
    return lines(connection, inner, [*values, limit], chosen.sort)


def lines(connection: sqlite3.Connection, inner: str, values: list[Any], sort: str) -> list[TicketLine]:
    """The lines of the tickets whose row numbers the inner query gives, in order."""
    keys, direction = ORDERS[sort]
    order = ", ".join(f"{OWN.get(key, f't.{key}')} {direction}" for key in keys)
    return [TicketLine(*row) for row in connection.execute(f"{LINE} WHERE t.n IN ({inner}) ORDER BY {order}", values)]


def line(connection: sqlite3.Connection, id: str) -> TicketLine:
    """One ticket as a list shows it. Raises NotFound."""
    found = connection.execute(f"{LINE} WHERE t.id = ?", (id,)).fetchone()
    if found is None:
        raise NotFound("That ticket is not in this store.")
    return TicketLine(*found)


def story(connection: sqlite3.Connection, id: str, *, alike: bool = True) -> TicketStory:
    """Everything about one ticket; `similar` stays empty unless `alike`. Raises NotFound."""
    # 3 ms that a cold `list`, `log` or `note` need not pay.
    from techdesk.models.queries.debt import owed
    from techdesk.models.queries.devices import device
    from techdesk.models.queries.fitting_articles import fitting_articles
    from techdesk.models.queries.known_errors import known_errors
    from techdesk.models.queries.similar import similar_to
    from techdesk.models.queries.supplier_terms import supplier
    from techdesk.models.queries.surveys import of_ticket

    head = line(connection, id)
    cursor = connection.execute("SELECT * FROM ticket WHERE id = ?", (id,))
    fields = dict(zip((each[0] for each in cursor.description), cursor.fetchone(), strict=True))
    model = _model(connection, fields["device_id"])
    aliases = connection.execute("SELECT alias FROM ticket_alias WHERE ticket_id = ? ORDER BY alias", (id,))
    return TicketStory(
        fields,
        head,
        [str(alias) for (alias,) in aliases],
        _worklogs(connection, id),
        _parts(connection, id),
        _history(connection, id),
        device(connection, str(fields["device_id"])) if fields["device_id"] else None,
        similar_to(
            connection,
            str(fields["text"]),
            leave_out=id,
            model=model,
            site=str(fields["site_id"]) if fields["site_id"] else None,
        )
        if alike
        else [],
        attachments(connection, id),
        _links(connection, id, fields),
        known_errors(
            connection,
            str(fields["text"]),
            problem=str(fields["problem_id"]) if fields["problem_id"] else None,
            model=model,
        ),
        tuple(of_ticket(connection, id)),
        supplier(connection, fields["supplier"]),
        owed(connection, head.site_id),
        _hours_of_others(connection, head.site_id),
        fitting_articles(connection, str(fields["text"]), model=model),
    )


def _links(connection: sqlite3.Connection, id: str, fields: dict[str, Any]) -> TicketLinks:
    def refs(condition: str, value: object) -> list[str]:
        if value is None:
            return []
        rows = connection.execute(f"SELECT ref FROM ticket WHERE {condition} ORDER BY opened_at, id", (value,))
        return [str(ref) for (ref,) in rows]

    behind = connection.execute("SELECT ref FROM problem WHERE id = ?", (fields["problem_id"],)).fetchone()
    above, before = refs("id = ?", fields["parent_id"]), refs("id = ?", fields["repeat_of"])
    return TicketLinks(
        before[0] if before else None,
        refs("repeat_of = ? AND state <> 'cancelled'", id),
        above[0] if above else None,
        refs("parent_id = ?", id),
        None if behind is None else str(behind[0]),
    )


def _hours_of_others(connection: sqlite3.Connection, site_id: str | None) -> int:
    """Whether the site's own calendar has hours that say none: `none`, or nothing but closed days."""
    found = connection.execute(
        "SELECT 1 FROM calendar WHERE site_id = ? AND trim(hours) <> '' AND hours NOT GLOB '*[0-9]*'", (site_id,)
    ).fetchone()
    return int(found is not None)


def _model(connection: sqlite3.Connection, device_id: str | int | float | None) -> str | None:
    found = connection.execute(
        "SELECT m.kept_id FROM device d JOIN model_of m ON m.id = d.model_id WHERE d.id = ?", (device_id,)
    ).fetchone()
    return None if found is None else found[0]


def _worklogs(connection: sqlite3.Connection, id: str) -> list[WorklogLine]:
    rows = connection.execute(
        "SELECT w.minutes, w.mode, w.note, p.name, w.start FROM worklog w LEFT JOIN technician p ON p.id = w.technician_id"
        " WHERE w.ticket_id = ? ORDER BY w.start, w.id",
        (id,),
    )
    return [WorklogLine(*row) for row in rows]


def work_entries(connection: sqlite3.Connection, id: str) -> list[WorkEntry]:
    """The entries of minutes on a ticket as they count now: each with what corrects it, and how it was spent in the end."""
    rows = connection.execute(
        "SELECT w.id, (SELECT sum(c.minutes) FROM worklog c WHERE c.id = w.id OR c.corrects = w.id),"
        " coalesce(last.mode, w.mode), coalesce(last.proactive, w.proactive), w.note, p.name, w.start FROM worklog w"
        " LEFT JOIN worklog last ON last.id = (SELECT c.id FROM worklog c WHERE c.corrects = w.id AND c.minutes > 0"
        " ORDER BY c.created_at DESC, c.id DESC LIMIT 1)"
        " LEFT JOIN technician p ON p.id = w.technician_id WHERE w.ticket_id = ? AND w.corrects IS NULL"
        " ORDER BY w.start, w.id",
        (id,),
    )
    return [WorkEntry(*row) for row in rows]


def _parts(connection: sqlite3.Connection, id: str) -> list[PartLine]:
    """Parts used: what left a location for this ticket, less what came back."""
    rows = connection.execute(
        "SELECT p.sku, p.name, sum(CASE WHEN m.reason = 'return' THEN -m.quantity ELSE m.quantity END) AS used"
        " FROM stock_movement m JOIN part p ON p.id = m.part_id WHERE m.ticket_id = ?"
        " GROUP BY p.id HAVING used <> 0 ORDER BY p.sku",
        (id,),
    )
    return [PartLine(*row) for row in rows]


def attachments(connection: sqlite3.Connection, id: str) -> list[AttachmentLine]:
    """The photos and papers of a ticket, in the order that they were attached."""
    return _attached(connection, "a.ticket_id = ?", id)


def evidence(connection: sqlite3.Connection, run_id: str, step_id: str | None = None) -> list[AttachmentLine]:
    """The photos and papers of a checklist's run, or of one step of it, in the order that they were attached."""
    return _attached(connection, "a.run_id = ? AND a.step_id = coalesce(?, a.step_id)", run_id, step_id)


def _attached(connection: sqlite3.Connection, where: str, *values: str | None) -> list[AttachmentLine]:
    rows = connection.execute(
        "SELECT a.id, a.name, a.media_type, a.bytes, a.width, a.height, a.sha256, a.thumbnail_sha256, a.taken_at, p.name,"
        f" a.created_at FROM attachment a LEFT JOIN technician p ON p.id = a.author WHERE {where}"
        " ORDER BY a.created_at, a.id",
        values,
    )
    return [AttachmentLine(*row) for row in rows]


def _history(connection: sqlite3.Connection, id: str) -> list[EventLine]:
    rows = connection.execute(
        "SELECT e.at, coalesce(e.by_whom, p.name), e.laptop, e.act, e.state, e.note, e.details"
        " FROM ticket_event e LEFT JOIN technician p ON p.id = e.author WHERE e.ticket_id = ? ORDER BY e.at, e.id",
        (id,),
    )
    return [EventLine(*row) for row in rows]
