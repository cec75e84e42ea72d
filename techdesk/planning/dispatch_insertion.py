"""A plain plan of a day by cheapest insertion: what can be had without a solver, and where the search may set out from."""

from collections.abc import Sequence

from techdesk.planning.day import STORE, DayTechnician, Dispatch, Ticket
from techdesk.planning.timetable import breaks, route_of

Rounds = dict[str, list[str]]  # of each technician, ticket ids and STORE


def inserted(day: Dispatch, tickets: Sequence[Ticket], start: Rounds | None = None) -> Rounds:
    """Each ticket where it adds the least working time, those whose window ends first before the others, with a pass at
    the store where tools or parts ask for it; `start` are rounds that stand already. A ticket that fits nowhere is in no
    round. Going to another technician than in the previous plan counts as that many minutes."""
    rounds: Rounds = {technician.id: list((start or {}).get(technician.id, [])) for technician in day.technicians}
    before = {ticket: who for who, stops in day.previous.items() for ticket in stops}
    working = {one.id: _working(day, one, rounds[one.id]) for one in day.technicians}
    there = {step for steps in rounds.values() for step in steps}
    waiting = [ticket for ticket in tickets if ticket.id not in there]
    for ticket in sorted(waiting, key=lambda ticket: (ticket.window[1], ticket.window[0])):
        best: tuple[float, str, list[str], float] | None = None
        for technician in day.technicians:
            if not ticket.skills <= technician.skills:
                continue
            for steps in _ways(rounds[technician.id], ticket.id, day.store is not None):
                if breaks(day, technician, steps):
                    continue
                route = route_of(day, technician, steps)
                if route is None:
                    continue
                moved = day.move if before.get(ticket.id, technician.id) != technician.id else 0.0
                added = route.working - working[technician.id] + moved
                if best is None or added < best[0]:
                    best = (added, technician.id, steps, route.working)
        if best:
            _, who, rounds[who], working[who] = best
    return {technician: steps for technician, steps in rounds.items() if steps}


def made_room(day: Dispatch, rounds: Rounds) -> Rounds:
    """The rounds with each ticket that fits nowhere put in the place of lighter ones, where that loses the least weight."""
    rounds = dict(rounds)
    there = {step for steps in rounds.values() for step in steps}
    for ticket in sorted(day.tickets, key=lambda ticket: -ticket.weight):
        if ticket.id in there:
            continue
        ways = [way for one in day.technicians if (way := _in_place(day, one, rounds.get(one.id, []), ticket))]
        if ways:
            _, who, rounds[who] = min(ways)
    return {technician: steps for technician, steps in rounds.items() if steps}


def _in_place(
    day: Dispatch, technician: DayTechnician, steps: list[str], ticket: Ticket
) -> tuple[float, str, list[str]] | None:
    """The weight that is lost, the technician, and their round with the ticket; None when it does not fit all the same."""
    weights = {each.id: each.weight for each in day.tickets}
    lost, left = 0.0, list(steps)
    for lighter in [
        None,
        *sorted((s for s in steps if s != STORE and weights[s] < ticket.weight), key=weights.__getitem__),
    ]:
        if lighter is not None:
            left.remove(lighter)
            lost += weights[lighter]
        fits = [way for way in _ways(left, ticket.id, day.store is not None)
                if not breaks(day, technician, way) and route_of(day, technician, way)]  # fmt: skip
        if fits:
            return lost, technician.id, min(fits, key=lambda way: _working(day, technician, way))
    return None


def standing(day: Dispatch, waiting: set[str]) -> Rounds:
    """Each technician's stops in the order that stood, without those that are done with or no longer fit. A pass at the
    store is put before the first ticket that needs one."""
    rounds: Rounds = {}
    taken: set[str] = set()
    for technician in day.technicians:
        steps: list[str] = []
        for ticket in day.previous.get(technician.id, ()):
            if ticket not in waiting or ticket in taken:
                continue
            tried = [*steps, ticket]
            if breaks(day, technician, tried) and STORE not in steps:
                tried = [*steps, STORE, ticket]
            if not breaks(day, technician, tried) and route_of(day, technician, tried):
                steps = tried
                taken.add(ticket)
        rounds[technician.id] = steps
    return rounds


def _working(day: Dispatch, technician: DayTechnician, steps: list[str]) -> float:
    route = route_of(day, technician, steps) if steps else None
    return route.working if route else 0.0


def _ways(steps: list[str], ticket: str, store: bool) -> list[list[str]]:
    """The round with the ticket at each place, alone and with a pass at the store somewhere before it."""
    ways = [[*steps[:at], ticket, *steps[at:]] for at in range(len(steps) + 1)]
    if store and STORE not in steps:
        ways += [[*way[:at], STORE, *way[at:]] for way in ways for at in range(way.index(ticket) + 1)]
    return ways
