"""Tasks of the visit under way from the shell: task, done, carry, drop."""

from typing import Annotated

import typer

from techdesk.cli.changing import change_once
from techdesk.cli.completing import tickets as complete_tickets
from techdesk.cli.options import Json, Room
from techdesk.cli.session import session, tell
from techdesk.desk.ids import new_id
from techdesk.desk.visits import ESTIMATES, AddTask, SetTask
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import names, tickets, visits
from techdesk.models.rows import TaskLine, TicketLine, VisitLine

N = Annotated[str, typer.Argument(metavar="N", help="Its number in  techdesk today,  or a beginning of its id.")]


def add_verbs(app: typer.Typer) -> None:
    """Puts the verbs of this module into the visit's group."""
    for verb in (task, done, carry, drop):
        app.command()(verb)


def under_way() -> VisitLine:
    """My visit that is under way. Raises NotFound."""
    line = visits.under_way(session.store.connection, session.me)
    if line is None:
        raise NotFound("No visit is under way: start one with  techdesk visit start SITE.")
    return line


def task(
    text: Annotated[str, typer.Argument(metavar="TEXT|REF", help="What to do, or a ticket.",
                                        autocompletion=complete_tickets)],
    room: Room = None,
    estimate: Annotated[int | None, typer.Option(min=1, max=1440, help="Minutes it may take.")] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Add a task to the visit under way: a ticket, or a step in words."""
    session.json = as_json
    visit, ticket = under_way(), _ticket(text)
    title, minutes = text, estimate or 15
    if ticket is not None:
        if ticket.id in {each.ticket_id for each in visits.tasks(session.store.connection, visit.id)}:
            raise BadInput(f"{ticket.ref} is on the list of this visit already.")
        title, room, minutes = ticket.title, room or ticket.room, estimate or ESTIMATES[ticket.priority]
    command = AddTask(id=new_id(), visit_id=visit.id, title=title, room=room, estimate=minutes,
                      ticket_id=ticket.id if ticket else None)  # fmt: skip
    change_once(command, as_json)


def _ticket(text: str) -> TicketLine | None:
    """The ticket that the text names, if it is a reference; words of any kind are none."""
    if " " in text.strip():
        return None
    connection = session.store.connection
    try:
        return tickets.line(connection, names.ticket_id(connection, text))
    except NotFound:
        return None


def done(
    n: N,
    minutes: Annotated[int | None, typer.Option(min=0, max=1440, help="Minutes it took.")] = None,
    as_json: Json = False,
) -> None:
    """Mark a task of the visit under way as done."""
    line = _set(n, "done", None, minutes, as_json)
    if line.ref and line.ticket_state not in ("closed", "resolved", "cancelled"):
        tell(f"The ticket is open still: close it with  techdesk close {line.ref} -m FIX")


def carry(
    n: N,
    reason: Annotated[str, typer.Option("-m", "--message", help="Why.")] = "no time left",
    as_json: Json = False,
) -> None:
    """Carry a task to the next visit."""
    _set(n, "carried", reason, None, as_json)


def drop(
    n: N, reason: Annotated[str, typer.Option("-m", "--message", help="Why.")] = "not needed", as_json: Json = False
) -> None:
    """Take a task off the list, with a reason."""
    _set(n, "dropped", reason, None, as_json)


def _set(n: str, state: str, reason: str | None, minutes: int | None, as_json: bool) -> TaskLine:
    session.json = as_json
    line = named_task(visits.tasks(session.store.connection, under_way().id), n.strip())
    change_once(SetTask(task_id=line.id, state=state, reason=reason, actual=minutes), as_json)
    return line


def named_task(lines: list[TaskLine], text: str) -> TaskLine:
    """The task at that position of the list (1 is the first), with that ticket, or whose id begins so."""
    if text.isdecimal() and 1 <= int(text) <= len(lines):
        return lines[int(text) - 1]
    fits = [each for each in lines if each.ref == text.upper() or (len(text) >= 4 and each.id.startswith(text.lower()))]
    if len(fits) > 1:
        raise BadInput(f"'{text}' fits more than one task: type more of its id.")
    if not fits:
        raise NotFound(f"There is no task {text} on the list of this visit: see  techdesk today.")
    return fits[0]
