"""How long work on a ticket is likely to last: what solved tickets of the same kind took.

Three looks, each narrower: tickets of its category; of these, those with the same symptom; those on devices of the same
model. Each look is the median of what the newest took, and starts from what the look before said as if a few tickets had
taken that: so one odd ticket does not tell, and the narrower kind counts the more, the more of it there is. The first starts
from what a visit reckons with for the priority. Nothing is kept, so what was closed a moment ago counts.
"""

import sqlite3
from collections.abc import Mapping
from statistics import median
from typing import Any, NamedTuple

from techdesk.desk.visits import ESTIMATES

# The newest so many of a kind are looked at, and so many of a model's devices.
NEWEST, MOST_DEVICES = 60, 400
# What was known before counts as so many tickets.
BEFORE = 3
# Minutes of work on the solved tickets of a list; who waits does not work, and a journey is not the ticket's.
TAKEN = """
    SELECT (SELECT sum(minutes) FROM worklog w WHERE w.ticket_id = found.id AND w.mode IN ('on_site', 'remote')) AS took
    FROM ({which} LIMIT {newest}) found
"""
CATEGORY = (
    "SELECT id FROM ticket INDEXED BY laptop_ticket_kind WHERE open = 0 AND category IS NOT NULL AND category = ?"
    " AND state <> 'cancelled' ORDER BY n DESC"
)
SYMPTOM = (
    f"SELECT t.id FROM (SELECT n FROM ticket INDEXED BY laptop_ticket_kind WHERE open = 0 AND category IS NOT NULL AND"
    f" category = ? AND state <> 'cancelled' ORDER BY n DESC LIMIT {10 * NEWEST}) newest JOIN ticket t ON t.n = newest.n"
    " WHERE t.symptom = ?"
)
MODEL = (
    "SELECT id FROM ticket WHERE open = 0 AND state <> 'cancelled' AND device_id IN"
    f" (SELECT id FROM device WHERE model_id = ? LIMIT {MOST_DEVICES}) ORDER BY n DESC"
)


class Lasting(NamedTuple):
    """How many minutes, and why."""

    minutes: int
    why: str


def lasting(connection: sqlite3.Connection, ticket: Mapping[str, Any]) -> Lasting:
    """How long work on a ticket is likely to last; `ticket` is its row."""
    priority, category = int(ticket["priority"] or 4), ticket["category"]
    known = Lasting(ESTIMATES[priority], f"what is reckoned for a P{priority}")
    if category:
        known = _told(known, _taken(connection, CATEGORY, category), f"{category} tickets")
        if ticket["symptom"]:
            known = _told(known, _taken(connection, SYMPTOM, category, ticket["symptom"]), f"{ticket['symptom']}")
    if ticket["device_id"]:
        model = connection.execute(
            "SELECT m.id, m.name FROM device d JOIN device_model m ON m.id = d.model_id WHERE d.id = ?",
            (ticket["device_id"],),
        ).fetchone()
        if model is not None:
            known = _told(known, _taken(connection, MODEL, model[0]), f"tickets on {model[1]}")
    return known


def _taken(connection: sqlite3.Connection, which: str, *values: object) -> list[int]:
    """The minutes of those tickets for which minutes are known."""
    rows = connection.execute(TAKEN.format(which=which, newest=NEWEST), values)
    return [took for (took,) in rows if took is not None and took > 0]


def _told(before: Lasting, took: list[int], of: str) -> Lasting:
    """What those tickets say, from what was known before."""
    if not took:
        return before
    minutes = max(1, round(median([*took, *[before.minutes] * BEFORE])))
    return Lasting(minutes, f"the median of the last {len(took)} {of}, with {before.minutes} min expected before")
