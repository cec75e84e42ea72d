"""What goes along when a problem or a change is moved: the tickets that wait for it, and tasks on the next visits."""

import sqlite3

from techdesk.desk.changes import MoveChange
from techdesk.desk.closing import CloseTicket
from techdesk.desk.commands import Command
from techdesk.desk.holds import ReleaseTicket
from techdesk.desk.ids import named_id, new_id
from techdesk.desk.problems import ENDED, LogProblem, MoveProblem
from techdesk.desk.visits import AddTask
from techdesk.errors import BadInput, NotFound, Refused
from techdesk.models.queries.problems import next_visits, tickets_of
from techdesk.models.queries.proposals import Proposal


def proposed_id(connection: sqlite3.Connection, proposal: Proposal) -> str:
    """The id of the problem that a proposal becomes: the same for all who take it before they have synced. It hangs on the
    first of its tickets, which stands in no other proposal."""
    id = named_id("problem", min(proposal.ticket_ids))
    # Its tickets may have been taken out of that one.
    known = connection.execute("SELECT 1 FROM problem WHERE id = ?", (id,)).fetchone()
    return new_id() if known else id


def taking(connection: sqlite3.Connection, proposal: Proposal) -> LogProblem:
    """The problem that a proposal becomes."""
    return LogProblem(
        id=proposed_id(connection, proposal), title=proposal.title, symptoms=proposal.why, model_id=proposal.model_id,
        site_id=proposal.site_id, ticket_ids=proposal.ticket_ids,
    )  # fmt: skip


def moving_problem(
    connection: sqlite3.Connection, id: str, state: str, note: str | None = None, *, close: bool = False
) -> tuple[Command, ...]:
    """Moves a problem; what waited for one that has ended is open again, or with `close` closed with the same words. The
    move itself is the last of them."""
    ref = _ref(connection, "problem", id)
    commands: list[Command] = []
    for each in tickets_of(connection, id):
        if close and note and each["open"]:
            commands.append(CloseTicket(ticket_id=each["id"], resolution=note))
        elif state in ENDED and each["hold_reason"] == "problem":
            commands.append(ReleaseTicket(ticket_id=each["id"], note=ref))
    return (*commands, MoveProblem(problem_id=id, state=state, note=note))


def moving_change(
    connection: sqlite3.Connection, id: str, state: str, note: str | None = None, despite: str | None = None
) -> tuple[Command, ...]:
    """Moves a change; tickets that waited for one that is implemented are open again. The move itself is the last."""
    commands: list[Command] = []
    if state == "implemented":
        waiting = connection.execute(
            "SELECT t.id, c.ref FROM ticket AS t JOIN change AS c ON c.problem_id = t.problem_id WHERE c.id = ?"
            " AND t.state = 'on_hold' AND t.hold_reason = 'change' ORDER BY t.id", (id,),
        )  # fmt: skip
        commands += [ReleaseTicket(ticket_id=str(each), note=str(ref)) for each, ref in waiting]
    return (*commands, MoveChange(change_id=id, state=state, note=note, despite=despite))


def preventing(connection: sqlite3.Connection, kind: str, id: str, what: str, minutes: int) -> tuple[Command, ...]:
    """A preventive task on the next visit at every site of a change or problem, where it is not on it already. Raises
    NotFound when none is planned, Refused when all have it, BadInput without words."""
    if not what.strip():
        raise BadInput("Say what is to be done at each school.")
    visits = next_visits(connection, **{f"{kind}_id": id})
    if not visits:
        raise NotFound("None of its sites has a visit planned: plan some first.")
    title = f"{what.strip()} ({_ref(connection, kind, id)})"
    there = "SELECT 1 FROM visit_task WHERE visit_id = ? AND title = ?"
    without = [visit for visit, _ in visits if connection.execute(there, (visit, title)).fetchone() is None]
    if not without:
        raise Refused(f"'{title}' is on the next visit of each of its sites already.")
    return tuple(AddTask(id=new_id(), visit_id=visit, title=title, estimate=minutes) for visit in without)


def _ref(connection: sqlite3.Connection, kind: str, id: str) -> str:
    found = connection.execute(f'SELECT ref FROM "{kind}" WHERE id = ?', (id,)).fetchone()
    if found is None:
        raise NotFound(f"That {kind} is not in this store.")
    return str(found[0])
