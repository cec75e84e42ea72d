"""Visits that were missed, booked again: after the other visits of somebody's day, as soon as it costs little."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from typing import NamedTuple

from techdesk import clock
from techdesk.desk.bookings import RebookVisit
from techdesk.desk.ids import new_id
from techdesk.models.queries.rotations import Crew, School
from techdesk.planning.booking import LATER, STRANGE
from techdesk.planning.dates import Openings, at_work
from techdesk.planning.roadbook import RoadBook

WITHIN = 28  # days from today


class Owed(NamedTuple):
    """A visit that was not made and that no other visit makes up for."""

    id: str
    site_id: str
    site: str
    technician_id: str
    start: str
    end: str
    state: str
    timezone: str


class Busy(NamedTuple):
    """A visit that is planned: where, and when on its site's clock (minutes after midnight)."""

    site_id: str
    technician_id: str
    day: date
    begins: int
    ends: int


class Again(NamedTuple):
    """A visit that is booked again; no command where it fits nowhere."""

    owed: Owed
    day: date | None
    command: RebookVisit | None


def owed(connection: sqlite3.Connection, now: str) -> list[Owed]:
    """The visits that were missed, or whose time is over without anybody having come, the oldest first."""
    rows = connection.execute(
        "SELECT v.id, v.site_id, coalesce(s.name, '?'), v.technician_id, v.planned_start, v.planned_end, v.state,"
        " coalesce(s.timezone, 'Europe/London') FROM visit v LEFT JOIN site s ON s.id = v.site_id"
        " WHERE (v.state = 'missed' OR (v.state IN ('planned', 'confirmed') AND v.planned_end < ?))"
        " AND NOT EXISTS (SELECT 1 FROM visit o WHERE o.instead_of = v.id) ORDER BY v.planned_start, v.id",
        (now,),
    )
    return [Owed(*row) for row in rows]


def planned(connection: sqlite3.Connection, now: str) -> list[Busy]:
    """The visits ahead."""
    rows = connection.execute(
        "SELECT v.site_id, v.technician_id, v.planned_start, v.planned_end, coalesce(s.timezone, 'Europe/London')"
        " FROM visit v LEFT JOIN site s ON s.id = v.site_id"
        " WHERE v.planned_end >= ? AND v.state IN ('planned', 'confirmed', 'travelling')",
        (now,),
    )
    found = []
    for site, technician, start, end, zone in rows:
        begins, ends = clock.local(start, zone), clock.local(end, zone)
        found.append(Busy(site, technician, begins.date(), _minute(begins), _minute(ends)))
    return found


def rebook(
    missed: Iterable[Owed], ahead: Sequence[Busy], crew: Sequence[Crew], schools: Sequence[School], book: RoadBook,
    today: date,
) -> list[Again]:  # fmt: skip
    """A new day for each of them, from tomorrow on."""
    known, openings = {school.id: school for school in schools}, Openings()
    busy, found = list(ahead), list[Again]()
    for visit in missed:
        school = known.get(visit.site_id)
        best: tuple[float, Busy] | None = None
        minutes = max(1, clock.seconds_between(visit.start, visit.end) // 60)
        for away in range(1, WITHIN + 1) if school else ():
            day = today + timedelta(days=away)
            taken = any(each.site_id == visit.site_id and each.day == day for each in busy)
            if taken or not openings.takes(known[visit.site_id], day):
                continue
            for one in crew:
                if not known[visit.site_id].skills <= one.skills or {one.id, visit.site_id} & book.lost:
                    continue
                slot = _slot(one, visit.site_id, minutes, day, busy, book)
                if slot is not None:
                    cost = slot[0] + LATER * away + (STRANGE if one.id != visit.technician_id else 0.0)
                    best = min(best or (cost, slot[1]), (cost, slot[1]))
        if best is None:
            found.append(Again(visit, None, None))
            continue
        made = best[1]
        busy.append(made)
        start = clock.parse_there(f"{made.day}T{made.begins // 60:02}:{made.begins % 60:02}", visit.timezone)
        found.append(Again(visit, made.day, RebookVisit(
            id=new_id(), visit_id=visit.id, planned_start=start, planned_end=clock.later(start, minutes),
            technician_id=made.technician_id, reason="booked again")))  # fmt: skip
    return found


def _slot(
    one: Crew, site_id: str, minutes: int, day: date, busy: Sequence[Busy], book: RoadBook
) -> tuple[float, Busy] | None:
    """The time after somebody's other visits of a day, with the minutes of driving that it adds; None without room."""
    if not at_work(one, day):
        return None
    begins = one.begins(day.weekday())
    before = max((each for each in busy if (each.technician_id, each.day) == (one.id, day)), key=lambda each: each.ends,
                 default=None)  # fmt: skip
    at, now = (one.id, begins) if before is None else (before.site_id, before.ends)
    start = ceil(round(now + book.between(at, site_id), 6))
    home = book.between(site_id, one.id)
    if start + minutes + home > begins + one.minutes(day.weekday()):
        return None
    added = book.between(at, site_id) + home - (0.0 if before is None else book.between(at, one.id))
    return added, Busy(site_id, one.id, day, start, start + minutes)


def _minute(when: datetime) -> int:
    return when.hour * 60 + when.minute
