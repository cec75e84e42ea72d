"""Duplicates from the shell: two tickets about one thing become one."""

from typing import Annotated

import typer

from techdesk.cli.changing import change_each
from techdesk.cli.completing import tickets
from techdesk.cli.options import Json, Refs
from techdesk.cli.session import session
from techdesk.desk.duplicates import MergeTicket
from techdesk.models.queries import names

app = typer.Typer()


@app.command()
def merge(
    refs: Refs,
    into: Annotated[str, typer.Option(help="The ticket that stays.", autocompletion=tickets)],
    as_json: Json = False,
) -> None:
    """End tickets as duplicates of another, which gets their words, notes, minutes, parts, files and numbers."""
    session.json = as_json
    connection = session.store.connection
    stays = names.ticket_id(connection, into)
    change_each(refs, lambda ref: MergeTicket(ticket_id=names.ticket_id(connection, ref), into_id=stays), as_json)
