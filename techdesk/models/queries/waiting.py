"""What waits for somebody, to be chased."""

import sqlite3
from typing import NamedTuple

from techdesk.models.filters import TicketFilter
from techdesk.models.queries.tickets import where


class WaitingLine(NamedTuple):
    """A ticket on hold. `until` is the date that was promised or set, `waited` minutes that were lost waiting on the spot;
    `over` is 1 when the day has come; `contacts` and `terms` are the supplier's, as far as it is known."""

    id: str
    ref: str
    priority: int
    title: str
    site: str | None
    reason: str
    until: str | None
    over: int
    supplier: str | None
    reference: str | None
    waited: int
    owner: str | None
    contacts: str | None = None
    terms: str | None = None


def waiting(connection: sqlite3.Connection, chosen: TicketFilter, limit: int, today: str) -> list[WaitingLine]:
    """The tickets on hold that the filter lets through: those whose day has come first, those without a day last. `today` is
    a date."""
    condition, values = where(chosen)
    rows = connection.execute(
        f"""
        SELECT t.id, t.ref, t.priority, t.title, s.name, t.hold_reason, t.hold_until, coalesce(t.hold_until <= ?, 0),
               t.supplier, t.supplier_ref,
               (SELECT coalesce(sum(minutes), 0) FROM worklog w WHERE w.ticket_id = t.id AND w.mode = 'waiting'),
               o.name, u.contacts, u.terms
        FROM ticket t LEFT JOIN site s ON s.id = t.site_id LEFT JOIN technician o ON o.id = t.owner_id
        LEFT JOIN supplier u ON u.id = (SELECT id FROM supplier WHERE name = t.supplier COLLATE NOCASE ORDER BY id LIMIT 1)
        WHERE t.n IN (SELECT n FROM ticket WHERE {condition})
        ORDER BY coalesce(t.hold_until, '9999'), t.priority, t.opened_at, t.id LIMIT ?
        """,
        (today, *values, limit),
    )
    return [WaitingLine(*row) for row in rows]
