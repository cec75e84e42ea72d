"""The two questions after a ticket: which wait, which were answered."""

import sqlite3

from techdesk import clock
from techdesk.models.rows import SurveyLine

# Who has the ticket, ended it, or kept minutes on it. To hand it on before one writes the answer down hides nothing.
DID_THE_WORK = """({who} = t.owner_id
    OR EXISTS (SELECT 1 FROM worklog w WHERE w.ticket_id = t.id AND w.technician_id = {who} AND w.minutes > 0)
    OR EXISTS (SELECT 1 FROM ticket_event e WHERE e.ticket_id = t.id AND e.author = {who}
               AND e.act IN ('resolve', 'close')))"""
# Whoever did the work wrote the answer down himself.
SELF = f"(v.author IS NOT NULL AND {DID_THE_WORK.format(who='v.author')})"
# Who is named as who answered did the work himself: such an answer is kept, and counts for nothing.
RATED_SELF = f"""EXISTS (SELECT 1 FROM technician m WHERE lower(trim(m.name)) = lower(trim(v.answered_by))
    AND {DID_THE_WORK.format(who="m.id")})"""
# The newest of what one person said of one ticket; all who are not named are one.
NEWEST = """NOT EXISTS (SELECT 1 FROM survey later WHERE later.ticket_id = v.ticket_id AND later.state = 'answered'
    AND lower(trim(coalesce(later.answered_by, ''))) = lower(trim(coalesce(v.answered_by, '')))
    AND (coalesce(later.answered_at, later.created_at), later.id) > (coalesce(v.answered_at, v.created_at), v.id))"""
LINE = f"""
    SELECT t.ref, t.title, s.name, v.state, coalesce(v.answered_at, v.sent_at, v.created_at), v.timeliness, v.quality,
           v.comment, v.answered_by, v.collected, p.name, coalesce({SELF}, 0), {RATED_SELF}
    FROM survey v JOIN ticket t ON t.id = v.ticket_id LEFT JOIN site s ON s.id = t.site_id
    LEFT JOIN technician p ON p.id = v.author
"""


def asked(connection: sqlite3.Connection, state: str, limit: int) -> tuple[list[SurveyLine], int]:
    """The questions in that state, the oldest first (of answers the newest), and how many there are in all."""
    order = "DESC" if state == "answered" else "ASC"
    rows = connection.execute(
        f"{LINE} WHERE v.state = ? ORDER BY coalesce(v.answered_at, v.sent_at, v.created_at) {order}, v.id LIMIT ?",
        (state, limit),
    )
    [total] = connection.execute("SELECT count(*) FROM survey WHERE state = ?", (state,)).fetchone()
    return [SurveyLine(*row) for row in rows], int(total)


def of_ticket(connection: sqlite3.Connection, ticket_id: str) -> list[SurveyLine]:
    """The questions of one ticket, the first asked first."""
    rows = connection.execute(f"{LINE} WHERE v.ticket_id = ? ORDER BY v.created_at, v.id", (ticket_id,))
    return [SurveyLine(*row) for row in rows]


def overdue(connection: sqlite3.Connection, now: str, days: int) -> list[str]:
    """The ids of the tickets whose questions have waited for longer than so many days."""
    rows = connection.execute(
        "SELECT DISTINCT ticket_id FROM survey WHERE state = 'sent' AND sent_at < ? ORDER BY sent_at, id",
        (clock.later(now, -days * 24 * 60),),
    )
    return [str(id) for (id,) in rows]


def answers(line: SurveyLine) -> str:
    """What was answered, by whom, and who wrote it down; of questions that wait, since when."""
    if line.state != "answered":
        return line.at[:10]
    said = [f"{name} {value}" for name, value in (("timeliness", line.timeliness), ("quality", line.quality)) if value]
    by = f"by {line.answered_by}" if line.answered_by else "nobody is named"
    by += ", who did the work: it counts for nothing" if line.rated_self else ""
    wrote = f"written down by {line.written_by or '?'}{', who did the work' if line.self_collected else ''}"
    return ", ".join([*said, by, line.collected.replace("_", " "), wrote, *([line.comment] if line.comment else [])])
