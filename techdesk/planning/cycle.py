"""A rotation in the field's words: what is wanted of a cycle, and the draft that answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Days = tuple[int, ...]  # days of the cycle, counted from 0, rising


@dataclass(frozen=True, kw_only=True)
class Site:
    """A school and what was agreed with it. `place` is its row in the travel matrix, None when nobody knows where it is.

    `open_days` are the days of the cycle on which it may be visited (allowed weekdays without closures). `visits` are wanted
    within the cycle, spread evenly, at least `apart` days from each other (None: a little under even spacing). `patterns`
    instead names the sets of days that are allowed. `load` counts against what a technician can carry in a day.
    """

    id: str
    name: str = ""
    place: int | None
    visits: int
    minutes: float
    open_days: Days
    apart: int | None = None
    patterns: tuple[Days, ...] = ()
    skills: frozenset[str] = frozenset()
    technician: str | None = None
    load: int = 0


@dataclass(frozen=True, kw_only=True)
class Technician:
    """Who visits: starts and ends each day at `base` (a row of the travel matrix). `minutes` says how long each day of the
    cycle is, travel included (a day that is not in it is not worked; None is a day without end); `capacity` is the load
    of a day (None: no limit)."""

    id: str
    name: str = ""
    base: int
    minutes: Mapping[int, float | None]
    skills: frozenset[str] = frozenset()
    capacity: int | None = None


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What a thing counts for, in minutes of driving: a visit by another technician than the site's own, a weekday that
    changes from week to week, a visit by another than the wanted technician, a visit moved against the previous plan, and
    an hour that a technician's work lies off the fair share. A change counts for more than evening out one visit's hours, so
    that a plan that stands is not turned over for the sake of balance."""

    travel: float = 1.0
    same_technician: float = 15.0
    same_weekday: float = 4.0
    wanted: float = 30.0
    change: float = 90.0
    balance: float = 12.0


TRAVEL_ONLY = Weights(same_technician=0, same_weekday=0, wanted=0, change=0, balance=0)


@dataclass(frozen=True, kw_only=True)
class PlannedVisit:
    """One visit of a draft; `rank` is its turn (from 1) in the technician's day."""

    site: str
    day: int
    technician: str
    rank: int = 0


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """What is to be planned. `days` is the length of the cycle in working days, `week` how many of them make a week,
    `travel` the minutes between places (row to column), `previous` what was planned before."""

    days: int
    week: int = 5
    sites: Sequence[Site]
    technicians: Sequence[Technician]
    travel: Sequence[Sequence[float]]
    weights: Weights = field(default_factory=Weights)
    previous: Sequence[PlannedVisit] = ()


@dataclass(frozen=True, kw_only=True)
class Unmet:
    """A site that does not get what was agreed: how many of its visits are missing, and what stands against it."""

    site: str
    missing: int
    why: str


@dataclass(frozen=True, kw_only=True)
class Round:
    """One technician's day: sites in order, minutes of driving, minutes on site."""

    day: int
    technician: str
    sites: tuple[str, ...]
    travel: float
    on_site: float


@dataclass(frozen=True, kw_only=True)
class Change:
    """A visit that differs from the previous plan: None before when new, None after when gone."""

    site: str
    before: PlannedVisit | None
    after: PlannedVisit | None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A plan of a cycle. `travel` is minutes of driving over all rounds."""

    rounds: tuple[Round, ...]
    unmet: tuple[Unmet, ...]
    changes: tuple[Change, ...] = ()

    @property
    def travel(self) -> float:
        """Minutes of driving in the whole cycle."""
        return sum(one.travel for one in self.rounds)

    @property
    def visits(self) -> tuple[PlannedVisit, ...]:
        """All visits, by day, technician and turn."""
        return tuple(
            PlannedVisit(site=site, day=one.day, technician=one.technician, rank=rank)
            for one in self.rounds
            for rank, site in enumerate(one.sites, 1)
        )

    def load(self) -> dict[str, float]:
        """Minutes of work, travel and visits, of each technician who goes out."""
        load: dict[str, float] = {}
        for one in self.rounds:
            load[one.technician] = load.get(one.technician, 0.0) + one.travel + one.on_site
        return load
