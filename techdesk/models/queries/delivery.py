"""What was delivered of what each school has bought for a term: visits and minutes, what is still planned, what is owed.

Delivered = visit minutes delivered / minutes bought. Due is the share of what was bought that the days of the term gone by
stand for.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from techdesk import clock
from techdesk.desk.agreements import counts_on
from techdesk.models.queries.debt import debts
from techdesk.models.sqlite import SqliteTx

# Longer without a day of term, and another term begins: half-terms are shorter, Christmas and Easter longer.
BREAK = timedelta(days=12)
# Where no days of term are kept: the first months of the English terms.
USUAL_TERMS = ((9, 1), (1, 1), (4, 15))
MADE = "('on_site', 'wrapped', 'signed')"
Span = tuple[date, date]
AHEAD = "('planned', 'confirmed', 'travelling')"


class Term(NamedTuple):
    """A term, from its first day to its last; `gone` is the share of it that is over. It is `known` from a calendar, or
    else an English one is assumed."""

    first: date
    last: date
    gone: float
    known: bool = True


class Delivery(NamedTuple):
    """A site in a term. What was not bought is None; `due` are the visits that should have been made by now; `owed` are
    minutes."""

    code: str
    site: str
    visits_bought: int | None
    visits_made: int
    visits_due: int | None
    visits_planned: int
    minutes_bought: int | None
    minutes_made: int
    share: float | None
    owed: int


def term_of(connection: sqlite3.Connection, day: date, site_id: str | None = None) -> Term:
    """The term that a day is in, or the next one to come: by the calendar of the site where one is named and has terms, else
    of its cluster, else of the organisation; else an English one."""
    every = connection.execute(
        "SELECT d.first, d.last, (c.site_id IS NOT NULL) * 2 + (c.cluster IS NOT NULL) FROM calendar_day d"
        " JOIN calendar c ON c.id = d.calendar_id LEFT JOIN site s ON s.id = ? WHERE d.kind = 'term' AND (c.site_id = s.id"
        " OR (c.site_id IS NULL AND (c.cluster IS NULL OR c.cluster = s.cluster COLLATE NOCASE))) ORDER BY d.first",
        (site_id,),
    ).fetchall()
    nearest = max((own for *_, own in every), default=0)
    spans = spans_of([(first, last) for first, last, own in every if own == nearest])
    found = span_on(spans, day)
    return Term(*found, share_gone(*found, day), found in spans)


def spans_of(rows: Iterable[tuple[str, str]]) -> list[Span]:
    """The terms, each from its first day to its last, that days of term (first, last) make, the earliest first."""
    spans: list[Span] = []
    for first, last in ((date.fromisoformat(one), date.fromisoformat(two)) for one, two in rows):
        if spans and first - spans[-1][1] <= BREAK:
            spans[-1] = spans[-1][0], max(last, spans[-1][1])
        else:
            spans.append((first, last))
    return spans


def span_on(spans: Sequence[Span], day: date) -> Span:
    """The term that a day is in, or the next one to come; an English one where none is known."""
    return next((span for span in spans if span[1] >= day), None) or _usual(day)


def share_gone(first: date, last: date, day: date) -> float:
    """The share of the days from first to last that is over on a day."""
    return min(1.0, max(0.0, ((day - first).days + 1) / ((last - first).days + 1)))


def deliveries(connection: sqlite3.Connection, term: Term, now: str, site_id: str | None = None) -> list[Delivery]:
    """Each site with an agreement or a visit in the term, the one that is furthest behind first."""
    made = _made(connection, term, now)
    owed = {debt.site_id: debt.minutes for debt in debts(connection, site_id=site_id)}
    tx = SqliteTx(connection)
    bought: dict[str, dict[str, object]] = {}
    for row in tx.find("agreement", order="starts"):
        if counts_on(row, term.last.isoformat()) or counts_on(row, term.first.isoformat()):
            bought[str(row["site_id"])] = dict(row)
    found = []
    for site in tx.find("site", order="name"):
        id = str(site["id"])
        if (site_id is not None and id != site_id) or not (id in bought or id in made or id in owed):
            continue
        agreed = bought.get(id, {})
        visits, minutes = _count(agreed.get("visits")), _count(agreed.get("minutes"))
        count, spent, ahead = made.get(id, (0, 0, 0))
        due = None if visits is None else int(visits * term.gone)
        share = spent / minutes if minutes else None
        found.append(Delivery(str(site["code"]), str(site["name"]), visits, count, due, ahead, minutes, spent, share,
                              owed.get(id, 0)))  # fmt: skip
    return sorted(found, key=lambda each: (each.visits_made - (each.visits_due or 0), each.site, each.code))


def _made(connection: sqlite3.Connection, term: Term, now: str) -> dict[str, tuple[int, int, int]]:
    """By site: the visits that were made in the term, their minutes, and the visits that are still planned in it."""
    start, end = term.first.isoformat(), (term.last + timedelta(days=1)).isoformat()
    found: dict[str, tuple[int, int, int]] = {}
    for site, began, ended, planned in connection.execute(
        "SELECT site_id, actual_start, actual_end, planned_end FROM visit"
        f" WHERE (state IN {MADE} AND actual_start >= ? AND actual_start < ?)"
        f" OR (state IN {AHEAD} AND planned_start >= ? AND planned_start < ?)",
        (start, end, start, end),
    ):
        count, minutes, ahead = found.get(site, (0, 0, 0))
        if began is None:
            found[site] = count, minutes, ahead + (planned >= now)
        else:
            found[site] = count + 1, minutes + clock.seconds_between(began, ended or now) // 60, ahead
    return found


def _usual(day: date) -> Span:
    starts = sorted(
        date(year, month, first) for year in (day.year - 1, day.year, day.year + 1) for month, first in USUAL_TERMS
    )
    begun = max(start for start in starts if start <= day)
    return begun, starts[starts.index(begun) + 1] - timedelta(days=1)


def _count(value: object) -> int | None:
    return None if value is None else int(str(value))
