"""The day's dispatch from the shell: who goes to which tickets, in which order; accepted, shown, turned over."""

from typing import TYPE_CHECKING, Annotated

import typer

from techdesk import clock
from techdesk.cli.completing import tickets
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, tell
from techdesk.errors import BadInput, NeedsExtra, NotFound, Refused
from techdesk.models.queries import dispatching, names
from techdesk.models.queries.dispatching import AcceptedRoute

if TYPE_CHECKING:
    from techdesk.planning.day import DayPlan, Dispatch
    from techdesk.planning.proposal import Proposal, ProposedStop

app = typer.Typer()
HERE = "Europe/London"
SHOWN = 12  # tickets that are not planned for, one by one


@app.command()
def dispatch(
    date: Annotated[str | None, typer.Option(metavar="DATE", help="The day; else today.")] = None,
    seconds: Annotated[float, typer.Option(min=0.2, max=600, help="How long to look for better routes.")] = 10.0,
    emergency: Annotated[
        str | None,
        typer.Option(metavar="REF", help="Take in this ticket, moving as little as possible.", autocompletion=tickets),
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Make it so: tickets, visits, parts.")] = False,
    show: Annotated[bool, typer.Option("--show", help="The day as it was accepted; plans nothing.")] = False,
    mine: Annotated[bool, typer.Option("--mine", help="Only my own day; others' tickets stay with them.")] = False,
    simple: Annotated[bool, typer.Option("--simple", help="By plain insertion, without the solver.")] = False,
    as_json: Json = False,
) -> None:
    """Plan a day's tickets over the technicians who work: skills, parts in their vans, opening hours, visits that stand."""
    session.json = as_json
    connection, now = session.store.connection, session.now
    day = clock.parse_day(date) if date else clock.local(now, HERE).date()
    if show:
        if accept or emergency:
            raise BadInput("--show plans nothing: leave out --accept and --emergency.")
        _show(dispatching.accepted(connection, day, session.me if mine else None), day.isoformat(), as_json)
        return
    if day < clock.local(now, HERE).date():
        raise BadInput(f"{day} is over: choose today or a later day, or see what was accepted with --show.")
    from techdesk.planning.proposal import propose

    urgent = names.ticket_id(connection, emergency) if emergency else None
    with_solver = not simple
    facts = dispatching.facts(connection, day, now, urgent)
    if mine:
        facts = dispatching.only(facts, str(session.me))
    try:
        proposal = propose(facts, _solver if with_solver else _insertion, seconds)
    except NeedsExtra as missing:
        with_solver = False
        tell(f"{missing} Until then the day is planned by plain insertion.")
        proposal = propose(facts, _insertion, seconds)
    if accept and proposal.unreached:
        raise Refused(proposal.unreached)
    said = session.store.perform(proposal.command).said if accept else None
    if as_json:
        from techdesk.cli import day_documents

        put(day_documents.proposal(proposal, with_solver, accept))
        return
    _tell(proposal)
    if said is not None:
        say(said)
    elif proposal.routes:
        more = f"{' --mine' if mine else ''}{f' --emergency {emergency}' if emergency else ''}"
        tell(f"Nothing is changed yet: make it so with  techdesk dispatch --date {day}{more} --accept")


def _solver(problem: "Dispatch", seconds: float) -> "DayPlan":
    from techdesk.planning.dispatch import plan

    return plan(problem, seconds=seconds)


def _insertion(problem: "Dispatch", seconds: float) -> "DayPlan":
    from techdesk.planning.dispatch import simple_plan

    return simple_plan(problem)


def _at(moment: str) -> str:
    return f"{clock.local(moment, HERE):%H:%M}"


def _tell(proposal: "Proposal") -> None:
    for route in proposal.routes:
        say(
            f"{route.technician}   leaves {_at(route.leaves)}, home {_at(route.returns)}, {route.driving:.0f} min of driving"
        )
        for stop in route.stops:
            _tell_stop(stop)
    if not proposal.routes:
        say("Nobody has to go out: no ticket needs a visit that day.")
    for moved in proposal.moved:
        say(f"Moved: {moved.what} from {_words(moved.before)} to {_words(moved.after)}")
    for owed in proposal.owed:
        say(f"Displaced: the visit to {owed.site} ({owed.technician}); {owed.minutes} min are owed.")
    if proposal.late:
        say(f"Begun after they are due: {', '.join(proposal.late)}")
    for left in proposal.left[:SHOWN]:
        say(f"Not done: {left.ticket.ref} P{left.ticket.priority} {left.ticket.title[:40]}: {left.why}")
    if len(proposal.left) > SHOWN:
        say(f"... and {len(proposal.left) - SHOWN} more are not done: --json has them all.")
    for note in proposal.notes:
        tell(note)


def _words(text: str) -> str:
    """A technician's name as it is, a moment as a time."""
    return _at(text) if text[:2] == "20" and text.endswith("Z") else text


def _tell_stop(stop: "ProposedStop") -> None:
    if stop.site_id is None:
        say(f"  {_at(stop.arrives)}        {stop.site}: take {', '.join(f'{n} x {sku}' for _, sku, n in stop.take)}")
        return
    visit = "  (visit)" if stop.visit else ""
    say(f"  {_at(stop.starts)}-{_at(stop.ends)}  {stop.site}{visit}")
    for ticket in stop.tickets:
        say(f"               {ticket.ref} P{ticket.priority} {ticket.title[:60]}")


def _show(routes: list[AcceptedRoute], day: str, as_json: bool) -> None:
    if as_json:
        from techdesk.cli import day_documents

        put(day_documents.accepted(day, routes))
        return
    if not routes:
        raise NotFound(f"No day was accepted for {day}: plan it with  techdesk dispatch --date {day}")
    for route in routes:
        say(
            f"{route.technician}   leaves {_at(route.leaves)}, home {_at(route.returns)}, {route.driving:.0f} min of driving"
        )
        for stop in route.stops:
            if stop.site_id is None:
                say(f"  {_at(stop.arrives)}        store: take {stop.take or 'nothing'}")
                continue
            say(f"  {_at(stop.starts)}-{_at(stop.ends)}  {stop.site}  {str(stop.state or '').replace('_', ' ')}")
            for _, ref, title, priority in stop.tickets:
                say(f"               {ref} P{priority} {title[:60]}")
