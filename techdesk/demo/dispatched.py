"""Today's routes, accepted on the evening before: who goes where, with the driving between."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from techdesk.clock import moment
from techdesk.demo.diary import Diary
from techdesk.demo.rounds import Round
from techdesk.demo.shapes import Technician
from techdesk.demo.trust import Trust
from techdesk.demo.vocabulary import words
from techdesk.desk.dispatching import AcceptDay, Route, RouteStop
from techdesk.planning.drafting import ROADS
from techdesk.planning.travel import Place


class Going(NamedTuple):
    """A visit of today: where, and its id."""

    id: str
    site: str
    at: tuple[float, float]
    start: datetime
    end: datetime


def accept(diary: Diary, trust: Trust, visits: dict[str, list[Round]], first: Going, midnight: datetime) -> None:
    """Writes it into the diary: `first` is the visit under way of the laptop's technician, `visits` all that were planned."""
    today, routes = midnight.date(), []
    for technician, each in zip(trust.technicians, words("trust")["technician"], strict=True):
        going = _of(technician, visits, today) + ([first] if technician is trust.me else [])
        if going:
            routes.append(_route(technician, tuple(each["at"]), sorted(going, key=lambda one: one.start)))
    when = midnight - timedelta(hours=7, minutes=45)
    diary.write(when, trust.me, AcceptDay(day=today.isoformat(), routes=tuple(routes)))


def _of(technician: Technician, visits: dict[str, list[Round]], day: date) -> list[Going]:
    rounds = (each for every in visits.values() for each in every if each.technician is technician)
    return [
        Going(each.id, each.place.id, each.place.at, each.start, each.end)
        for each in rounds
        if each.start.date() == day and not each.called_off
    ]


def _route(technician: Technician, home: tuple[float, float], going: list[Going]) -> Route:
    """From home and back; nobody waits longer before a school than from when they arrive there."""
    here, free, driving = home, going[0].start, 0.0
    leaves = going[0].start - timedelta(minutes=_minutes(home, going[0].at))
    stops: list[RouteStop] = []
    for each in going:
        way = _minutes(here, each.at)
        arrives = min(each.start, free + timedelta(minutes=way) if stops else each.start)
        stops.append(RouteStop(each.site, each.id, moment(arrives), moment(each.start), moment(each.end), way))
        here, free, driving = each.at, each.end, driving + way
    back = _minutes(here, home)
    returns = moment(free + timedelta(minutes=back))
    return Route(technician.id, moment(leaves), returns, round(driving + back, 1), tuple(stops))


def _minutes(one: tuple[float, float], two: tuple[float, float]) -> float:
    places = (Place(id=name, lat=lat, lon=lon) for name, (lat, lon) in (("one", one), ("two", two)))
    return round(ROADS.between(*places) or 0.0, 1)
