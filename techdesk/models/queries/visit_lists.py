"""Visits over weeks: pages of a list, and the card of a site."""

import json
import sqlite3
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from techdesk import clock
from techdesk.errors import NotFound
from techdesk.models.cards import ContactLine, SiteCard
from techdesk.models.queries.visits import LINE
from techdesk.models.rows import VisitLine

ORDER = "v.planned_start, v.id"


class VisitFilter(NamedTuple):
    """Which visits. `start` and `end` are moments, the end excluded; called-off ones only with `gone`; `words` in the
    site's name or code, or the technician's name."""

    technician_id: str | None = None
    site_id: str | None = None
    start: str | None = None
    end: str | None = None
    gone: bool = True
    words: str = ""


def days(first: date, last: date, timezone: str = "Europe/London") -> tuple[str, str]:
    """The moments at which the first day begins and the last one ends, on a place's clock."""
    here = ZoneInfo(timezone)
    begins = datetime.combine(first, time(), here)
    ends = datetime.combine(last + timedelta(days=1), time(), here)
    return clock.moment(begins), clock.moment(ends)


def week(day: date, timezone: str = "Europe/London") -> tuple[str, str]:
    """The moments at which the week of a day begins (on Monday) and ends."""
    monday = day - timedelta(days=day.weekday())
    return days(monday, monday + timedelta(days=6), timezone)


def where(chosen: VisitFilter) -> tuple[str, list[Any]]:
    """The condition that a filter stands for, and its values."""
    terms: list[str] = []
    values: list[Any] = []
    for condition, value in (
        ("v.technician_id = ?", chosen.technician_id),
        ("v.site_id = ?", chosen.site_id),
        ("v.planned_start >= ?", chosen.start),
        ("v.planned_start < ?", chosen.end),
    ):
        if value is not None:
            terms.append(condition)
            values.append(value)
    if not chosen.gone:
        terms.append("v.state NOT IN ('cancelled', 'rebooked')")
    for word in chosen.words.split():
        like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        terms.append(
            "(v.site_id IN (SELECT id FROM site WHERE name LIKE ? ESCAPE '\\' OR code LIKE ? ESCAPE '\\')"
            " OR v.technician_id IN (SELECT id FROM technician WHERE name LIKE ? ESCAPE '\\'))"
        )
        values.extend([like] * 3)
    return " AND ".join(terms) or "1", values


def count(connection: sqlite3.Connection, chosen: VisitFilter) -> int:
    """How many visits the filter lets through."""
    condition, values = where(chosen)
    return int(connection.execute(f"SELECT count(*) FROM visit v WHERE {condition}", values).fetchone()[0])


def page(connection: sqlite3.Connection, chosen: VisitFilter, limit: int, start: int = 0) -> list[VisitLine]:
    """Visits from index `start`, in the order of their planned start."""
    condition, values = where(chosen)
    inner = f"SELECT v.n FROM visit v WHERE {condition} ORDER BY {ORDER} LIMIT ? OFFSET ?"
    rows = connection.execute(f"{LINE} WHERE v.n IN ({inner}) ORDER BY {ORDER}", [*values, limit, start])
    return [VisitLine(*row) for row in rows]


def index_of(connection: sqlite3.Connection, chosen: VisitFilter, id: str) -> int | None:
    """Where a visit stands in the list; None when the filter does not let it through."""
    condition, values = where(chosen)
    found = connection.execute(
        f"SELECT v.planned_start FROM visit v WHERE {condition} AND v.id = ?", [*values, id]
    ).fetchone()
    if found is None:
        return None
    before = f"SELECT count(*) FROM visit v WHERE {condition} AND (v.planned_start, v.id) < (?, ?)"
    return int(connection.execute(before, [*values, found[0], id]).fetchone()[0])


def holds(connection: sqlite3.Connection, chosen: VisitFilter, ids: frozenset[str]) -> frozenset[str]:
    """Those of these visits that the filter lets through."""
    condition, values = where(chosen)
    found = connection.execute(
        f"SELECT v.id FROM visit v WHERE {condition} AND v.id IN (SELECT value FROM json_each(?))",
        [*values, json.dumps(sorted(ids))],
    )
    return frozenset(str(row[0]) for row in found)


def upcoming(connection: sqlite3.Connection, now: str, limit: int, chosen: VisitFilter) -> list[VisitLine]:
    """The next visits that have not begun, soonest first."""
    condition, values = where(chosen)
    rows = connection.execute(
        f"{LINE} WHERE {condition} AND v.planned_end >= ? AND v.state IN ('planned', 'confirmed', 'travelling')"
        f" ORDER BY {ORDER} LIMIT ?",
        [*values, now, limit],
    )
    return [VisitLine(*row) for row in rows]


def past(connection: sqlite3.Connection, now: str, limit: int, chosen: VisitFilter) -> list[VisitLine]:
    """The last visits that were made, the latest first."""
    condition, values = where(chosen)
    rows = connection.execute(
        f"{LINE} WHERE {condition} AND v.planned_start < ? AND v.state IN ('wrapped', 'signed')"
        " ORDER BY v.planned_start DESC, v.id DESC LIMIT ?",
        [*values, now, limit],
    )
    return [VisitLine(*row) for row in rows]


def nearest(
    connection: sqlite3.Connection,
    technician: str | None,
    states: tuple[str, ...],
    now: str,
    site_id: str | None = None,
    *,
    anyone: bool = False,
    open_only: bool = False,
) -> VisitLine | None:
    """The technician's visit (or `anyone`'s), in one of the states and at the site if one is named, whose start is nearest to
    now; with `open_only` none that another was booked for instead."""
    marks = ", ".join("?" * len(states))
    found = connection.execute(
        f"{LINE} WHERE (v.technician_id IS ? OR ?) AND v.state IN ({marks}) AND (v.site_id = ? OR ? IS NULL)"
        " AND (NOT ? OR NOT EXISTS (SELECT 1 FROM visit i WHERE i.instead_of = v.id))"
        " ORDER BY abs(julianday(v.planned_start) - julianday(?)), v.id LIMIT 1",
        (technician, anyone, *states, site_id, site_id, open_only, now),
    ).fetchone()
    return None if found is None else VisitLine(*found)


def site_card(connection: sqlite3.Connection, id: str) -> SiteCard:
    """What one needs to know at a site's door. Raises NotFound."""
    found = connection.execute(
        "SELECT id, name, code, address, postcode, telephone, entry_notes, timezone,"
        " (SELECT count(*) FROM ticket t WHERE t.site_id = site.id AND t.open = 1) FROM site WHERE id = ?",
        (id,),
    ).fetchone()
    if found is None:
        raise NotFound("That site is not in this store: sync first.")
    contacts = connection.execute(
        "SELECT name, role, telephone, email, may_sign FROM contact WHERE site_id = ? ORDER BY may_sign DESC, name, id",
        (id,),
    )
    return SiteCard(*(*found, [ContactLine(*row) for row in contacts]))
