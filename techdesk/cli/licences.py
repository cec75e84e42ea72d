"""Licences from the shell."""

from typing import Annotated

import typer

from techdesk.cli.changing import change_once
from techdesk.cli.completing import suppliers
from techdesk.cli.options import Json, Site
from techdesk.cli.session import put, session, table
from techdesk.desk.ids import new_id
from techdesk.desk.licences import RecordLicence, UseLicence, use_id
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import licences, names

app = typer.Typer()
noun = typer.Typer(help="Licences: seats, where they are used, and until when.")
app.add_typer(noun, name="licence")
Product = Annotated[str, typer.Argument(help="The product, or the beginning of its name.")]
Seats = Annotated[int | None, typer.Option(min=0, help="How many seats; any number unless said.")]
Expires = Annotated[str | None, typer.Option(metavar="DATE", help="The last day, as 2026-12-31.")]
Warn = Annotated[int | None, typer.Option("--warn", min=0, help="How many days before it is said to expire: 60.")]


@noun.command("list")
def list_licences(
    site: Site = None,
    worry: Annotated[bool, typer.Option("--worry", help="Those that expire, have expired, or lack seats.")] = False,
    as_json: Json = False,
) -> None:
    """Licences, those that end first at the top."""
    session.json = as_json
    connection = session.store.connection
    if worry:
        lines = licences.to_think_of(connection, session.now)
    else:
        lines = licences.licences(connection, session.now, names.site_id(connection, site) if site else None)
    if as_json:
        items = [
            {**line._asdict(), "sites": [{"site": name, "used": used} for name, used in line.sites]} for line in lines
        ]
        put({"items": items, "total": len(lines)})
        return
    table(
        ("Expires", "State", "Used", "Seats", "Product", "Supplier", "Sites"),
        [(line.expires, line.state, line.used, "any" if line.seats is None else line.seats, line.product, line.supplier,
          ", ".join(f"{name} {used}" for name, used in line.sites)) for line in lines],
        "No licence is known. Note one with  techdesk licence add PRODUCT --seats N --expires DATE.",
    )  # fmt: skip


@noun.command()
def add(
    product: Annotated[str, typer.Argument(help="The product.")],
    seats: Seats = None,
    expires: Expires = None,
    starts: Annotated[str | None, typer.Option(metavar="DATE", help="The first day.")] = None,
    supplier: Annotated[str | None, typer.Option(help="Who sells it.", autocompletion=suppliers)] = None,
    cost: Annotated[float | None, typer.Option(min=0, help="What it costs.")] = None,
    warn: Warn = None,
    as_json: Json = False,
) -> None:
    """Make a licence known."""
    session.json = as_json
    command = RecordLicence(
        id=new_id(), product=product, seats=seats, starts=starts, expires=expires, supplier=supplier, cost=cost,
        warn_days=warn,
    )  # fmt: skip
    change_once(command, as_json)


@noun.command()
def edit(
    product: Product,
    seats: Seats = None,
    expires: Expires = None,
    supplier: Annotated[str | None, typer.Option(help="Who sells it.", autocompletion=suppliers)] = None,
    cost: Annotated[float | None, typer.Option(min=0, help="What it costs.")] = None,
    warn: Warn = None,
    note: Annotated[str | None, typer.Option("-m", "--message", help="What is to be known of it.")] = None,
    as_json: Json = False,
) -> None:
    """Renew a licence or correct it. An empty value empties the field."""
    session.json = as_json
    command = RecordLicence(
        id=_licence(product), seats=seats, expires=expires, supplier=supplier, cost=cost, warn_days=warn, note=note
    )
    if not command.changes():
        raise BadInput("Say what is new: --seats, --expires, --supplier, --cost, --warn or -m NOTE.")
    change_once(command, as_json)


@noun.command()
def use(
    product: Product,
    used: Annotated[int, typer.Argument(min=0, help="How many seats.")],
    site: Site = None,
    as_json: Json = False,
) -> None:
    """Say how many seats of a licence a site uses."""
    session.json = as_json
    if site is None:
        raise BadInput("Say which site uses them: --site S.")
    licence, site_id = _licence(product), names.site_id(session.store.connection, site)
    change_once(UseLicence(id=use_id(licence, site_id), licence_id=licence, site_id=site_id, used=used), as_json)


def _licence(text: str) -> str:
    """The licence of that product. Raises NotFound, or BadInput when several begin so."""
    lines = licences.licences(session.store.connection, session.now)
    typed = text.strip().casefold()
    found = [line for line in lines if line.product.casefold() == typed]
    found = found or [line for line in lines if line.product.casefold().startswith(typed)]
    if not found:
        raise NotFound(f"There is no licence '{text}' here: look with  techdesk licence list.")
    if len(found) > 1:
        several = ", ".join(f"{line.product} (until {line.expires})" for line in found[:3])
        raise BadInput(f"'{text}' fits more than one licence: {several} ... Type more of it.")
    return found[0].id
