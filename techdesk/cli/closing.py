"""The end of tickets from the shell: close, reopen, cancel, answer."""

from typing import Annotated

import typer

from techdesk.cli.changing import change_each
from techdesk.cli.options import Json, Parts, Ref, Refs
from techdesk.cli.session import session
from techdesk.desk.closing import AnswerSurvey, CancelTicket, CloseTicket, ReopenTicket
from techdesk.errors import BadInput
from techdesk.models.queries import names

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
    timeliness: Answer = None,
    quality: Answer = None,
    as_json: Json = False,
) -> None:
    """Close tickets with the fix, minutes, parts and answers."""
    session.json = as_json
    parts = tuple(_part(each) for each in part or ())
    change_each(
        refs,
        lambda ref: CloseTicket(
            ticket_id=_id(ref), resolution=fix, minutes=minutes, parts=parts, cause=cause, told=told,
            timeliness=timeliness, quality=quality,
        ),
        as_json,
    )  # fmt: skip


def _part(text: str) -> tuple[str, int]:
    """`SKU` or `SKU:QUANTITY`, as (part id, quantity)."""
    sku, colon, quantity = text.rpartition(":")
    if not colon:
        return names.part_id(session.store.connection, text), 1
    if not quantity.isdecimal():
        raise BadInput(f"'{quantity}' is no number of parts: write --part SKU:2.")
    return names.part_id(session.store.connection, sku), int(quantity)


@app.command()
def reopen(
    refs: Refs, reason: Annotated[str | None, typer.Option("-m", "--reason", help="Why.")] = None, as_json: Json = False
) -> None:
    """Open ended tickets again."""
    change_each(refs, lambda ref: ReopenTicket(ticket_id=_id(ref), reason=reason), as_json)


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


@app.command()
def answer(
    ref: Ref,
    timeliness: Answer = None,
    quality: Answer = None,
    by: Annotated[str | None, typer.Option(help="Who answered.")] = None,
    comment: Annotated[str | None, typer.Option("-m", "--comment", help="In their words.")] = None,
    as_json: Json = False,
) -> None:
    """Keep the answers to the two questions that came on paper."""
    change_each(
        [ref],
        lambda each: AnswerSurvey(
            ticket_id=_id(each), timeliness=timeliness, quality=quality, answered_by=by, comment=comment
        ),
        as_json,
    )
