"""What the books of devices say wrongly, from the shell: what is to be settled, and a device corrected."""

from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli.changing import change_once
from techdesk.cli.options import Json
from techdesk.cli.session import put, session, table
from techdesk.desk.inventory import RecordDevice
from techdesk.errors import BadInput, Refused
from techdesk.models.queries import labels, names, settling

app = typer.Typer()


@app.command()
def review(as_json: Json = False) -> None:
    """What of the devices is to be settled: moves that files offered, one tag or serial on several devices, models alike."""
    session.json = as_json
    lines = settling.of_devices(session.store.connection)
    if as_json:
        put({"items": [line._asdict() for line in lines], "total": len(lines)})
        return
    table(
        ("Device", "Where", "What", "Next:  techdesk ..."),
        [(each.label, each.where, each.what, each.next) for each in lines],
        "The books of the devices are in order.",
    )


@app.command()
def edit(
    tag: Annotated[str, typer.Argument(metavar="TAG", help="Its asset tag, serial, name or id.")],
    new_tag: Annotated[str | None, typer.Option("--tag", help="Another asset tag.")] = None,
    serial: Annotated[str | None, typer.Option(help="Another serial number.")] = None,
    name: Annotated[str | None, typer.Option(help="What it is called.")] = None,
    model: Annotated[str | None, typer.Option(help="A device model's name or number.")] = None,
    supplier: Annotated[str | None, typer.Option(help="Who sold it.")] = None,
    cost: Annotated[float | None, typer.Option(min=0, help="What it cost.")] = None,
    bought: Annotated[str | None, typer.Option(metavar="DATE", help="When it was bought.")] = None,
    warranty_end: Annotated[str | None, typer.Option(metavar="DATE", help="The last day of its warranty.")] = None,
    note: Annotated[str | None, typer.Option("-m", "--message", help="What is to be known of it.")] = None,
    as_json: Json = False,
) -> None:
    """Correct what is known of a device. An empty value empties the field."""
    session.json = as_json
    connection = session.store.connection
    id = names.device_id(connection, tag)
    new_tag, serial = (each and each.strip() for each in (new_tag, serial))
    for column, value in (("tag", new_tag), ("serial", serial)):
        other = labels.device_with(connection, column, value, but=id) if value else None
        if other:
            raise Refused(f"Another device has the {column} {other}: correct that one first.")
    command = RecordDevice(
        id=id, tag=new_tag, serial=serial, name=name, supplier=supplier, cost=cost, bought=_day(bought),
        model_id=names.model_id(connection, model) if model else None, warranty_end=_day(warranty_end), note=note,
    )  # fmt: skip
    if not command.changes():
        raise BadInput("Say what is new of the device: --tag, --serial, --name, --model, --warranty-end, -m NOTE ...")
    change_once(command, as_json)


def _day(text: str | None) -> str | None:
    return clock.parse_day(text).isoformat() if text else text
