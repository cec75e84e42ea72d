"""From a filter line, as people type it, to the filter: sites and people are looked up by name."""

import sqlite3

from techdesk.models.filters import TicketFilter, parse_line
from techdesk.models.queries import names


def chosen_by(connection: sqlite3.Connection, text: str) -> TicketFilter:
    """The filter that a line means. Raises NotFound or BadInput for a site or owner that is not known."""
    line = parse_line(text)
    me = connection.execute("SELECT value FROM meta WHERE key = 'technician'").fetchone()
    return TicketFilter(
        names.site_id(connection, line.site) if line.site else None,
        line.states,
        line.priority,
        names.technician_id(connection, line.owner, None if me is None else str(me[0])) if line.owner else None,
        line.room,
        line.words,
        line.all,
        line.sort,
        line.role,
        line.kind,
        line.channel,
        line.category,
        line.marks,
        names.numbered_id(connection, "problem", line.problem) if line.problem else None,
    )
