"""Shared articles that fit a ticket: what was learned, beside what reads alike."""

import sqlite3

from techdesk.models.queries.known_errors import LEAST, LEAST_ON_MODEL, MOST_COMPARED, MOST_WORDS, READ
from techdesk.models.queries.recall import telling_words
from techdesk.models.rows import FittingArticle


def fitting_articles(
    connection: sqlite3.Connection, text: str, *, model: str | None = None, limit: int = 2
) -> tuple[FittingArticle, ...]:
    """Those that share enough of the telling words of a text, on the same model with fewer; the most alike first. Of an
    article its title and first paragraph say what it is about. `model` is an id."""
    said = telling_words(text[:READ])
    query = " OR ".join(f'"{word}"' for word in said[:MOST_WORDS]) or '""'
    rows = connection.execute(
        f"""
        SELECT a.id, a.title, substr(a.body, 1, {READ}), a.models FROM article AS a
        WHERE a.state = 'shared' AND a.n IN (
            SELECT rowid FROM article_search WHERE article_search MATCH ? ORDER BY rank LIMIT {MOST_COMPARED})
        """,
        (f"{{title body}} : ({query})",),
    ).fetchall()
    found = []
    for id, title, body, models in rows:
        its = set(telling_words(f"{title} {body.partition(chr(10) * 2)[0]}"[:READ]))
        both = len(its.intersection(said))
        shared = both / max(2, min(len(its), len(said)))
        alike = bool(model) and model in (models or "").split(",")
        if both > 1 and shared >= (LEAST_ON_MODEL if alike else LEAST):
            found.append(FittingArticle(id, title, round(min(1.0, shared + 0.2 * alike), 2)))
    return tuple(sorted(found, key=lambda each: (-each.score, each.title, each.id))[:limit])
