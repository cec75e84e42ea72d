"""Suppliers from the shell."""

from typing import Annotated

import typer

from techdesk.cli.changing import change_once
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, table
from techdesk.desk.ids import named_id
from techdesk.desk.suppliers import RecordSupplier
from techdesk.errors import NotFound
from techdesk.models.queries import suppliers

app = typer.Typer(help="Suppliers: who sells and repairs, on which terms, and how long they take.")
Services = Annotated[str | None, typer.Option(help="What they sell or do.")]
Contacts = Annotated[str | None, typer.Option(help="Whom to call or write to.")]
Terms = Annotated[str | None, typer.Option(help="Account, payment, returns, warranty.")]
Experience = Annotated[str | None, typer.Option(help="What they know of schools.")]
Days = Annotated[int | None, typer.Option("--lead-days", min=0, max=730, help="Days from an order to its delivery.")]


@app.command("list")
def list_suppliers(as_json: Json = False) -> None:
    """All suppliers, those to chase first, with the parts and repairs that name them."""
    session.json = as_json
    lines = suppliers.rows(session.store.connection, "", session.now)
    if as_json:
        put({"items": [line._asdict() for line in lines], "total": len(lines)})
        return
    table(
        ("Name", "Days", "Parts", "Repairs", "Overdue", "Services", "Contacts", "Terms"),
        [(each.name if each.id else f"{each.name} (not made known)", each.lead_days, each.parts, each.repairs or None,
          each.overdue or None, each.services, each.contacts, each.terms) for each in lines],
        "No supplier is known yet. Make one known with  techdesk supplier add NAME --lead-days N",
    )  # fmt: skip


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, or the beginning of it.")],
    as_json: Json = False,
) -> None:
    """Everything about a supplier: whom to call, terms, its parts, the repairs that it has."""
    session.json = as_json
    card = suppliers.card(session.store.connection, _name(name), session.now)
    assert card is not None, "the name was found above"
    row = card.row
    if as_json:
        parts = [part._asdict() for part in card.parts]
        put({**row._asdict(), "sells": parts, "has": [each._asdict() for each in card.repairs]})
        return
    say(row.name if row.id else f"{row.name}  (not made known yet: techdesk supplier add)")
    for label, value in (("contacts", row.contacts), ("terms", row.terms), ("services", row.services),
                         ("with schools", row.experience), ("days to delivery", row.lead_days)):  # fmt: skip
        if value is not None:
            say(f"  {label}: {value}")
    for each in card.repairs:
        late = " OVERDUE" if each.overdue else ""
        say(f"  repair {each.tag} {each.state}{late}, due {each.due or 'no day'}: {each.fault}")
    for part in card.parts:
        short = f", short of {part.minimum}" if part.held < part.minimum else ""
        say(f"  part {part.sku} {part.name}: {part.held} held{short}")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name that parts and devices have for it.")],
    services: Services = None, contacts: Contacts = None, terms: Terms = None, experience: Experience = None,
    lead_days: Days = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Make a supplier known, or correct what is known of it."""
    session.json = as_json
    known = _known(name)
    # The same name has the same id on every laptop, so that two who make it known meet in one row.
    id = known or named_id("supplier", name.strip().casefold())
    change_once(RecordSupplier(id=id, name=None if known else name, services=services, contacts=contacts, terms=terms,
                               experience=experience, lead_days=lead_days), as_json)  # fmt: skip


@app.command()
def edit(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, or the beginning of it.")],
    rename: Annotated[str | None, typer.Option("--name", help="Another name.")] = None,
    services: Services = None, contacts: Contacts = None, terms: Terms = None, experience: Experience = None,
    lead_days: Days = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Correct what is known of a supplier. An empty value empties the field."""
    session.json = as_json
    id = _known(_name(name))
    if id is None:
        raise NotFound(f"'{name}' is only a name yet: make it known with  techdesk supplier add.")
    change_once(RecordSupplier(id=id, name=rename, services=services, contacts=contacts, terms=terms,
                               experience=experience, lead_days=lead_days), as_json)  # fmt: skip


def _known(name: str) -> str | None:
    found = suppliers.row(session.store.connection, name, session.now)
    return None if found is None else found.id


def _name(text: str) -> str:
    """The supplier that is meant. Raises NotFound, or BadInput when several begin so."""
    return suppliers.named(session.store.connection, text)
