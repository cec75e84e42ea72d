"""How well the desk serves: shares over a span of time, of one site or all. Each figure is a part of a whole; the formulas
are those of the field, and stand with each function. What was imported counts as far as its export told."""

import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple

from techdesk import clock
from techdesk.models.queries.checklists import done_and_due
from techdesk.models.queries.debt import debts
from techdesk.models.queries.queue import site_waits
from techdesk.models.queries.surveys import NEWEST, RATED_SELF, SELF


class Span(NamedTuple):
    """From a moment up to another; of one site, or of all."""

    since: str
    until: str
    site_id: str | None = None


class Figure(NamedTuple):
    """A part of a whole: `value` is the share from 0 to 1, None where there is nothing to share; for an amount without a
    whole `value` is the amount. `good` is 1 when more is better, -1 when less is, 0 for what just is so."""

    key: str
    name: str
    part: float
    whole: float | None
    value: float | None
    unit: str = "share"
    good: int = 1


class Band(NamedTuple):
    """Open tickets of an age."""

    name: str
    tickets: int


class Month(NamedTuple):
    """What was closed in a month, `2026-11`, and the answers that came in it: how many, and how many of 4 or 5."""

    month: str
    closed: int
    answers: int
    satisfied: int


class Report(NamedTuple):
    """All figures of a span. `collected` says how the answers came, and how many nobody put a name to."""

    figures: list[Figure]
    backlog: list[Band]
    months: list[Month]
    collected: dict[str, int]


BANDS = (("under a day", 1), ("under a week", 7), ("under a month", 30), ("under 3 months", 91), ("older", 10**6))
# Heard by a technician, but not from whom: such an answer is kept, and counts for nothing; so is one by who did the work.
NAMED = "(v.collected = 'on_paper' OR v.answered_by IS NOT NULL)"
COUNTS = f"({NAMED} AND NOT {RATED_SELF})"
ANSWERED = "coalesce(v.answered_at, v.created_at)"


def report(connection: sqlite3.Connection, span: Span, now: str) -> Report:
    """All figures of a span; the backlog is that of the present moment."""
    answers, collected = _answers(connection, span)
    figures = [*answers, *_in_time(connection, span), *_visits(connection, span), *_closings(connection, span)]
    figures += [_reopened(connection, span), _repeats(connection, span), *_minutes(connection, span)]
    figures.append(_maintenance(connection, span, now))
    age, bands = backlog(connection, span.site_id, now)
    return Report([*figures, age, _fairness(connection, span, now)], bands, _months(connection, span), collected)


def _share(key: str, name: str, part: Any, whole: Any, good: int = 1) -> Figure:
    found, of = int(part or 0), int(whole or 0)
    return Figure(key, name, found, of, found / of if of else None, good=good)


def _among(span: Span, column: str, site: str = "t.site_id") -> tuple[str, list[Any]]:
    """The condition that a moment lies in the span and a ticket is of its site."""
    values: list[Any] = [span.since, span.until]
    if span.site_id is None:
        return f"{column} >= ? AND {column} < ?", values
    return f"{column} >= ? AND {column} < ? AND {site} = ?", [*values, span.site_id]


def _answers(connection: sqlite3.Connection, span: Span) -> tuple[list[Figure], dict[str, int]]:
    """Satisfaction = answers of 4 or 5 / answers, for timeliness and for quality. Self-collected = answers that were written
    down by whoever did the work / answers: so that nobody rates himself unseen. Of several answers of one person to one
    ticket the newest counts."""
    condition, values = _among(span, ANSWERED)
    row = connection.execute(
        f"""
        SELECT count(*) FILTER (WHERE {COUNTS} AND v.timeliness >= 4), count(v.timeliness) FILTER (WHERE {COUNTS}),
               count(*) FILTER (WHERE {COUNTS} AND v.quality >= 4), count(v.quality) FILTER (WHERE {COUNTS}),
               count(*) FILTER (WHERE {COUNTS} AND {SELF}), count(*) FILTER (WHERE {COUNTS}),
               count(*) FILTER (WHERE v.collected = 'on_the_spot'), count(*) FILTER (WHERE v.collected = 'on_paper'),
               count(*) FILTER (WHERE v.collected = 'later'), count(*) FILTER (WHERE NOT {NAMED})
        FROM survey v JOIN ticket t ON t.id = v.ticket_id WHERE v.state = 'answered' AND {NEWEST} AND {condition}
        """,
        values,
    ).fetchone()
    figures = [
        _share("timeliness", "satisfied with the time it took", row[0], row[1]),
        _share("quality", "satisfied with the work", row[2], row[3]),
        _share("self_collected", "self-collected answers", row[4], row[5], good=-1),
    ]
    return figures, dict(zip(("on_the_spot", "on_paper", "later", "without_a_name"), map(int, row[6:]), strict=True))


def _in_time(connection: sqlite3.Connection, span: Span) -> list[Figure]:
    """In time = fixed by the due time / closed that had one, in service hours: all, and for each priority. Answered in time =
    responded by the due time / closed that had one."""
    condition, values = _among(span, "t.closed_at")
    rows = connection.execute(
        f"""
        SELECT t.priority, sum(coalesce(t.resolved_at, t.closed_at) <= t.fix_due), count(t.fix_due),
               sum(t.responded_at <= t.respond_due), count(t.respond_due)
        FROM ticket t WHERE t.state = 'closed' AND {condition} GROUP BY t.priority ORDER BY t.priority
        """,
        values,
    ).fetchall()
    total: list[int] = [sum(int(row[column] or 0) for row in rows) for column in range(1, 5)]
    ranks = [_share(f"in_time_p{row[0]}", f"fixed in time, P{row[0]}", row[1], row[2]) for row in rows if row[2]]
    return [
        _share("in_time", "fixed in time", total[0], total[1]),
        *ranks,
        _share("answered_in_time", "answered in time", total[2], total[3]),
    ]


def _visits(connection: sqlite3.Connection, span: Span) -> list[Figure]:
    """First-visit fix = closed after work on the spot on one day alone and never opened again / closed after work on the
    spot. Remote share = closed with work from afar and none on the spot / closed with either."""
    condition, values = _among(span, "t.closed_at")
    row = connection.execute(
        f"""
        SELECT sum(days = 1 AND reopened = 0), sum(days > 0), sum(days = 0 AND afar), count(*) FROM (
            SELECT t.reopened, max(w.mode = 'remote') AS afar,
                   count(DISTINCT CASE WHEN w.mode = 'on_site' THEN substr(w.start, 1, 10) END) AS days
            FROM ticket t JOIN worklog w ON w.ticket_id = t.id AND w.minutes > 0 AND w.mode IN ('on_site', 'remote')
            WHERE t.state = 'closed' AND {condition} GROUP BY t.id)
        """,
        values,
    ).fetchone()
    return [
        _share("first_visit", "fixed at the first visit", row[0], row[1]),
        _share("remote", "fixed from afar", row[2], row[3], good=0),
    ]


def _closings(connection: sqlite3.Connection, span: Span) -> list[Figure]:
    """Closed = tickets closed. Cold closings = closed without telling the user in person, or untested / closed."""
    condition, values = _among(span, "t.closed_at")
    row = connection.execute(
        f"SELECT count(*), sum(t.cold) FROM ticket t WHERE t.state = 'closed' AND {condition}", values
    ).fetchone()
    return [
        Figure("closed", "closed", int(row[0]), None, int(row[0]), "tickets", 0),
        _share("cold", "cold closings", row[1], row[0], good=-1),
    ]


def _reopened(connection: sqlite3.Connection, span: Span) -> Figure:
    """Reopened = opened again at least once / tickets of the span that were ended at least once, by when they came in."""
    condition, values = _among(span, "t.opened_at")
    row = connection.execute(
        f"SELECT sum(t.reopened > 0), count(*) FROM ticket t WHERE {condition}"
        " AND (t.state IN ('closed', 'resolved') OR t.reopened > 0)",
        values,
    ).fetchone()
    return _share("reopened", "opened again", row[0], row[1], good=-1)


def _repeats(connection: sqlite3.Connection, span: Span) -> Figure:
    """Repeat within 30 days = closed whose fault came back as another ticket within 30 days / closed."""
    condition, values = _among(span, "t.closed_at")
    [whole] = connection.execute(
        f"SELECT count(*) FROM ticket t WHERE t.state = 'closed' AND {condition}", values
    ).fetchone()
    [part] = connection.execute(
        "SELECT count(DISTINCT t.id) FROM ticket r JOIN ticket t ON t.id = r.repeat_of WHERE r.repeat_of IS NOT NULL"
        f" AND r.state <> 'cancelled' AND julianday(r.opened_at) - julianday(t.closed_at) <= 30 AND {condition}",
        values,
    ).fetchone()
    return _share("repeat", "back within 30 days", part, whole, good=-1)


def _fairness(connection: sqlite3.Connection, span: Span, now: str) -> Figure:
    """Fairness = worst site's median wait / all sites' median wait, of what is open now; of one site, its own."""
    waits = site_waits(connection, now)
    own = waits.by_site.get(span.site_id) if span.site_id else max(waits.by_site.values(), default=None)
    value = own / waits.median if own is not None and waits.median else None
    return Figure("fairness", "longest wait of a school in medians", value or 0, None, value, "times", -1)


def _minutes(connection: sqlite3.Connection, span: Span) -> list[Figure]:
    """Proactive share = proactive minutes / all minutes. Waiting = minutes lost waiting for others. Visit debt = minutes of
    visits that emergencies took or that were missed, and that are not made up for yet."""
    condition, values = _among(span, "w.start", "coalesce(t.site_id, v.site_id)")
    row = connection.execute(
        "SELECT sum(w.minutes * w.proactive), sum(w.minutes), sum(CASE WHEN w.mode = 'waiting' THEN w.minutes END)"
        " FROM worklog w LEFT JOIN ticket t ON t.id = w.ticket_id LEFT JOIN visit v ON v.id = w.visit_id"
        f" WHERE {condition}",
        values,
    ).fetchone()
    debt = sum(each.minutes for each in debts(connection, site_id=span.site_id, since=span.since, until=span.until))
    waited = int(row[2] or 0)
    return [
        _share("proactive", "proactive minutes", row[0], row[1]),
        Figure("waiting", "minutes lost waiting", waited, None, waited, "minutes", -1),
        Figure("visit_debt", "visit minutes owed to schools", int(debt), None, int(debt), "minutes", -1),
    ]


def _maintenance(connection: sqlite3.Connection, span: Span, now: str) -> Figure:
    """Maintenance done = runs of checklists done / due, of those that fell due in the span, up to now."""
    last = min(clock.later(span.until, -1), now)[:10]
    part, whole = done_and_due(connection, span.since[:10], last, span.site_id)
    return _share("maintenance", "maintenance done", part, whole)


def backlog(connection: sqlite3.Connection, site_id: str | None, now: str) -> tuple[Figure, list[Band]]:
    """Backlog age = the median age of what is open now, in days; and how many are of which age."""
    where, values = ("open = 1", []) if site_id is None else ("open = 1 AND site_id = ?", [site_id])
    opened = [str(at) for (at,) in connection.execute(f"SELECT opened_at FROM ticket WHERE {where}", values)]
    limits = [clock.later(now, -days * 24 * 60) for _, days in BANDS[:-1]]
    counts = [0] * len(BANDS)
    for at in opened:
        counts[next((number for number, limit in enumerate(limits) if at >= limit), len(limits))] += 1
    middle = sorted(opened)[len(opened) // 2] if opened else None
    age = None if middle is None else round(clock.seconds_between(middle, now) / 86_400, 1)
    figure = Figure("backlog_age", "median age of what is open", age or 0, None, age, "days", -1)
    return figure, [Band(name, count) for (name, _), count in zip(BANDS, counts, strict=True)]


def _months(connection: sqlite3.Connection, span: Span) -> list[Month]:
    """By month: closed, and the answers on quality."""
    condition, values = _among(span, "t.closed_at")
    closed = dict(
        connection.execute(
            f"SELECT substr(t.closed_at, 1, 7), count(*) FROM ticket t WHERE t.state = 'closed' AND {condition} GROUP BY 1",
            values,
        ).fetchall()
    )
    condition, values = _among(span, ANSWERED)
    answers = {
        month: (int(count), int(good or 0))
        for month, count, good in connection.execute(
            f"SELECT substr({ANSWERED}, 1, 7), count(v.quality), sum(v.quality >= 4) FROM survey v"
            f" JOIN ticket t ON t.id = v.ticket_id"
            f" WHERE v.state = 'answered' AND {COUNTS} AND {NEWEST} AND {condition} GROUP BY 1",
            values,
        )
    }
    return [
        Month(month, int(closed.get(month, 0)), *answers.get(month, (0, 0)))
        for month in sorted(closed.keys() | answers.keys())
    ]


def value_text(figure: Figure) -> str:
    """A figure as people read it: `94 %`, `47 min`, `3.5 days`; a dash where there is nothing to say."""
    words: dict[str, Callable[[float], str]] = {
        "share": lambda value: f"{value * 100:.0f} %",
        "minutes": lambda value: f"{value:.0f} min",
        "days": lambda value: f"{value:.1f} days",
        "times": lambda value: f"{value:.1f} x",
        "tickets": lambda value: f"{value:,.0f}",
    }
    return "-" if figure.value is None else words[figure.unit](figure.value)
