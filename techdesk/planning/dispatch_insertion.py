"""A plain plan of a day by cheapest insertion: what can be had without a solver, and where the search may set out from."""

from collections.abc import Sequence

from techdesk.planning.day import STORE, Dispatch, Ticket
from techdesk.planning.timetable import breaks, route_of

Rounds = dict[str, list[str]]  # of each technician, ticket ids and STORE


def inserted(day: Dispatch, tickets: Sequence[Ticket]) -> Rounds:
    """Each ticket where it adds the least working time, those whose window ends first before the others, with a pass at
    the store where tools or parts ask for it. A ticket that fits nowhere is in no round."""
    rounds: Rounds = {technician.id: [] for technician in day.technicians}
    working = dict.fromkeys(rounds, 0.0)
    for ticket in sorted(tickets, key=lambda ticket: (ticket.window[1], ticket.window[0])):
        best: tuple[float, str, list[str], float] | None = None
        for technician in day.technicians:
            if not ticket.skills <= technician.skills:
                continue
            for steps in _ways(rounds[technician.id], ticket.id, day.store is not None):
                if breaks(day, technician, steps):
                    continue
                route = route_of(day, technician, steps)
                if route and (best is None or route.working - working[technician.id] < best[0]):
                    best = (route.working - working[technician.id], technician.id, steps, route.working)
        if best:
            _, who, rounds[who], working[who] = best
    return {technician: steps for technician, steps in rounds.items() if steps}


def _ways(steps: list[str], ticket: str, store: bool) -> list[list[str]]:
    """The round with the ticket at each place, alone and with a pass at the store somewhere before it."""
    ways = [[*steps[:at], ticket, *steps[at:]] for at in range(len(steps) + 1)]
    if store and STORE not in steps:
        ways += [[*way[:at], STORE, *way[at:]] for way in ways for at in range(way.index(ticket) + 1)]
    return ways
