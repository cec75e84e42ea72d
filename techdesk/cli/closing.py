"""The end of tickets from the shell: resolve, close, reopen, cancel."""

from typing import Annotated

import typer

from techdesk.cli.changing import change_each
from techdesk.cli.options import Json, Mode, Parts, Proactive, Refs
from techdesk.cli.session import session
from techdesk.desk.closing import CancelTicket, CloseTicket, ResolveTicket
from techdesk.models.queries import names
from techdesk.models.queries.spares import Used, used

app = typer.Typer()
Answer = Annotated[int | None, typer.Option(min=1, max=5, help="The user's answer, 1 to 5.")]


def _id(ref: str) -> str:
    return names.ticket_id(session.store.connection, ref)


@app.command()
def close(
    refs: Refs,
    fix: Annotated[str, typer.Option("-m", "--message", help="The fix, in a line.")],
    minutes: Annotated[int | None, typer.Option(help="Minutes worked; else as timed.")] = None,
    part: Parts = None,
    cause: Annotated[str | None, typer.Option(help="A cause code.")] = None,
    told: Annotated[bool, typer.Option("--told", help="The user was told in person.")] = False,
    tested: Annotated[
        bool | None, typer.Option("--tested/--untested", help="It was tried and works, or was not tried.")
    ] = None,
    timeliness: Answer = None,
    quality: Answer = None,
    answered_by: Annotated[str | None, typer.Option(help="Who gave the answers; else the reporter.")] = None,
    ask_later: Annotated[bool, typer.Option("--ask-later", help="Let the two questions wait for an answer.")] = False,
    mode: Mode = "on-site",
    proactive: Proactive = False,
    as_json: Json = False,
) -> None:
    """Close tickets with the fix, minutes, parts and answers. Not told or not tested is a cold closing, and counted."""
    session.json = as_json
    taken = _used(part)
    change_each(
        refs,
        lambda ref: CloseTicket(
            ticket_id=_id(ref), resolution=fix, minutes=minutes, **taken, cause=cause, told=told, tested=tested,
            timeliness=timeliness, quality=quality, answered_by=answered_by, ask_later=ask_later, mode=mode_of(mode),
            proactive=int(proactive),
        ),
        as_json,
    )  # fmt: skip


@app.command()
def resolve(
    refs: Refs,
    fix: Annotated[str, typer.Option("-m", "--message", help="The fix, in a line.")],
    minutes: Annotated[int | None, typer.Option(help="Minutes worked; else as timed.")] = None,
    part: Parts = None,
    cause: Annotated[str | None, typer.Option(help="A cause code.")] = None,
    mode: Mode = "on-site",
    proactive: Proactive = False,
    as_json: Json = False,
) -> None:
    """Keep the fix of tickets whose users are still to be told; close them after that."""
    session.json = as_json
    taken = _used(part)
    change_each(
        refs,
        lambda ref: ResolveTicket(
            ticket_id=_id(ref), resolution=fix, minutes=minutes, **taken, cause=cause, mode=mode_of(mode),
            proactive=int(proactive),
        ),
        as_json,
    )  # fmt: skip


def mode_of(text: str) -> str:
    """A mode as it is kept; CloseTicket says what there is."""
    return text.replace("-", "_")


def _used(texts: list[str] | None) -> Used:
    connection = session.store.connection
    return used(connection, texts or (), lambda sku: names.part_id(connection, sku), "--part SKU:2")


@app.command()
def reopen(
    refs: Refs, reason: Annotated[str | None, typer.Option("-m", "--reason", help="Why.")] = None, as_json: Json = False
) -> None:
    """Open ended tickets again; one that was closed too long ago is captured anew, linked to the old one."""
    from techdesk.models.queries.reopening import again

    change_each(refs, lambda ref: again(session.store.connection, _id(ref), reason, session.store.now()), as_json)


@app.command()
def cancel(
    refs: Refs,
    reason: Annotated[str | None, typer.Option("-m", "--reason", help="Why.")] = None,
    duplicate_of: Annotated[str | None, typer.Option(help="The ticket that says the same.")] = None,
    as_json: Json = False,
) -> None:
    """End tickets that need no work: withdrawn, or duplicates."""
    session.json = as_json
    other = _id(duplicate_of) if duplicate_of else None
    change_each(refs, lambda ref: CancelTicket(ticket_id=_id(ref), reason=reason, duplicate_of=other), as_json)
