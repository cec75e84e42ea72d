"""Drafts of a rotation from the shell: plan make."""

from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Annotated

import typer

from techdesk import clock
from techdesk.cli import plan_documents as documents
from techdesk.cli.completing import people
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, tell
from techdesk.desk.ids import new_id
from techdesk.desk.rotations import DraftRotation
from techdesk.errors import BadInput, NeedsExtra, NotFound
from techdesk.models.queries import names
from techdesk.models.queries import rotations as plans

if TYPE_CHECKING:
    from techdesk.planning.cycle import Draft
    from techdesk.planning.drafting import Prepared, Wanted

SHOWN = 20
FEW = 20  # schools that one process plans as well as two, which take a while to begin


def make(
    weeks: Annotated[int | None, typer.Option(min=1, max=6, help="Weeks of the cycle; else 2.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day; else next Monday.")
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
    from techdesk.planning import drafting, rotation

    today = clock.parse(session.now).date()
    before = plans.in_force(session.store.connection, today.isoformat()) if replan else None
    if replan and before is None:
        raise NotFound("No rotation is in force to plan from: leave --replan out.")
    wanted = _wanted(weeks, _first(first, today, before), last, without or [], before)
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
    called = name or _called(f"Rotation from {wanted.first}" + (f" without {', '.join(without)}" if without else ""))
    id = new_id()
    outcome = session.store.perform(
        DraftRotation(
            id=id, name=called, weeks=wanted.weeks, starts=prepared.starts.isoformat(), first=wanted.first.isoformat(),
            last=wanted.last.isoformat(), travel=round(draft.travel, 1), follows=before.id if before else None,
            lines=tuple(drafting.lines_of(prepared, draft)),
        )
    )  # fmt: skip
    if as_json:
        _put_draft(id, prepared, draft)
        return
    say(outcome.said)
    _tell_draft(prepared, draft)
    say("Look at it with  techdesk plan show, then  techdesk plan publish.")


def _called(name: str) -> str:
    """The name, with a number where there is one of it already."""
    known = {row.name for row in plans.rotations(session.store.connection)}
    return next(each for number in count(1) if (each := name if number == 1 else f"{name} ({number})") not in known)


def _first(first: str | None, today: date, before: plans.RotationRow | None) -> date:
    if first:
        return clock.parse_day(first)
    if before is not None:
        return max(today, clock.parse_day(before.first))
    return today + timedelta(days=-today.weekday() % 7)


def _wanted(
    weeks: int | None, first: date, last: str | None, without: list[str], before: plans.RotationRow | None
) -> "Wanted":
    from techdesk.planning.drafting import Wanted

    connection = session.store.connection
    if before is not None and weeks not in (None, before.weeks):
        raise BadInput(f"{before.name} has a cycle of {before.weeks} weeks: leave --weeks out, or --replan.")
    end = clock.parse_day(last) if last else clock.parse_day(before.last) if before else first + timedelta(days=81)
    crew, notes = plans.crew(connection)
    for note in notes:
        tell(note)
    return Wanted(
        weeks=before.weeks if before else weeks or 2, first=first, last=end, crew=crew,
        schools=plans.schools(connection, first.isoformat()), ways=plans.travel_times(connection),
        without=[names.technician_id(connection, each, session.me) for each in without],
        before=plans.lines(connection, before.id) if before else (),
        starts=clock.parse_day(before.starts) if before else None,
    )  # fmt: skip


def _put_draft(id: str, prepared: "Prepared", draft: "Draft") -> None:
    connection = session.store.connection
    row = plans.rotation(connection, id, session.now[:10])
    lines = plans.lines(connection, id)
    put({
        **documents.rotation(row), "items": [documents.line(line) for line in lines if line.day is not None],
        "unmet": [documents.unmet(line) for line in lines if line.day is None],
        "changes": documents.changes(prepared, draft), "notes": list(prepared.notes),
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
