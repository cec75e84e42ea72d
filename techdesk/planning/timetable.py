"""When a route is where: exact times, and whether it keeps every rule."""

from collections import Counter
from collections.abc import Sequence

from techdesk.planning.day import STORE, DayRoute, DayTechnician, Dispatch, Stop, Ticket

SLACK = 1e-6


def route_of(day: Dispatch, technician: DayTechnician, steps: Sequence[str]) -> DayRoute | None:
    """The route over these tickets (STORE for the store) that leaves as late as it can without being back later; None when
    it is too late somewhere."""
    tickets = {ticket.id: ticket for ticket in day.tickets}
    leaves = technician.hours[0]
    first = _drive(day, technician, steps, tickets, leaves)
    if first is None:
        return None
    # waiting that every later stop shares is better spent at home: leave later by the least wait that is left over
    latest = _latest_leave(day, technician, steps, tickets, first.returns)
    return _drive(day, technician, steps, tickets, max(leaves, latest))


def breaks(day: Dispatch, technician: DayTechnician, steps: Sequence[str]) -> str:
    """What a route lacks, in words; empty when it has the skills, tools and parts for each stop."""
    tickets = {ticket.id: ticket for ticket in day.tickets}
    tools, parts, stocked = set(technician.tools), Counter(dict(technician.parts)), False
    for step in steps:
        if step == STORE:
            if day.store is None:
                return "there is no store"
            stocked = True
            continue
        ticket = tickets[step]
        if not ticket.skills <= technician.skills:
            return f"{ticket.id} needs {', '.join(sorted(ticket.skills - technician.skills))}"
        if not stocked:
            if not ticket.tools <= tools:
                return f"{ticket.id} needs the tool {', '.join(sorted(ticket.tools - tools))}"
            parts.subtract(Counter(dict(ticket.parts)))
            if any(number < 0 for number in parts.values()):
                return f"{ticket.id} needs parts that are not in the van"
    return ""


def _place(day: Dispatch, step: str, tickets: dict[str, Ticket]) -> int:
    place = day.store if step == STORE else tickets[step].place
    if place is None:
        raise LookupError(f"{step or 'the store'} has no place")
    return place


def _drive(
    day: Dispatch, technician: DayTechnician, steps: Sequence[str], tickets: dict[str, Ticket], leaves: float
) -> DayRoute | None:
    at = technician.home if technician.start is None else technician.start
    now = leaves
    stops = []
    for step in steps:
        place = _place(day, step, tickets)
        arrives = now + day.travel[at][place]
        begins, ends = arrives, arrives
        if step != STORE:
            ticket = tickets[step]
            begins = max(arrives, ticket.window[0])
            if begins > ticket.window[1] + SLACK:
                return None
            ends = begins + ticket.minutes
        stops.append(Stop(ticket=step, arrives=arrives, begins=begins, ends=ends))
        at, now = place, ends
    returns = now + day.travel[at][technician.home]
    if returns > technician.hours[1] + SLACK:
        return None
    return DayRoute(technician=technician.id, leaves=leaves, returns=returns, stops=tuple(stops))


def _latest_leave(
    day: Dispatch, technician: DayTechnician, steps: Sequence[str], tickets: dict[str, Ticket], returns: float
) -> float:
    """The latest leaving that brings nothing later than `returns`."""
    after, latest = technician.home, returns
    for step in reversed(steps):
        place = _place(day, step, tickets)
        latest -= day.travel[place][after]
        if step != STORE:
            latest = min(latest - tickets[step].minutes, tickets[step].window[1])
        after = place
    start = technician.home if technician.start is None else technician.start
    return latest - day.travel[start][after]
