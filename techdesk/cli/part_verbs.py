"""Parts themselves from the shell: add, level."""

from typing import Annotated

import typer

from techdesk.cli.changing import change_once
from techdesk.cli.completing import parts as complete_parts
from techdesk.cli.completing import sites, suppliers
from techdesk.cli.options import Json, degrees
from techdesk.cli.session import session
from techdesk.desk.ids import named_id, new_id
from techdesk.desk.spares import RecordLocation, RecordPart, SetLevel
from techdesk.errors import BadInput
from techdesk.models.queries import names, spares


def add_verbs(app: typer.Typer) -> None:
    """Puts the verbs of this module into the group."""
    for verb in (add, level, place):
        app.command()(verb)


def add(
    sku: Annotated[str, typer.Argument(metavar="SKU", help="Its SKU: what people order it by.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is.")],
    category: Annotated[str | None, typer.Option(help="A category.")] = None,
    cost: Annotated[float | None, typer.Option(min=0, help="What one piece costs.")] = None,
    supplier: Annotated[str | None, typer.Option(help="Who sells it.", autocompletion=suppliers)] = None,
    serialised: Annotated[bool, typer.Option("--serialised", help="Each piece has a serial number.")] = False,
    fits: Annotated[list[str] | None, typer.Option(help="A device model that it fits; may be given again.")] = None,
    as_json: Json = False,
) -> None:
    """Make a part known, or correct what is known of it."""
    session.json = as_json
    connection = session.store.connection
    if not sku.strip() or not name.strip():
        raise BadInput("A part needs a SKU and a name.")
    known = connection.execute("SELECT id FROM part WHERE sku = ? ORDER BY id", (sku.strip(),)).fetchone()
    models = tuple(names.model_id(connection, each) for each in fits or ())
    command = RecordPart(
        id=str(known[0]) if known else new_id(), sku=sku.strip(), name=name.strip(), category=category, unit_cost=cost,
        supplier=supplier, serialised=1 if serialised else None, models=models,
    )  # fmt: skip
    change_once(command, as_json)


def level(
    sku: Annotated[str, typer.Argument(metavar="SKU", help="A part's SKU or name.", autocompletion=complete_parts)],
    location: Annotated[str, typer.Option(metavar="LOCATION", help="van, or a location's name.")] = "van",
    minimum: Annotated[int | None, typer.Option(min=0, help="Never fewer than this.")] = None,
    target: Annotated[int | None, typer.Option(min=0, help="Filled up to this.")] = None,
    as_json: Json = False,
) -> None:
    """Say how many of a part a location should hold."""
    session.json = as_json
    connection = session.store.connection
    if minimum is None and target is None:
        raise BadInput("Say --minimum N, --target N or both.")
    part = names.part_id(connection, sku)
    place = names.location_id(connection, location, session.me)
    # The same level has the same id on every laptop, so that two that set it meet in one row.
    id = spares.level_id(connection, part, place) or named_id("stock_level", part, place)
    change_once(SetLevel(id=id, part_id=part, location_id=place, minimum=minimum, target=target), as_json)


def place(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the store, the van or the cupboard is called.")],
    kind: Annotated[str | None, typer.Option(help="store, van or site; a new one is a store.")] = None,
    at: Annotated[str | None, typer.Option(metavar="LAT,LON", help="Where it is, so that routes can pass it.")] = None,
    site: Annotated[str | None, typer.Option(help="The site that it stands at.", autocompletion=sites)] = None,
    as_json: Json = False,
) -> None:
    """Make a place for spares known, or say where it is: the day's routes fetch from a store that is on the map."""
    session.json = as_json
    connection = session.store.connection
    known = connection.execute(
        "SELECT id FROM stock_location WHERE name = ? COLLATE NOCASE ORDER BY id", (name.strip(),)
    ).fetchone()
    latitude, longitude = degrees(at)
    site_id = names.site_id(connection, site) if site else None
    if known is None:
        # The same place has the same id on every laptop.
        id = named_id("stock_location", name.strip().casefold())
        command = RecordLocation(id=id, name=name.strip(), kind=kind or "store", latitude=latitude, longitude=longitude,
                                 site_id=site_id)  # fmt: skip
    else:
        command = RecordLocation(id=known[0], kind=kind, latitude=latitude, longitude=longitude, site_id=site_id)
        if not command.changes():
            raise BadInput("Say what is new: --at, --site or --kind.")
    change_once(command, as_json)
