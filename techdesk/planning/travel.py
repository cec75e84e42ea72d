"""Minutes on the road between places: the great circle, a detour and a speed; single ways and whole tables from a file
where somebody knows better."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import asin, cos, isfinite, radians, sin, sqrt
from pathlib import Path

from techdesk.errors import BadInput

EARTH_KM = 6371.0088
FAR_KM = 500.0  # farther than that from the others, a place is more likely wrong than far


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something is, in degrees; None when nobody knows."""

    id: str
    lat: float | None
    lon: float | None

    @property
    def known(self) -> bool:
        """Whether it can be routed to: both degrees there, on the globe, and not the 0, 0 that an empty form makes."""
        if self.lat is None or self.lon is None or not (isfinite(self.lat) and isfinite(self.lon)):
            return False
        return abs(self.lat) <= 90 and abs(self.lon) <= 180 and (self.lat, self.lon) != (0, 0)


@dataclass(frozen=True, kw_only=True)
class Roads:
    """How driving time is reckoned: `detour` is how much longer roads are than the great circle, `kmh` the speed on them,
    `parking` minutes for each drive (parking, walking in). `minutes` says what a single way takes, by the two ids; it holds
    for the way back too unless that is named as well."""

    detour: float = 1.3
    kmh: float = 40.0
    parking: float = 0.0
    minutes: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def between(self, one: Place, two: Place) -> float | None:
        """Minutes from one place to another; None when one of them is nowhere and nobody has said how long it takes."""
        if one.id == two.id:
            return 0.0
        for pair in ((one.id, two.id), (two.id, one.id)):
            if pair in self.minutes:
                return self.minutes[pair]
        if not (one.known and two.known):
            return None
        return kilometres(one, two) * self.detour / self.kmh * 60.0 + self.parking

    def matrix(self, places: Sequence[Place]) -> tuple[list[list[float]], list[str]]:
        """Minutes from each place to each, and the ids of the places that cannot be routed to (their row and column are
        far away from everything: leave them out of a plan)."""
        lost = lost_places(places)
        odd = {place for place in lost if not any(place in pair for pair in self.minutes)}
        rows = [[_far(self.between(one, two), one, two, odd) for two in places] for one in places]
        return rows, sorted(odd)


def kilometres(one: Place, two: Place) -> float:
    """The great circle between two known places (haversine)."""
    lat1, lon1, lat2, lon2 = (radians(degrees or 0.0) for degrees in (one.lat, one.lon, two.lat, two.lon))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def lost_places(places: Sequence[Place]) -> list[str]:
    """The ids of places without usable coordinates, and of those so far from the middle of all (the median) that the
    coordinates must be wrong: swapped, or in another country."""
    known = [place for place in places if place.known]
    lost = [place.id for place in places if not place.known]
    if not known:
        return lost
    middle = Place(
        id="", lat=_median([place.lat or 0.0 for place in known]), lon=_median([p.lon or 0.0 for p in known])
    )
    return lost + [place.id for place in known if kilometres(middle, place) > FAR_KM]


def read_ways(path: Path) -> dict[tuple[str, str], float]:
    """Minutes by pair from a CSV file with the columns from, to and minutes. Raises BadInput with the line that is wrong."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path} cannot be read as a table of travel times: {error}.") from error
    ways = {}
    for number, row in enumerate(rows, 2):
        try:
            minutes = float(row["minutes"])
            pair = (row["from"].strip(), row["to"].strip())
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadInput(
                f"{path}, line {number}: give from, to and minutes (a number), each in its column."
            ) from error
        if not (isfinite(minutes) and minutes >= 0):
            raise BadInput(f"{path}, line {number}: {row['minutes']} is no travel time; give minutes of 0 or more.")
        ways[pair] = minutes
    return ways


def _far(minutes: float | None, one: Place, two: Place, lost: set[str]) -> float:
    if minutes is None or (one.id != two.id and (one.id in lost or two.id in lost)):
        return 100_000.0
    return minutes


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
