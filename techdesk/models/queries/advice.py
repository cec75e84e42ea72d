"""What a new ticket is likely to be, told from the organisation's own solved tickets: its category, its service, who it is
for, how bad. Offline, with why.

Each telling word says what the tickets that hold it were. A word counts the more, the further what it says is from the usual
(naive Bayes, each word weighted by its Kullback-Leibler divergence), and the tickets that are most like it vote too (nearest
neighbours). Nothing is trained: what was solved a moment ago counts at once, and so does what an import or a sync brought.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import exp, log
from typing import NamedTuple

from techdesk.models.queries.recall import Recall, recall

# Columns of a ticket that may be advised. `priority` stands for impact and urgency together, written as "2/3".
FIELDS = ("category", "service", "role", "priority")
COLUMNS = ("category", "service", "role", "impact || '/' || urgency")
# What is usual is told from the newest so many tickets.
USUAL = 4000
# How much a word holds to what is usual, in tickets; how far many words count as one; how much the neighbours weigh.
SMOOTH, DAMP, NEIGHBOURS, FLOOR = 1.0, 0.6, 30, 0.01
MOST_VALUES = 5
# Fewer solved tickets than this give no advice.
FEWEST = 3


class Advice(NamedTuple):
    """A value that a field is likely to have: `share` from 0 to 1 is how sure, `why` the words that say so."""

    value: str
    share: float
    why: str


def advise(
    connection: sqlite3.Connection, text: str, *, leave_out: str | None = None, fields: Sequence[str] = FIELDS
) -> dict[str, list[Advice]]:
    """The likeliest values of each field, best first; none where the store has too little to tell from. `leave_out` is the
    id of the ticket itself."""
    own = connection.execute("SELECT n FROM ticket WHERE id = ?", (leave_out,)).fetchone() if leave_out else None
    known = recall(connection, text, leave_out=own[0] if own else -1)
    if not known.words:
        return {}
    near = sorted(known.scores().items(), key=lambda item: (-item[1], -item[0]))[: 2 * NEIGHBOURS]
    labels = _labels(connection, {row for term in (*known.words, *known.pairs) for row in term.rows}, fields)
    usual = _usual(connection, fields)
    found = {}
    for number, field in enumerate(fields):
        values = {row: value for row, said in labels.items() if (value := said[number]) is not None}
        if len(values) >= FEWEST:
            found[field] = _ranked(known, near, values, usual[number])
    return found


def _labels(connection: sqlite3.Connection, rows: set[int], fields: Sequence[str]) -> dict[int, tuple[str | None, ...]]:
    """The values of the solved ones among those tickets."""
    found = connection.execute(
        f"SELECT n, {_columns(fields)} FROM ticket INDEXED BY laptop_ticket_learned"
        " WHERE n IN (SELECT value FROM json_each(?)) AND open = 0 AND state <> 'cancelled'",
        (json.dumps(list(rows)),),
    )
    return {row: tuple(said) for row, *said in found}


def _usual(connection: sqlite3.Connection, fields: Sequence[str]) -> list[Counter[str]]:
    """How often each value of each field is, among the newest solved tickets."""
    rows = connection.execute(
        f"SELECT {_columns(fields)} FROM ticket INDEXED BY laptop_ticket_learned WHERE open = 0 AND state <> 'cancelled'"
        " ORDER BY n DESC LIMIT ?",
        (USUAL,),
    )
    columns = list(zip(*rows, strict=True)) or [()] * len(fields)
    return [Counter(value for value in column if value is not None) for column in columns]


def _columns(fields: Sequence[str]) -> str:
    return ", ".join(COLUMNS[FIELDS.index(field)] for field in fields)


def _ranked(known: Recall, near: list[tuple[int, float]], values: dict[int, str], usual: Counter[str]) -> list[Advice]:
    """The likeliest values of one field."""
    for row in values:
        usual.setdefault(values[row], 1)
    total = sum(usual.values())
    prior = {value: number / total for value, number in usual.items()}
    told, by_word = _told(known, values, prior)
    votes = _votes(known, near, values, prior)
    top = max(told.values())
    score = {value: told[value] - top + log(votes[value] + FLOOR) for value in prior}
    best = sorted(score, key=lambda value: (-score[value], value))[:MOST_VALUES]
    whole = sum(exp(score[value] - score[best[0]]) for value in score)
    return [Advice(value, round(exp(score[value] - score[best[0]]) / whole, 3), _why(value, by_word, near, values))
            for value in best]  # fmt: skip


def _told(
    known: Recall, values: dict[int, str], prior: dict[str, float]
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """What all words say together of each value, and what each says of those that it raises."""
    total: dict[str, float] = dict.fromkeys(prior, 0.0)
    by_word: dict[str, dict[str, float]] = defaultdict(dict)
    weights = 0.0
    for term in (*known.words, *known.pairs):
        counts = Counter(values[row] for row in term.rows if row in values)
        holding = sum(counts.values())
        if not holding:
            continue
        low = log(SMOOTH / (holding + SMOOTH))
        raised = {value: log((number + SMOOTH * prior[value]) / (holding + SMOOTH) / prior[value])
                  for value, number in counts.items()}  # fmt: skip
        there = sum(prior[value] for value in counts)
        telling = sum(exp(raised[value]) * prior[value] * raised[value] for value in raised)
        telling = max(0.0, telling + (1 - there) * exp(low) * low)
        weights += telling
        for value in total:
            total[value] += telling * low
        for value, gain in raised.items():
            total[value] += telling * (gain - low)
            by_word[value][term.text] = telling * gain
    scale = weights**-DAMP if weights > 0 else 0.0
    return {value: said * scale + log(prior[value]) for value, said in total.items()}, by_word


def _votes(
    known: Recall, near: list[tuple[int, float]], values: dict[int, str], prior: dict[str, float]
) -> dict[str, float]:
    """The share of each value among the solved tickets that are most like it."""
    whole = sum(term.weight for term in known.words) or 1.0
    votes = {value: 0.3 * share for value, share in prior.items()}
    voters = [(row, score) for row, score in near if row in values][:NEIGHBOURS]
    for row, score in voters:
        votes[values[row]] += score / whole
    total = sum(votes.values())
    return {value: vote / total for value, vote in votes.items()}


def _why(
    value: str, by_word: dict[str, dict[str, float]], near: list[tuple[int, float]], values: dict[int, str]
) -> str:
    """The words that say so, and how many of the nearest tickets were that."""
    said = by_word.get(value, {})
    words = [word for word in sorted(said, key=lambda word: (-said[word], word)) if said[word] > 0][:3]
    voters = [values[row] for row, _ in near if row in values][:10]
    alike = sum(each == value for each in voters)
    parts = ("says " + ", ".join(words) if words else "", f"{alike} of the {len(voters)} most alike" if alike else "")
    return "; ".join(filter(None, parts)) or "what is usual here"
