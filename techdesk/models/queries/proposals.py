"""Incidents that keep coming back: tickets of one model, or at one school, that say the same are proposed as a problem."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

from techdesk.models.queries.recall import telling

# Of so many tickets that are alike a problem is proposed.
FEWEST = 3
DAYS = 30
# Words that say nothing of what is wrong.
DULL = frozenset((
    "the", "and", "for", "not", "with", "from", "has", "have", "was", "are", "after", "again", "all", "any", "but",
    "can", "does", "room", "please", "since", "still", "that", "then", "there", "this", "very", "when", "will",
    "work", "working", "works", "broken", "dead", "failed", "fails", "issue", "problem", "help", "need", "needs",
    "needed", "new", "old", "year", "class", "classroom", "staff", "teacher", "teachers", "pupil", "pupils", "pupils'",
    "mrs", "miss", "urgent", "morning", "today", "yesterday", "week", "before", "since", "getting", "does", "went",
    "could", "would", "look", "our", "all", "their", "them", "they", "you", "your", "one", "two", "three", "which",
    "else", "use", "never", "book", "chrome", "lesson",
    "thanks", "won", "off", "out", "says", "said", "nothing", "whole", "gone", "stopped", "minutes",
))  # fmt: skip
# What things are, whatever is wrong with them.
THINGS = frozenset((
    "projector", "laptop", "printer", "copier", "photocopier", "screen", "board", "whiteboard", "ipad", "tablet",
    "chromebook", "computer", "monitor", "keyboard", "mouse", "phone", "camera", "visualiser", "trolley", "desktop",
    "machine", "device", "hall", "office", "library", "nursery", "reception", "room", "classroom", "school",
))  # fmt: skip
WORD = re.compile(r"[^\W\d_]{3,}")
MOST_READ, MOST_CHARACTERS = 5000, 2000
# Two words in common say so many times as much as one.
TWO_WORDS = 1.5

Group = tuple[str, str, tuple[str, ...]]


class Proposal(NamedTuple):
    """Tickets that may have one cause: of a model or at a site, with words that they share."""

    title: str
    why: str
    ticket_ids: tuple[str, ...]
    refs: tuple[str, ...]
    model_id: str | None
    site_id: str | None


def proposals(connection: sqlite3.Connection, since: str) -> list[Proposal]:
    """Tickets opened since that moment, with no problem behind them, that are alike: of one model sharing a word, or at one
    site sharing two. The most alike first; none stands in two."""
    rows = connection.execute(
        "SELECT t.id, t.ref, t.text, t.site_id, s.name, m.kept_id, m.name, coalesce(t.symptom, ''),"
        " coalesce(t.room, '') || ' ' || coalesce(t.reporter, '') || ' ' || coalesce(s.name, '') FROM ticket AS t"
        " LEFT JOIN site AS s ON s.id = t.site_id LEFT JOIN device AS d ON d.id = t.device_id"
        " LEFT JOIN model_of AS m ON m.id = d.model_id"
        # The plus keeps the index of problems out of it, in which nearly all have none.
        " WHERE t.opened_at >= ? AND +t.problem_id IS NULL AND t.state <> 'cancelled' AND t.kind = 'incident'"
        " ORDER BY t.opened_at DESC LIMIT ?", (since, MOST_READ),
    ).fetchall()  # fmt: skip
    things = _things(connection)
    singles: dict[Group, list[Any]] = defaultdict(list)
    said = []
    for row in rows:
        # What the thing is, where it stands and who said it is no symptom.
        words = set(_words(f"{row[2][:MOST_CHARACTERS]} {row[7]}")) - things - set(_words(row[8]))
        said.append((row, words))
        for kind, id in _places(row):
            for word in words:
                singles[kind, id, (word,)].append(row)
    groups = {group: some for group, some in singles.items() if group[0] == "model"}
    return list(_best(groups | _pairs(said, singles)))


def _places(row: Any) -> Iterator[tuple[str, str]]:
    if row[5]:
        yield "model", row[5]
    if row[3]:
        yield "site", row[3]


def _pairs(said: list[tuple[Any, set[str]]], singles: dict[Group, list[Any]]) -> dict[Group, list[Any]]:
    pairs: dict[Group, list[Any]] = defaultdict(list)
    for row, words in said:
        for kind, id in _places(row):
            often = sorted(word for word in words if len(singles[kind, id, (word,)]) >= FEWEST)
            for pair in combinations(often, 2):
                pairs[kind, id, pair].append(row)
    return pairs


def _best(groups: dict[Group, list[Any]]) -> Iterator[Proposal]:
    taken: set[str] = set()
    often = [(group, rows) for group, rows in groups.items() if len(rows) >= FEWEST]
    # A model before a site: it says more.
    for group, rows in sorted(often, key=lambda item: (-_weight(*item), item[0])):
        fresh = [row for row in rows if row[0] not in taken]
        if len(fresh) >= FEWEST:
            taken.update(row[0] for row in fresh)
            yield _proposal(group, fresh)


def _weight(group: Group, rows: list[Any]) -> float:
    return len(rows) * (TWO_WORDS if len(group[2]) > 1 else 1)


def _proposal(group: Group, rows: list[Any]) -> Proposal:
    kind, id, words = group
    of_model = kind == "model"
    name = rows[0][6] if of_model else rows[0][4]
    sites = len({row[3] for row in rows})
    where = f" at {sites} sites" if of_model and sites > 1 else ""
    said = " and ".join(f"'{word}'" for word in words)
    return Proposal(
        f"{name}: {', '.join(words)}",
        f"{len(rows)} tickets {'on' if of_model else 'at'} {name}{where} in {DAYS} days say {said}",
        tuple(row[0] for row in rows), tuple(row[1] for row in rows), id if of_model else None, None if of_model else id,
    )  # fmt: skip


def _things(connection: sqlite3.Connection) -> set[str]:
    """What devices are called, in singular and plural: words for what it is, not for what is wrong."""
    named = connection.execute(
        "SELECT coalesce(m.category, '') || ' ' || m.name || ' ' || coalesce(f.name, '') FROM device_model AS m"
        " LEFT JOIN manufacturer AS f ON f.id = m.manufacturer_id"
    )
    words = {word for (text,) in named for word in _words(text)} | THINGS
    return words | {f"{word}s" for word in words}


def _words(text: str) -> Iterable[str]:
    return (word for word in WORD.findall(text.casefold()) if word not in DULL and telling(word))
