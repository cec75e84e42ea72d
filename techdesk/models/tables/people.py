"""Who is served and who serves: organisations, sites with rooms and contacts, technicians."""

from sqlmodel import Field

from techdesk.models.tables.entity import Entity


class Organisation(Entity, table=True):
    """Who pays and decides: a trust, cluster, district or provider."""

    name: str
    kind: str = "trust"
    parent_id: str | None = None


class Site(Entity, table=True):
    """A school, or another place that is visited."""

    organisation_id: str | None = None
    code: str = Field(index=True)
    name: str = Field(index=True)
    cluster: str | None = Field(default=None, index=True)
    trust: str | None = None
    phase: str | None = None
    address: str | None = None
    postcode: str | None = None
    telephone: str | None = None
    website: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    timezone: str = "Europe/London"
    pupils: int | None = None
    entry_notes: str | None = None
    state: str = "active"
    extra: str | None = None


class Room(Entity, table=True):
    """A room of a site; `rank` is its place on the walk through the building."""

    site_id: str = Field(index=True)
    name: str
    rank: int = 0


class Contact(Entity, table=True):
    """Someone at a site who reports, agrees priorities or signs."""

    site_id: str = Field(index=True)
    name: str
    role: str | None = None
    channel: str | None = None
    telephone: str | None = None
    email: str | None = None
    may_sign: int = 0


class Technician(Entity, table=True):
    """Someone who visits, or a coordinator. `role` is the front line by default. `working_hours` is a week as
    `desk.service_hours.week` reads it, travel included; without it `working_days` (1 is Monday) have the usual hours."""

    name: str
    code: str | None = None
    role: str = "support"
    email: str | None = None
    skills: str | None = None
    base_latitude: float | None = None
    base_longitude: float | None = None
    working_days: str | None = None
    stock_location_id: str | None = None
    state: str = "active"
    working_hours: str | None = None


class Leave(Entity, table=True):
    """Days (`first` to `last`) on which a technician does not visit: leave, sick, training. `state` is taken or withdrawn."""

    technician_id: str = Field(index=True)
    first: str
    last: str
    kind: str = "leave"
    note: str | None = None
    state: str = "taken"
