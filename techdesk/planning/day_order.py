"""From what the store knows of a day to what the dispatcher plans: jobs with their windows, people with their vans, roads."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from math import floor
from zoneinfo import ZoneInfo

from techdesk import clock
from techdesk.desk import service_hours
from techdesk.desk.dispatching import is_made
from techdesk.errors import BadInput
from techdesk.models.queries.dispatching import Facts, Shelf, Stand, Waiting
from techdesk.models.queries.rotations import Crew
from techdesk.models.rows import VisitLine
from techdesk.planning.day import DayTechnician, Dispatch, Ticket
from techdesk.planning.drafting import ROADS
from techdesk.planning.travel import Place, Roads

HERE = "Europe/London"
WEIGHTS = {1: 16.0, 2: 8.0, 3: 4.0, 4: 2.0, 5: 1.0}
PLANNED, ORPHANED, URGENT = 100.0, 30.0, 400.0  # a visit that stands, one whose technician is away, an emergency
YIELDING = 30.0  # a visit that may give way to an emergency
SLIDE = 60.0  # minutes that such a visit may begin later
ROUNDING = 0.1  # minutes: the solver counts in whole numbers
MOST = 80  # tickets that one day is planned for, worst first
AHEAD = ("planned", "confirmed", "travelling")
VISIT = "visit:"  # before the id of a visit, as a job
SENT = ("support", "technical")  # roles whose tickets somebody drives out for


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
        crew = [self._technician(person) for person in self.people.values()]
        jobs = [self._job(job, relaxed, yielding) for job in self.jobs.values()]
        store = None if self.store is None else self.places[self.store.id]
        return Dispatch(tickets=jobs, technicians=crew, travel=self.travel, store=store, previous=self.previous)

    def _technician(self, person: Person) -> DayTechnician:
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


def order_of(facts: Facts) -> Order:
    """The day to be planned. Raises BadInput when nobody works, or nobody can be sent."""
    midnight = datetime.combine(facts.day, time(), ZoneInfo(HERE)).astimezone(UTC)
    order = Order(facts=facts, midnight=midnight, notes=list(facts.notes))
    working = [one for one in facts.crew if one.works(facts.day.isoformat(), facts.day.weekday())]
    if not working:
        raise BadInput(
            f"Nobody works on {facts.day:%a %d %b %Y}: choose another day, or look at leave and working days."
        )
    _roads(order, working)
    for one in working:
        _add_person(order, one)
    if not order.people:
        raise BadInput(
            f"Nobody can be sent on {facts.day:%a %d %b %Y}: {' '.join(order.notes) or 'the working day is over.'}"
        )
    _add_visits(order)
    _add_tickets(order)
    _keep_to(order)
    return order


def _roads(order: Order, working: Sequence[Crew]) -> None:
    facts = order.facts
    shelf = facts.stores[0] if facts.stores else None
    places = [Place(id=one.id, lat=one.latitude, lon=one.longitude) for one in facts.stands.values()]
    places += [Place(id=one.id, lat=one.latitude, lon=one.longitude) for one in working]
    if shelf is not None:
        places.append(Place(id=shelf.id, lat=shelf.latitude, lon=shelf.longitude))
    roads = Roads(detour=ROADS.detour, kmh=ROADS.kmh, parking=ROADS.parking, minutes=facts.ways)
    order.travel, lost = roads.matrix(places)
    order.places = {place.id: number for number, place in enumerate(places)}
    known = {place.id: place for place in places}
    for id in lost:
        place = known[id]
        order.lost[id] = (
            f"its coordinates ({place.lat:g}, {place.lon:g}) are hundreds of kilometres from all the others: correct them"
            if place.known
            else "nobody knows where it is: give it coordinates"
        )
    if shelf is not None and shelf.id not in order.lost:
        order.store = shelf
    elif shelf is not None:
        order.notes.append(
            f'No route passes {shelf.name}, because {order.lost[shelf.id]}:  techdesk part place "{shelf.name}" --at LAT,LON'
        )


def _add_person(order: Order, one: Crew) -> None:
    facts = order.facts
    home = one.id
    if one.id in order.lost:
        if order.store is None:
            order.notes.append(f"{one.name} cannot be sent, because of the base {order.lost[one.id]}: {_how_base(one)}")
            return
        home = order.store.id
        order.notes.append(
            f"{one.name} starts from {order.store.name}, because of the base {order.lost[one.id]}: {_how_base(one)}"
        )
    spans = one.week[facts.day.weekday()]
    begins, ends = (
        order.minute(clock.parse_there(f"{facts.day}T{minute // 60 % 24:02}:{minute % 60:02}", HERE))
        + minute // 1440 * 1440
        for minute in (spans[0].begin, spans[-1].end)
    )
    now = order.minute(facts.now)
    start = None
    there = any(line.technician_id == one.id and line.state == "on_site" for line in facts.visits)
    if (begins < now or there) and now < 24 * 60:
        begins, start = now, _whereabouts(order, one)
    if begins >= ends:
        return
    order.people[one.id] = Person(crew=one, van=facts.vans.get(one.id), hours=(begins, ends), home=home, start=start)


def _how_base(one: Crew) -> str:
    return f' techdesk technician edit "{one.name}" --base LAT,LON'


def _whereabouts(order: Order, one: Crew) -> str | None:
    """The site where a technician is, or was last today; None when that is at home or cannot be routed from."""
    begun = [line for line in order.facts.visits if line.technician_id == one.id and line.actual_start is not None]
    last = max(begun, key=lambda line: str(line.actual_start), default=None)
    return None if last is None or last.site_id in order.lost else last.site_id


def _add_visits(order: Order) -> None:
    """The visits that stand as jobs: pinned to their technician, who is given the time that they take."""
    now = order.minute(order.facts.now)
    for line in sorted(order.facts.visits, key=lambda each: (each.planned_start, each.id)):
        ends = order.minute(line.planned_end)
        if line.state not in (*AHEAD, "on_site") or (ends <= now and line.state != "on_site"):
            continue
        if line.state == "planned" and is_made(order.facts.day.isoformat(), line.technician_id, line.site_id, line.id):
            continue  # an earlier dispatch made it: it is planned anew
        if line.site_id in order.lost:
            order.notes.append(f"The visit to {line.site} is on no route, because {order.lost[line.site_id]}.")
            continue
        _add_visit(order, line, now, ends)
    for person in list(order.people.values()):
        _give_time(order, person)


def _add_visit(order: Order, line: VisitLine, now: float, ends: float) -> None:
    id = VISIT + line.id
    starts = max(order.minute(line.planned_start), now)
    minutes = max(0.0, ends - starts)
    stays = line.technician_id in order.people
    skills = frozenset({pin(line.technician_id)}) if stays else order.facts.stands[line.site_id].skills
    if not stays:
        order.notes.append(
            f"{line.technician or 'Its technician'} does not come, so {line.site} is offered to the others."
        )
    window = (now, now) if line.state == "on_site" else (starts, starts)
    order.visits[id] = line
    order.jobs[id] = Ticket(
        id=id, name=line.site, place=order.places[line.site_id], minutes=minutes, window=window, skills=skills,
        weight=PLANNED if stays else ORPHANED,
    )  # fmt: skip


def _give_time(order: Order, person: Person) -> None:
    """Widens windows and hours as far as the visits that are promised need it, each after the other."""
    own = [id for id, line in order.visits.items() if line.technician_id == person.crew.id]
    if not own:
        return
    first = order.jobs[own[0]]
    site = order.visits[own[0]].site_id
    at = person.start or person.home
    begins = person.hours[0]
    if person.start is None:
        begins = max(order.minute(order.facts.now), min(begins, first.window[0] - order.way(at, site) - ROUNDING))
    now = begins
    for id in own:
        job, site = order.jobs[id], order.visits[id].site_id
        now = max(now + order.way(at, site), job.window[0])
        order.jobs[id] = Ticket(**(vars(job) | {"window": (job.window[0], max(job.window[1], now + ROUNDING))}))
        now, at = now + job.minutes, site
    ends = max(person.hours[1], now + order.way(at, person.home) + len(own) * ROUNDING)
    order.people[person.crew.id] = Person(**(vars(person) | {"hours": (begins, ends)}))


def _add_tickets(order: Order) -> None:
    facts = order.facts
    listed = {ticket: id for id in order.visits for ticket in facts.lists.get(order.visits[id].id, ())}
    room = {id: _room(order, id) for id in order.visits}
    skipped: Counter[str] = Counter()
    for ticket in facts.tickets:
        if ticket.id != facts.emergency:
            if ticket.id in listed:
                if ticket.owner_id in (None, order.visits[listed[ticket.id]].technician_id):
                    order.inside.setdefault(listed[ticket.id], []).append(ticket)
                continue
            why = _not_today(order, ticket)
            if why:
                skipped[why] += 1
                continue
            visit = _fits_visit(order, ticket, room)
            if visit:
                order.inside.setdefault(visit, []).append(ticket)
                room[visit] -= ticket.minutes
                continue
            if len(order.tickets) >= MOST:
                skipped["are less urgent than what a day can hold"] += 1
                continue
        _add_ticket(order, ticket)
    order.notes += [f"{many} tickets {why}." for why, many in skipped.items()]


def _room(order: Order, id: str) -> float:
    """Minutes of a visit that no ticket on its list takes."""
    on_list = order.facts.lists.get(order.visits[id].id, set())
    return order.jobs[id].minutes - sum(ticket.minutes for ticket in order.facts.tickets if ticket.id in on_list)


def _not_today(order: Order, ticket: Waiting) -> str:
    """Why nobody is sent for a ticket that day; empty when somebody is."""
    if ticket.site_id is None or ticket.site_id not in order.facts.stands:
        return "name no school: triage them"
    if ticket.waits:
        return "are on hold"
    if ticket.role not in SENT:
        return "are with those whom nobody drives out for"
    if ticket.kind == "how_to" and ticket.priority > 2:
        return "are questions: answer them from afar"
    visit = order.facts.coming.get(ticket.site_id)
    if ticket.priority > 3 and visit is not None and visit <= (ticket.fix_due or "9999"):
        return "wait for a visit that is planned before they are due"
    return ""


def _fits_visit(order: Order, ticket: Waiting, room: Mapping[str, float]) -> str:
    """The visit of the ticket's school that takes it along; empty without one that has the time and the skill."""
    for id, line in order.visits.items():
        person = order.people.get(line.technician_id)
        if line.site_id != ticket.site_id or person is None or room[id] < ticket.minutes:
            continue
        due = order.minute(ticket.fix_due) if ticket.fix_due else None
        late = due is not None and order.minute(order.facts.now) <= due < order.jobs[id].window[0] + ticket.minutes
        if not late and _skills(order, ticket) <= order._technician(person).skills:
            return id
    return ""


def _skills(order: Order, ticket: Waiting) -> frozenset[str]:
    """What a ticket asks of who comes: its school's wishes, its role, and words that anybody names as a skill."""
    named = {skill for one in order.facts.crew for skill in one.skills}
    by_stem = {skill.removesuffix("s"): skill for skill in named}
    skills = {by_stem[word.removesuffix("s")] for word in ticket.words if word.removesuffix("s") in by_stem}
    role = {role_skill("technical")} if ticket.role == "technical" else set()
    return frozenset(order.facts.stands[str(ticket.site_id)].skills | skills | role)


def _add_ticket(order: Order, ticket: Waiting) -> None:
    stand = order.facts.stands.get(str(ticket.site_id))
    if stand is None:
        order.left.append(Left(ticket=ticket, why="it names no school: triage it first"))
        return
    if stand.id in order.lost:
        order.left.append(Left(ticket=ticket, why=order.lost[stand.id]))
        return
    window = _window(order, ticket, stand)
    if isinstance(window, str):
        order.left.append(Left(ticket=ticket, why=window))
        return
    urgent = ticket.id == order.facts.emergency
    due = order.minute(ticket.fix_due) if ticket.fix_due else None
    weight = URGENT if urgent else WEIGHTS[ticket.priority] * (2 if due is not None and due < 24 * 60 else 1)
    if due is not None and window[0] <= due - ticket.minutes < window[1]:
        order.bounded[ticket.id] = window[1]
        window = (window[0], due - ticket.minutes)
    tools, parts = _needs(order, ticket)
    order.tickets[ticket.id] = ticket
    order.jobs[ticket.id] = Ticket(
        id=ticket.id, name=ticket.ref, place=order.places[stand.id], minutes=ticket.minutes, window=window,
        skills=_skills(order, ticket), tools=tools, parts=parts, weight=weight,
    )  # fmt: skip


def _window(order: Order, ticket: Waiting, stand: Stand) -> tuple[float, float] | str:
    """When work may begin there that day, or why it may not."""
    opened = service_hours.openings(stand.hours, order.facts.day)
    if not opened:
        return f"{stand.name} is closed that day"
    opens, closes = (order.minute(clock.moment(each)) for each in (opened[0][0], opened[-1][1]))
    now = order.minute(order.facts.now)
    latest = max(opens, closes - ticket.minutes)
    if now > latest:
        return f"{stand.name} closes before it could be done"
    return max(opens, now), latest


def _needs(order: Order, ticket: Waiting) -> tuple[frozenset[str], dict[str, int]]:
    """The tools and parts that are to be brought. What no van and no store holds stands in nobody's way, but is said."""
    shelves = [person.van for person in order.people.values() if person.van] + ([order.store] if order.store else [])
    held = {part for part in ticket.parts if any(shelf.pieces.get(part) for shelf in shelves)}
    names = order.facts.parts
    for part in ticket.parts:
        if part not in held:
            order.notes.append(
                f"{ticket.ref} is likely to need {names[part].sku}, which no van and no store holds: order it."
            )
    return frozenset(p for p in held if names[p].tool), {p: 1 for p in held if not names[p].tool}


def _keep_to(order: Order) -> None:
    """What stands already, in the order of each technician's day: visits, what was accepted, then what is theirs."""
    times: dict[str, list[tuple[float, str]]] = {}
    for id, line in order.visits.items():
        times.setdefault(line.technician_id, []).append((order.jobs[id].window[0], id))
    placed: set[str] = set()
    for route in order.facts.before:
        for stop in route.stops:
            for ticket, *_ in stop.tickets:
                if ticket in order.tickets:
                    times.setdefault(route.technician_id, []).append((order.minute(stop.starts), ticket))
                    placed.add(ticket)
    for id, waiting in order.tickets.items():
        if id not in placed and waiting.owner_id in order.people:
            times.setdefault(str(waiting.owner_id), []).append((24 * 60.0, id))
    order.previous = {one: [id for _, id in sorted(found, key=lambda each: each[0])] for one, found in times.items()}
