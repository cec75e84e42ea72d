"""Full-text search over tickets, devices, articles and known errors. Ranked by BM25 (SQLite's FTS5)."""

import sqlite3
from collections.abc import Callable

from techdesk.models.rows import Hit

# A common word fits tens of thousands of tickets: of those, only the newest are ranked, which keeps an answer quick.
MOST_RANKED = 2000
# Weights of the columns of ticket_search: ref, text, room, reporter, resolution.
WEIGHTS = "10.0, 1.0, 2.0, 1.0, 0.7"
COMMON_WORDS = (
    "a about after again all also am an and any are as at be because been but by can cannot could did do does for from get"
    " got had has have he her him his how i if in into is it its just like me my no not now of off on one or our out over"
    " please she since so some still than that the their them then there they this to up us was we were what when where"
    " which who will with would you your"
    " monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday morning afternoon week thanks hello"
)
COMMON = frozenset(COMMON_WORDS.split())


def words_of(text: str) -> list[str]:
    """The words of a text as the index sees them: runs of letters and digits."""
    return "".join(each if each.isalnum() else " " for each in text).split()


def fts_phrase(text: str) -> str:
    """An FTS5 query that asks for every word, the last one as a beginning. Any text is a good query."""
    words = words_of(text)
    if not words:
        return '""'
    return " ".join(f'"{word}"' for word in words[:-1]) + f' "{words[-1]}"*'


def find_tickets(connection: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    """Tickets that hold every word, best first."""
    rows = connection.execute(
        f"""
        SELECT t.id, t.ref, t.title, t.state, s.name, t.room, substr(t.text, 1, 4000), found.rank FROM (
            SELECT rowid, rank FROM (
                SELECT rowid, bm25(ticket_search, {WEIGHTS}) AS rank FROM ticket_search
                WHERE ticket_search MATCH ? ORDER BY rowid DESC LIMIT {MOST_RANKED}
            ) ORDER BY rank, rowid LIMIT ?
        ) found JOIN ticket t ON t.n = found.rowid LEFT JOIN site s ON s.id = t.site_id ORDER BY found.rank, t.id
        """,
        (fts_phrase(text), limit),
    )
    words = [word.casefold() for word in words_of(text)]
    return [
        Hit("ticket", id, ref, title, state, _place(site, room), _around(body, words), round(-rank, 3))
        for id, ref, title, state, site, room, body, rank in rows
    ]


def _place(site: str | None, room: str | None) -> str | None:
    return ", ".join(filter(None, (site, room))) or None


def _around(text: str, words: list[str], width: int = 80) -> str:
    """The part of a text where the first of the words stands."""
    lowered = text.casefold()
    starts = [lowered.find(word) for word in words if word in lowered]
    start = max(0, min(starts, default=0) - width // 4)
    return ("…" if start else "") + " ".join(text[start : start + width].split())


def find_devices(connection: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    """Devices whose tag, serial, name, room, note or model holds every word, best first."""
    rows = connection.execute(
        """
        SELECT d.id, coalesce(d.tag, d.serial, d.name, substr(d.id, 1, 13)), coalesce(m.name, d.name, ''), d.state,
               s.name, d.room, found.rank FROM (
            SELECT rowid, bm25(device_search) AS rank FROM device_search WHERE device_search MATCH ? ORDER BY rank LIMIT ?
        ) found JOIN device d ON d.n = found.rowid LEFT JOIN model_of m ON m.id = d.model_id
        LEFT JOIN site s ON s.id = d.site_id ORDER BY found.rank, d.id
        """,
        (fts_phrase(text), limit),
    )
    return [
        Hit("device", id, ref, title, state, _place(site, room), title, round(-rank, 3))
        for id, ref, title, state, site, room, rank in rows
    ]


def find_articles(connection: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    """Articles that hold every word, best first; a title tells more than the rest."""
    rows = connection.execute(
        """
        SELECT a.id, substr(a.id, 1, 13), a.title, a.state, a.category, a.body, found.rank FROM (
            SELECT rowid, bm25(article_search, 5.0, 1.0, 2.0, 2.0) AS rank FROM article_search
            WHERE article_search MATCH ? ORDER BY rank LIMIT ?
        ) found JOIN article a ON a.n = found.rowid ORDER BY found.rank, a.id
        """,
        (fts_phrase(text), limit),
    )
    words = [word.casefold() for word in words_of(text)]
    return [
        Hit("article", id, ref, title, state, category, _around(body, words), round(-rank, 3))
        for id, ref, title, state, category, body, rank in rows
    ]


def find_known_errors(connection: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    """Problems whose cause or workaround is known and that hold every word, best first."""
    rows = connection.execute(
        """
        SELECT p.id, p.ref, p.title, p.state, m.name, coalesce(p.workaround, p.cause, ''), found.rank FROM (
            SELECT rowid, bm25(problem_search, 10.0, 3.0, 2.0, 1.0, 1.0, 0.7) AS rank FROM problem_search
            WHERE problem_search MATCH ?
        ) found JOIN problem p ON p.n = found.rowid LEFT JOIN model_of m ON m.id = p.model_id
        WHERE p.state IN ('known_error', 'change_raised') ORDER BY found.rank, p.id LIMIT ?
        """,
        (fts_phrase(text), limit),
    )
    return [
        Hit("known_error", id, ref, title, state, where, helps[:80], round(-rank, 3))
        for id, ref, title, state, where, helps, rank in rows
    ]


# What can be looked for, by its kind.
FINDERS: dict[str, Callable[[sqlite3.Connection, str, int], list[Hit]]] = {
    "ticket": find_tickets,
    "device": find_devices,
    "article": find_articles,
    "known_error": find_known_errors,
}
