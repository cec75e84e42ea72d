"""Small worlds to plan: schools on a grid, ten minutes apart."""

from collections.abc import Mapping, Sequence
from typing import Any

from techdesk.planning.cycle import Rotation, Site, Technician
from techdesk.planning.day import DayTechnician, Dispatch, Ticket

WEEK = (0, 1, 2, 3, 4)


def grid(places: int, wide: int = 5) -> list[list[float]]:
    """Minutes between places on a grid, ten a step; place 0 is its corner."""
    spots = [(number % wide, number // wide) for number in range(places)]
    return [[10.0 * (abs(ax - bx) + abs(ay - by)) for bx, by in spots] for ax, ay in spots]


def site(number: int, **fields: Any) -> Site:
    """School number n, at place n: one visit of three hours a week, on any day."""
    return Site(**{"id": f"S{number}", "place": number, "visits": 1, "minutes": 180.0, "open_days": WEEK, **fields})


def technician(name: str, base: int = 0, days: Sequence[int] = WEEK, hours: float = 480.0, **fields: Any) -> Technician:
    """A technician who works these days."""
    return Technician(id=name, base=base, minutes=dict.fromkeys(days, hours), **fields)


def rotation(sites: Sequence[Site], technicians: Sequence[Technician], days: int = 5, **fields: Any) -> Rotation:
    """A rotation on the grid."""
    return Rotation(days=days, sites=sites, technicians=technicians, travel=grid(40), **fields)


def ticket(number: int, **fields: Any) -> Ticket:
    """Ticket number n at place n: half an hour, any time between 8 and 17 o'clock."""
    return Ticket(**{"id": f"t{number}", "place": number, "minutes": 30.0, "window": (480.0, 1020.0), **fields})


def worker(name: str, home: int = 0, **fields: Any) -> DayTechnician:
    """Who works from 8 to 17 o'clock."""
    return DayTechnician(**{"id": name, "home": home, "hours": (480.0, 1020.0), **fields})


def dispatch(tickets: Sequence[Ticket], workers: Sequence[DayTechnician], **fields: Any) -> Dispatch:
    """A day on the grid; the store is at place 39 unless it says otherwise."""
    return Dispatch(**{"tickets": tickets, "technicians": workers, "travel": grid(40), "store": 39, **fields})


def days_of(plan: Any, site_id: str) -> list[int]:
    """The days on which a site is visited."""
    return sorted(visit.day for visit in plan.visits if visit.site == site_id)


def stops(plan: Any) -> Mapping[str, list[str]]:
    """Each technician's stops."""
    return {route.technician: [stop.ticket for stop in route.stops] for route in plan.routes}
