"""What triage would most likely set on a ticket: as the organisation has set it on tickets that read like it."""

import sqlite3
from collections import Counter, defaultdict
from typing import NamedTuple

from techdesk.models.queries.search import COMMON, words_of

COMPARED = 25
WORDS = 12
# A value is named where so many of the likest tickets have it, and so large a share of their weight.
LEAST, SURE = 2, 0.5


class Guess(NamedTuple):
    """A value, and why."""

    value: str
    why: str


class Suggestion(NamedTuple):
    """What is likely enough to be named; None where nothing is. Impact and urgency are in digits."""

    impact: Guess | None = None
    urgency: Guess | None = None
    category: Guess | None = None
    service: Guess | None = None
    role: Guess | None = None


def suggest(connection: sqlite3.Connection, id: str) -> Suggestion:
    """What the tickets that read most like this one say, where it does not say so itself."""
    row = connection.execute(
        "SELECT substr(text, 1, 1000), category, service, role FROM ticket WHERE id = ?", (id,)
    ).fetchone()
    if row is None:
        return Suggestion()
    text, category, service, role = row
    near = _near(connection, text, id)
    handed = _vote(near, 5)
    return Suggestion(
        impact=_vote(near, 1),
        urgency=_vote(near, 2),
        category=None if category else _vote(near, 3),
        service=None if service else _vote(near, 4),
        role=None if handed is None or handed.value == role else handed,
    )


Near = list[tuple[object, ...]]


def _near(connection: sqlite3.Connection, text: str, id: str) -> Near:
    """(weight, impact, urgency, category, service, role, ref) of tickets that were triaged and read like the text."""
    words = list(dict.fromkeys(word.casefold() for word in words_of(text) if len(word) > 2))
    chosen = [word for word in words if word not in COMMON][:WORDS]
    if not chosen:
        return []
    query = " OR ".join(f'"{word}"' for word in chosen)
    rows = connection.execute(
        f"""
        SELECT -found.rank, t.impact, t.urgency, t.category, t.service, t.role, t.ref FROM (
            SELECT rowid, bm25(ticket_search, 0, 1, 0, 0, 0) AS rank FROM ticket_search
            WHERE ticket_search MATCH ? ORDER BY rank LIMIT {2 * COMPARED}
        ) found JOIN ticket t ON t.n = found.rowid
        WHERE t.state NOT IN ('new', 'cancelled') AND t.id <> ? ORDER BY found.rank LIMIT {COMPARED}
        """,
        (f"text : ({query})", id),
    ).fetchall()
    best = rows[0][0] if rows else 0
    return [row for row in rows if row[0] > best / 3]


def _vote(near: Near, column: int) -> Guess | None:
    """The value that most of the weight is for, if that is enough of it."""
    votes: defaultdict[str, float] = defaultdict(float)
    held: Counter[str] = Counter()
    refs: dict[str, list[str]] = {}
    for row in near:
        value = row[column]
        if value not in (None, ""):
            votes[str(value)] += float(str(row[0])) ** 2
            held[str(value)] += 1
            refs.setdefault(str(value), []).append(str(row[6]))
    if not votes:
        return None
    best = max(votes, key=lambda value: (votes[value], value))
    if held[best] < LEAST or votes[best] < SURE * sum(votes.values()):
        return None
    return Guess(best, f"as {held[best]} of {sum(held.values())} like it: {', '.join(refs[best][:2])}")
