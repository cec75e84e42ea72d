"""A visit of a draft put on another day or with another technician: what that costs, before it is done."""

from collections.abc import Sequence
from typing import NamedTuple

from techdesk.desk.rotations import MoveLine
from techdesk.models.queries.rotations import Crew, PlanLine
from techdesk.planning.roadbook import RoadBook


class Cost(NamedTuple):
    """What a move costs: minutes of driving more (or less) in the cycle, minutes that the day is over its hours, days to the
    site's nearest other visit (None: it has no other), and sentences about what speaks against it."""

    travel: float
    over: float
    apart: int | None
    against: tuple[str, ...]

    def words(self) -> str:
        """The cost in a line."""
        parts = [f"{self.travel:+.0f} min of driving"]
        if self.over > 0:
            parts.append(f"{self.over:.0f} min over hours")
        if self.apart is not None:
            parts.append(f"{self.apart} day{'s' if self.apart != 1 else ''} from its other visit")
        return ", ".join((*parts, *self.against))


class Move(NamedTuple):
    """A move that can be done, with its cost."""

    command: MoveLine
    cost: Cost


def move(
    lines: Sequence[PlanLine], line: PlanLine, day: int, technician_id: str, crew: Sequence[Crew], book: RoadBook, weeks: int,
    wanted: Sequence[int] = range(7), skills: frozenset[str] = frozenset(),
) -> Move:  # fmt: skip
    """The move of a line to that day and technician, at the turn there that adds least driving; the turns and hours of both
    days follow. `wanted` are the weekdays that the site allows, `skills` those that it needs."""
    people = {one.id: one for one in crew}
    rest = [each for each in lines if each.id != line.id and each.day is not None]
    there = [each for each in rest if (each.day, each.technician_id) == (day, technician_id)]
    place = _best_place(there, line, technician_id, book)
    after = [*there[:place], line, *there[place:]]
    here = [each for each in rest if (each.day, each.technician_id) == (line.day, line.technician_id)]
    one = people[technician_id]
    times = book.day(technician_id, one.begins(day % 7), _stops(after))
    travel = times.travel - book.day(technician_id, 0, _stops(there)).travel
    others = [(each.id, rank, start) for rank, (each, start) in enumerate(zip(after, times.starts, strict=True), 1)]
    if line.day is not None and (line.day, line.technician_id) != (day, technician_id):
        left = people.get(str(line.technician_id))
        before = book.day(str(line.technician_id), left.begins(line.day % 7) if left else 480, _stops(here))
        travel += before.travel - book.day(str(line.technician_id), 0, _stops(_with(lines, line))).travel
        others += [
            (each.id, rank, start) for rank, (each, start) in enumerate(zip(here, before.starts, strict=True), 1)
        ]
    elif line.day is not None:
        travel = times.travel - book.day(technician_id, 0, _stops(_with(lines, line))).travel
    cost = Cost(travel, max(0.0, times.total - one.minutes(day % 7)), _apart(rest, line, day, weeks),
                _against(line, rest, day, one, wanted, skills, book))  # fmt: skip
    known = {each.id: (each.rank, each.starts) for each in lines}
    changed = tuple(each for each in others if each[0] != line.id and known[each[0]] != each[1:])
    command = MoveLine(
        id=line.id, day=day, technician_id=technician_id, rank=place + 1, starts=times.starts[place], others=changed
    )
    return Move(command, cost)


def _best_place(there: Sequence[PlanLine], line: PlanLine, technician_id: str, book: RoadBook) -> int:
    def driving(place: int) -> float:
        return book.day(technician_id, 0, _stops([*there[:place], line, *there[place:]])).travel

    return min(range(len(there) + 1), key=driving)


def _with(lines: Sequence[PlanLine], line: PlanLine) -> list[PlanLine]:
    """The round that the line is in now."""
    return [each for each in lines if (each.day, each.technician_id) == (line.day, line.technician_id)]


def _stops(lines: Sequence[PlanLine]) -> list[tuple[str, int]]:
    return [(each.site_id, each.minutes) for each in lines]


def _apart(rest: Sequence[PlanLine], line: PlanLine, day: int, weeks: int) -> int | None:
    cycle = weeks * 7
    gaps = [abs(day - (each.day or 0)) for each in rest if each.site_id == line.site_id]
    return min((min(gap, cycle - gap) for gap in gaps), default=None)


def _against(
    line: PlanLine, rest: Sequence[PlanLine], day: int, one: Crew, wanted: Sequence[int], skills: frozenset[str],
    book: RoadBook,
) -> tuple[str, ...]:  # fmt: skip
    found = []
    if not one.week[day % 7]:
        found.append(f"{one.name} does not work on that day")
    if day % 7 not in wanted:
        found.append("the school does not want that day")
    if any(each.site_id == line.site_id and each.day == day for each in rest):
        found.append("it is visited on that day already")
    if not skills <= one.skills:
        found.append(f"{one.name} lacks {', '.join(sorted(skills - one.skills))}")
    if {line.site_id, one.id} & book.lost:
        found.append("nobody knows the way")
    return tuple(found)
