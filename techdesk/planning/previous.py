"""Where the search sets out from when there is a plan already."""

from techdesk.planning.board import Board
from techdesk.planning.cycle import PlannedVisit, Rotation
from techdesk.planning.insertion import Inserter, State


def state_of_previous(rotation: Rotation, board: Board) -> State:
    """The previous plan as far as it can still be kept: sites whose days and technicians all stand, in rounds that still
    fit. The other sites are left out, for the search to place."""
    crew = {rotation.technicians[members[0]].id: number for number, members in enumerate(board.crews)}
    shift = {(one.day, one.crew): number for number, one in enumerate(board.shifts)}
    before: dict[str, list[PlannedVisit]] = {}
    for visit in sorted(rotation.previous, key=lambda visit: (visit.day, visit.technician, visit.rank)):
        before.setdefault(visit.site, []).append(visit)
    state = State([None] * len(board.calls), [None] * len(board.calls))
    rounds: dict[int, list[tuple[int, int]]] = {}
    for call, row in enumerate(board.rows):
        visits = before.get(rotation.sites[row].id, [])
        days = tuple(visit.day for visit in visits)
        crews = [crew.get(visit.technician, -1) for visit in visits]
        what = board.calls[call]
        shifts = [shift.get(pair, -1) for pair in zip(days, crews, strict=True)]
        if days not in [pattern for pattern, _ in what.patterns] or -1 in shifts or not set(crews) <= what.able:
            continue
        state.days[call] = None if what.free else days
        usual = max(set(crews), key=crews.count)
        if what.keepers[0][0] is not None:
            keepers = [keeper for keeper, _ in what.keepers]
            state.keeper[call] = usual if usual in keepers else keepers[0]
        for number, visit in zip(shifts, visits, strict=True):
            rounds.setdefault(number, []).append((visit.rank, call))
    state.rounds = [(number, [call for _, call in sorted(calls)]) for number, calls in sorted(rounds.items())]
    return _fitting(board, state)


def _fitting(board: Board, state: State) -> State:
    """The same plan without the sites that make a round too long or too heavy (the last of the round first)."""
    inserter = Inserter(board)
    gone: set[int] = set()
    for number, calls in state.rounds:
        kept = [call for call in calls if call not in gone]
        while kept and not inserter.fits(number, kept):
            gone.add(kept.pop())
    rounds = [(number, [call for call in calls if call not in gone]) for number, calls in state.rounds]
    days = [None if call in gone else one for call, one in enumerate(state.days)]
    return State(days, state.keeper, [one for one in rounds if one[1]])
