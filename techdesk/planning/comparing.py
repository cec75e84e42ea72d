"""Rotations side by side: what each asks of the road and the people, and what differs between two."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from techdesk.models.queries.rotations import Crew, PlanLine, RotationRow
from techdesk.planning.changes import changes_between
from techdesk.planning.cycle import Change, PlannedVisit
from techdesk.planning.roadbook import RoadBook


class Measure(NamedTuple):
    """A rotation in figures, for one cycle: visits, those missing, minutes of driving, minutes of work of who has least and
    most, minutes over hours, and sites that more than one technician visits."""

    name: str
    state: str
    visits: int
    missing: int
    travel: float
    least: float
    most: float
    over: float
    shared: int


def measure(row: RotationRow, lines: Sequence[PlanLine], crew: Sequence[Crew], book: RoadBook) -> Measure:
    """The figures of a rotation."""
    people = {one.id: one for one in crew}
    planned = [line for line in lines if line.day is not None]
    travel, over = 0.0, 0.0
    load: dict[str, float] = {}
    for (day, technician), among in groupby(
        sorted(planned, key=_round), key=lambda line: (line.day, line.technician_id)
    ):
        made = book.day(str(technician), 0, [(line.site_id, line.minutes) for line in among])
        one = people.get(str(technician))
        travel += made.travel
        over += max(0.0, made.total - (one.minutes((day or 0) % 7) if one else 0))
        load[str(technician)] = load.get(str(technician), 0.0) + made.total
    who: dict[str, set[str | None]] = {}
    for line in planned:
        who.setdefault(line.site_id, set()).add(line.technician_id)
    return Measure(
        row.name, row.state, len(planned), row.missing, travel, min(load.values(), default=0.0),
        max(load.values(), default=0.0), over, sum(len(each) > 1 for each in who.values()),
    )  # fmt: skip


def side_by_side(figures: Sequence[Measure]) -> list[tuple[str, ...]]:
    """The figures of rotations, a row each."""
    rows: list[tuple[str, list[str]]] = [
        ("state", [each.state for each in figures]),
        ("visits in a cycle", [str(each.visits) for each in figures]),
        ("visits missing", [str(each.missing) for each in figures]),
        ("minutes of driving", [f"{each.travel:.0f}" for each in figures]),
        ("hours of a technician", [f"{each.least / 60:.1f} to {each.most / 60:.1f}" for each in figures]),
        ("minutes over hours", [f"{each.over:.0f}" for each in figures]),
        ("schools with two technicians", [str(each.shared) for each in figures]),
    ]
    return [(name, *values) for name, values in rows]


def differences(before: Sequence[PlanLine], after: Sequence[PlanLine]) -> tuple[Change, ...]:
    """The visits that differ, by site, day of the cycle and technician."""
    return changes_between(_visits(before), _visits(after))


def _visits(lines: Sequence[PlanLine]) -> list[PlannedVisit]:
    return [
        PlannedVisit(site=line.site_id, day=line.day, technician=line.technician_id or "", rank=line.rank)
        for line in lines
        if line.day is not None
    ]


def _round(line: PlanLine) -> tuple[int, str, int]:
    return line.day or 0, line.technician_id or "", line.rank
