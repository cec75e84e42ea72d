"""Files out, from the shell: export."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from techdesk.cli.session import session, tell

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
) -> None:
    """Write a table of the store to stdout or to a file, which is written whole or not at all."""
    from techdesk.exchange import exporting

    store = session.store
    if output is None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(newline="")  # the format brings its own line ends
        exporting.run(store, kind, format, sys.stdout)
        return
    total = exporting.to_file(output, lambda out: exporting.run(store, kind, format, out))
    tell(f"{total:,} {kind} are in {output}.")
