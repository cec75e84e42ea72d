"""Tickets from the shell: log, list, show, assign, edit, note, find."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from techdesk.cli import documents
from techdesk.cli.changing import change_each
from techdesk.cli.options import Json, Ref, Refs, Room, Site, Who
from techdesk.cli.session import put, say, session, tell
from techdesk.desk.commands import Outcome
from techdesk.desk.tickets import AssignTicket, EditTicket, NoteTicket
from techdesk.errors import BadInput
from techdesk.models.queries import capturing, names, tickets

app = typer.Typer()
Impact = Annotated[int | None, typer.Option(min=1, max=4, help="1 whole school ... 4 one person.")]
Urgency = Annotated[int | None, typer.Option(min=1, max=4, help="1 work stopped ... 4 whenever.")]


@app.command()
def log(
    text: Annotated[
        str | None, typer.Argument(help="What is wrong, in a line; '-' reads one ticket a line from stdin.")
    ] = None,
    site: Site = None,
    room: Room = None,
    device: Annotated[str | None, typer.Option(help="A device's tag or serial.")] = None,
    reporter: Annotated[str | None, typer.Option(help="Who says so.")] = None,
    impact: Impact = None,
    urgency: Urgency = None,
    request: Annotated[bool, typer.Option("--request", help="A request, not an incident.")] = False,
    channel: Annotated[
        str | None, typer.Option(help="corridor, log-book, email, phone, monitoring or portal.", show_default=False)
    ] = None,
    eml: Annotated[
        str | None, typer.Option(metavar="FILE", help="An e-mail, saved as .eml; '-' reads it from stdin.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Capture a ticket; text is enough. During a visit the site is the visit's.

    In the text, @room #tag-of-a-device #tag !urgent ?how-to say more; a backslash before a sign takes its meaning away. Of
    lines from stdin, one with a @room alone is where the following ones are.
    """
    session.json = as_json
    said = capturing.Said(
        site, room, device, reporter, impact, urgency, "request" if request else None, _channel(channel)
    )
    if (text is None) == (eml is None):
        raise BadInput("Say what is wrong:  techdesk log TEXT,  or  techdesk log --eml FILE  for an e-mail.")
    if eml is not None:
        from techdesk.cli.mailing import log_mail  # the e-mail's libraries: 40 ms

        log_mail(eml, said, as_json)
    elif text == "-":
        _log_page(said, as_json)
    else:
        command = capturing.capture(session.store.connection, str(text), me=session.me, **said._asdict())
        tell_logged(session.store.perform(command), as_json)


def tell_logged(outcome: Outcome, as_json: bool) -> None:
    """Says what was captured, or prints its document."""
    if as_json:
        put(documents.ticket(tickets.story(session.store.connection, outcome.changed[0].id)))
    else:
        say(outcome.said)


def _channel(text: str | None) -> str | None:
    return None if text is None else text.replace("-", "_").casefold()


def _log_page(said: capturing.Said, as_json: bool) -> None:
    """A ticket for each line that says something; all of them, or none when a line cannot be read. What reads
    alike is not looked for: a search for each line of a long log book takes minutes."""
    commands = capturing.capture_page(session.store.connection, sys.stdin.read(), me=session.me, said=said)
    if not commands:
        raise BadInput("There was nothing on stdin: write one ticket a line.")
    outcomes = session.store.perform_all(commands)
    if as_json:
        stories = [tickets.story(session.store.connection, each.changed[0].id, alike=False) for each in outcomes]
        put({"items": [documents.ticket(story) for story in stories], "total": len(stories)})
        return
    for outcome in outcomes:
        say(outcome.said)


@app.command()
def assign(
    refs: Refs,
    to: Who = None,
    role: Annotated[str | None, typer.Option(help="support, technical, strategic or leadership.")] = None,
    tried: Annotated[str | None, typer.Option(help="For the next one: what was tried.")] = None,
    needed: Annotated[str | None, typer.Option(help="For the next one: what is needed.")] = None,
    as_json: Json = False,
) -> None:
    """Give tickets to a technician, or to a role, with what the next one needs to know."""
    session.json = as_json
    if (to is None) == (role is None):
        raise BadInput("Say who is to have it: --to NAME or --role ROLE.")
    connection = session.store.connection
    owner = None if to is None else names.technician_id(connection, to, session.me)
    change_each(
        refs,
        lambda ref: AssignTicket(
            ticket_id=names.ticket_id(connection, ref), owner_id=owner, role=role, tried=tried, needed=needed
        ),
        as_json,
    )
    if role is not None and not tried and not needed:
        tell("Help the next one: say it again with --tried WHAT and --needed WHAT.")


@app.command()
def edit(
    refs: Refs,
    text: Annotated[str | None, typer.Option(help="What is wrong, in better words.")] = None,
    site: Site = None,
    room: Room = None,
    device: Annotated[str | None, typer.Option(help="A device's tag or serial.")] = None,
    category: Annotated[str | None, typer.Option(help="A category.")] = None,
    service: Annotated[str | None, typer.Option(help="The service that it is about.")] = None,
    symptom: Annotated[str | None, typer.Option(help="What is to be seen, in few words.")] = None,
    reporter: Annotated[str | None, typer.Option(help="Who says so.")] = None,
    kind: Annotated[str | None, typer.Option(help="incident, request or how-to.")] = None,
    impact: Impact = None,
    urgency: Urgency = None,
    as_json: Json = False,
) -> None:
    """Triage: set fields of tickets. An empty value empties the field."""
    session.json = as_json
    connection = session.store.connection
    site_id = names.site_id(connection, site) if site else None
    device_id = names.device_id(connection, device) if device else device
    change_each(
        refs,
        lambda ref: EditTicket(
            id=names.ticket_id(connection, ref), text=text, site_id=site_id, room=room, device_id=device_id,
            category=category, service=service, symptom=symptom, reporter=reporter,
            kind=kind and kind.replace("-", "_").casefold(), impact=impact, urgency=urgency,
        ),
        as_json,
    )  # fmt: skip


@app.command()
def note(
    ref: Ref,
    text: Annotated[str | None, typer.Argument(help="What is to be remembered.")] = None,
    photo: Annotated[
        list[Path] | None,
        typer.Option(help="A photo, PDF or text file to put on it; may be given again.", show_default=False),
    ] = None,
    remove_photo: Annotated[
        int | None, typer.Option(metavar="N", help="Take off the photo or file with that number, as show counts.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Add words, photos and papers to a ticket."""
    connection = session.store.connection
    if photo or remove_photo is not None or text is None:
        from techdesk.cli import attaching  # the files' libraries

        session.json = as_json
        if photo:
            attaching.attach(ref, text, photo, as_json)
        elif remove_photo is not None and text is None:
            attaching.detach(ref, remove_photo, as_json)
        else:
            raise attaching.needs_words()
        return
    change_each([ref], lambda each: NoteTicket(ticket_id=names.ticket_id(connection, each), text=text), as_json)
