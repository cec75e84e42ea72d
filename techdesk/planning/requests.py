"""What is asked of the planner, read from the store, and the command that keeps its answer as a draft."""

import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count

from techdesk import clock
from techdesk.desk.ids import new_id
from techdesk.desk.rotations import DraftRotation
from techdesk.errors import BadInput
from techdesk.models.queries import rotations
from techdesk.models.queries.rotations import RotationRow
from techdesk.planning.cycle import Draft
from techdesk.planning.drafting import Prepared, Wanted, lines_of

USUAL_WEEKS = 2
AHEAD = timedelta(days=81)  # twelve weeks, to a Friday


def request(
    connection: sqlite3.Connection, today: date, *, weeks: int | None = None, first: date | None = None,
    last: date | None = None, without: Sequence[str] = (), before: RotationRow | None = None,
) -> tuple[Wanted, list[str]]:  # fmt: skip
    """What is to be planned, with sentences about what is odd in the store. Without a first day it begins on the Monday after
    today, or (planned from the rotation `before`) today. Raises BadInput."""
    if before is not None and weeks not in (None, before.weeks):
        raise BadInput(f"{before.name} has a cycle of {before.weeks} weeks: plan it anew with as many.")
    if first is None and before is not None:
        first = max(today, clock.parse_day(before.first))
    first = first or today + timedelta(days=7 - today.weekday())
    last = last or (clock.parse_day(before.last) if before else first + AHEAD)
    crew, notes = rotations.crew(connection)
    wanted = Wanted(
        weeks=before.weeks if before else weeks or USUAL_WEEKS, first=first, last=last, crew=crew, without=without,
        schools=rotations.schools(connection, first.isoformat()), ways=rotations.travel_times(connection),
        before=rotations.lines(connection, before.id) if before else (),
        starts=clock.parse_day(before.starts) if before else None,
    )  # fmt: skip
    return wanted, notes


def drafted(
    connection: sqlite3.Connection, prepared: Prepared, draft: Draft, *, name: str | None = None,
    follows: RotationRow | None = None,
) -> DraftRotation:  # fmt: skip
    """The command that keeps a draft."""
    wanted = prepared.wanted
    return DraftRotation(
        id=new_id(), name=name or _name(connection, wanted), weeks=wanted.weeks, starts=prepared.starts.isoformat(),
        first=wanted.first.isoformat(), last=wanted.last.isoformat(), travel=round(draft.travel, 1),
        follows=follows.id if follows else None, lines=tuple(lines_of(prepared, draft)),
    )  # fmt: skip


def _name(connection: sqlite3.Connection, wanted: Wanted) -> str:
    """When it begins and who does not come, with a number where there is one of that name already."""
    away = ", ".join(one.name for one in wanted.crew if one.id in wanted.without)
    name = f"Rotation from {wanted.first}" + (f" without {away}" if away else "")
    known = {row.name for row in rotations.rotations(connection)}
    return next(each for number in count(1) if (each := name if number == 1 else f"{name} ({number})") not in known)
