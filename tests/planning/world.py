"""A small district: schools in a row, two kilometres apart, and technicians at its ends."""

from datetime import date
from typing import Any

from techdesk.desk import service_hours
from techdesk.desk.service_hours import Closures, Hours
from techdesk.models.queries.rotations import Crew, PlanLine, School, working_week
from techdesk.planning.drafting import ROADS, Wanted
from techdesk.planning.roadbook import RoadBook, road_book

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 12, 4)


def hours(closed: Closures = (), week: str = service_hours.USUAL) -> Hours:
    return Hours(service_hours.zone("Europe/London"), service_hours.week(week), closed)


def school(number: int, **fields: Any) -> School:
    """School number n: a visit of three hours in two weeks on any day."""
    return School(
        **{"id": f"S{number}", "code": str(2000 + number), "name": f"School {number}", "latitude": 53.7,
           "longitude": -1.9 + 0.03 * number, "visits": 1, "weeks": 2, "per_term": None, "days": tuple(range(7)),
           "minutes": 180, "technician_id": None, "skills": frozenset(), "hours": hours()} | fields
    )  # fmt: skip


def worker(name: str, **fields: Any) -> Crew:
    """A technician who works from Monday to Friday, and starts at school 1."""
    return Crew(
        **{"id": name, "name": name, "week": working_week(None, None), "skills": frozenset(), "latitude": 53.7,
           "longitude": -1.87, "away": ()} | fields
    )  # fmt: skip


def wanted(schools: list[School], crew: list[Crew], **fields: Any) -> Wanted:
    return Wanted(**{"weeks": 2, "first": MONDAY, "last": FRIDAY, "schools": schools, "crew": crew} | fields)


def line(number: int, day: int | None, who: str | None, rank: int = 1, **fields: Any) -> PlanLine:
    """The visit of school n on a day of the cycle."""
    return PlanLine(
        **{"id": f"L{number}-{day}", "site_id": f"S{number}", "code": str(2000 + number), "site": f"School {number}",
           "day": day, "technician_id": who, "technician": who, "rank": rank, "starts": 480 + 200 * (rank - 1),
           "minutes": 180, "missing": 0, "why": None} | fields
    )  # fmt: skip


def book(schools: list[School], crew: list[Crew]) -> RoadBook:
    return road_book(crew, schools, {}, ROADS)
