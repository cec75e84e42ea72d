"""The central server from the shell: run it, and invite people to it."""

from typing import Annotated

import typer

from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session

app = typer.Typer(help="The central server that laptops sync with.")
Database = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|URL",
        envvar="TECHDESK_DATABASE",
        help="An SQLite file, or postgresql://... ; else server.db in the home folder.",
    ),
]


@app.command()
def run(
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 is every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8017,
    database: Database = None,
) -> None:
    """Serve until Ctrl+C. The address is said on stderr."""
    from techdesk.server.run import run as serve

    serve(host, port, database)


@app.command()
def invite(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    role: Annotated[str, typer.Option(help="technician or coordinator.")] = "technician",
    scope: Annotated[
        list[str] | None, typer.Option(help="A cluster or site that they may see; may be given again. Else everything.")
    ] = None,
    organisation: Annotated[str | None, typer.Option(help="Whose server this is; else techdesk.")] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="How many days the code is good.")] = 7,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Make a one-time code with which one person enrols one laptop."""
    from techdesk.server.invites import ORGANISATION
    from techdesk.server.invites import invite as make
    from techdesk.server.run import default_database

    session.json = as_json
    made = make(database or default_database(), name, role, scope or (), organisation or ORGANISATION, days)
    if as_json:
        put(dict(made))
        return
    say(f"{made['name']} ({made['role']}, {made['organisation']}) enrols until {made['expires'][:10]} with")
    say(f"  techdesk enrol URL {made['code']}")
