"""Saved views from the shell: the same that the interface opens with `v`."""

from typing import Annotated

import typer

from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, table
from techdesk.desk.views import SaveView
from techdesk.errors import BadInput
from techdesk.models.queries import views
from techdesk.models.queries.filtering import chosen_by

app = typer.Typer()
view = typer.Typer(help="Saved views of the ticket list.", no_args_is_help=True)
app.add_typer(view, name="view")
Name = Annotated[str, typer.Argument(help="A view's name, or its beginning.")]


@view.command("list")
def list_views(as_json: Json = False) -> None:
    """The saved views."""
    session.json = as_json
    found = views.views(session.store.connection)
    if as_json:
        put({"items": [each._asdict() for each in found], "total": len(found)})
        return
    table(
        ("View", "Filter", ""),
        [(each.name, each.filter, "first" if each.default else "") for each in found],
        "No view is saved. Keep one with  techdesk view save NAME FILTER",
    )


@view.command()
def save(
    name: Annotated[str, typer.Argument(help="Its name.")],
    filter: Annotated[list[str], typer.Argument(help="A filter line, as  site:2005 p:2 role:technical toner.")],
    as_json: Json = False,
) -> None:
    """Keep a filter under a name, for everybody."""
    line = " ".join(filter).strip()
    if not line:
        raise BadInput(
            "The filter is empty: write one, as  p:2 mine,  or forget a view with  techdesk view delete NAME."
        )
    chosen_by(session.store.connection, line)  # raises for a site or person that is not known
    _tell(session.store.perform(SaveView(area="tickets", name=name, filter=line)).said, name, line, as_json)


@view.command()
def delete(name: Name, as_json: Json = False) -> None:
    """Forget a view, for everybody."""
    found = views.view(session.store.connection, name)
    _tell(session.store.perform(SaveView(area="tickets", name=found.name, filter="")).said, found.name, "", as_json)


@view.command()
def default(
    name: Annotated[str | None, typer.Argument(help="A view's name; none, for all open tickets again.")] = None,
    as_json: Json = False,
) -> None:
    """Begin this laptop's ticket list with a view."""
    found = None if name is None else views.view(session.store.connection, name)
    session.store.set_meta(**{views.DEFAULT: None if found is None else found.name})
    said = f"The ticket list begins with {'all that is open' if found is None else found.name}."
    _tell(said, "" if found is None else found.name, "" if found is None else found.filter, as_json)


def _tell(said: str, name: str, filter: str, as_json: bool) -> None:
    if as_json:
        put({"name": name, "filter": filter})
    else:
        say(said)
