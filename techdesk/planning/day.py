"""A day's dispatch in the field's words: what waits, who can go, and the routes that answer it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

STORE = ""  # stands for a pass at the store among a route's stops

Minute = float  # of the day


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """Work that waits at `place` (a row of the travel matrix): it takes `minutes`, begins within `window`, needs skills and
    tools and uses up parts. `weight` says how bad it is to leave it (1: as any other)."""

    id: str
    name: str = ""
    place: int | None
    minutes: float
    window: tuple[Minute, Minute]
    skills: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()
    parts: Mapping[str, int] = field(default_factory=dict)
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class DayTechnician:
    """Who can go: from `start` (home, or wherever they are now) back to `home`, between the minutes of `hours`, with these
    skills, tools and parts in the van."""

    id: str
    name: str = ""
    home: int
    start: int | None = None
    hours: tuple[Minute, Minute]
    skills: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()
    parts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """What is to be planned. A pass at the `store` (None: there is none) gives every tool and any number of parts, but only
    the skills that one has. `previous` is the present plan: the ticket's technician by ticket id, in the order of each
    technician's stops; a ticket that goes to another technician costs `move` minutes."""

    tickets: Sequence[Ticket]
    technicians: Sequence[DayTechnician]
    travel: Sequence[Sequence[float]]
    store: int | None = None
    previous: Mapping[str, Sequence[str]] = field(default_factory=dict)
    move: float = 45.0


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A stop of a route: a ticket's id or STORE, when it is reached, and when work there begins and ends."""

    ticket: str
    arrives: Minute
    begins: Minute
    ends: Minute


@dataclass(frozen=True, kw_only=True)
class DayRoute:
    """One technician's route, leaving as late as it allows."""

    technician: str
    leaves: Minute
    returns: Minute
    stops: tuple[Stop, ...]

    @property
    def working(self) -> float:
        """Minutes from leaving to being home again."""
        return self.returns - self.leaves


@dataclass(frozen=True, kw_only=True)
class Unserved:
    """A ticket that nobody can do that day, and what stands against it."""

    ticket: str
    why: str


@dataclass(frozen=True, kw_only=True)
class DayPlan:
    """The routes of a day. `moved` are the tickets that go to another technician than in the previous plan."""

    routes: tuple[DayRoute, ...]
    unserved: tuple[Unserved, ...]
    moved: tuple[str, ...] = ()

    @property
    def working(self) -> float:
        """Working minutes of all who go out."""
        return sum(route.working for route in self.routes)
