"""Open tickets that may be about the same thing as what is being typed, or as another ticket."""

import sqlite3
from math import log
from typing import NamedTuple

from techdesk.models.queries.search import COMMON, words_of

# Of a site's open tickets, the newest so many are compared.
MOST_COMPARED = 600
# The share of the words' weight that two must have in common to be named.
ENOUGH = 0.4
SAME_DEVICE, SAME_ROOM = 0.5, 0.15


class Alike(NamedTuple):
    """An open ticket, and why it may be the same."""

    id: str
    ref: str
    title: str
    room: str | None
    score: float
    why: str


def open_like(
    connection: sqlite3.Connection, text: str, site_id: str | None, *, room: str | None = None,
    device_id: str | None = None, leave_out: str | None = None, limit: int = 3,
) -> list[Alike]:  # fmt: skip
    """Open tickets of the same site (of any, where none is known) that share the most telling words, or the device; best
    first."""
    wanted = _telling(text)
    if not wanted and device_id is None:
        return []
    rows = connection.execute(
        "SELECT id, ref, title, room, device_id, substr(text, 1, 600) FROM ticket WHERE open = 1"
        f"{' AND site_id = ?' if site_id else ''} ORDER BY opened_at DESC, id LIMIT ?",
        (*filter(None, (site_id,)), MOST_COMPARED),
    ).fetchall()
    there = [_telling(row[5]) for row in rows]
    weights = {word: log((len(rows) + 2) / (1 + sum(word in words for words in there))) for word in wanted}
    total = sum(weights.values()) or 1.0
    found = []
    for (id, ref, title, where, device, _), words in zip(rows, there, strict=True):
        shared = [word for word in wanted if word in words]
        same_device = device_id is not None and device == device_id
        same_room = room is not None and where is not None and where.casefold() == room.casefold()
        score = sum(weights[word] for word in shared) / total
        score += SAME_DEVICE * same_device + SAME_ROOM * (same_room and bool(shared))
        if id == leave_out or score < ENOUGH or (len(shared) < min(2, len(wanted)) and not same_device):
            continue
        why = ", ".join(filter(None, ("same device" if same_device else "", "same room" if same_room else "",
                                      f"shares {', '.join(shared)}" if shared else "")))  # fmt: skip
        found.append(Alike(id, ref, title, where, round(score, 2), why))
    found.sort(key=lambda each: (-each.score, each.ref))
    return found[:limit]


def _telling(text: str) -> dict[str, None]:
    """The words that say what it is about, a plural as its singular."""
    words = (word.casefold() for word in words_of(text[:600]))
    return dict.fromkeys(
        word[:-1] if len(word) > 3 and word.endswith("s") else word
        for word in words
        if len(word) > 2 and word not in COMMON
    )
