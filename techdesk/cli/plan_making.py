"""Drafts of a rotation from the shell: plan make."""

from typing import TYPE_CHECKING, Annotated

import typer

from techdesk import clock
from techdesk.cli import plan_documents as documents
from techdesk.cli.completing import people
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, tell
from techdesk.errors import NeedsExtra, NotFound
from techdesk.models.queries import names
from techdesk.models.queries import rotations as plans

if TYPE_CHECKING:
    from techdesk.planning.cycle import Draft
    from techdesk.planning.drafting import Prepared

SHOWN = 20
FEW = 20  # schools that one process plans as well as two, which take a while to begin


def make(
    weeks: Annotated[int | None, typer.Option(min=1, max=6, help="Weeks of the cycle; else 2.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day; else the Monday after today.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The last day; else twelve weeks on.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="How long to search.")] = 20.0,
    without: Annotated[
        list[str] | None,
        typer.Option(help="A technician who does not come; may be given again.", autocompletion=people),
    ] = None,
    replan: Annotated[bool, typer.Option("--replan", help="From the rotation in force, with few changes.")] = False,
    name: Annotated[str | None, typer.Option(help="How to call it.")] = None,
    as_json: Json = False,
) -> None:
    """Plan a draft: as often as agreed, on open days, within hours, with little driving. Says what cannot be met, and why."""
    session.json = as_json
    from techdesk.planning import drafting, planbook, requests, rotation

    connection, today = session.store.connection, clock.parse(session.now).date()
    before = plans.in_force(connection, today.isoformat()) if replan else None
    if replan and before is None:
        raise NotFound("No rotation is in force to plan from: leave --replan out.")
    wanted, notes = requests.request(
        connection, today, weeks=weeks, first=clock.parse_day(first) if first else None,
        last=clock.parse_day(last) if last else None, before=before,
        without=[names.technician_id(connection, each, session.me) for each in without or []],
    )  # fmt: skip
    for note in notes:
        tell(note)
    prepared = drafting.prepare(wanted)
    if not as_json:
        for note in prepared.notes:
            tell(note)
        many = f"{len(prepared.rotation.sites)} schools with {len(prepared.rotation.technicians)} technicians"
        tell(f"Planning {many} for {seconds:g} seconds.")
    processes = 2 if len(prepared.rotation.sites) > FEW else 1
    try:
        draft = rotation.plan(prepared.rotation, seconds=seconds, processes=processes)
    except NeedsExtra:
        tell("Without it, a plain rule plans a site's visits:  techdesk plan recur SITE --every 2 --on tue")
        raise
    draft = drafting.explained(prepared, draft)
    command = requests.drafted(connection, prepared, draft, name=name, follows=before)
    outcome = session.store.perform(command)
    comes_to = planbook.opened(connection, plans.rotation(connection, command.id, session.now[:10]), session.now)
    notes = comes_to.bookings(today).notes
    if as_json:
        _put_draft(command.id, prepared, draft, notes)
        return
    say(outcome.said)
    _tell_draft(prepared, draft)
    for note in notes:
        tell(note)
    say("Look at it with  techdesk plan show, then  techdesk plan publish.")


def _put_draft(id: str, prepared: "Prepared", draft: "Draft", notes: list[str]) -> None:
    connection = session.store.connection
    row = plans.rotation(connection, id, session.now[:10])
    lines = plans.lines(connection, id)
    put({
        **documents.rotation(row), "items": [documents.line(line) for line in lines if line.day is not None],
        "unmet": [documents.unmet(line) for line in lines if line.day is None],
        "changes": documents.changes(prepared, draft), "notes": [*prepared.notes, *notes],
    })  # fmt: skip


def _tell_draft(prepared: "Prepared", draft: "Draft") -> None:
    """What a draft asks of people, what differs from the plan before, and what stands against what."""
    load = sorted(draft.load().values())
    if load:
        say(
            f"{draft.travel:.0f} minutes of driving in a cycle; hours a technician {load[0] / 60:.1f} to {load[-1] / 60:.1f}."
        )
    school = {site.id: site.name for site in prepared.rotation.sites}
    for one in draft.unmet:
        say(f"  not met: {school[one.site]}, {one.missing} visit{'s' if one.missing > 1 else ''}: {one.why}.")
    if prepared.rotation.previous:
        told = documents.changes(prepared, draft)
        say(f"{len(told)} of {len(prepared.rotation.previous)} visits change.")
        for each in told[:SHOWN]:
            say(f"  {each['site']}: {each['before'] or 'not planned'} -> {each['after'] or 'no more'} ({each['why']})")
        if len(told) > SHOWN:
            say(f"  ... and {len(told) - SHOWN} more: --json names all.")
