"""The demo from the shell: a realistic trust of schools to try techdesk on, apart from one's own store."""

import os
from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli.session import put, say, session

app = typer.Typer()


@app.command()
def demo(
    seed: Annotated[int, typer.Option(help="Another seed makes another trust.")] = 1,
    sites: Annotated[int, typer.Option(help="How many schools.")] = 14,
    tickets: Annotated[int, typer.Option(help="How many tickets.")] = 400,
    fresh: Annotated[bool, typer.Option("--fresh", help="Make it anew, without what was done in it today.")] = False,
    no_open: Annotated[
        bool, typer.Option("--no-open", "--path", help="Print the demo's folder, for TECHDESK_HOME, and open nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The folder as one JSON document; opens nothing.")] = False,
) -> None:
    """Open the interface on a made-up trust of schools. Your own store is not touched.

    What you do in the demo is kept until tomorrow.
    """
    from techdesk.demo import open_home  # 30 ms: only the demo needs it

    session.json = as_json
    home = open_home(clock.parse(session.now), seed, sites, tickets, fresh=fresh)
    if as_json:
        put({"home": str(home)})
    elif no_open:
        say(str(home))
    else:
        from techdesk.cli.opening import open_interface

        os.environ["TECHDESK_HOME"] = str(home)
        open_interface()
