"""What triage would most likely set on a ticket: only what is likely enough to be named, and that it does not say itself."""

import sqlite3
from typing import NamedTuple

from techdesk.models.queries.advice import Advice, advise

# From this share on a value is named.
SURE = 0.5
FIELDS = ("category", "service", "role", "priority")


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
    """What the organisation's own solved tickets say of one like this."""
    row = connection.execute("SELECT text, category, service, role FROM ticket WHERE id = ?", (id,)).fetchone()
    if row is None:
        return Suggestion()
    text, category, service, role = row
    found = advise(connection, text, leave_out=id, fields=FIELDS)
    handed, rank = _best(found.get("role")), _best(found.get("priority"))
    impact, _, urgency = rank.value.partition("/") if rank else ("", "", "")
    return Suggestion(
        impact=Guess(impact, rank.why) if rank else None,
        urgency=Guess(urgency, rank.why) if rank else None,
        category=None if category else _best(found.get("category")),
        service=None if service else _best(found.get("service")),
        role=None if handed is None or handed.value == role else handed,
    )


def _best(advice: list[Advice] | None) -> Guess | None:
    """The likeliest value, if it is likely enough."""
    if not advice or advice[0].share < SURE:
        return None
    return Guess(advice[0].value, f"{advice[0].share:.0%}: {advice[0].why}")
