"""What a rotation is planned from (technicians, schools, roads), and the rotations that there are, with their lines."""

import sqlite3
from typing import NamedTuple

from techdesk.desk import service_hours
from techdesk.desk.agreements import counts_on, lasts_until, weekdays
from techdesk.desk.calendars import hours_of
from techdesk.desk.service_hours import Hours, Week
from techdesk.desk.tx import Row
from techdesk.errors import BadInput, NotFound
from techdesk.models.sqlite import SqliteTx

USUAL_TIMES = "08:00-16:00"
USUAL_DAYS = (0, 1, 2, 3, 4)


class Crew(NamedTuple):
    """A technician who visits: working times by weekday, days away as (first, last), where the day begins and ends."""

    id: str
    name: str
    week: Week
    skills: frozenset[str]
    latitude: float | None
    longitude: float | None
    away: tuple[tuple[str, str], ...] = ()

    def works(self, day: str, weekday: int) -> bool:
        """Whether they work on a day (YYYY-MM-DD)."""
        return bool(self.week[weekday]) and not any(first <= day <= last for first, last in self.away)

    def minutes(self, weekday: int) -> int:
        """How long that day of the week is, travel included."""
        return sum(span.end - span.begin for span in self.week[weekday])

    def begins(self, weekday: int) -> int:
        """When that day of the week begins, in minutes after midnight."""
        spans = self.week[weekday]
        return spans[0].begin if spans else 480


class School(NamedTuple):
    """A site with what was agreed: `visits` in `weeks` weeks, or `per_term` visits; None where nothing was. `days` are the
    weekdays on which it may be visited; `ends` is the last day of what was agreed, renewals included, and
    past where it has ended."""

    id: str
    code: str
    name: str
    latitude: float | None
    longitude: float | None
    visits: int | None
    weeks: int
    per_term: int | None
    days: tuple[int, ...]
    minutes: int
    technician_id: str | None
    skills: frozenset[str]
    hours: Hours
    ends: str | None = None


class RotationRow(NamedTuple):
    """A rotation; `visits` in a cycle, `missing` those that were agreed and cannot be made."""

    id: str
    name: str
    weeks: int
    starts: str
    first: str
    last: str
    travel: float | None
    follows: str | None
    published_at: str | None
    state: str
    visits: int
    missing: int


class PlanLine(NamedTuple):
    """One visit of a cycle, or (without a day) visits that cannot be made."""

    id: str
    site_id: str
    code: str
    site: str
    day: int | None
    technician_id: str | None
    technician: str | None
    rank: int
    starts: int | None
    minutes: int
    missing: int
    why: str | None


def crew(connection: sqlite3.Connection) -> tuple[list[Crew], list[str]]:
    """The active technicians by name, and what is odd about them in sentences."""
    away: dict[str, list[tuple[str, str]]] = {}
    for technician, first, last in connection.execute(
        "SELECT technician_id, first, last FROM leave WHERE state = 'taken'"
    ):
        away.setdefault(str(technician), []).append((str(first), str(last)))
    found, notes = [], []
    for id, name, hours, days, skills, lat, lon in connection.execute(
        "SELECT id, name, working_hours, working_days, skills, base_latitude, base_longitude FROM technician"
        " WHERE state = 'active' ORDER BY name, id"
    ):
        try:
            week = working_week(hours, days)
        except BadInput as wrong:
            notes.append(f"{name}: {wrong} Monday to Friday is taken.")
            week = working_week(None, None)
        found.append(Crew(id, name, week, _words(skills), lat, lon, tuple(sorted(away.get(id, ())))))
    return found, notes


def working_week(hours: str | None, days: str | None) -> Week:
    """A technician's working times. Raises BadInput."""
    if hours:
        return service_hours.week(hours)
    spans = service_hours.spans(USUAL_TIMES)
    worked = weekdays(days) if days else USUAL_DAYS
    return tuple(spans if day in worked else () for day in range(7))


def schools(connection: sqlite3.Connection, day: str) -> list[School]:
    """The active sites, by name, with what is agreed on a day."""
    tx = SqliteTx(connection)
    wishes = {str(row["site_id"]): row for row in tx.find("site_wish")}
    terms: dict[str, list[Row]] = {}
    for row in tx.find("agreement", order="starts"):
        terms.setdefault(str(row["site_id"]), []).append(row)
    agreed = {id: row for id, rows in terms.items() for row in rows if counts_on(row, day)}
    found = []
    for site in tx.find("site", order="name", state="active"):
        id = str(site["id"])
        wish, bought = wishes.get(id, {}), agreed.get(id, {})
        visits, minutes = bought.get("visits"), bought.get("minutes")
        each = int(minutes) // int(visits) if visits and minutes else None
        found.append(
            School(
                id, str(site["code"]), str(site["name"]), _number(site["latitude"]),
                _number(site["longitude"]), None if not wish else int(wish["visits"] or 0), int(wish.get("weeks") or 1),
                None if visits is None else int(visits), weekdays(str(wish.get("days") or "")) or tuple(range(7)),
                int(wish.get("minutes") or each or 180), _text(wish.get("technician_id")), _words(wish.get("skills")),
                hours_of(tx, id), lasts_until(terms.get(id, []), day),
            )
        )  # fmt: skip
    return found


def travel_times(connection: sqlite3.Connection) -> dict[tuple[str, str], float]:
    """Minutes on the road that are known better, by (from, to)."""
    rows = connection.execute("SELECT from_id, to_id, minutes FROM travel_time")
    return {(str(one), str(two)): float(minutes) for one, two, minutes in rows}


_ROTATION = """SELECT r.id, r.name, r.weeks, r.starts, r.first, r.last, r.travel, r.follows, r.published_at, r.state,
    (SELECT count(*) FROM rotation_line k WHERE k.rotation_id = r.id AND k.day IS NOT NULL),
    (SELECT coalesce(sum(k.missing), 0) FROM rotation_line k WHERE k.rotation_id = r.id) FROM rotation r"""


def rotations(connection: sqlite3.Connection, every: bool = True) -> list[RotationRow]:
    """The rotations, the newest first; without those that were superseded unless `every`."""
    term = "1" if every else "r.state <> 'superseded'"
    return [RotationRow(*row) for row in connection.execute(f"{_ROTATION} WHERE {term} ORDER BY r.n DESC")]


def in_force(connection: sqlite3.Connection, day: str) -> RotationRow | None:
    """The published rotation that counts on a day, or the next one to come: of several, what was published last."""
    found = connection.execute(
        f"{_ROTATION} WHERE r.state = 'published' AND r.last >= ?"
        " ORDER BY r.first > ?, r.published_at DESC, r.n DESC LIMIT 1",
        (day, day),
    ).fetchone()
    return None if found is None else RotationRow(*found)


def rotation(connection: sqlite3.Connection, text: str | None, day: str) -> RotationRow:
    """The rotation of that name, or whose id begins so; without a name the newest draft, else the one in force. Raises
    NotFound, or BadInput when several are called so."""
    every = rotations(connection)
    if text is None:
        drafts = [row for row in every if row.state == "draft"]
        found = drafts[:1] or [row for row in (in_force(connection, day),) if row]
        if not found:
            raise NotFound("There is no rotation yet: plan one with  techdesk plan make.")
        return found[0]
    typed = text.strip().casefold()
    found = [row for row in every if row.id == typed or row.name.casefold() == typed]
    found = found or [row for row in every if row.name.casefold().startswith(typed)]
    found = found or [row for row in every if len(typed) >= 4 and row.id.startswith(typed)]
    if not found:
        raise NotFound(f"There is no rotation '{text}' here: look with  techdesk plan list.")
    if len(found) > 1:
        some = ", ".join(f"{row.name} ({row.id[:18]})" for row in found[:3])
        raise BadInput(f"'{text}' fits more than one rotation: {some} ... Type more of it, or its id.")
    return found[0]


def lines(connection: sqlite3.Connection, rotation_id: str) -> list[PlanLine]:
    """The lines of a rotation by day, technician and turn; what cannot be made at the end."""
    rows = connection.execute(
        "SELECT k.id, k.site_id, coalesce(s.code, '?'), coalesce(s.name, '?'), k.day, k.technician_id,"
        " coalesce(t.name, '?'), k.rank, k.starts, k.minutes, k.missing, k.why FROM rotation_line k"
        " LEFT JOIN site s ON s.id = k.site_id LEFT JOIN technician t ON t.id = k.technician_id"
        " WHERE k.rotation_id = ? ORDER BY coalesce(k.day, 99), t.name, k.rank, k.starts, s.name, k.id",
        (rotation_id,),
    )
    return [PlanLine(*row) for row in rows]


def _words(text: object) -> frozenset[str]:
    return frozenset(word for part in str(text or "").replace(";", ",").split(",") if (word := part.strip().casefold()))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(value: str | int | float | None) -> float | None:
    return None if value is None else float(value)
