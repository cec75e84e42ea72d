"""Spares from the shell: what is where, and every movement."""

from typing import Annotated

import typer

from techdesk.cli import part_books, part_holding, part_packing, part_verbs
from techdesk.cli.changing import change_once
from techdesk.cli.completing import parts as complete_parts
from techdesk.cli.completing import tickets as complete_tickets
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, table
from techdesk.desk.spares import MoveStock
from techdesk.errors import BadInput
from techdesk.models.queries import names, spares
from techdesk.models.rows import StockLine

app = typer.Typer(help="Spares: what is where, and every movement.")

Sku = Annotated[str, typer.Argument(metavar="SKU", help="A part's SKU or name.", autocompletion=complete_parts)]
Number = Annotated[int, typer.Argument(metavar="N", min=1, help="How many pieces.")]
From = Annotated[str | None, typer.Option("--from", metavar="LOCATION", help="Where they come from.")]
To = Annotated[str | None, typer.Option("--to", metavar="LOCATION", help="Where they go; van is your own.")]
Serial = Annotated[str | None, typer.Option(help="The serial number of the piece.")]
Note = Annotated[str | None, typer.Option("-m", "--message", help="Why, or whose order.")]
Location = Annotated[str, typer.Option(metavar="LOCATION", help="van, or a location's name.")]


def _place(name: str | None, default: str | None = "van") -> str | None:
    """The id of a location; of the default when none is named."""
    chosen = name or default
    return None if chosen is None else names.location_id(session.store.connection, chosen, session.me)


@app.command("list")
def list_parts(
    words: Annotated[list[str] | None, typer.Argument(help="Words of the SKU, name, category or supplier.")] = None,
    location: Annotated[str | None, typer.Option(metavar="LOCATION", help="van, or a name; else everywhere.")] = None,
    below: Annotated[bool, typer.Option("--below", help="Only what is below its minimum.")] = False,
    as_json: Json = False,
) -> None:
    """What each location holds against its minimum and target; what is short comes first."""
    session.json = as_json
    place = _place(location, None)
    lines = spares.stock(session.store.connection, place, below=below, words=" ".join(words or ()))
    if as_json:
        put({"items": [_document(line) for line in lines], "total": len(lines)})
        return
    table(
        ("Location", "SKU", "There", "Least", "Target", "", "Part"),
        [(line.location, line.sku, line.balance, line.minimum, line.target, _word(line), line.name) for line in lines],
        "Nothing is below its minimum." if below else "No spares here. Make one known with  techdesk part add SKU NAME",
    )


def _document(line: StockLine) -> dict[str, object]:
    return {
        "sku": line.sku, "name": line.name, "location": line.location, "kind": line.kind, "balance": line.balance,
        "minimum": line.minimum, "target": line.target, "below": line.balance < line.minimum, "unit_cost": line.unit_cost,
        "value": None if line.unit_cost is None else round(max(0, line.balance) * line.unit_cost, 2),
    }  # fmt: skip


def _word(line: StockLine) -> str:
    """What the numbers mean, in a word."""
    if line.balance < 0:
        return "check"
    return "short" if line.balance < line.minimum else ""


@app.command()
def receive(
    sku: Sku, n: Number, to: To = None, source: From = None, serial: Serial = None, note: Note = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Take in pieces: from a supplier into the van, or another location."""
    _move(sku, n, "receive", (source, None), (to, "van"), None, serial, note, as_json)


@app.command()
def issue(
    sku: Sku,
    n: Number,
    source: From = None,
    ticket: Annotated[
        str | None, typer.Option(metavar="REF", help="The ticket it was fitted for.", autocompletion=complete_tickets)
    ] = None,
    serial: Serial = None,
    note: Note = None,
    as_json: Json = False,
) -> None:
    """Use pieces: out of the van, or another location. Never refused, even if the books say that none is there."""
    _move(sku, n, "issue", (source, "van"), (None, None), ticket, serial, note, as_json)


@app.command()
def transfer(
    sku: Sku, n: Number, source: From = None, to: To = None, serial: Serial = None, note: Note = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Move pieces from one location to another; the one that is not named is your van."""
    session.json = as_json
    if source is None and to is None:
        raise BadInput("Say where they go: --to LOCATION, or --from LOCATION for what comes into your van.")
    _move(sku, n, "transfer", (source, "van"), (to, "van"), None, serial, note, as_json)


@app.command("write-off")
def write_off(
    sku: Sku, n: Number, source: From = None, serial: Serial = None, note: Note = None, as_json: Json = False
) -> None:
    """Take pieces off the books that are broken or gone."""
    _move(sku, n, "write_off", (source, "van"), (None, None), None, serial, note, as_json)


def _move(
    sku: str, n: int, reason: str, source: tuple[str | None, str | None], target: tuple[str | None, str | None],
    ticket: str | None, serial: str | None, note: str | None, as_json: bool,
) -> None:  # fmt: skip
    """One movement; each end is (named, default)."""
    session.json = as_json
    connection = session.store.connection
    command = MoveStock(
        part_id=names.part_id(connection, sku), quantity=n, reason=reason, from_id=_place(*source),
        to_id=_place(*target), ticket_id=names.ticket_id(connection, ticket) if ticket else None, serial=serial, note=note,
    )  # fmt: skip
    change_once(command, as_json)


def _asked(name: str, booked: int) -> int:
    try:
        return int(typer.prompt(f"{name}: the books say {booked}. Counted", type=int, err=True))
    except typer.Abort:
        raise BadInput(f"How many are there? Write the number: techdesk part count {name} N.") from None


@app.command()
def count(
    sku: Sku,
    n: Annotated[int | None, typer.Argument(metavar="[N]", min=0, help="How many are there; asked for if left out.")] = None,
    location: Location = "van",
    note: Note = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Count what is there: the difference to the books becomes a movement."""
    session.json = as_json
    connection = session.store.connection
    part, place = names.part_id(connection, sku), str(_place(location))
    booked = spares.balance(connection, part, place)
    name = spares.part(connection, part).sku
    counted = n if n is not None else _asked(name, booked)
    if counted == booked:
        if as_json:
            put({"changed": [], "refused": []})
        else:
            say(f"{name}: {booked}, as the books say.")
        return
    if counted < 0:
        raise BadInput(f"'{counted}' cannot be counted: write 0 or more.")
    source, target = (None, place) if counted > booked else (place, None)
    change_once(MoveStock(part_id=part, quantity=abs(counted - booked), reason="count", from_id=source, to_id=target,
                          note=note), as_json)  # fmt: skip


part_verbs.add_verbs(app)
part_books.add_verbs(app)
part_packing.add_verbs(app)
part_holding.add_verbs(app)
