"""Full-text search over tickets and devices, and tickets that read alike. Ranked by BM25 (SQLite's FTS5)."""

import sqlite3

from techdesk.models.rows import Hit, Similar

# A common word fits tens of thousands of tickets: of those, only the newest are ranked, which keeps an answer quick.
MOST_RANKED = 2000
# Of a text, the first so many words are looked up, and the most telling ones are looked for.
MOST_WORDS = 60
TOKENS = 8
MOST_COMPARED = 40
# A word that more than this share of the tickets holds tells nothing, unless they are few.
TOO_COMMON, FEW = 0.1, 20
# What the same device model, or kind of device, is worth, in the weight of words.
SAME_MODEL, SAME_CATEGORY = 8.0, 5.0
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
        ) found JOIN device d ON d.n = found.rowid LEFT JOIN device_model m ON m.id = d.model_id
        LEFT JOIN site s ON s.id = d.site_id ORDER BY found.rank, d.id
        """,
        (fts_phrase(text), limit),
    )
    return [
        Hit("device", id, ref, title, state, _place(site, room), title, round(-rank, 3))
        for id, ref, title, state, site, room, rank in rows
    ]


def similar_to(
    connection: sqlite3.Connection, text: str, *, leave_out: str | None = None, model: str | None = None, limit: int = 3
) -> list[Similar]:
    """Tickets that share the most telling words with the text, those on a device of the same model or category before
    others; solved ones first. `model` is the id of the model of the ticket's device."""
    weights = _telling(connection, text)
    if not weights:
        return []
    query = " OR ".join(f'"{word}"' for word in weights)
    rows = connection.execute(
        f"""
        SELECT t.id, t.ref, t.title, t.resolution, t.text, d.model_id = ?, m.category = own.category FROM (
            SELECT rowid, bm25(ticket_search, 0, 1, 0.2, 0, 0.2) AS rank FROM ticket_search
            WHERE ticket_search MATCH ? ORDER BY rank LIMIT {MOST_COMPARED}
        ) found JOIN ticket t ON t.n = found.rowid LEFT JOIN device d ON d.id = t.device_id
        LEFT JOIN device_model m ON m.id = d.model_id LEFT JOIN device_model own ON own.id = ?
        """,
        (model, query, model),
    )
    found = []
    for id, ref, title, resolution, body, same_model, same_category in rows:
        there = {each.casefold() for each in words_of(body)}
        shared = [word for word in weights if word in there]
        if id == leave_out or len(shared) < (1 if same_category else min(2, len(weights))):
            continue
        kind = "same model" if same_model else "same kind of device" if same_category else ""
        score = sum(weights[word] for word in shared) + (
            SAME_MODEL if same_model else SAME_CATEGORY if same_category else 0
        )
        why = ", ".join(filter(None, (kind, "shares " + ", ".join(shared))))
        found.append(Similar(ref, round(score, 2), why, title, resolution))
    found.sort(key=lambda each: (each.resolution is None, -each.score, each.ref))
    return found[:limit]


def _telling(connection: sqlite3.Connection, text: str) -> dict[str, float]:
    """The words of a text that tell the most, at most TOKENS, with their weight: the logarithm of how rare they are. A word
    that no other ticket holds leads nowhere, and one that many hold tells nothing."""
    from math import log

    words = dict.fromkeys(word.casefold() for word in words_of(text[:2000]))
    chosen = [word for word in words if len(word) > 2 and word not in COMMON]
    total = connection.execute("SELECT count(*) FROM ticket").fetchone()[0]
    weights = {}
    for word in chosen[:MOST_WORDS]:
        found = connection.execute("SELECT doc FROM ticket_words WHERE term = ?", (word,)).fetchone()
        if found is not None and 2 <= found[0] <= max(FEW, total * TOO_COMMON):
            weights[word] = log((total + 1) / found[0])
    best = sorted(weights, key=lambda word: (-weights[word], word))[:TOKENS]
    return {word: weights[word] for word in best}
