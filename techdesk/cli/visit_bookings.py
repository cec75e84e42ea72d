"""A visit before anybody is on site, from the shell: confirm, move, travel, miss, rebook; and what was agreed comes first."""

from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli.changing import change_once
from techdesk.cli.completing import people
from techdesk.cli.options import Json
from techdesk.cli.session import session
from techdesk.cli.visit_tasks import named_task, under_way
from techdesk.desk.bookings import AgreePriorities, ConfirmVisit, MissVisit, MoveVisit, RebookVisit, SetOff
from techdesk.desk.ids import new_id
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import names, visit_lists, visits
from techdesk.models.rows import VisitLine

Which = Annotated[str, typer.Argument(metavar="SITE|ID", help="A site, or a beginning of the visit's id.")]
Start = Annotated[str | None, typer.Option(metavar="MOMENT", help="When, on the site's clock: 2026-11-24T08:00.")]
End = Annotated[str | None, typer.Option(metavar="MOMENT", help="Until when; else it is as long as before.")]
Technician = Annotated[str | None, typer.Option(help="Who goes; else who went before.", autocompletion=people)]
Reason = Annotated[str | None, typer.Option("-m", "--message", help="Why.")]
AHEAD = ("planned", "confirmed", "travelling")


def add_verbs(app: typer.Typer) -> None:
    """Puts the verbs of this module into the visit's group."""
    for verb in (confirm, move, travel, miss, rebook, agree):
        app.command()(verb)


def _visit(which: str, states: tuple[str, ...], verb: str) -> VisitLine:
    """The visit of that id, whosever it is; or the one to that site, in one of the states, that is nearest to now."""
    connection = session.store.connection
    try:
        site_id = names.site_id(connection, which)
    except NotFound:
        return visits.visit(connection, names.visit_id(connection, which))
    for who in (session.me, None):
        line = visit_lists.nearest(connection, who, states, session.store.now(), site_id, anyone=who is None)
        if line is not None:
            return line
    raise NotFound(f"There is no visit to {which} that you could {verb}: see  techdesk visit list --all.")


def confirm(
    which: Which,
    by: Annotated[str | None, typer.Option(help="Who of the school said so.")] = None,
    as_json: Json = False,
) -> None:
    """Keep that the school expects a visit."""
    session.json = as_json
    change_once(ConfirmVisit(visit_id=_visit(which, ("planned",), "confirm").id, by=by), as_json)


def move(
    which: Which, start: Start = None, end: End = None, technician: Technician = None, as_json: Json = False
) -> None:
    """Give a visit another time or technician; in calendars it moves too."""
    session.json = as_json
    if start is None and technician is None:
        raise BadInput("Say what is new: --start, with --end if it takes longer, or --technician.")
    line = _visit(which, ("planned", "confirmed"), "move")
    begins, ends = _times(line, start, end)
    change_once(
        MoveVisit(id=line.id, planned_start=begins if start else None, planned_end=ends if start else None,
                  technician_id=_technician(technician)),
        as_json,
    )  # fmt: skip


def travel(which: Which, as_json: Json = False) -> None:
    """Set off for a visit: the minutes of travel run until it starts."""
    session.json = as_json
    change_once(SetOff(visit_id=_visit(which, ("planned", "confirmed"), "set off for").id), as_json)


def miss(
    which: Which, reason: Annotated[str, typer.Option("-m", "--message", help="Why.")], as_json: Json = False
) -> None:
    """Keep that nobody came or was let in: the school is owed the visit."""
    session.json = as_json
    change_once(MissVisit(visit_id=_visit(which, AHEAD, "miss").id, reason=reason), as_json)


def rebook(
    which: Which,
    start: Annotated[str, typer.Option(metavar="MOMENT", help="When, on the site's clock: 2026-11-24T08:00.")],
    end: End = None,
    technician: Technician = None,
    reason: Reason = None,
    as_json: Json = False,
) -> None:
    """Book a visit anew: a missed or cancelled one, or one that cannot be made. Its open tasks go along."""
    session.json = as_json
    states = ("missed", "cancelled", "planned", "confirmed")
    line = next((found for found in (_missed(which, state) for state in states) if found), None)
    line = line or _visit(which, states, "book anew")
    begins, ends = _times(line, start, end)
    change_once(
        RebookVisit(id=new_id(), visit_id=line.id, planned_start=begins, planned_end=ends, reason=reason,
                    technician_id=_technician(technician)),
        as_json,
    )  # fmt: skip


def agree(
    who: Annotated[str, typer.Argument(help="Who of the school agreed.")],
    tasks: Annotated[list[str] | None, typer.Argument(metavar="[N]...", help="What comes first, as in  today.")] = None,
    message: Annotated[str | None, typer.Option("-m", "--message", help="What was agreed, in words.")] = None,
    as_json: Json = False,
) -> None:
    """Keep what comes first in the visit under way, as agreed with the school."""
    session.json = as_json
    visit = under_way()
    lines = visits.tasks(session.store.connection, visit.id)
    ids = tuple(dict.fromkeys(named_task(lines, each.strip()).id for each in tasks or ()))
    change_once(AgreePriorities(visit_id=visit.id, agreed_with=who, task_ids=ids, note=message), as_json)


def _missed(which: str, state: str) -> VisitLine | None:
    """My or anyone's visit to that site in the state, not booked anew yet."""
    connection = session.store.connection
    try:
        site_id = names.site_id(connection, which)
    except NotFound:
        return None
    return visit_lists.nearest(connection, None, (state,), session.store.now(), site_id, anyone=True, open_only=True)


def _times(line: VisitLine, start: str | None, end: str | None) -> tuple[str, str]:
    """The moments of a visit at another time, as long as it was unless its end is said."""
    begins = clock.parse_there(start, line.timezone) if start else line.planned_start
    if end is not None:
        return begins, clock.parse_there(end, line.timezone)
    return begins, clock.later(begins, clock.seconds_between(line.planned_start, line.planned_end) / 60)


def _technician(text: str | None) -> str | None:
    return names.technician_id(session.store.connection, text, session.me) if text else None
