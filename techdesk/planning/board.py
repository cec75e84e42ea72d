"""A rotation as the search sees it: numbers instead of names, costs instead of wishes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from techdesk.planning.cycle import Days, PlannedVisit, Rotation, Site, Technician, Weights
from techdesk.planning.patterns import patterns_of

MISSING = 5_000.0  # a visit that is not made, in minutes of driving: more than any detour, less than a broken rule
KEEPERS = 4  # technicians who may come to call a site their own


@dataclass(frozen=True)
class Shift:
    """One day's work of a crew: technicians who are alike for the search."""

    day: int
    crew: int
    count: int
    base: int
    minutes: float | None
    capacity: int | None


@dataclass(frozen=True)
class Call:
    """A site: `patterns` and `keepers` with what choosing each costs; `able` are the crews that may go there."""

    visits: int
    minutes: float
    load: int
    patterns: tuple[tuple[Days, float], ...]
    keepers: tuple[tuple[int | None, float], ...]
    able: frozenset[int]
    strange: float  # a visit by another crew than the keeper
    before: tuple[tuple[int, int], ...] = ()  # day and crew of the previous plan's visits
    change: float = 0.0  # a visit of the previous plan that another crew makes

    @property
    def apart(self) -> float:
        """What the router is told that a visit by another crew costs: a change too, where one crew made all visits."""
        return max(self.strange, self.change if len({crew for _, crew in self.before}) == 1 else 0.0)

    @property
    def free(self) -> bool:
        """Visited once on any of its days at the same price: the router itself chooses the day."""
        return self.visits == 1 and len({cost for _, cost in self.patterns}) == 1

    @property
    def bound(self) -> bool:
        """Something is to be chosen that the router cannot choose."""
        return (len(self.patterns) > 1 and not self.free) or len(self.keepers) > 1


@dataclass(frozen=True)
class Board:
    """Nodes are the bases, then the calls; `travel` minutes between them."""

    days: int
    shifts: tuple[Shift, ...]
    calls: tuple[Call, ...]
    travel: NDArray[np.float64]
    bases: int
    travel_weight: float
    balance: float
    crews: tuple[tuple[int, ...], ...]  # technicians of each crew
    rows: tuple[int, ...]  # of each call, its row in the rotation's sites
    limited: bool = field(default=True)  # some shift ends

    def node(self, call: int) -> int:
        """The node of a call."""
        return self.bases + call


def board_of(rotation: Rotation) -> Board:
    """The board of a rotation: the sites that can be visited at all (see `why` for the others)."""
    crews = _crews(rotation)
    crew_of = {technician: number for number, members in enumerate(crews) for technician in members}
    shifts = _shifts(rotation, crews)
    before = _before(rotation)
    calls: list[Call] = []
    rows: list[int] = []
    for row, site in enumerate(rotation.sites):
        call = _call(rotation, site, crews, crew_of, shifts, before.get(site.id, ()))
        if call:
            calls.append(call)
            rows.append(row)
    bases = [rotation.technicians[members[0]].base for members in crews]
    places = bases + [rotation.sites[row].place or 0 for row in rows]
    travel = np.asarray(rotation.travel, dtype=float)[np.ix_(places, places)]
    np.fill_diagonal(travel, 0.0)
    return Board(
        days=rotation.days,
        shifts=tuple(shifts),
        calls=tuple(calls),
        travel=travel,
        bases=len(bases),
        travel_weight=rotation.weights.travel,
        balance=rotation.weights.balance if len(rotation.technicians) > 1 else 0.0,
        crews=tuple(crews),
        rows=tuple(rows),
        limited=any(shift.minutes is not None for shift in shifts),
    )


def _crews(rotation: Rotation) -> list[tuple[int, ...]]:
    """Technicians who cannot be told apart go as one crew, where nothing in the plan depends on who comes."""
    weights = rotation.weights
    personal = weights.same_technician or weights.balance or rotation.previous
    personal = personal or any(site.technician for site in rotation.sites)
    groups: dict[object, list[int]] = {}
    for number, technician in enumerate(rotation.technicians):
        hours = tuple(sorted(technician.minutes.items(), key=lambda item: item[0]))
        alike: object = number if personal else (technician.base, hours, technician.skills, technician.capacity)
        groups.setdefault(alike, []).append(number)
    return [tuple(members) for members in groups.values()]


def _shifts(rotation: Rotation, crews: list[tuple[int, ...]]) -> list[Shift]:
    shifts = []
    for crew, members in enumerate(crews):
        technician = rotation.technicians[members[0]]
        for day in range(rotation.days):
            minutes = technician.minutes.get(day, 0)
            if minutes is None or minutes > 0:
                shifts.append(Shift(day, crew, len(members), crew, minutes, technician.capacity))
    return sorted(shifts, key=lambda shift: (shift.day, shift.crew))


def _before(rotation: Rotation) -> dict[str, list[PlannedVisit]]:
    before: dict[str, list[PlannedVisit]] = {}
    for visit in rotation.previous:
        before.setdefault(visit.site, []).append(visit)
    return before


def _call(
    rotation: Rotation,
    site: Site,
    crews: list[tuple[int, ...]],
    crew_of: dict[int, int],
    shifts: list[Shift],
    before: list[PlannedVisit] | tuple[()],
) -> Call | None:
    able = frozenset(
        crew for crew, members in enumerate(crews) if _can(rotation, rotation.technicians[members[0]], site)
    )
    worked = {shift.day for shift in shifts if shift.crew in able}
    weights = rotation.weights
    names = {technician.id: crew_of[number] for number, technician in enumerate(rotation.technicians)}
    there = {(shift.day, shift.crew) for shift in shifts if shift.crew in able}
    kept = {visit.day for visit in before if (visit.day, names.get(visit.technician)) in there}
    patterns = tuple(
        (days, uneven * weights.same_weekday + _moved(weights, days, kept, before))
        for days, uneven in patterns_of(site, rotation.days, rotation.week)
        if set(days) <= worked
    )
    if not able or not patterns or site.place is None:
        return None
    old = tuple((visit.day, names[visit.technician]) for visit in before if visit.technician in names)
    keepers, strange = _keepers(rotation, site, able, crew_of, [crew for _, crew in old])
    return Call(site.visits, site.minutes, site.load, patterns, keepers, able, strange, old, weights.change)


def _moved(weights: Weights, days: Days, kept: set[int], before: Sequence[PlannedVisit]) -> float:
    """What days cost against the plan before. A visit that cannot stay with its technician on its day is changed in any
    case, so it must not push others away to keep its day: that is worth no more than a weekday."""
    if not before:
        return 0.0
    forced = max(0, len(days) - len(kept))
    moved = max(0, len(set(days) - kept) - forced)
    return weights.change * moved + weights.same_weekday * len(set(days) - {visit.day for visit in before})


def _can(rotation: Rotation, technician: Technician, site: Site) -> bool:
    """Whether a technician may and can visit the site at all: skills, and there and back within a day."""
    if site.place is None or not site.skills <= technician.skills:
        return False
    if technician.capacity is not None and site.load > technician.capacity:
        return False
    there = rotation.travel[technician.base][site.place] + rotation.travel[site.place][technician.base]
    longest = [technician.minutes.get(day, 0) for day in site.open_days]
    return any(minutes is None or minutes >= there + site.minutes for minutes in longest)


def _keepers(
    rotation: Rotation, site: Site, able: frozenset[int], crew_of: dict[int, int], old: list[int]
) -> tuple[tuple[tuple[int | None, float], ...], float]:
    """Who may call the site their own, what each choice costs, and what a visit by somebody else costs."""
    weights = rotation.weights
    names = {technician.id: crew_of[number] for number, technician in enumerate(rotation.technicians)}
    wanted = names.get(site.technician) if site.technician else None
    keeps = weights.same_technician > 0 and site.visits > 1
    if wanted not in able:
        wanted = None
    if not keeps and wanted is None and not old:
        return ((None, 0.0),), 0.0
    usual = max(set(old), key=old.count) if old else None
    near = sorted(able, key=lambda crew: _from_base(rotation, crew, crew_of, site))[:KEEPERS]
    chosen = list(dict.fromkeys([crew for crew in (wanted, usual) if crew is not None and crew in able] + near))
    unwanted = weights.wanted * site.visits
    costs = tuple((crew, unwanted if wanted is not None and crew != wanted else 0.0) for crew in chosen)
    return costs, max(weights.same_technician if keeps else 0.0, weights.wanted if wanted is not None else 0.0)


def _from_base(rotation: Rotation, crew: int, crew_of: dict[int, int], site: Site) -> float:
    technician = next(number for number, number_of in crew_of.items() if number_of == crew)
    return rotation.travel[rotation.technicians[technician].base][site.place or 0]
