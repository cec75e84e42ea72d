"""Private calendars of the server, from the shell."""

from typing import Annotated

import typer

from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session, table, tell

Database = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|URL",
        envvar="TECHDESK_DATABASE",
        help="An SQLite file, or postgresql://... ; else server.db in the home folder.",
    ),
]
Organisation = Annotated[str | None, typer.Option(help="Whose, when the server has several organisations.")]


def add_verbs(app: typer.Typer) -> None:
    """Puts the verbs of this module into the server's group."""
    for verb in (feed, feeds):
        app.command()(verb)


def feed(
    name: Annotated[str, typer.Argument(help="A technician or a site, by name or code.")],
    revoke: Annotated[
        bool, typer.Option("--revoke", help="End their feeds instead: the addresses stop working.")
    ] = False,
    url: Annotated[str, typer.Option(help="How the server is reached from outside.")] = "https://SERVER",
    organisation: Organisation = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Make the address of a calendar that a technician or a school may subscribe to. It is shown once."""
    from techdesk.server import feeds as server
    from techdesk.server.run import known_database

    session.json = as_json
    place = known_database(database)
    if revoke:
        ended = server.revoke(place, name, organisation)
        if as_json:
            put({"items": [each._asdict() for each in ended], "total": len(ended)})
        else:
            say(f"{len(ended)} feeds of {ended[0].name} are ended.")
        return
    made = server.make(place, name, organisation)
    address = url.rstrip("/") + made.path
    if as_json:
        put({**made.feed._asdict(), "url": address})
        return
    say(address)
    tell(f"Whoever has this address reads the visits of {made.feed.name}. It is not shown again; end it with --revoke.")


def feeds(organisation: Organisation = None, database: Database = None, as_json: Json = False) -> None:
    """List the calendars that were given out, and when each was read last."""
    from techdesk.server import feeds as server
    from techdesk.server.run import known_database

    session.json = as_json
    found = server.listed(known_database(database), organisation)
    if as_json:
        put({"items": [each._asdict() for each in found], "total": len(found)})
        return
    table(
        ("Of", "Kind", "Organisation", "Made", "Read last", "Ended", "Id"),
        ((each.name, each.kind, each.organisation, each.made_at[:10], (each.used_at or "never")[:16],
          (each.revoked_at or "")[:10], each.id) for each in found),
        "No feed was given out. Make one with  techdesk server feed NAME",
    )  # fmt: skip
