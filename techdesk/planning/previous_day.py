"""The present plan of a day as tours, as far as it can still be driven."""

from techdesk.planning.day import STORE, Dispatch
from techdesk.planning.dispatch_data import PASS, DayMaker, Tour
from techdesk.planning.timetable import breaks, route_of


def tours_of_previous(day: Dispatch, rows: tuple[int, ...]) -> list[Tour]:
    """Each technician's stops in the order that stood, without those that are done with or no longer fit. A pass at the
    store is put before the first ticket that needs one."""
    if not day.previous:
        return []
    maker = DayMaker(day, rows)
    number = {ticket.id: index for index, ticket in enumerate(maker.tickets)}
    tours = []
    taken: set[str] = set()
    for index, technician in enumerate(day.technicians):
        steps: list[str] = []
        for ticket in day.previous.get(technician.id, ()):
            if ticket not in number or ticket in taken:
                continue
            tried = [*steps, ticket]
            if breaks(day, technician, tried) and STORE not in steps:
                tried = [*steps, STORE, ticket]
            if not breaks(day, technician, tried) and route_of(day, technician, tried):
                steps = tried
                taken.add(ticket)
        if steps:
            everybody = list(range(len(day.technicians)))
            tickets = list(range(len(maker.tickets)))
            tour = Tour(index, tuple(PASS if step == STORE else number[step] for step in steps), 0)
            solution = maker.solution(maker.whole_day, tickets, everybody, [tour])
            tours += maker.tours(solution, tickets, everybody)
    return tours
