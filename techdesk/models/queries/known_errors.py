"""Known errors that fit a ticket, with what helps until they are gone."""

import sqlite3

from techdesk.models.queries.recall import telling_words
from techdesk.models.rows import KnownError

# The states in which a problem's workaround is what helps.
KNOWN = ("known_error", "change_raised")
READ, MOST_WORDS, MOST_COMPARED = 2000, 24, 40
# Of the telling words of the ticket or of the known error, whichever has fewer, so many must be in both.
LEAST, LEAST_ON_MODEL = 0.4, 0.2


def known_errors(
    connection: sqlite3.Connection, text: str, *, problem: str | None = None, model: str | None = None, limit: int = 3
) -> tuple[KnownError, ...]:
    """Known errors with a workaround that fit a ticket: the one that it is linked to (score 1), and those whose title and
    symptoms share its words. `problem` and `model` are ids."""
    said = telling_words(text[:READ])
    query = " OR ".join(f'"{word}"' for word in said[:MOST_WORDS]) or '""'
    rows = connection.execute(
        f"""
        SELECT p.ref, p.title, p.workaround, coalesce(p.symptoms, ''), m.kept_id, p.id = ? FROM problem AS p
        LEFT JOIN model_of AS m ON m.id = p.model_id
        WHERE p.state IN {KNOWN} AND p.workaround IS NOT NULL AND (p.id = ? OR p.n IN (
            SELECT rowid FROM problem_search WHERE problem_search MATCH ? ORDER BY rank LIMIT {MOST_COMPARED}))
        """,
        (problem, problem, f"{{title symptoms}} : ({query})"),
    ).fetchall()
    found = []
    for ref, title, workaround, symptoms, its_model, linked in rows:
        its = set(telling_words(f"{title} {symptoms}"))
        both = len(its.intersection(said))
        shared = both / max(2, min(len(its), len(said)))
        alike = bool(model) and model == its_model
        if linked or (shared >= LEAST_ON_MODEL if alike else shared >= LEAST and both > 1):
            score = 1.0 if linked else min(0.99, shared + 0.2 * alike)
            found.append(KnownError(ref, title, workaround, round(score, 2)))
    return tuple(sorted(found, key=lambda each: (-each.score, each.ref))[:limit])
