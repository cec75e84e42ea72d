"""From what the store knows of a day to what the dispatcher plans: jobs with their windows, people with their vans, roads."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import floor

from techdesk import clock
from techdesk.models.queries.dispatching import Facts, Shelf, Waiting
from techdesk.models.queries.rotations import Crew
from techdesk.models.rows import VisitLine
from techdesk.planning.day import DayTechnician, Dispatch, Ticket

HERE = "Europe/London"
PLANNED, ORPHANED, URGENT = 100.0, 30.0, 400.0  # a visit that stands, one whose technician is away, an emergency
YIELDING = 30.0  # a visit that may give way to an emergency
SLIDE = 60.0  # minutes that such a visit may begin later
ROUNDING = 0.1  # minutes: the solver counts in whole numbers
VISIT = "visit:"  # before the id of a visit, as a job


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who goes out that day."""

    crew: Crew
    van: Shelf | None
    hours: tuple[float, float]
    home: str
    start: str | None = None  # the site where they are now


@dataclass(frozen=True, kw_only=True)
class Left:
    """A ticket that is not planned for, and why."""

    ticket: Waiting
    why: str


@dataclass(kw_only=True)
class Order:
    """A day as it is to be planned. `visits` are the visits that are jobs by themselves, `inside` the tickets that are done
    in them; `bounded` the tickets whose window ends when they are due."""

    facts: Facts
    midnight: datetime
    people: dict[str, Person] = field(default_factory=dict)
    jobs: dict[str, Ticket] = field(default_factory=dict)
    tickets: dict[str, Waiting] = field(default_factory=dict)
    visits: dict[str, VisitLine] = field(default_factory=dict)
    inside: dict[str, list[Waiting]] = field(default_factory=dict)
    bounded: dict[str, float] = field(default_factory=dict)
    previous: dict[str, list[str]] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    travel: list[list[float]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    store: Shelf | None = None

    def minute(self, moment: str) -> float:
        """A moment as minutes after the day's midnight."""
        return (clock.parse(moment) - self.midnight).total_seconds() / 60

    def moment(self, minute: float) -> str:
        """Minutes after midnight as a moment, on the nearest whole minute."""
        return clock.moment(self.midnight + timedelta(minutes=floor(minute + 0.5)))

    def way(self, one: str, two: str) -> float:
        """Minutes on the road between two places."""
        return self.travel[self.places[one]][self.places[two]]

    def dispatch(self, *, relaxed: bool = False, yielding: bool = False) -> Dispatch:
        """The problem. `relaxed`: also after tickets are due. `yielding`: visits may begin later, or give way."""
        crew = [self.technician(person) for person in self.people.values()]
        jobs = [self._job(job, relaxed, yielding) for job in self.jobs.values()]
        store = None if self.store is None else self.places[self.store.id]
        return Dispatch(tickets=jobs, technicians=crew, travel=self.travel, store=store, previous=self.previous)

    def technician(self, person: Person) -> DayTechnician:
        """A person as the dispatcher sees them."""
        pieces = person.van.pieces if person.van else {}
        role = self.facts.roles.get(person.crew.id, "")
        skills = (
            person.crew.skills | {pin(person.crew.id)} | ({role_skill("technical")} if role != "support" else set())
        )
        return DayTechnician(
            id=person.crew.id, name=person.crew.name, home=self.places[person.home], hours=person.hours, skills=skills,
            start=None if person.start is None else self.places[person.start],
            tools=frozenset(part for part in pieces if self.facts.parts[part].tool),
            parts={part: many for part, many in pieces.items() if not self.facts.parts[part].tool},
        )  # fmt: skip

    def _job(self, job: Ticket, relaxed: bool, yielding: bool) -> Ticket:
        window, weight = job.window, job.weight
        if relaxed and job.id in self.bounded:
            window = (window[0], max(window[0], self.bounded[job.id]))
        if yielding and job.id in self.visits:
            weight = YIELDING
            if self.visits[job.id].state in ("planned", "confirmed"):
                window = (window[0], window[1] + SLIDE)
        return Ticket(**(vars(job) | {"window": window, "weight": weight}))


def pin(technician: str) -> str:
    """The skill of being that technician."""
    return f"being {technician}"


def role_skill(role: str) -> str:
    """The skill of a role."""
    return f"the {role} role"
