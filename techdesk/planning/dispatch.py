"""Plans a day: which technician goes to which tickets, in which order, past the store where that is needed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from techdesk.errors import NeedsExtra
from techdesk.planning.budget import Budget
from techdesk.planning.day import STORE, DayPlan, DayRoute, Dispatch, Ticket, Unserved
from techdesk.planning.dispatch_insertion import inserted, made_room, standing
from techdesk.planning.timetable import breaks, route_of
from techdesk.planning.workers import workers

if TYPE_CHECKING:
    from techdesk.planning.dispatch_data import DayMaker, Tour

# the workers search, lay together what they met, and HiGHS chooses: shares of the time for both
TURNS = ((0.35, 0.06), (0.25, 0.06), (0.16, 0.12))
CROWDED = 4  # HiGHS knows only the wall's time: where processor time is counted it waits so much longer


def plan(day: Dispatch, *, seconds: float = 10.0, seed: int = 1, processes: int = 2, cpu: bool = False) -> DayPlan:
    """The best plan found in so many seconds on one or two processes (with `cpu`, seconds of processor time of each).

    Starts from `day.previous`, so that few tickets move. Raises NeedsExtra without the extra `plan`."""
    budget = Budget(seconds, cpu=cpu)  # loading the solver counts
    try:
        from techdesk.planning.dispatch_data import DayMaker as Maker
    except ImportError as missing:
        raise NeedsExtra("Planning a day", "plan") from missing
    hopeless = {ticket.id: why for ticket in day.tickets if (why := _hopeless(day, ticket))}
    rows = tuple(number for number, ticket in enumerate(day.tickets) if ticket.id not in hopeless)
    if not rows:
        return _plan(day, [], hopeless)
    maker = Maker(day, rows)
    tours = _search(maker, rows, budget, seed, processes)
    routes = []
    for tour in sorted(tours, key=lambda tour: tour.technician):
        technician, steps = day.technicians[tour.technician], maker.named(tour.steps)
        route = route_of(day, technician, _without_idle_pass(steps))
        fault = breaks(day, technician, steps) or ("" if route else "it comes too late")
        if fault or route is None:
            raise AssertionError(f"the search handed back a route of {technician.id} that cannot be driven: {fault}")
        routes.append(route)
    return _plan(day, routes, hopeless)


def simple_plan(day: Dispatch) -> DayPlan:
    """A plan by cheapest insertion, which needs no extra: the present plan as it stands, each other ticket where it adds
    least, and lighter ones leaving for what would fit nowhere."""
    hopeless = {ticket.id: why for ticket in day.tickets if (why := _hopeless(day, ticket))}
    waiting = [ticket for ticket in day.tickets if ticket.id not in hopeless]
    rounds = inserted(day, waiting, standing(day, {ticket.id for ticket in waiting}))
    rounds = made_room(replace(day, tickets=waiting), rounds)
    routes = [route_of(day, one, rounds[one.id]) for one in day.technicians if one.id in rounds]
    return _plan(day, [route for route in routes if route], hopeless)


def _search(maker: "DayMaker", rows: tuple[int, ...], budget: Budget, seed: int, processes: int) -> Sequence["Tour"]:
    from techdesk.planning.dispatch_search import DayOrder, Pool, chosen, plan_cost, styles_of, work
    from techdesk.planning.previous_day import first_tours

    day = maker.day
    best: Sequence[Tour] = first_tours(maker)
    pool: Pool = {}
    styles = styles_of(maker)
    with workers(processes) as team:
        for turn, (searching, choosing) in enumerate(TURNS):
            coming = sum(one + other for one, other in TURNS[turn:])
            share = budget.share(searching, coming)
            known = tuple(pool.values())
            orders = [
                DayOrder(
                    day,
                    rows,
                    share,
                    seed + 10 * turn + number,
                    budget.cpu,
                    tuple(best),
                    turn > 0,
                    styles[(turn + number) % len(styles)],
                    known,
                )
                for number in range(team.many)
            ]
            for tours, met in team.run(work, orders):
                for key, tour in met.items():
                    if key not in pool or tour.cost < pool[key].cost:
                        pool[key] = tour
                best = min(best, tours, key=lambda one: plan_cost(maker, one))
            wait = budget.share(choosing, coming - searching) * (CROWDED if budget.cpu else 1)
            best = chosen(maker, pool, wait, best)
    return best


def _without_idle_pass(steps: list[str]) -> list[str]:
    """A pass at the store after the last ticket, which gives nothing, left out."""
    while steps and steps[-1] == STORE:
        steps = steps[:-1]
    return steps


def _plan(day: Dispatch, routes: Sequence[DayRoute], hopeless: dict[str, str]) -> DayPlan:
    who = {stop.ticket: route.technician for route in routes for stop in route.stops if stop.ticket != STORE}
    before = {ticket: technician for technician, tickets in day.previous.items() for ticket in tickets}
    unserved = [
        Unserved(ticket=ticket.id, why=hopeless.get(ticket.id) or _crowded(day, ticket))
        for ticket in day.tickets
        if ticket.id not in who
    ]
    moved = [ticket for ticket, technician in before.items() if ticket in who and who[ticket] != technician]
    return DayPlan(routes=tuple(routes), unserved=tuple(unserved), moved=tuple(moved))


def _hopeless(day: Dispatch, ticket: Ticket) -> str:
    """Why nobody could do a ticket even with the whole day for it; empty when somebody could."""
    if ticket.place is None:
        return "nobody knows where it is: give its site coordinates, or travel times in the matrix"
    skilled = [one for one in day.technicians if ticket.skills <= one.skills]
    if not skilled:
        return f"no technician who works today has the skills it needs: {', '.join(sorted(ticket.skills)) or 'none'}"
    lacks = [breaks(day, one, [ticket.id]) for one in skilled]
    if day.store is None and all(lacks):
        return f"the vans of those who could do it lack what it needs, and there is no store to pass: {lacks[0]}"
    for one, lack in zip(skilled, lacks, strict=True):
        steps = [STORE, ticket.id] if lack else [ticket.id]
        if (not lack or day.store is not None) and route_of(day, one, steps):
            return ""
    return "nobody who could do it is able to come within its time window and be home in time"


def _crowded(day: Dispatch, ticket: Ticket) -> str:
    able = [one.name or one.id for one in day.technicians if ticket.skills <= one.skills]
    return f"it does not fit into the day of those who could do it ({', '.join(able)}) beside the other tickets"
