"""Checklists from the shell: what they are, what is due, and what a run came to."""

from pathlib import Path
from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli import checklist_runs
from techdesk.cli.changing import change_once
from techdesk.cli.checklist_runs import Name, checklist_of, has_begun, run_of, site_of, step_at
from techdesk.cli.options import Json, Site
from techdesk.cli.session import put, say, session, table, tell
from techdesk.desk.checklists import RecordChecklist, SetStep
from techdesk.desk.ids import new_id
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import checklists, names, tickets
from techdesk.models.queries.checklists import RunCard, StepLine

app = typer.Typer()
noun = typer.Typer(help="Checklists: what is checked again and again at each school, and what came of it.")
app.add_typer(noun, name="checklist")
noun.add_typer(checklist_runs.app)
Every = Annotated[
    str | None, typer.Option(help="each visit, weekly, fortnightly, monthly, termly, yearly, or as 3 weeks.")
]
Cluster = Annotated[str | None, typer.Option(help="For the sites of a cluster.")]
Model = Annotated[str | None, typer.Option(help="For the sites that have a device of that model.")]
Service = Annotated[str | None, typer.Option(help="The service that it keeps up; its incidents name it.")]
First = Annotated[str | None, typer.Option(metavar="DATE", help="When it is due first; at once unless said.")]
MARKS = {"pass": "x", "fail": "!", "skip": "-", None: " "}


@noun.command("list")
def list_checklists(
    every: Annotated[bool, typer.Option("--all", help="Retired ones too.")] = False, as_json: Json = False
) -> None:
    """Checklists, with how often and where."""
    session.json = as_json
    lines = checklists.checklists(session.store.connection, retired=every)
    if as_json:
        put({"items": [line._asdict() for line in lines], "total": len(lines)})
        return
    table(
        ("How often", "Steps", "Minutes", "State", "Where", "Name"),
        [(line.frequency, line.steps, line.minutes, line.state, line.where, line.name) for line in lines],
        "No checklist is known. Make one with  techdesk checklist add NAME --every monthly",
    )


@noun.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is called, as Backups.")],
    every: Every = "monthly",
    site: Site = None,
    cluster: Cluster = None,
    model: Model = None,
    service: Service = None,
    first: First = None,
    as_json: Json = False,
) -> None:
    """Make a checklist: for one site, a cluster, a model, or all sites."""
    session.json = as_json
    connection = session.store.connection
    command = RecordChecklist(
        id=new_id(), name=name, frequency=every, cluster=cluster, service=service, first_due=first,
        site_id=names.site_id(connection, site) if site else None,
        model_id=names.model_id(connection, model) if model else None,
    )  # fmt: skip
    change_once(command, as_json)
    if not as_json:
        tell(f'It has no steps yet: add one with  techdesk checklist step "{name}" TEXT')


@noun.command()
def edit(
    name: Name,
    new_name: Annotated[str | None, typer.Option("--name", help="Another name.")] = None,
    every: Every = None,
    cluster: Cluster = None,
    service: Service = None,
    first: First = None,
    retire: Annotated[bool, typer.Option("--retire", help="It is not due any more.")] = False,
    as_json: Json = False,
) -> None:
    """Change a checklist, or retire it."""
    session.json = as_json
    command = RecordChecklist(
        id=checklist_of(name), name=new_name, frequency=every, cluster=cluster, service=service, first_due=first,
        state="retired" if retire else None,
    )  # fmt: skip
    if not command.changes():
        raise BadInput("Say what is new: --name, --every, --cluster, --service, --first or --retire.")
    change_once(command, as_json)


@noun.command()
def step(
    name: Name,
    text: Annotated[str | None, typer.Argument(help="What is checked; not needed to change one with --n.")] = None,
    n: Annotated[int | None, typer.Option("--n", min=1, help="Change this step instead of adding one.")] = None,
    room: Annotated[str | None, typer.Option(help="Where it is done.")] = None,
    evidence: Annotated[str | None, typer.Option(help="none, text, number or photo: what it is proved by.")] = None,
    part: Annotated[str | None, typer.Option(metavar="SKU[:QTY]", help="A part that it is likely to need.")] = None,
    minutes: Annotated[int | None, typer.Option(min=0, max=1440, help="How long it takes; else 5.")] = None,
    optional: Annotated[bool | None, typer.Option("--optional/--required", help="Whether it may be left out.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="With --n: it is not asked any more.")] = False,
    as_json: Json = False,
) -> None:
    """Add a step to a checklist, or change one."""
    session.json = as_json
    connection = session.store.connection
    checklist = checklist_of(name)
    lines = checklists.steps(connection, checklist)
    if n is None and text is None:
        raise BadInput("Say what is checked, or which step to change with --n.")
    sku, _, quantity = (part or "").partition(":")
    if quantity and not quantity.isdecimal():
        raise BadInput(f"'{part}' is no part and quantity: write it as SKU:2.")
    command = SetStep(
        id=new_id() if n is None else step_at(lines, n).id, checklist_id=checklist if n is None else None,
        rank=max((line.rank for line in lines), default=0) + 1 if n is None else None, title=text, room=room,
        required=None if optional is None else int(not optional), evidence=evidence, minutes=minutes,
        part_id=names.part_id(connection, sku) if sku else None, quantity=int(quantity) if quantity else None,
        state="retired" if remove else None,
    )  # fmt: skip
    change_once(command, as_json)


@noun.command()
def due(
    site: Site = None,
    by: Annotated[str | None, typer.Option(metavar="DATE", help="Due by then; else today.")] = None,
    as_json: Json = False,
) -> None:
    """What is due, the longest overdue first."""
    session.json = as_json
    connection = session.store.connection
    today = clock.local(session.now, "Europe/London").date().isoformat()
    until = clock.parse_day(by).isoformat() if by else today
    site_id = names.site_id(connection, site) if site else None
    lines = [each for each in checklists.waiting(connection, today, site_id) if each.due <= until]
    if as_json:
        put({"items": [line._asdict() for line in lines], "total": len(lines)})
        return
    table(
        ("Due", "Days over", "Carried", "Steps left", "Minutes", "Site", "Checklist"),
        [(line.due, checklists.overdue_days(line, today) or "", line.carried or "", f"{line.left}/{line.steps}",
          line.minutes, line.site, line.name) for line in lines],
        "Nothing is due.",
    )  # fmt: skip


@noun.command()
def show(
    name: Name,
    site: Site = None,
    photos: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Put the photos of its newest run that has some there."),
    ] = None,
    as_json: Json = False,
) -> None:
    """The steps of a checklist; at a site, with what they came to in the run that is open there."""
    session.json = as_json
    connection = session.store.connection
    checklist = checklist_of(name)
    place = site_of(site, needed=photos is not None)
    run = run_of(checklist, place) if place else None
    card = checklists.card(connection, run) if run and has_begun(run) else None
    lines = card.steps if card else checklists.steps(connection, checklist)
    if as_json:
        head = {} if card is None else {name: value for name, value in card._asdict().items() if name != "steps"}
        put({**head, "checklist_id": checklist, "steps": [line._asdict() for line in lines]})
    else:
        _tell_steps(card, lines)
    if photos is not None:
        _put_photos(checklist, place, photos, as_json)


def _put_photos(checklist: str, site_id: str, folder: Path, as_json: bool) -> None:
    from techdesk.cli.attaching import put_files

    connection = session.store.connection
    run = checklists.proved_run(connection, checklist, site_id)
    lines = tickets.evidence(connection, run) if run else []
    if not lines:
        raise NotFound(
            "That checklist has no photo there yet: techdesk checklist photo NAME N FILE  puts one on a step."
        )
    why = put_files(lines, "evidence", folder, as_json)
    if why is not None:
        raise why


def _tell_steps(card: RunCard | None, lines: list[StepLine]) -> None:
    if card is not None:
        carried = f", carried {card.carried} times" if card.carried else ""
        say(f"{card.name} at {card.site}: {card.state} {card.due}{carried}")
    for number, line in enumerate(lines, start=1):
        say(f"{number:3} [{MARKS[line.result]}] {_words(line)}")


def _words(line: StepLine) -> str:
    asks = [] if line.required else ["optional"]
    asks += [f"asks for a {line.evidence}"] if line.evidence != "none" else []
    asks += [f"needs {line.quantity} x {line.sku}"] if line.sku else []
    came = [
        each for each in (line.said, line.note, line.refs, f"{line.photos} photos" if line.photos else None) if each
    ]
    more = f"  ({', '.join([f'{line.minutes} min', *asks])})"
    return f"{line.room or '-'}: {line.title}{more}{'  > ' + '; '.join(came) if came else ''}"
