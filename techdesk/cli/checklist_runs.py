"""Going through a checklist: its steps answered one by one, with evidence."""

from pathlib import Path
from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli.changing import change_last, change_once, say_done
from techdesk.cli.options import Json, Site
from techdesk.cli.session import session, tell
from techdesk.desk.answers import AnswerStep, BeginRun, FailStep, FinishRun, SkipRun
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import checklists, names, visits
from techdesk.models.queries.checklists import RunCard, StepLine

app = typer.Typer()
Name = Annotated[str, typer.Argument(help="A checklist's name, or its beginning.")]
Number = Annotated[int, typer.Argument(metavar="N", min=1, help="The step's number in  techdesk checklist show.")]
Evidence = Annotated[str | None, typer.Option("-e", "--evidence", help="The text or number that the step asks for.")]


@app.command()
def begin(name: Name, site: Site = None, as_json: Json = False) -> None:
    """Begin a run before it is due, or outside a visit; during a visit it goes onto its list."""
    session.json = as_json
    place = site_of(site)
    change_once(BeginRun(checklist_id=checklist_of(name), site_id=place, visit_id=_visit_at(place)), as_json)


@app.command("pass")
def pass_step(name: Name, n: Number, evidence: Evidence = None, site: Site = None, as_json: Json = False) -> None:
    """A step is as it should be."""
    session.json = as_json
    run, line = _asked(name, n, site)
    _do(name, site, AnswerStep(run_id=run, step_id=line.id, evidence=evidence), as_json)


@app.command()
def fail(
    name: Name,
    n: Number,
    message: Annotated[str, typer.Option("-m", "--message", help="What is wrong.")],
    device: Annotated[str | None, typer.Option(metavar="TAG", help="The device that it is wrong with.")] = None,
    evidence: Evidence = None,
    impact: Annotated[int | None, typer.Option(min=1, max=4, help="1 (whole school) to 4 (one person).")] = None,
    urgency: Annotated[int | None, typer.Option(min=1, max=4, help="1 (work stopped) to 4 (whenever).")] = None,
    site: Site = None,
    as_json: Json = False,
) -> None:
    """A step is not as it should be: an incident is opened."""
    session.json = as_json
    run, line = _asked(name, n, site)
    device_id = names.device_id(session.store.connection, device) if device else None
    command = FailStep(id=new_id(), run_id=run, step_id=line.id, note=message, device_id=device_id, evidence=evidence,
                       impact=impact, urgency=urgency)  # fmt: skip
    _do(name, site, command, as_json)


@app.command()
def skip(
    name: Name,
    message: Annotated[str, typer.Option("-m", "--message", help="Why.")],
    n: Annotated[int | None, typer.Argument(metavar="[N]", min=1, help="One step; else the whole run.")] = None,
    site: Site = None,
    as_json: Json = False,
) -> None:
    """Leave a step, or the whole run, out this time, with a reason."""
    session.json = as_json
    if n is None:
        _do(name, site, SkipRun(run_id=run_of(checklist_of(name), site_of(site)), reason=message), as_json)
        return
    run, line = _asked(name, n, site)
    _do(name, site, AnswerStep(run_id=run, step_id=line.id, result="skip", note=message), as_json)


@app.command()
def photo(
    name: Name,
    n: Number,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Photos or papers.")],
    site: Site = None,
    as_json: Json = False,
) -> None:
    """Put photos on a step, as its evidence."""
    from techdesk.exchange import attaching

    session.json = as_json
    run, line = _asked(name, n, site)
    prepared = [attaching.prepare(path) for path in files]
    if not has_begun(run):
        place = site_of(site)
        session.store.perform(BeginRun(checklist_id=checklist_of(name), site_id=place, visit_id=_visit_at(place)))
    outcomes = attaching.prove(session.store, run, line.id, prepared)
    for each in prepared:
        if each.said:
            tell(each.said)
    say_done(outcomes, as_json)


@app.command()
def finish(
    name: Name,
    minutes: Annotated[int | None, typer.Option(min=0, max=1440, help="Minutes it took; they are proactive.")] = None,
    site: Site = None,
    as_json: Json = False,
) -> None:
    """End a run whose required steps are answered."""
    session.json = as_json
    _do(name, site, FinishRun(run_id=run_of(checklist_of(name), site_of(site)), minutes=minutes), as_json)


def _do(name: str, site: str | None, command: AnswerStep | FailStep | SkipRun | FinishRun, as_json: bool) -> None:
    """Performs it; a run that nobody has begun is begun in the same moment."""
    place = site_of(site)
    first: list[Command] = []
    if not has_begun(command.run_id):
        first.append(BeginRun(checklist_id=checklist_of(name), site_id=place, visit_id=_visit_at(place)))
    change_last([*first, command], as_json)


def _asked(name: str, n: int, site: str | None) -> tuple[str, StepLine]:
    """The run that is open and its step with that number, as `show` counts them."""
    connection, checklist = session.store.connection, checklist_of(name)
    run = run_of(checklist, site_of(site))
    card: RunCard | None = checklists.card(connection, run) if has_begun(run) else None
    return run, step_at(card.steps if card else checklists.steps(connection, checklist), n)


def step_at(lines: list[StepLine], n: int) -> StepLine:
    if n > len(lines):
        raise NotFound(f"There is no step {n}: there are {len(lines)}, see  techdesk checklist show NAME.")
    return lines[n - 1]


def run_of(checklist: str, site_id: str) -> str:
    today = clock.local(session.now, "Europe/London").date().isoformat()
    for each in checklists.waiting(session.store.connection, today, site_id):
        if each.checklist_id == checklist:
            return each.run_id
    raise NotFound("That checklist is not for this site: see  techdesk checklist list.")


def has_begun(run: str) -> bool:
    found = session.store.connection.execute("SELECT 1 FROM checklist_run WHERE id = ?", (run,))
    return found.fetchone() is not None


def site_of(text: str | None, *, needed: bool = True) -> str:
    """The site that is named, or that of the visit under way; empty where neither is and none is needed."""
    connection = session.store.connection
    if text:
        return names.site_id(connection, text)
    visit = visits.under_way(connection, session.me)
    if visit is None and needed:
        raise BadInput("No visit is under way: say where with --site S.")
    return visit.site_id if visit else ""


def _visit_at(site_id: str) -> str | None:
    visit = visits.under_way(session.store.connection, session.me)
    return visit.id if visit is not None and visit.site_id == site_id else None


def checklist_of(text: str) -> str:
    return checklists.checklist_id(session.store.connection, text)
