"""What a day is dispatched from: tickets that wait, places with their hours, visits that are planned, what vans and the store
hold; and the day as it was dispatched."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from techdesk.desk.calendars import hours_of
from techdesk.desk.service_hours import Hours
from techdesk.desk.visits import ESTIMATES
from techdesk.errors import Refused
from techdesk.models.queries import likely_parts, visit_lists, visits
from techdesk.models.queries.rotations import Crew, crew, travel_times
from techdesk.models.rows import VisitLine
from techdesk.models.sqlite import SqliteTx

TOOLS = ("tool", "tools")


class Waiting(NamedTuple):
    """An open ticket: its site, when it is due, who has it; `minutes` that it is thought to take, `parts` that it is likely
    to need (ids), `words` that may name a skill."""

    id: str
    ref: str
    title: str
    kind: str
    priority: int
    site_id: str | None
    respond_due: str | None
    fix_due: str | None
    owner_id: str | None
    role: str
    waits: bool
    minutes: int
    words: frozenset[str]
    parts: tuple[str, ...] = ()


class Stand(NamedTuple):
    """A site on the road: where it is (None: nobody knows), and when it is served."""

    id: str
    code: str
    name: str
    latitude: float | None
    longitude: float | None
    timezone: str
    skills: frozenset[str]
    hours: Hours


class Shelf(NamedTuple):
    """A van or a store with what it holds, part ids to pieces; `tools` are the parts that are tools."""

    id: str
    name: str
    latitude: float | None
    longitude: float | None
    pieces: Mapping[str, int]


class PartName(NamedTuple):
    """A part, as it is named."""

    sku: str
    name: str
    tool: bool


class Stopped(NamedTuple):
    """A stop of an accepted route: a site (None: the store) with the state of its visit and the tickets on its list."""

    rank: int
    site_id: str | None
    site: str | None
    code: str | None
    visit_id: str | None
    state: str | None
    timezone: str
    arrives: str
    starts: str
    ends: str
    driving: float
    take: str | None
    tickets: tuple[tuple[str, str, str, int], ...] = ()  # id, ref, title, priority
    latitude: float | None = None
    longitude: float | None = None


class AcceptedRoute(NamedTuple):
    """A technician's accepted route."""

    technician_id: str
    technician: str
    leaves: str
    returns: str
    driving: float
    stops: tuple[Stopped, ...]


TICKETS = """
    SELECT t.id, t.ref, t.title, t.kind, t.priority, t.site_id, t.respond_due, t.fix_due, t.owner_id, t.role,
           t.hold_reason IS NOT NULL AND t.hold_reason <> 'next_visit' AND coalesce(t.hold_until, '9999') > :day,
           t.category, t.tags, m.category, t.responded_at
    FROM ticket t LEFT JOIN device d ON d.id = t.device_id LEFT JOIN device_model m ON m.id = d.model_id
    WHERE t.open = 1 AND (:only IS NULL OR t.id = :only)
    ORDER BY t.priority, coalesce(t.fix_due, '9999'), t.opened_at, t.id
"""


def waiting(connection: sqlite3.Connection, day: str, only: str | None = None) -> list[Waiting]:
    """The open tickets, or one of them, worst first."""
    found = []
    for row in connection.execute(TICKETS, {"day": day, "only": only}):
        words = (word.strip().casefold() for text in row[11:14] if text for word in str(text).split(","))
        respond = None if row[14] else row[6]
        told = (*row[:6], respond, *row[7:10], bool(row[10]), ESTIMATES[row[4]], frozenset(words))
        found.append(Waiting(*told))
    return found


def with_parts(connection: sqlite3.Connection, tickets: Sequence[Waiting]) -> list[Waiting]:
    """The same tickets with the parts that they are likely to need."""
    parts = likely_parts.likely(connection, [ticket.id for ticket in tickets])
    return [ticket._replace(parts=tuple(sorted(parts.get(ticket.id, ())))) for ticket in tickets]


def stands(connection: sqlite3.Connection, ids: Collection[str]) -> dict[str, Stand]:
    """The sites of these ids."""
    tx = SqliteTx(connection)
    wishes = {str(row["site_id"]): str(row["skills"] or "") for row in tx.find("site_wish")}
    found = {}
    for id in ids:
        row = tx.get("site", id)
        if row is not None:
            lat, lon = (None if row[name] is None else float(row[name] or 0) for name in ("latitude", "longitude"))
            skills = frozenset(word.strip().casefold() for word in wishes.get(id, "").split(",") if word.strip())
            found[id] = Stand(
                id, str(row["code"]), str(row["name"]), lat, lon, str(row["timezone"]), skills, hours_of(tx, id)
            )
    return found


def vans(connection: sqlite3.Connection) -> dict[str, Shelf]:
    """What each technician's van holds, by the technician's id."""
    rows = connection.execute(
        "SELECT t.id, l.id, l.name FROM technician t JOIN stock_location l ON l.id = t.stock_location_id"
    ).fetchall()
    return {who: Shelf(id, name, None, None, _pieces(connection, id)) for who, id, name in rows}


def stores(connection: sqlite3.Connection) -> list[Shelf]:
    """The stores, those first of which it is known where they are; at a site they are where the site is."""
    rows = connection.execute(
        "SELECT l.id, l.name, coalesce(l.latitude, s.latitude), coalesce(l.longitude, s.longitude) FROM stock_location l"
        " LEFT JOIN site s ON s.id = l.site_id WHERE l.kind = 'store'"
        " ORDER BY coalesce(l.latitude, s.latitude) IS NULL, l.n"
    ).fetchall()
    return [Shelf(id, name, lat, lon, _pieces(connection, id)) for id, name, lat, lon in rows]


def _pieces(connection: sqlite3.Connection, location: str) -> dict[str, int]:
    rows = connection.execute(
        "SELECT part_id, quantity FROM stock_balance WHERE location_id = ? AND quantity > 0", (location,)
    )
    return {str(part): int(pieces) for part, pieces in rows}


def part_names(connection: sqlite3.Connection) -> dict[str, PartName]:
    """The parts by id; those of the category tool are used, not used up."""
    rows = connection.execute("SELECT id, sku, name, lower(coalesce(category, '')) FROM part")
    return {id: PartName(sku, name, category in TOOLS) for id, sku, name, category in rows}


def tasks_of(connection: sqlite3.Connection, visit_ids: Collection[str]) -> dict[str, set[str]]:
    """The ids of the tickets on the lists of visits, by the visit's id."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for id in visit_ids:
        for (ticket,) in connection.execute("SELECT ticket_id FROM visit_task WHERE visit_id = ?", (id,)):
            if ticket is not None:
                found[id].add(str(ticket))
    return found


def coming(connection: sqlite3.Connection, after: str) -> dict[str, str]:
    """The start of each site's next visit that is planned after a moment, by the site's id."""
    rows = connection.execute(
        "SELECT site_id, min(planned_start) FROM visit WHERE planned_start >= ? AND state IN ('planned', 'confirmed')"
        " GROUP BY site_id",
        (after,),
    )
    return {str(site): str(start) for site, start in rows}


STOPS = """
    SELECT r.technician_id, k.rank, k.site_id, s.name, s.code, k.visit_id, v.state, coalesce(s.timezone, 'Europe/London'),
           k.arrives, k.starts, k.ends, k.driving, k.take, s.latitude, s.longitude
    FROM day_route r JOIN day_stop k ON k.route_id = r.id LEFT JOIN site s ON s.id = k.site_id
    LEFT JOIN visit v ON v.id = k.visit_id WHERE r.day = ? ORDER BY r.id, k.rank, k.id
"""
LISTED = """
    SELECT DISTINCT t.id, t.ref, t.title, t.priority FROM visit_task k JOIN ticket t ON t.id = k.ticket_id
    WHERE k.visit_id = ? AND t.open = 1 AND k.state IN ('todo', 'doing') ORDER BY k.rank, t.ref
"""


def accepted(connection: sqlite3.Connection, day: date, technician: str | None = None) -> list[AcceptedRoute]:
    """The routes that were accepted for a day, of everybody by name, or of one technician."""
    stops: defaultdict[str, list[Stopped]] = defaultdict(list)
    for row in connection.execute(STOPS, (day.isoformat(),)).fetchall():
        listed = connection.execute(LISTED, (row[5],)).fetchall() if row[5] else []
        told = (*row[1:13], tuple(tuple(each) for each in listed), *row[13:])
        stops[row[0]].append(Stopped(*told))
    routes = connection.execute(
        "SELECT r.technician_id, coalesce(t.name, '?'), r.leaves, r.returns, r.driving FROM day_route r"
        " LEFT JOIN technician t ON t.id = r.technician_id WHERE r.day = ? AND (? IS NULL OR r.technician_id = ?)"
        " ORDER BY t.name, r.id",
        (day.isoformat(), technician, technician),
    )
    return [AcceptedRoute(who, name, leaves, returns, driving, tuple(stops[who]))
            for who, name, leaves, returns, driving in routes]  # fmt: skip


class Facts(NamedTuple):
    """All that a day is dispatched from. `visits` are those of the day that are not over or called off, and those that ended
    on it; `lists` the tickets on their lists; `coming` the next visit of each site after the day; `emergency` the id of the
    ticket for which the day is turned over."""

    day: date
    now: str
    tickets: list[Waiting]
    crew: list[Crew]
    roles: dict[str, str]
    stands: dict[str, Stand]
    visits: list[VisitLine]
    lists: dict[str, set[str]]
    coming: dict[str, str]
    vans: dict[str, Shelf]
    stores: list[Shelf]
    parts: dict[str, PartName]
    ways: dict[tuple[str, str], float]
    before: list[AcceptedRoute]
    notes: list[str]
    emergency: str | None = None


def only(found: Facts, technician: str) -> Facts:
    """The same for one technician alone: what others visit that day is not theirs to see to."""
    others = {line.site_id: line.planned_start for line in found.visits if line.technician_id != technician}
    return found._replace(
        crew=[one for one in found.crew if one.id == technician],
        visits=[line for line in found.visits if line.technician_id == technician],
        before=[route for route in found.before if route.technician_id == technician],
        tickets=[ticket for ticket in found.tickets
                 if ticket.owner_id in (None, technician) or ticket.id == found.emergency],
        coming=found.coming | others,
    )  # fmt: skip


MOST, PACKED = 400, 160
"""So many of the open tickets are looked at, worst first; and of the first so many, what they are likely to need."""


def facts(connection: sqlite3.Connection, day: date, now: str, emergency: str | None = None) -> Facts:
    """What a day is dispatched from. Raises NotFound, or Refused when the emergency is over."""
    people, notes = crew(connection)
    found = waiting(connection, day.isoformat())[:MOST]
    if emergency is not None and emergency not in {ticket.id for ticket in found}:
        urgent = waiting(connection, day.isoformat(), emergency)
        if not urgent:
            raise Refused("That ticket is not open, so there is nobody to send: reopen it first.")
        found = [*urgent, *found]
    lines = [line for line in visits.on_day(connection, day) if line.state != "missed"]
    sites = {ticket.site_id for ticket in found if ticket.site_id} | {line.site_id for line in lines}
    roles = {str(id): str(role) for id, role in connection.execute("SELECT id, role FROM technician")}
    _, end = visit_lists.days(day, day)
    return Facts(
        day, now, [*with_parts(connection, found[:PACKED]), *found[PACKED:]], people, roles, stands(connection, sites), lines,
        tasks_of(connection, [line.id for line in lines]), coming(connection, end), vans(connection), stores(connection),
        part_names(connection), travel_times(connection), accepted(connection, day), notes, emergency,
    )  # fmt: skip
