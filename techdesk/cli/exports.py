"""Files out, from the shell: export."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from techdesk.cli.completing import people, sites
from techdesk.cli.session import session, tell
from techdesk.errors import BadInput

app = typer.Typer()


@app.command()
def export(
    kind: Annotated[
        str,
        typer.Argument(
            help="tickets, sites, devices, models, parts, stock, people, licences, suppliers, repairs, loans, visits,"
            " worklogs, movements; or any table, such as ticket_event."
        ),
    ],
    format: Annotated[
        str, typer.Option("--format", "-f", help="csv or json; visits also as ics, devices and parts as snipeit.")
    ] = "csv",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file; else stdout.")] = None,
    technician: Annotated[
        str | None,
        typer.Option(help="A calendar of this technician's visits, with --format ics.", autocompletion=people),
    ] = None,
    site: Annotated[
        str | None, typer.Option(help="A calendar of the visits to this site, with --format ics.", autocompletion=sites)
    ] = None,
) -> None:
    """Write a table of the store to stdout or to a file, which is written whole or not at all."""
    from techdesk.exchange import exporting

    store = session.store
    if technician or site:
        if (kind, format) != ("visits", "ics"):
            raise BadInput("--technician and --site go with  techdesk export visits --format ics  alone.")
        _calendar(technician, site, output)
        return
    if output is None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(newline="")  # the format brings its own line ends
        exporting.run(store, kind, format, sys.stdout)
        return
    total = exporting.to_file(output, lambda out: exporting.run(store, kind, format, out))
    tell(f"{total:,} {kind} are in {output}.")


def _calendar(technician: str | None, site: str | None, output: Path | None) -> None:
    from techdesk.exchange.exporting import to_file
    from techdesk.exchange.visit_calendar import Whose, calendar
    from techdesk.models.queries import names

    store = session.store
    whose = Whose(
        names.technician_id(store.connection, technician, session.me) if technician else None,
        names.site_id(store.connection, site) if site else None,
    )
    if output is None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(newline="")
        calendar(store, sys.stdout, whose)
        return
    total = to_file(output, lambda out: calendar(store, out, whose))
    tell(f"{total:,} visits are in {output}.")
