"""How many visits of each school may still be planned in the terms of a rotation: what was bought, less what is there."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from techdesk.desk.agreements import counts_on
from techdesk.desk.tx import Row
from techdesk.models.queries.delivery import Span, span_on, spans_of
from techdesk.models.sqlite import SqliteTx


class Allowance(NamedTuple):
    """A school's visits in a term: how many were `bought`, and how many of them are `left` to be planned. The days are
    YYYY-MM-DD."""

    first: str
    last: str
    bought: int
    left: int


def allowances(connection: sqlite3.Connection, first: date, last: date) -> dict[str, tuple[Allowance, ...]]:
    """By site, what may be planned from the first day to the last, term by term; nothing for terms in which no number of
    visits was bought. Visits that were made count, and those that are planned before the first day or after the last."""
    agreed: dict[str, list[Row]] = {}
    for row in SqliteTx(connection).find("agreement", order="starts"):
        if row["visits"] is not None:
            agreed.setdefault(str(row["site_id"]), []).append(row)
    taken = _taken(connection, first.isoformat(), (last + timedelta(days=1)).isoformat())
    found: dict[str, tuple[Allowance, ...]] = {}
    for site, spans in _terms(connection).items():
        among = [
            Allowance(begins, ends, bought, max(0, bought - sum(begins <= day <= ends for day in taken.get(site, ()))))
            for begins, ends in _between(spans, first, last)
            if (bought := _bought(agreed.get(site, []), begins, ends)) is not None
        ]
        if among:
            found[site] = tuple(among)
    return found


def _bought(rows: Sequence[Row], first: str, last: str) -> int | None:
    """The visits of the agreement that begins last of those in force in a term."""
    counting = [row for row in rows if counts_on(row, last) or counts_on(row, first)]
    return int(str(counting[-1]["visits"])) if counting else None


def _between(spans: Sequence[Span], first: date, last: date) -> Iterator[tuple[str, str]]:
    """The terms from one day to another."""
    day = first
    while day <= last:
        begins, ends = span_on(spans, day)
        yield begins.isoformat(), ends.isoformat()
        day = ends + timedelta(days=1)


def _terms(connection: sqlite3.Connection) -> dict[str, list[Span]]:
    """The terms of each active site: of its own calendar, else of its cluster's, else of the organisation's."""
    days: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for first, last, site, cluster in connection.execute(
        "SELECT d.first, d.last, coalesce(c.site_id, ''), coalesce(c.cluster, '') FROM calendar_day d"
        " JOIN calendar c ON c.id = d.calendar_id WHERE d.kind = 'term' ORDER BY d.first"
    ):
        days.setdefault((site, "" if site else cluster.casefold()), []).append((first, last))
    spans = {whose: spans_of(rows) for whose, rows in days.items()}
    sites = connection.execute("SELECT id, coalesce(cluster, '') FROM site WHERE state = 'active'")
    return {
        id: spans.get((id, "")) or spans.get(("", cluster.casefold())) or spans.get(("", "")) or []
        for id, cluster in sites
    }


def _taken(connection: sqlite3.Connection, first: str, after: str) -> dict[str, list[str]]:
    """By site, the days of visits that were made, or are planned before the first day or from the day `after` on."""
    found: dict[str, list[str]] = {}
    for site, day in connection.execute(
        "SELECT site_id, substr(coalesce(actual_start, planned_start), 1, 10) FROM visit"
        " WHERE state IN ('travelling', 'on_site', 'wrapped', 'signed')"
        " OR (state IN ('planned', 'confirmed') AND (planned_start < ? OR planned_start >= ?))",
        (first, after),
    ):
        found.setdefault(str(site), []).append(str(day))
    return found
