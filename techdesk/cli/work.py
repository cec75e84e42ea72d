"""Work from the shell: start, stop, hold."""

from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli.changing import change_each, change_once
from techdesk.cli.options import Json, Ref, Refs
from techdesk.cli.session import session
from techdesk.desk.story import HOLD_REASONS
from techdesk.desk.work import HoldTicket, StartWork, StopWork
from techdesk.errors import BadInput
from techdesk.models.queries import names

app = typer.Typer()


def _id(ref: str) -> str:
    return names.ticket_id(session.store.connection, ref)


@app.command()
def start(ref: Ref, as_json: Json = False) -> None:
    """Start the timer on a ticket; what it interrupts goes on when it stops."""
    change_each([ref], lambda each: StartWork(ticket_id=_id(each)), as_json)


@app.command()
def stop(
    note: Annotated[str | None, typer.Option("-m", "--note", help="What was done.")] = None, as_json: Json = False
) -> None:
    """Stop the running timer and keep its minutes."""
    change_once(StopWork(note=note), as_json)


@app.command()
def hold(
    refs: Refs,
    reason: Annotated[str, typer.Option(help="caller, vendor, parts, change, problem or next-visit.")],
    until: Annotated[str | None, typer.Option(help="A date, as 2026-11-30.")] = None,
    note: Annotated[str | None, typer.Option("-m", "--note", help="What is waited for.")] = None,
    as_json: Json = False,
) -> None:
    """Put tickets on hold for a reason."""
    session.json = as_json
    word = reason.replace("-", "_")
    if word not in HOLD_REASONS:
        raise BadInput(f"'{reason}' is no reason to hold: use one of {', '.join(HOLD_REASONS).replace('_', '-')}.")
    day = clock.parse_day(until).isoformat() if until is not None else None
    change_each(refs, lambda ref: HoldTicket(ticket_id=_id(ref), reason=word, until=day, note=note), as_json)
