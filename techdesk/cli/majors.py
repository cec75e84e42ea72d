"""Major incidents from the shell, and what is part of them."""

from typing import Annotated

import typer

from techdesk.cli.changing import change_each
from techdesk.cli.options import Json, Ref, Refs
from techdesk.cli.session import session
from techdesk.desk.majors import ESTIMATE, DeclareMajor, JoinTicket
from techdesk.errors import BadInput
from techdesk.models.queries import names

app = typer.Typer()


def _id(ref: str) -> str:
    return names.ticket_id(session.store.connection, ref)


@app.command()
def major(
    ref: Ref,
    minutes: Annotated[int, typer.Option(help="What it may take.")] = ESTIMATE,
    leave: Annotated[bool, typer.Option("--leave", help="I go there now, from the visit that I am at.")] = False,
    off: Annotated[bool, typer.Option("--off", help="It is none any more.")] = False,
    as_json: Json = False,
) -> None:
    """Declare a major incident: it comes first, and what it displaces is carried and owed to the school."""
    change_each(
        [ref],
        lambda each: DeclareMajor(ticket_id=_id(each), major=int(not off), minutes=minutes, leave=leave),
        as_json,
    )


@app.command()
def join(
    refs: Refs,
    to: Annotated[str | None, typer.Option("--to", help="The ticket that they are part of, and end with.")] = None,
    off: Annotated[bool, typer.Option("--off", help="They stand for themselves again.")] = False,
    as_json: Json = False,
) -> None:
    """Make tickets part of a major incident: they are closed with it."""
    session.json = as_json
    if (to is None) != off:
        raise BadInput("Say what they are part of with --to REF, or --off.")
    parent = None if to is None else _id(to)
    change_each(refs, lambda ref: JoinTicket(ticket_id=_id(ref), parent_id=parent), as_json)
