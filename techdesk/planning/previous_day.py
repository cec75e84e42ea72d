"""The tours from which a day's search sets out: the present plan as far as it can still be driven, the rest inserted."""

from techdesk.planning.day import STORE, Dispatch
from techdesk.planning.dispatch_data import PASS, DayMaker, Tour
from techdesk.planning.dispatch_insertion import Rounds, inserted
from techdesk.planning.timetable import breaks, route_of


def first_tours(maker: DayMaker) -> list[Tour]:
    """The previous plan where it still stands, and every other ticket where it adds least."""
    day = maker.day
    rounds = inserted(day, maker.tickets, _previous(day, {ticket.id for ticket in maker.tickets}))
    number = {ticket.id: index for index, ticket in enumerate(maker.tickets)} | {STORE: PASS}
    everybody, tickets = list(range(len(day.technicians))), list(range(len(maker.tickets)))
    tours = [
        Tour(index, tuple(number[step] for step in rounds[technician.id]), 0)
        for index, technician in enumerate(day.technicians)
        if technician.id in rounds
    ]
    return maker.tours(maker.solution(maker.whole_day, tickets, everybody, tours), tickets, everybody)


def _previous(day: Dispatch, waiting: set[str]) -> Rounds:
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
