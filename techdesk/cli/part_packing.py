"""Packing from the shell: what visits need, put by, picked, given back; what to order; kits."""

from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli import documents
from techdesk.cli.changing import change_together, say_done
from techdesk.cli.completing import parts as complete_parts
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, table
from techdesk.desk.commands import Command
from techdesk.desk.ids import named_id
from techdesk.desk.kits import RecordKit, SetKitLine
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import names, packing, reserving, visits
from techdesk.models.rows import VisitLine

Skus = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SKU]...", help="Only these parts; else all.", autocompletion=complete_parts),
]
Pieces = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SKU[:N|:SERIAL]]...",
        help="Only these parts, so many of one, or this piece; else all.",
        autocompletion=complete_parts,
    ),
]
VisitOption = Annotated[str | None, typer.Option("--visit", metavar="ID", help="Only this visit.")]


def add_verbs(app: typer.Typer) -> None:
    """Puts the verbs of this module into the group."""
    for verb in (pick, reserved, picked, release, kit, kits):
        app.command()(verb)
    app.command("put-back")(put_back)


def pick(
    day: Annotated[
        str | None, typer.Option("--date", "--day", metavar="DATE", help="Another day, as 2026-11-24.")
    ] = None,
    visit: VisitOption = None,
    kit: Annotated[list[str] | None, typer.Option("--kit", metavar="NAME", help="A kit to take along too.")] = None,
    reserve: Annotated[
        bool, typer.Option("--reserve", help="Put by what is needed, in the van and in the store.")
    ] = False,
    as_json: Json = False,
) -> None:
    """What the visits of the day are likely to need, against what the van holds; and what to order, from whom, by when."""
    session.json = as_json
    connection = session.store.connection
    planned = _visits(day, visit)
    kits = [reserving.kit_id(connection, each) for each in kit or ()]
    ids = [each.id for each in planned]
    lines = packing.pick_for(connection, ids, session.me, kits, session.now)
    said = _reserve(planned, kits) if reserve else None
    if said is not None:
        lines = packing.pick_for(connection, ids, session.me, kits, session.now)
    if as_json:
        put({"items": documents.pick(lines), "total": len(lines)})
        return
    table(
        ("SKU", "Needed", "In van", "Missing", "For", "Get it", "Part", "Why"),
        [(line.sku, line.needed, line.in_van, max(0, line.needed - max(0, line.in_van)), ", ".join(line.refs),
          packing.where_from(line), line.name, line.why) for line in lines],
        "Nothing is likely to be needed: no part fits what these tickets say, and none has fixed the like.",
    )  # fmt: skip
    if said is not None:
        say(said)


def _visits(day: str | None, visit: str | None) -> list[VisitLine]:
    """One visit, or mine of a day."""
    connection = session.store.connection
    if visit is not None and day is not None:
        raise BadInput("Say either --visit or --day.")
    if visit is not None:
        return [visits.visit(connection, names.visit_id(connection, visit))]
    chosen = clock.parse_day(day) if day else clock.local(session.now, "Europe/London").date()
    planned = visits.on_day(connection, chosen, session.me)
    if not planned:
        raise NotFound(f"There is no visit of yours on {chosen:%a %d %b %Y}: see  techdesk visit list.")
    return planned


def _reserve(planned: list[VisitLine], kits: list[str]) -> str:
    """Puts by what each visit needs; kits go with the first. Returns what was done, in words."""
    store = session.store
    commands = packing.to_reserve(store.connection, planned, session.me, kits, session.now)
    made = len(store.perform_all(commands)) if commands else 0
    return (
        f"{made} parts are put by: fetch them and say  techdesk part picked." if made else "Nothing had to be put by."
    )


def reserved(
    everyone: Annotated[bool, typer.Option("--all", help="Everybody's.")] = False, as_json: Json = False
) -> None:
    """What is put by for your visits, and what is picked for them."""
    session.json = as_json
    lines = reserving.reservations(session.store.connection, None if everyone else session.me)
    if as_json:
        put({"items": [line._asdict() for line in lines], "total": len(lines)})
        return
    table(
        ("For", "Site", "SKU", "Pieces", "From", "State", "Part", "Why"),
        [((each.starts or each.until)[:10], each.site, each.sku, each.quantity, each.location, each.state, each.name,
          each.reason) for each in lines],
        "Nothing is put by: see  techdesk part pick --reserve.",
    )  # fmt: skip


def picked(skus: Pieces = None, visit: VisitOption = None, as_json: Json = False) -> None:
    """Say that what was put by is in the van now: what came from a store is moved, the only serial numbers there with it."""
    _set("picked", "open", skus, visit, as_json)


def put_back(skus: Pieces = None, visit: VisitOption = None, as_json: Json = False) -> None:
    """Give back what was picked and not used: it goes to where it came from, and never more than the van still holds."""
    _set("returned", "picked", skus, visit, as_json)


def release(skus: Skus = None, visit: VisitOption = None, as_json: Json = False) -> None:
    """Let go what was put by; what is in the van already stays there."""
    _set("released", None, skus, visit, as_json)


def _set(state: str, before: str | None, skus: list[str] | None, visit: str | None, as_json: bool) -> None:
    session.json = as_json
    connection = session.store.connection
    only = names.visit_id(connection, visit) if visit else None
    lines = [
        each for each in reserving.reservations(connection, session.me, (before,) if before else ("open", "picked"))
        if only is None or each.visit_id == only
    ]  # fmt: skip
    commands = reserving.to_set(connection, lines, state, skus or ())
    if not commands:
        raise NotFound(f"Nothing of that is {before or 'put by'}: see  techdesk part reserved.")
    change_together(commands, as_json)


def kit(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the kit is called.")],
    lines: Annotated[list[str], typer.Argument(metavar="SKU[:N]...", help="Its parts; 0 takes one out.")],
    as_json: Json = False,
) -> None:
    """Make a kit, a named list of parts that one job takes; or change what is in it."""
    session.json = as_json
    connection = session.store.connection
    # The same kit has the same id on every laptop.
    known = connection.execute(
        "SELECT id FROM kit WHERE name = ? COLLATE NOCASE ORDER BY id", (name.strip(),)
    ).fetchone()
    id = str(known[0]) if known else named_id("kit", name.strip().casefold())
    commands: list[Command] = [] if known else [RecordKit(id=id, name=name)]
    for each in lines:
        sku, _, pieces = each.rpartition(":") if ":" in each else (each, "", "1")
        if not pieces.isascii() or not pieces.isdigit():
            raise BadInput(f"'{each}' is no part with its number: write SKU:N, as in HDM-3:2.")
        part = names.part_id(connection, sku)
        commands.append(SetKitLine(id=named_id("kit_line", id, part), kit_id=id, part_id=part, quantity=int(pieces)))
    outcomes = session.store.perform_all(commands)
    if as_json:
        say_done(outcomes, as_json)
    else:
        held = reserving.kit_lines(connection, id)
        say(f"{name.strip()}: {', '.join(f'{each.quantity} x {each.sku}' for each in held) or 'nothing'}.")


def kits(as_json: Json = False) -> None:
    """All kits, and what is in them."""
    session.json = as_json
    lines = reserving.kit_lines(session.store.connection)
    if as_json:
        put({"items": [line._asdict() for line in lines], "total": len(lines)})
        return
    table(
        ("Kit", "SKU", "Pieces", "Part"),
        [(each.kit, each.sku, each.quantity, each.name) for each in lines],
        "There is no kit yet. Make one with  techdesk part kit NAME SKU:N ...",
    )
