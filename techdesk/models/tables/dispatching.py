"""A day as it was dispatched: who goes along which route, stop after stop."""

from sqlmodel import Field

from techdesk.models.tables.entity import Entity


class DayRoute(Entity, table=True):
    """One technician's route on a `day` (YYYY-MM-DD), from leaving to being home again; `driving` in minutes. `mid` is the
    operation that accepted it last, by which two who dispatch the same day notice each other."""

    __tablename__ = "day_route"
    technician_id: str = Field(index=True)
    day: str = Field(index=True)
    leaves: str | None = None
    returns: str | None = None
    driving: float = 0.0
    mid: str | None = None


class DayStop(Entity, table=True):
    """The `rank`th stop of a route: a visit, or (without a site) a pass at the store, where `take` is to be fetched in words.
    Times are moments; `driving` is the minutes of the way to it."""

    __tablename__ = "day_stop"
    route_id: str = Field(index=True)
    rank: int
    site_id: str | None = Field(default=None, index=True)
    visit_id: str | None = Field(default=None, index=True)
    arrives: str
    starts: str
    ends: str
    driving: float = 0.0
    take: str | None = None
