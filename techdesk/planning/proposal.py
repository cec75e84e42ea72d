"""A day proposed: routes in people's words, what cannot be done and why, what moves against what stood; and the command that
makes it so."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from techdesk.desk.dispatching import AcceptDay, Route, RouteStop
from techdesk.models.queries.dispatching import Facts, Waiting
from techdesk.planning.day import STORE, DayPlan, DayRoute, Dispatch, Stop
from techdesk.planning.day_making import order_of
from techdesk.planning.day_order import VISIT, Left, Order

Planner = Callable[[Dispatch, float], DayPlan]
"""Plans a problem in so many seconds."""


@dataclass(frozen=True, kw_only=True)
class ProposedStop:
    """A stop: a visit, or (without a site) a pass at the store. Moments; `driving` minutes to it; `take` are parts' SKUs with
    their numbers; `visit` is one that is planned already."""

    site_id: str | None
    site: str
    visit: str | None
    arrives: str
    starts: str
    ends: str
    driving: float
    tickets: tuple[Waiting, ...] = ()
    take: tuple[tuple[str, str, int], ...] = ()  # part id, SKU, pieces
    code: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProposedRoute:
    """A technician's day, left as late as it allows."""

    technician_id: str
    technician: str
    leaves: str
    returns: str
    driving: float
    stops: tuple[ProposedStop, ...]


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Something that stood and goes to somebody else, or begins later: in words."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A visit that an emergency takes, and the minutes that its site is owed."""

    visit: str
    site: str
    technician: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What is proposed for a day. `late` are numbers of tickets that are begun after they are due."""

    day: str
    routes: tuple[ProposedRoute, ...]
    left: tuple[Left, ...]
    moved: tuple[Moved, ...]
    owed: tuple[Owed, ...]
    late: tuple[str, ...]
    notes: tuple[str, ...]
    command: AcceptDay

    @property
    def unreached(self) -> str:
        """Why nobody can be sent for the emergency; empty when somebody is, or when there is none."""
        urgent = (each for each in self.left if each.ticket.id == self.command.emergency)
        return next((f"Nobody can be sent for {each.ticket.ref}: {each.why}." for each in urgent), "")


def propose(facts: Facts, planner: Planner, seconds: float) -> Proposal:
    """The proposal for a day. Raises BadInput when nobody can be sent."""
    order = order_of(facts)
    yielding = False
    if facts.emergency is None:
        plan = planner(order.dispatch(), seconds / 2 if order.bounded else seconds)
        if any(one.ticket in order.bounded for one in plan.unserved):
            plan = planner(order.dispatch(relaxed=True), seconds / 2)
    else:
        # on time without a loss, on time for a loss, late without one, then by all means
        for relaxed, yielding in ((False, False), (False, True), (True, False), (True, True)):
            plan = planner(order.dispatch(relaxed=relaxed, yielding=yielding), seconds / 4)
            lost = {one.ticket for one in plan.unserved}
            if facts.emergency not in lost and (yielding or not _displaces(order, lost)):
                break
    return _proposal(order, plan)


def _displaces(order: Order, lost: set[str]) -> bool:
    """Whether something that had a place loses it."""
    return any(job in lost for jobs in order.previous.values() for job in jobs)


def _proposal(order: Order, plan: DayPlan) -> Proposal:
    facts = order.facts
    routes = tuple(_route(order, route) for route in plan.routes)
    lost = {one.ticket: one.why for one in plan.unserved}
    left = [*order.left, *(Left(ticket=order.tickets[id], why=why) for id, why in lost.items() if id in order.tickets)]
    owed, notes = [], list(order.notes)
    for id in (id for id in lost if id in order.visits):
        line = order.visits[id]
        if facts.emergency is None:
            notes.append(f"The visit to {line.site} fits no route: {lost[id]}.")
        else:
            owed.append(Owed(visit=line.id, site=line.site, technician=line.technician or "?",
                             minutes=round(order.jobs[id].minutes)))  # fmt: skip
    notes += _short(order, routes)
    late = tuple(
        ticket.ref for route in routes for stop in route.stops for ticket in stop.tickets
        if ticket.fix_due is not None and stop.starts > ticket.fix_due
    )  # fmt: skip
    return Proposal(
        day=facts.day.isoformat(), routes=routes, left=tuple(left), moved=tuple(_moved(order, plan)), owed=tuple(owed),
        late=late, notes=tuple(notes), command=_command(order, routes, owed),
    )  # fmt: skip


def _route(order: Order, route: DayRoute) -> ProposedRoute:
    person = order.people[route.technician]
    groups: list[list[Stop]] = []
    for stop in route.stops:
        same = groups and STORE not in (stop.ticket, groups[-1][0].ticket)
        if same and _site(order, groups[-1][0].ticket) == _site(order, stop.ticket):
            groups[-1].append(stop)
        else:
            groups.append([stop])
    at, stops, driving = person.start or person.home, [], 0.0
    for number, group in enumerate(groups):
        to = order.store.id if group[0].ticket == STORE and order.store else _site(order, group[0].ticket)
        way = order.way(at, to)
        driving, at = driving + way, to
        stops.append(_stop(order, route, group, way, groups[:number], groups[number + 1 :]))
    driving += order.way(at, person.home)
    return ProposedRoute(
        technician_id=route.technician, technician=person.crew.name, leaves=order.moment(route.leaves),
        returns=order.moment(route.returns), driving=driving, stops=tuple(stops),
    )  # fmt: skip


def _site(order: Order, job: str) -> str:
    return order.visits[job].site_id if job in order.visits else str(order.tickets[job].site_id)


def _stop(
    order: Order, route: DayRoute, group: Sequence[Stop], way: float, before: list[list[Stop]], after: list[list[Stop]]
) -> ProposedStop:
    moments = [order.moment(each) for each in (group[0].arrives, group[0].begins, group[-1].ends)]
    arrives, starts, ends = moments
    if group[0].ticket == STORE and order.store:
        return ProposedStop(site_id=None, site=order.store.name, visit=None, arrives=arrives, starts=starts, ends=ends,
                            driving=way, take=_take(order, route, before, after))  # fmt: skip
    jobs = [stop.ticket for stop in group]
    visit = next((order.visits[job] for job in jobs if job in order.visits), None)
    tickets = [order.tickets[job] for job in jobs if job in order.tickets]
    if visit is not None:
        tickets += order.inside.get(VISIT + visit.id, [])
    site = _site(order, jobs[0])
    return ProposedStop(
        site_id=site, site=order.facts.stands[site].name, visit=visit.id if visit else None, arrives=arrives,
        starts=starts, ends=ends, driving=way, tickets=tuple(tickets), code=order.facts.stands[site].code,
    )  # fmt: skip


def _take(
    order: Order, route: DayRoute, before: list[list[Stop]], after: list[list[Stop]]
) -> tuple[tuple[str, str, int], ...]:
    """What is to be fetched at the store: what the tickets after it need beyond what the van still holds by then."""
    van = order.people[route.technician].van
    held = Counter(dict(van.pieces) if van else {})
    for stop in (stop for group in before for stop in group if stop.ticket in order.jobs):
        held.subtract(Counter(dict(order.jobs[stop.ticket].parts)))
    wanted: Counter[str] = Counter()
    for stop in (stop for group in after for stop in group if stop.ticket in order.jobs):
        wanted.update(dict(order.jobs[stop.ticket].parts))
        for tool in order.jobs[stop.ticket].tools:
            wanted[tool] = 1
    names = order.facts.parts
    missing = {part: many - max(0, held[part]) for part, many in wanted.items()}
    return tuple(
        sorted(((part, names[part].sku, many) for part, many in missing.items() if many > 0), key=lambda each: each[1])
    )


def _short(order: Order, routes: Sequence[ProposedRoute]) -> list[str]:
    """What the store would have to hold more of."""
    taken: Counter[tuple[str, str]] = Counter()
    for part, sku, many in (each for route in routes for stop in route.stops for each in stop.take):
        taken[part, sku] += many
    held = order.store.pieces if order.store else {}
    name = order.store.name if order.store else ""
    return [
        f"{name} holds {held.get(part, 0)} x {sku} by the books, and {many} are wanted."
        for (part, sku), many in taken.items()
        if held.get(part, 0) < many
    ]


def _moved(order: Order, plan: DayPlan) -> list[Moved]:
    names = {one.id: one.name for one in order.facts.crew}
    now = {stop.ticket: (route.technician, stop.begins) for route in plan.routes for stop in route.stops}
    found = []
    for technician, jobs in order.previous.items():
        for job in jobs:
            if job not in now:
                continue
            what = order.visits[job].site if job in order.visits else order.tickets[job].ref
            after, begins = now[job]
            if after != technician:
                found.append(Moved(what=what, before=names.get(technician, "?"), after=names.get(after, "?")))
            elif job in order.visits and order.visits[job].state != "on_site":
                planned = order.visits[job].planned_start
                if begins > order.minute(planned) + 1:
                    found.append(Moved(what=what, before=planned, after=order.moment(begins)))
    return found


def _command(order: Order, routes: Sequence[ProposedRoute], owed: Sequence[Owed]) -> AcceptDay:
    made = [
        Route(
            route.technician_id, route.leaves, route.returns, round(route.driving, 1),
            tuple(
                RouteStop(stop.site_id, stop.visit, stop.arrives, stop.starts, stop.ends, round(stop.driving, 1),
                          tuple(ticket.id for ticket in stop.tickets), tuple((part, many) for part, _, many in stop.take))
                for stop in route.stops
            ),
        )
        for route in routes
    ]  # fmt: skip
    there = {route.technician_id for route in routes}
    others = [*order.people, *(route.technician_id for route in order.facts.before)]
    made += [Route(one, None, None, 0.0) for one in dict.fromkeys(others) if one not in there]
    return AcceptDay(
        day=order.facts.day.isoformat(), routes=tuple(made), store_id=order.store.id if order.store else None,
        emergency=order.facts.emergency, taken=tuple((one.visit, one.minutes) for one in owed),
    )  # fmt: skip
