"""Work from the shell: start, stop, hold, release, escalate."""

from typing import Annotated

import typer

from techdesk import clock
from techdesk.cli.changing import change_each, change_once
from techdesk.cli.options import Json, Mode, Proactive, Ref, Refs, Supplier
from techdesk.cli.session import session
from techdesk.desk.checks import MODES
from techdesk.desk.story import HOLD_REASONS
from techdesk.desk.work import HoldTicket, StartWork, StopWork
from techdesk.errors import BadInput
from techdesk.models.queries import names

app = typer.Typer()
# Of a ticket without a site.
TIMEZONE = "Europe/London"


def _id(ref: str) -> str:
    return names.ticket_id(session.store.connection, ref)


@app.command()
def start(ref: Ref, as_json: Json = False) -> None:
    """Start the timer on a ticket; what it interrupts goes on when it stops."""
    change_each([ref], lambda each: StartWork(ticket_id=_id(each)), as_json)


@app.command()
def stop(
    note: Annotated[str | None, typer.Option("-m", "--note", help="What was done.")] = None,
    minutes: Annotated[int | None, typer.Option(help="What it really was, when the timer was forgotten.")] = None,
    mode: Mode = "on-site",
    proactive: Proactive = False,
    as_json: Json = False,
) -> None:
    """Stop the running timer and keep its minutes."""
    session.json = as_json
    change_once(StopWork(note=note, minutes=minutes, mode=mode_of(mode), proactive=int(proactive)), as_json)


def mode_of(text: str) -> str:
    """A mode as it is kept. Raises BadInput."""
    mode = text.replace("-", "_")
    if mode not in MODES:
        raise BadInput(f"'{text}' is no way to spend minutes: use on-site, remote, travel or waiting.")
    return mode


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
    change_each(
        refs,
        lambda ref: HoldTicket(ticket_id=_id(ref), reason=word, until=_day_ahead(ref, until), note=note),
        as_json,
    )


def _day_ahead(ref: str, text: str | None) -> str | None:
    """A day that is not over yet at the ticket's site. Raises BadInput, NotFound."""
    if text is None:
        return None
    found = session.store.connection.execute(
        "SELECT s.timezone FROM ticket t JOIN site s ON s.id = t.site_id WHERE t.id = ?", (_id(ref),)
    ).fetchone()
    return clock.parse_day_ahead(text, session.store.now(), str(found[0] if found else TIMEZONE))


@app.command()
def release(
    refs: Refs,
    note: Annotated[str | None, typer.Option("-m", "--note", help="What came.")] = None,
    as_json: Json = False,
) -> None:
    """Take tickets off hold: back into the queue."""
    from techdesk.desk.holds import ReleaseTicket

    change_each(refs, lambda ref: ReleaseTicket(ticket_id=_id(ref), note=note), as_json)


@app.command()
def escalate(
    refs: Refs,
    supplier: Supplier = None,
    reference: Annotated[str | None, typer.Option(help="Their number for it.")] = None,
    promised: Annotated[str | None, typer.Option(help="The date that they gave, as 2026-11-30.")] = None,
    note: Annotated[str | None, typer.Option("-m", "--note", help="What was said.")] = None,
    as_json: Json = False,
) -> None:
    """Hand tickets to a supplier, or keep what they said when chased; `list --waiting` tells whom to chase."""
    from techdesk.desk.holds import EscalateTicket
    from techdesk.models.queries.supplier_terms import spelled

    session.json = as_json
    supplier = spelled(session.store.connection, supplier)
    change_each(
        refs,
        lambda ref: EscalateTicket(
            ticket_id=_id(ref), supplier=supplier, reference=reference, promised=_day_ahead(ref, promised), note=note
        ),
        as_json,
    )
