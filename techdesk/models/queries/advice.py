"""What a new ticket is likely to be, told from the organisation's own solved tickets: its category, its service, who it is
for, how bad. Offline, with why.

Four witnesses, whose odds are multiplied. Each telling word, pair of words and beginning of a word says what the tickets
that hold it were; it counts the more, the further what it says is from the usual (naive Bayes, each term weighted by its
Kullback-Leibler divergence). The tickets that share most of them vote, a short one more than a long one that says much else.
And so do those that are most like it letter by letter, and those whose first line is: there the runs of letters that few of
them have count most. Nothing is trained: what was solved a moment ago counts at once, and
so does what an import or a sync brought. `benchmarks/suggest.py` measures it beside trained classifiers.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import exp, log, sqrt
from typing import NamedTuple

from techdesk.models.queries.recall import READ, Recall, recall

# Columns of a ticket that may be advised. `priority` stands for impact and urgency together, written as "2/3".
FIELDS = ("category", "service", "role", "priority")
COLUMNS = ("category", "service", "role", "impact || '/' || urgency")
# What is usual is told from the newest so many tickets.
USUAL = 2000
# How much a word holds to what is usual, in tickets; how far many words count as one; how much the neighbours weigh.
SMOOTH, DAMP, NEIGHBOURS = 1.0, 0.6, 30
# So many tickets are looked at as neighbours, and so many of them compared letter by letter: all runs of RUN letters among
# the first READ_CLOSELY. A likeness counts by its power, so that what is nearly the same says most.
MOST_LOOKED_AT, MOST_COMPARED, RUN, READ_CLOSELY, POWER = 200, 100, 4, 800, 4
# Of a first line, so many letters. Which of its runs are rare cannot be told from fewer neighbours than these.
HEAD, FEWEST_HEADS = 200, 20
# What is usual votes with the neighbours, and no value is ruled out by having no vote.
USUAL_VOTE, USUAL_LETTERS, FLOOR = 0.3, 0.05, 0.0001
MOST_VALUES = 5
# Fewer solved tickets than this give no advice.
FEWEST = 3


class Near(NamedTuple):
    """A solved ticket that is like the one in question, by row number: how much it shares, its likeness by letters,
    and that of its first line (1 is the most like of all)."""

    row: int
    shares: float
    letters: float
    head: float


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
    known = recall(connection, text, leave_out=own[0] if own else -1, begins=True)
    if not known.words:
        return {}
    labels = _labels(connection, {row for term in known.terms() for row in term.rows}, fields)
    near = _near(connection, known, text, labels)
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
    groups = ", ".join(str(place + 1) for place in range(len(fields)))
    rows = connection.execute(
        f"SELECT *, count(*) FROM (SELECT {_columns(fields)} FROM ticket INDEXED BY laptop_ticket_learned"
        f" WHERE open = 0 AND state <> 'cancelled' ORDER BY n DESC LIMIT ?) GROUP BY {groups}",
        (USUAL,),
    )
    usual = [Counter[str]() for _ in fields]
    for *values, number in rows:
        for counted, value in zip(usual, values, strict=True):
            if value is not None:
                counted[value] += number
    return usual


def _columns(fields: Sequence[str]) -> str:
    return ", ".join(COLUMNS[FIELDS.index(field)] for field in fields)


def _near(connection: sqlite3.Connection, known: Recall, text: str, solved: Iterable[int]) -> list[Near]:
    """The solved tickets that share most with the text, nearest first."""
    scores = dict.fromkeys(solved, 0.0)
    for term in known.terms():
        square = term.weight * term.weight
        for row in term.rows:
            if row in scores:
                scores[row] += square
    best = sorted(scores, key=lambda row: (-scores[row], -row))[:MOST_LOOKED_AT]
    bodies = connection.execute(
        f"SELECT n, substr(text, 1, {READ}) FROM ticket WHERE n IN (SELECT value FROM json_each(?))",
        (json.dumps(best),),
    ).fetchall()
    near = [(scores[row] / sqrt(max(1, len(body))), row, body) for row, body in bodies]
    near.sort(key=lambda each: (-each[0], -each[1]))
    own, heads = _runs(text), _heads(text, [body for _, _, body in near])
    return [
        Near(row, shares, _likeness(own, _runs(body)) if place < MOST_COMPARED else 0.0, head)
        for place, ((shares, row, body), head) in enumerate(zip(near, heads, strict=True))
    ]


def _heads(text: str, bodies: list[str]) -> list[float]:
    """How like each one's first line is to that of the text, of which the most like has 1: a run of letters counts the more,
    the fewer of them have it."""
    own = _head(text)
    heads = [_head(body) for body in bodies]
    shared = [own & head for head in heads]
    often = Counter(run for runs in shared for run in runs)
    weight = {run: log(1 + len(bodies) / number) ** 2 for run, number in often.items()}
    found = [sum(weight[run] for run in runs) / sqrt(len(head) or 1) for runs, head in zip(shared, heads, strict=True)]
    most = max(found, default=0.0) or 1.0
    return [each / most for each in found]


def _head(text: str) -> set[str]:
    """The runs of the first line, with a blank on either side."""
    return _runs(f" {text.lstrip().partition(chr(10))[0][:HEAD].strip()} ")


def _runs(text: str) -> set[str]:
    read = text[:READ_CLOSELY].casefold()
    return {read[at : at + RUN] for at in range(len(read) - RUN + 1)}


def _likeness(one: set[str], two: set[str]) -> float:
    """From 0 to 1: the cosine of two sets."""
    return len(one & two) / sqrt(len(one) * len(two)) if one and two else 0.0


def _ranked(known: Recall, near: list[Near], values: dict[int, str], usual: Counter[str]) -> list[Advice]:
    """The likeliest values of one field."""
    for value in set(values.values()):
        usual.setdefault(value, 1)
    total = sum(usual.values())
    prior = {value: number / total for value, number in usual.items()}
    told, by_word = _told(known, values, prior)
    voters = [each for each in near if each.row in values]
    votes = _votes(voters, values, prior)
    score = {value: told[value] + sum(log(each[value]) for each in votes) for value in prior}
    best = sorted(score, key=lambda value: (-score[value], value))[:MOST_VALUES]
    whole = sum(exp(score[value] - score[best[0]]) for value in score)
    return [Advice(value, round(exp(score[value] - score[best[0]]) / whole, 3), _why(value, by_word, voters, values))
            for value in best]  # fmt: skip


def _told(
    known: Recall, values: dict[int, str], prior: dict[str, float]
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """What all words say together of each value, and what each says of those that it raises."""
    total: dict[str, float] = dict.fromkeys(prior, 0.0)
    by_word: dict[str, dict[str, float]] = defaultdict(dict)
    weights = lowest = 0.0
    for term in known.terms():
        counts = Counter(filter(None, map(values.get, term.rows)))
        holding = sum(counts.values())
        if not holding:
            continue
        low = log(SMOOTH / (holding + SMOOTH))
        telling, there, raised = 0.0, 0.0, {}
        for value, number in counts.items():
            usual = prior[value]
            gain = raised[value] = log((number + SMOOTH * usual) / (holding + SMOOTH) / usual)
            telling += exp(gain) * usual * gain
            there += usual
        telling = max(0.0, telling + (1 - there) * exp(low) * low)
        weights += telling
        lowest += telling * low
        for value, gain in raised.items():
            total[value] += telling * (gain - low)
            by_word[value][term.text] = telling * gain
    scale = weights**-DAMP if weights > 0 else 0.0
    return {value: (said + lowest) * scale + log(prior[value]) for value, said in total.items()}, by_word


def _votes(voters: list[Near], values: dict[int, str], prior: dict[str, float]) -> list[dict[str, float]]:
    """The share of each value among the neighbours: by what they share, by their letters, and by their first lines."""
    shared = {value: USUAL_VOTE * share for value, share in prior.items()}
    most = voters[0].shares if voters else 1.0
    for each in voters[:NEIGHBOURS]:
        shared[values[each.row]] += each.shares / most
    all_shared = sum(shared.values())
    found = [{value: vote / all_shared + FLOOR for value, vote in shared.items()}]
    likenesses = [[each.letters for each in voters]]
    if len(voters) >= FEWEST_HEADS:
        likenesses.append([each.head for each in voters])
    for likeness in likenesses:
        votes = dict.fromkeys(prior, 0.0)
        for each, like in zip(voters, likeness, strict=True):
            votes[values[each.row]] += like**POWER
        whole = sum(votes.values()) or 1.0
        found.append({value: vote / whole + USUAL_LETTERS * prior[value] + FLOOR for value, vote in votes.items()})
    return found


def _why(value: str, by_word: dict[str, dict[str, float]], voters: list[Near], values: dict[int, str]) -> str:
    """The words that say so, and how many of the nearest tickets were that."""
    said = by_word.get(value, {})
    words = [word for word in sorted(said, key=lambda word: (-said[word], word)) if said[word] > 0][:3]
    nearest = [values[each.row] for each in voters[:10]]
    alike = sum(each == value for each in nearest)
    parts = ("says " + ", ".join(words) if words else "", f"{alike} of the {len(nearest)} most alike" if alike else "")
    return "; ".join(filter(None, parts)) or "what is usual here"
