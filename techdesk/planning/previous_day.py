"""The tours from which a day's search sets out: the present plan as far as it can still be driven, the rest inserted."""

from dataclasses import replace

from techdesk.planning.day import STORE
from techdesk.planning.dispatch_data import PASS, DayMaker, Tour
from techdesk.planning.dispatch_insertion import inserted, made_room, standing


def first_tours(maker: DayMaker) -> list[Tour]:
    """The previous plan where it still stands, and every other ticket where it adds least."""
    day = maker.day
    rounds = inserted(day, maker.tickets, standing(day, {ticket.id for ticket in maker.tickets}))
    rounds = made_room(replace(day, tickets=maker.tickets), rounds)
    number = {ticket.id: index for index, ticket in enumerate(maker.tickets)} | {STORE: PASS}
    everybody, tickets = list(range(len(day.technicians))), list(range(len(maker.tickets)))
    tours = [
        Tour(index, tuple(number[step] for step in rounds[technician.id]), 0)
        for index, technician in enumerate(day.technicians)
        if technician.id in rounds
    ]
    return maker.tours(maker.solution(maker.whole_day, tickets, everybody, tours), tickets, everybody)
