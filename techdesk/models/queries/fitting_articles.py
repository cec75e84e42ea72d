"""Shared articles that fit a ticket: what was learned, beside what reads alike."""

import sqlite3

from techdesk.models.queries.known_errors import LEAST, LEAST_ON_MODEL, MOST_COMPARED, MOST_WORDS
from techdesk.models.queries.recall import telling
from techdesk.models.queries.search import words_of
from techdesk.models.rows import FittingArticle

# Of an article its title and first paragraph say what it is about, in so many letters at most.
READ = 2000


def fitting_articles(
    connection: sqlite3.Connection, text: str, *, model: str | None = None, limit: int = 2
) -> tuple[FittingArticle, ...]:
    """Those that share enough of the telling words of a text, on the same model with fewer; the most alike first. `model` is
    an id."""
    said = _telling(text)
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
        its = set(_telling(f"{title} {body.partition(chr(10) * 2)[0]}"))
        both = len(its.intersection(said))
        shared = both / max(2, min(len(its), len(said)))
        alike = bool(model) and model in (models or "").split(",")
        if both > 1 and shared >= (LEAST_ON_MODEL if alike else LEAST):
            found.append(FittingArticle(id, title, round(min(1.0, shared + 0.2 * alike), 2)))
    return tuple(sorted(found, key=lambda each: (-each.score, each.title, each.id))[:limit])


def _telling(text: str) -> list[str]:
    """The telling words of a text, each once."""
    words = (word.casefold() for word in words_of(text[:READ]))
    return [word for word in dict.fromkeys(words) if telling(word)]
