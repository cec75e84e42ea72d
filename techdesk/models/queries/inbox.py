"""The inbox, and what others did since."""

import sqlite3

from techdesk.errors import BadInput, NotFound
from techdesk.models.cards import NewsLine
from techdesk.models.rows import InboxLine

LINE = """
    SELECT i.id, i.ref, i.entity, i.kind, i.done, i.mine, i.theirs, p.name, i.at, i.state, i.choice
    FROM inbox_item i LEFT JOIN technician p ON p.id = i.theirs_by
"""
# Those of the laptop's technician, and those that nobody can be named for.
MINE = "(i.technician_id IS ? OR i.technician_id IS NULL)"

# Among so many of the latest lines of history is looked for what others did.
NEWS_LOOKED_AT = 2000


def waiting(connection: sqlite3.Connection, technician: str | None, *, settled: bool = False) -> list[InboxLine]:
    """What waits for the technician's choice, oldest first; with `settled` also what was chosen already."""
    state = "1" if settled else "i.state = 'open'"
    rows = connection.execute(f"{LINE} WHERE {state} AND {MINE} ORDER BY i.at, i.id", (technician,))
    return [InboxLine(*row) for row in rows]


def count(connection: sqlite3.Connection, technician: str | None) -> int:
    """How much waits for the technician's choice."""
    found = connection.execute(f"SELECT count(*) FROM inbox_item i WHERE i.state = 'open' AND {MINE}", (technician,))
    return int(found.fetchone()[0])


def item(connection: sqlite3.Connection, technician: str | None, text: str) -> InboxLine:
    """The item at that position of the printed list (1 is the first), or whose id begins so."""
    lines = waiting(connection, technician)
    typed = text.strip()
    if typed.isdecimal() and 1 <= int(typed) <= len(lines):
        return lines[int(typed) - 1]
    fits = [line for line in lines if len(typed) >= 4 and line.id.startswith(typed.lower())]
    if len(fits) > 1:
        raise BadInput(f"'{text}' fits more than one item: type more of its id.")
    if not fits:
        raise NotFound(f"There is no item {text} in the inbox: see  techdesk inbox.")
    return fits[0]


def news(connection: sqlite3.Connection, laptop: str, limit: int = 20) -> list[NewsLine]:
    """What came in last from other laptops, the latest first; what another desk's export told is no news."""
    rows = connection.execute(
        f"""
        SELECT e.at, p.name, e.laptop, t.ref, t.title, e.act, e.state, e.note, t.id FROM (
            SELECT * FROM ticket_event ORDER BY n DESC LIMIT {NEWS_LOOKED_AT}
        ) e JOIN ticket t ON t.id = e.ticket_id LEFT JOIN technician p ON p.id = e.author
        WHERE e.laptop <> ? AND e.by_whom IS NULL ORDER BY e.at DESC, e.id DESC LIMIT ?
        """,
        (laptop, limit),
    )
    return [NewsLine(*row) for row in rows]
