"""What sites have bought and how they want to be visited, and the rotations that come of it."""

from sqlmodel import Field

from techdesk.models.tables.entity import Entity


class Agreement(Entity, table=True):
    """What a site has bought from `provider`: `visits` and `minutes` a term, scope, price, and its own targets by priority
    as `desk.priority` reads them. `starts` and `ends` are dates; `state` is draft, active, renewed or ended, and an
    active one is expiring from `warn_days` before its end. `renews` is the agreement that it follows."""

    site_id: str = Field(index=True)
    provider: str | None = None
    tier: str | None = None
    visits: int | None = None
    minutes: int | None = None
    included: str | None = None
    excluded: str | None = None
    price: float | None = None
    starts: str | None = None
    ends: str | None = None
    warn_days: int = 60
    target_1: str | None = None
    target_2: str | None = None
    target_3: str | None = None
    target_4: str | None = None
    target_5: str | None = None
    renews: str | None = None
    state: str = Field(default="draft", index=True)


class SiteWish(Entity, table=True):
    """How a site wants to be visited: `visits` in `weeks` weeks, on which `days` (as 1,3 for Monday and Wednesday), `minutes`
    long, by which technician, with which skills."""

    __tablename__ = "site_wish"
    site_id: str = Field(index=True)
    visits: int = 1
    weeks: int = 2
    days: str | None = None
    minutes: int | None = None
    technician_id: str | None = None
    skills: str | None = None


class TravelTime(Entity, table=True):
    """Minutes on the road from a place to another (a site, or a technician for their base), where somebody knows better than
    the coordinates. It holds for the way back too unless that is said as well."""

    __tablename__ = "travel_time"
    from_id: str = Field(index=True)
    to_id: str
    minutes: float


class Rotation(Entity, table=True):
    """A plan of who visits where: `weeks` is the length of its cycle, which begins on the Monday `starts`; visits are made
    from `first` to `last`. `travel` is minutes of driving in a cycle. `follows` is the rotation that it was planned from."""

    name: str
    weeks: int
    starts: str
    first: str
    last: str
    travel: float | None = None
    follows: str | None = None
    published_at: str | None = None
    state: str = Field(default="draft", index=True)


class RotationLine(Entity, table=True):
    """One visit of a cycle: on `day` (0 is its first Monday) at `starts` minutes after midnight, for `minutes`, by whom, the
    `rank`th of their day. Without a day it cannot be made, and `why` says what stands against it; else `why` says what has
    changed against the plan before."""

    __tablename__ = "rotation_line"
    rotation_id: str = Field(index=True)
    site_id: str = Field(index=True)
    day: int | None = None
    technician_id: str | None = None
    rank: int = 0
    starts: int | None = None
    minutes: int
    missing: int = 0
    why: str | None = None
