"""Suppliers from the shell."""

from typing import Annotated

import typer

from techdesk.cli.changing import change_once
from techdesk.cli.options import Json
from techdesk.cli.session import put, session, table
from techdesk.desk.ids import named_id
from techdesk.desk.suppliers import RecordSupplier
from techdesk.models.queries import stock_books

app = typer.Typer(help="Suppliers: who sells and repairs, on which terms, and how long they take.")


@app.command("list")
def list_suppliers(as_json: Json = False) -> None:
    """All suppliers, with how many parts name them."""
    session.json = as_json
    lines = stock_books.suppliers(session.store.connection)
    if as_json:
        put({"items": [line._asdict() for line in lines], "total": len(lines)})
        return
    table(
        ("Name", "Days", "Parts", "Services", "Contacts", "Terms"),
        [(each.name, each.lead_days, each.parts, each.services, each.contacts, each.terms) for each in lines],
        "No supplier is known yet. Make one known with  techdesk supplier add NAME --lead-days N",
    )


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name that parts and devices have for it.")],
    services: Annotated[str | None, typer.Option(help="What they sell or do.")] = None,
    contacts: Annotated[str | None, typer.Option(help="Whom to call or write to.")] = None,
    terms: Annotated[str | None, typer.Option(help="Account, payment, returns, warranty.")] = None,
    experience: Annotated[str | None, typer.Option(help="What they know of schools.")] = None,
    lead_days: Annotated[int | None, typer.Option(min=0, max=730, help="Days from an order to its delivery.")] = None,
    as_json: Json = False,
) -> None:
    """Make a supplier known, or correct what is known of it."""
    session.json = as_json
    known = stock_books.supplier_id(session.store.connection, name)
    # The same name has the same id on every laptop, so that two who make it known meet in one row.
    id = known or named_id("supplier", name.strip().casefold())
    change_once(RecordSupplier(id=id, name=None if known else name, services=services, contacts=contacts, terms=terms,
                               experience=experience, lead_days=lead_days), as_json)  # fmt: skip
