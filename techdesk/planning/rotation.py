"""Plans a rotation: the draft of a cycle from its sites, technicians and travel times."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from techdesk.errors import NeedsExtra
from techdesk.planning.budget import Budget
from techdesk.planning.changes import changes_between
from techdesk.planning.cycle import Draft, Rotation, Round, Unmet
from techdesk.planning.why import crowded, unvisitable
from techdesk.planning.workers import workers

if TYPE_CHECKING:
    from techdesk.planning.board import Board
    from techdesk.planning.insertion import State

APART = 0.55  # of the time, each worker searches alone; then both go on from the better plan


def plan(rotation: Rotation, *, seconds: float = 20.0, seed: int = 1, processes: int = 2, cpu: bool = False) -> Draft:
    """The best draft found in so many seconds on one or two processes (with `cpu`, seconds of processor time of each).

    The plan starts from `rotation.previous` where there is one. What cannot be met is in `Draft.unmet`; nothing in the
    draft breaks a rule. Raises NeedsExtra without the extra `plan`."""
    try:
        from techdesk.planning.board import board_of
        from techdesk.planning.previous import state_of_previous
        from techdesk.planning.rotation_search import Order, cost_of, legal, work
    except ImportError as missing:
        raise NeedsExtra("Planning a rotation", "plan") from missing
    budget = Budget(seconds, cpu=cpu)
    board = board_of(rotation)
    impossible = [one for site in rotation.sites if (one := unvisitable(rotation, site))]
    if not board.calls or not board.shifts:
        return _draft(rotation, [], impossible)
    start = state_of_previous(rotation, board) if rotation.previous else None
    with workers(processes) as team:
        first = [Order(board, budget.share(APART, 1), seed + number, cpu, start) for number in range(team.many)]
        found = min(team.run(work, first), key=lambda state: cost_of(board, state))
        again = [
            Order(board, budget.share(1 - APART, 1 - APART), seed + 100 + number, cpu, found, rested=False)
            for number in range(team.many)
        ]
        found = min(team.run(work, again), key=lambda state: cost_of(board, state))
    if not legal(board, found):
        raise AssertionError("the search handed back rounds that are over a limit")
    return _draft(rotation, _named(board.crews, _rows(board, found)), impossible)


def simple_plan(rotation: Rotation) -> Draft:
    """A draft by cheapest insertion alone, to compare with: each site where it adds least, nothing moved afterwards."""
    from techdesk.planning.board import board_of
    from techdesk.planning.insertion import inserted

    board = board_of(rotation)
    impossible = [one for site in rotation.sites if (one := unvisitable(rotation, site))]
    return _draft(rotation, _named(board.crews, _rows(board, inserted(board))), impossible)


def _rows(board: "Board", state: "State") -> list[tuple[int, int, list[int]]]:
    """The rounds of a state as day, crew and sites."""
    return [
        (board.shifts[number].day, board.shifts[number].crew, [board.rows[call] for call in calls])
        for number, calls in state.rounds
        if calls
    ]


def _named(
    crews: Sequence[tuple[int, ...]], rounds: list[tuple[int, int, list[int]]]
) -> list[tuple[int, int, list[int]]]:
    """Rounds (day, technician, sites) from rounds of crews: the members of a crew take its rounds of a day in turn."""
    taken: dict[tuple[int, int], int] = {}
    named = []
    for day, crew, sites in sorted(rounds):
        turn = taken.get((day, crew), 0)
        taken[day, crew] = turn + 1
        named.append((day, crews[crew][turn], sites))
    return named


def _draft(rotation: Rotation, rounds: list[tuple[int, int, list[int]]], impossible: list[Unmet]) -> Draft:
    made = [_round(rotation, day, technician, sites) for day, technician, sites in sorted(rounds)]
    used = {(one.technician, one.day): one.travel + one.on_site for one in made}
    visits: dict[str, int] = {}
    for one in made:
        for site_id in one.sites:
            visits[site_id] = visits.get(site_id, 0) + 1
    never = {one.site for one in impossible}
    short = [
        crowded(rotation, site, site.visits - visits.get(site.id, 0), used)
        for site in rotation.sites
        if site.id not in never and visits.get(site.id, 0) < site.visits
    ]
    draft = Draft(rounds=tuple(made), unmet=(*impossible, *short))
    if not rotation.previous:
        return draft
    return Draft(rounds=draft.rounds, unmet=draft.unmet, changes=changes_between(rotation.previous, draft.visits))


def _round(rotation: Rotation, day: int, technician: int, rows: list[int]) -> Round:
    who = rotation.technicians[technician]
    places = [who.base, *(rotation.sites[row].place or 0 for row in rows), who.base]
    return Round(
        day=day,
        technician=who.id,
        sites=tuple(rotation.sites[row].id for row in rows),
        travel=float(sum(rotation.travel[one][two] for one, two in pairwise(places))),
        on_site=float(sum(rotation.sites[row].minutes for row in rows)),
    )
