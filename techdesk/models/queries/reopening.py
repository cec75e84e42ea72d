"""What it takes to go on with a ticket that has ended."""

import sqlite3

from techdesk import clock
from techdesk.desk.closing import ReopenTicket
from techdesk.desk.following import FollowTicket
from techdesk.desk.ids import new_id
from techdesk.desk.rules import published
from techdesk.models.sqlite import SqliteTx


def again(connection: sqlite3.Connection, ticket_id: str, reason: str | None, now: str) -> ReopenTicket | FollowTicket:
    """The ticket opened again, or, once the organisation's period for that is over, a new one that is linked to it."""
    tx = SqliteTx(connection)
    row = tx.get("ticket", ticket_id)
    closed = row["closed_at"] if row is not None else None
    if closed and clock.later(str(closed), published(tx).reopen_days * 24 * 60) < now:
        return FollowTicket(id=new_id(), ticket_id=ticket_id, reason=reason)
    return ReopenTicket(ticket_id=ticket_id, reason=reason)
