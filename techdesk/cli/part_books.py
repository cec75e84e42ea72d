"""The books of the spares from the shell: transfers in two steps, returns, count sheets, what is to be settled, values."""

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from techdesk.cli.changing import change_once
from techdesk.cli.completing import parts as complete_parts
from techdesk.cli.completing import tickets as complete_tickets
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, table
from techdesk.desk.counting import CountStock, ExplainCount, FindSerial
from techdesk.desk.ids import new_id
from techdesk.desk.spares import MoveStock
from techdesk.desk.transfers import ReceiveTransfer, SendStock
from techdesk.errors import BadInput
from techdesk.models.queries import names, spares, stock_books

Sku = Annotated[str, typer.Argument(metavar="SKU", help="A part's SKU or name.", autocompletion=complete_parts)]
Number = Annotated[int, typer.Argument(metavar="N", min=1, help="How many pieces.")]
Location = Annotated[str, typer.Option(metavar="LOCATION", help="van, or a location's name.")]
Note = Annotated[str | None, typer.Option("-m", "--message", help="Why, or whose order.")]
Serial = Annotated[str | None, typer.Option(help="The serial number of the piece.")]


def add_verbs(app: typer.Typer) -> None:
    """Puts the verbs of this module into the group."""
    for verb in (send, arrived, transit, history, sheet, review, explain, locate, value):
        app.command()(verb)
    app.command("return")(give_back)


def _place(name: str) -> str:
    return names.location_id(session.store.connection, name, session.me)


def send(
    sku: Sku, n: Number,
    to: Annotated[str, typer.Option("--to", metavar="LOCATION", help="Whose van, or which store.")],
    source: Annotated[str, typer.Option("--from", metavar="LOCATION", help="Where they come from.")] = "van",
    serial: Serial = None, note: Note = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Send pieces to another van or store: they are on their way until they are received there."""
    session.json = as_json
    part = names.part_id(session.store.connection, sku)
    change_once(SendStock(id=new_id(), part_id=part, quantity=n, from_id=_place(source), to_id=_place(to), serial=serial,
                          note=note), as_json)  # fmt: skip


def arrived(
    what: Annotated[str, typer.Argument(metavar="SKU", help="What has come: its SKU, or the transfer's id.")],
    pieces: Annotated[int | None, typer.Option(min=0, metavar="N", help="How many came, if not all.")] = None,
    note: Annotated[str | None, typer.Option("-m", "--message", help="Why not as many came as were sent.")] = None,
    as_json: Json = False,
) -> None:
    """Receive what was sent; twice is refused, and a difference needs a word."""
    session.json = as_json
    connection = session.store.connection
    transfer = stock_books.transfer_id(connection, what, spares.van_of(connection, session.me))
    change_once(ReceiveTransfer(transfer_id=transfer, quantity=pieces, note=note), as_json)


def transit(as_json: Json = False) -> None:
    """What is on its way, and to whom."""
    session.json = as_json
    lines = stock_books.transfers(session.store.connection)
    if as_json:
        put({"items": [line._asdict() for line in lines], "total": len(lines)})
        return
    table(
        ("Sent", "SKU", "Pieces", "From", "To", "By", "Id", "Note"),
        [(each.sent_at[:10], each.sku, each.quantity, each.source, each.target, each.by, each.id[:18], each.note)
         for each in lines],
        "Nothing is on its way.",
    )  # fmt: skip


def give_back(
    sku: Sku, n: Number,
    to: Annotated[str, typer.Option("--to", metavar="LOCATION", help="Where they go.")] = "van",
    ticket: Annotated[
        str | None, typer.Option(metavar="REF", help="The ticket it was for.", autocompletion=complete_tickets)
    ] = None,
    serial: Serial = None, note: Note = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Take back pieces that were not needed after all, or came out of a device that works without them."""
    session.json = as_json
    connection = session.store.connection
    change_once(MoveStock(part_id=names.part_id(connection, sku), quantity=n, reason="return", to_id=_place(to),
                          ticket_id=names.ticket_id(connection, ticket) if ticket else None, serial=serial,
                          note=note), as_json)  # fmt: skip


def history(
    sku: Sku,
    location: Annotated[str | None, typer.Option(metavar="LOCATION", help="Only this one; else everywhere.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """Every movement of a part, the latest first."""
    session.json = as_json
    connection = session.store.connection
    lines = spares.movements(connection, names.part_id(connection, sku), _place(location) if location else None, limit)
    if as_json:
        put({"items": [line._asdict() for line in lines], "total": len(lines)})
        return
    table(
        ("When", "What", "Pieces", "From", "To", "Ticket", "Serial", "By", "Note"),
        [(each.at[:16].replace("T", " "), each.reason.replace("_", " "), each.quantity, each.source, each.target, each.ref,
          each.serial, each.by, each.note) for each in lines],
        "This part was never moved.",
    )  # fmt: skip


def sheet(
    location: Location = "van",
    counted: Annotated[
        Path | None, typer.Option("--counted", metavar="FILE", help="The filled-in sheet, as CSV; - is stdin.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a count sheet as CSV, to be filled in; or book the counted one. Lines without a number are left alone."""
    session.json = as_json
    place = _place(location)
    lines = spares.stock(session.store.connection, place)
    if counted is not None:
        change_once(CountStock(location_id=place, lines=_read_sheet(counted)), as_json)
    elif as_json:
        put(
            {
                "items": [{"sku": each.sku, "name": each.name, "books": each.balance} for each in lines],
                "total": len(lines),
            }
        )
    else:
        from techdesk.exchange.values import neutral

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("sku", "counted", "reason", "books", "name"))
        writer.writerows((neutral(each.sku), "", "", each.balance, neutral(each.name)) for each in lines)


def _read_sheet(path: Path) -> tuple[tuple[str, int, str | None], ...]:
    """The counted lines of a sheet. Raises BadInput with the line that is wrong."""
    text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    reader = csv.DictReader(text.splitlines())
    if not {"sku", "counted"} <= {str(name).strip().casefold() for name in reader.fieldnames or ()}:
        raise BadInput("A count sheet begins with a line of names, among them sku and counted:  techdesk part sheet.")
    lines: list[tuple[str, int, str | None]] = []
    for number, row in enumerate(reader, start=2):
        cells = {str(name).strip().casefold(): str(value or "").strip() for name, value in row.items()}
        if not cells["counted"]:
            continue
        if not cells["counted"].isascii() or not cells["counted"].isdigit():
            raise BadInput(f"Line {number}: '{cells['counted']}' is no count: write a whole number, 0 or more.")
        part = names.part_id(session.store.connection, cells["sku"].removeprefix("'"))
        lines.append((part, int(cells["counted"]), cells.get("reason") or None))
    return tuple(lines)


def review(as_json: Json = False) -> None:
    """What of the books cannot be, or nobody has explained; each with what settles it."""
    session.json = as_json
    lines = stock_books.review(session.store.connection, session.now)
    if as_json:
        put({"items": [line._asdict() for line in lines], "total": len(lines)})
        return
    table(
        ("SKU", "Where", "What", "Next:  techdesk ..."),
        [(each.sku, each.location, each.what, each.next) for each in lines],
        "The books are in order.",
    )


def explain(
    movement: Annotated[str, typer.Argument(metavar="ID", help="The movement, as  part review  names it.")],
    words: Annotated[list[str], typer.Argument(help="Why it differed.")],
    as_json: Json = False,
) -> None:
    """Say why a count differed, or why something was written off."""
    session.json = as_json
    id = names.by_prefix(session.store.connection, "stock_movement", "reason", movement.strip(), "movement")
    change_once(ExplainCount(movement_id=id, words=" ".join(words)), as_json)


def locate(
    sku: Sku,
    serial: Annotated[str, typer.Argument(metavar="SERIAL", help="The serial number.")],
    location: Annotated[str | None, typer.Option(metavar="LOCATION", help="Where it is; van is your own.")] = None,
    gone: Annotated[bool, typer.Option("--gone", help="It is nowhere any more.")] = False,
    note: Note = None,
    as_json: Json = False,
) -> None:
    """Say where the piece with a serial number is: the books then have it there alone."""
    session.json = as_json
    if gone == (location is not None):
        raise BadInput("Say where it is with --location, or --gone.")
    part = names.part_id(session.store.connection, sku)
    place = _place(location) if location else None
    change_once(FindSerial(part_id=part, serial=serial, location_id=place, note=note), as_json)


def value(as_json: Json = False) -> None:
    """What each location holds, and what it is worth by the parts' unit costs."""
    session.json = as_json
    lines = stock_books.values(session.store.connection)
    total = round(sum(each.value for each in lines), 2)
    if as_json:
        put({"items": [line._asdict() for line in lines], "total": len(lines), "value": total})
        return
    table(
        ("Location", "Kinds", "Pieces", "Value", "Short", "Without cost"),
        [(each.name, each.parts, each.pieces, f"{each.value:,.2f}", each.short, each.without_cost) for each in lines],
        "No spares are kept anywhere yet.",
    )
    if lines:
        say(f"Together {total:,.2f}.")
