"""The roads of a plan: minutes between schools and the technicians' bases, and a technician's day along them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

from techdesk.models.queries.rotations import Crew, School
from techdesk.planning.travel import Place, Roads


class Day(NamedTuple):
    """A technician's day: when each visit starts (minutes after midnight), minutes of driving and of all work."""

    starts: tuple[int, ...]
    travel: float
    total: float


@dataclass
class RoadBook:
    """Minutes between places by their ids; `lost` are those that cannot be routed to."""

    minutes: Mapping[str, Mapping[str, float]]
    lost: frozenset[str]
    known: dict[str, int] = field(default_factory=dict)

    def between(self, one: str, two: str) -> float:
        """Minutes from one place to another; 0 where one of them is not in the book."""
        return self.minutes.get(one, {}).get(two, 0.0)

    def day(self, base: str, begins: int, stops: Sequence[tuple[str, int]]) -> Day:
        """The day of visits (site, minutes) in that order, from the base and back. Visits start on whole minutes."""
        at, now, travel, starts = base, float(begins), 0.0, []
        for site, minutes in stops:
            way = self.between(at, site)
            travel += way
            now = ceil(round(now + way, 6))
            starts.append(min(int(now), 24 * 60 - 1))
            now += minutes
            at = site
        back = self.between(at, base) if stops else 0.0
        work = travel + back + sum(minutes for _, minutes in stops)
        return Day(tuple(starts), travel + back, work)


def road_book(
    crew: Sequence[Crew], schools: Sequence[School], ways: Mapping[tuple[str, str], float], roads: Roads
) -> RoadBook:
    """The road book of these people and schools. `ways` are minutes that are known better."""
    places = [Place(id=one.id, lat=one.latitude, lon=one.longitude) for one in schools]
    places += [Place(id=one.id, lat=one.latitude, lon=one.longitude) for one in crew]
    known = Roads(detour=roads.detour, kmh=roads.kmh, parking=roads.parking, minutes={**roads.minutes, **ways})
    matrix, lost = known.matrix(places)
    ids = [place.id for place in places]
    book = {id: dict(zip(ids, row, strict=True)) for id, row in zip(ids, matrix, strict=True)}
    return RoadBook(book, frozenset(lost))
