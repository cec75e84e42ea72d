"""A site's year: on which days it was visited, will be, is closed, and is owed a visit."""

import sqlite3
from datetime import date, timedelta
from typing import NamedTuple

from techdesk import clock
from techdesk.desk.calendars import hours_of
from techdesk.desk.service_hours import is_open
from techdesk.models.queries.visits import LINE
from techdesk.models.rows import VisitLine
from techdesk.models.sqlite import SqliteTx

MADE = ("on_site", "wrapped", "signed")
AHEAD = ("planned", "confirmed", "travelling")


class SiteYear(NamedTuple):
    """Twelve months from the first of one. `days` has a word for each day that is not plainly open: visited, planned, owed,
    closed or weekend; `visits` are those of the year, in order."""

    site: str
    first: date
    days: dict[date, str]
    visits: list[VisitLine]


def site_year(connection: sqlite3.Connection, site_id: str, now: str) -> SiteYear:
    """The school year that a moment is in: from September to August."""
    today = clock.parse(now).date()
    first = date(today.year if today.month >= 9 else today.year - 1, 9, 1)
    last = date(first.year + 1, 8, 31)
    tx = SqliteTx(connection)
    site = tx.get("site", site_id) or {"name": "?"}
    hours = hours_of(tx, site_id)
    days: dict[date, str] = {}
    day = first
    while day <= last:
        if not is_open(hours, day):
            days[day] = "weekend" if not hours.week[day.weekday()] else "closed"
        day += timedelta(days=1)
    rows = connection.execute(
        f"{LINE} WHERE v.site_id = ? AND v.planned_start >= ? AND v.planned_start < ? ORDER BY v.planned_start, v.id",
        (site_id, first.isoformat(), (last + timedelta(days=1)).isoformat()),
    )
    visits = [VisitLine(*row) for row in rows]
    made_up = {str(row[0]) for row in connection.execute("SELECT instead_of FROM visit WHERE instead_of IS NOT NULL")}
    for visit in visits:
        when = clock.local(visit.planned_start, visit.timezone).date()
        over = visit.state in ("planned", "confirmed") and visit.planned_end < now
        if visit.state in MADE:
            days[when] = "visited"
        elif (visit.state == "missed" or over) and visit.id not in made_up:
            days[when] = "owed"
        elif visit.state in AHEAD and days.get(when) != "visited":
            days[when] = "planned"
    return SiteYear(str(site["name"]), first, days, visits)
