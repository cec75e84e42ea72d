"""A day's routes as they are shown, whether they were accepted or are only proposed."""

import sqlite3
from datetime import date
from typing import NamedTuple

from techdesk.models.queries import dispatching


class StopView(NamedTuple):
    """A stop: a visit, or (without a code) a pass at the store. Moments; `tickets` as (id, ref, title, priority)."""

    site: str
    code: str | None
    place: tuple[float, float] | None
    state: str | None
    timezone: str
    arrives: str
    starts: str
    ends: str
    driving: float
    tickets: tuple[tuple[str, str, str, int], ...]
    take: str | None


class RouteView(NamedTuple):
    """A technician's route; `home` in degrees."""

    technician_id: str
    technician: str
    leaves: str
    returns: str
    driving: float
    stops: tuple[StopView, ...]
    home: tuple[float, float] | None = None


def accepted(connection: sqlite3.Connection, day: date) -> list[RouteView]:
    """The routes that were accepted for a day, by name."""
    homes = bases(connection)
    return [
        RouteView(
            route.technician_id, route.technician, route.leaves, route.returns, route.driving,
            tuple(
                StopView(
                    stop.site or "the store", stop.code, place(stop.latitude, stop.longitude), stop.state, stop.timezone,
                    stop.arrives, stop.starts, stop.ends, stop.driving, stop.tickets, stop.take,
                )
                for stop in route.stops
            ),
            homes.get(route.technician_id),
        )
        for route in dispatching.accepted(connection, day)
    ]  # fmt: skip


def bases(connection: sqlite3.Connection) -> dict[str, tuple[float, float]]:
    """Where technicians begin and end their days, by id."""
    rows = connection.execute("SELECT id, base_latitude, base_longitude FROM technician")
    return {str(id): there for id, lat, lon in rows if (there := place(lat, lon))}


def place(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    """A place in degrees, when it is known."""
    return None if latitude is None or longitude is None else (latitude, longitude)
