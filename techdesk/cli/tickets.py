"""Tickets from the shell: log, list, show, assign, edit, note, find."""

import sys
from typing import Annotated

import typer

from techdesk.cli import documents
from techdesk.cli.changing import change_each
from techdesk.cli.options import Json, Limit, Ref, Refs, Room, Site, Who
from techdesk.cli.session import put, say, session, table, tell
from techdesk.desk.tickets import AssignTicket, EditTicket, LogTicket, NoteTicket
from techdesk.errors import BadInput
from techdesk.models.filters import SORTS, STATE_WORDS, TicketFilter
from techdesk.models.queries import capturing, names, search, tickets

app = typer.Typer()
Impact = Annotated[int | None, typer.Option(min=1, max=4, help="1 whole school ... 4 one person.")]
Urgency = Annotated[int | None, typer.Option(min=1, max=4, help="1 work stopped ... 4 whenever.")]


@app.command()
def log(
    text: Annotated[str, typer.Argument(help="What is wrong, in a line; '-' reads one ticket a line from stdin.")],
    site: Site = None,
    room: Room = None,
    device: Annotated[str | None, typer.Option(help="A device's tag or serial.")] = None,
    reporter: Annotated[str | None, typer.Option(help="Who says so.")] = None,
    impact: Impact = None,
    urgency: Urgency = None,
    request: Annotated[bool, typer.Option("--request", help="A request, not an incident.")] = False,
    as_json: Json = False,
) -> None:
    """Capture a ticket; text is enough. During a visit the site is the visit's."""
    session.json = as_json
    said: dict[str, str | int | None] = {"site": site, "room": room, "device": device, "reporter": reporter}
    said |= {"impact": impact, "urgency": urgency, "kind": "request" if request else None}
    if text == "-":
        _log_lines(said, as_json)
        return
    outcome = session.store.perform(_command(text, said))
    if as_json:
        put(documents.ticket(tickets.story(session.store.connection, outcome.changed[0].id)))
    else:
        say(outcome.said)


def _command(text: str, said: dict[str, str | int | None]) -> LogTicket:
    return capturing.capture(session.store.connection, text, me=session.me, **said)  # type: ignore[arg-type]


def _log_lines(said: dict[str, str | int | None], as_json: bool) -> None:
    """A ticket for each line that says something; all of them, or none when a line cannot be read."""
    texts = [line.strip() for line in sys.stdin.read().splitlines() if line.strip()]
    if not texts:
        raise BadInput("There was nothing on stdin: write one ticket a line.")
    outcomes = session.store.perform_all([_command(text, said) for text in texts])
    if as_json:
        stories = [tickets.story(session.store.connection, each.changed[0].id) for each in outcomes]
        put({"items": [documents.ticket(story) for story in stories], "total": len(stories)})
        return
    for outcome in outcomes:
        say(outcome.said)


@app.command("list")
def list_tickets(
    words: Annotated[list[str] | None, typer.Argument(help="Words that the tickets hold.")] = None,
    site: Site = None,
    state: Annotated[list[str] | None, typer.Option(help="A state; may be given again. Else: those open.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Those that I own.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Ended ones as well.")] = False,
    priority: Annotated[int | None, typer.Option(min=1, max=5, help="One priority only.")] = None,
    sort: Annotated[str, typer.Option(help="triage, newest or oldest.")] = "triage",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Open tickets in triage order: priority, then due, then the longest waiting."""
    session.json = as_json
    states = tuple(each.replace("-", "_") for each in state or ())
    for each in states:
        if each not in STATE_WORDS:
            raise BadInput(f"'{each}' is no state of a ticket: use one of {', '.join(STATE_WORDS)}.")
    if sort not in SORTS:
        raise BadInput(f"'{sort}' is no order: use one of {', '.join(SORTS)}.")
    connection = session.store.connection
    chosen = TicketFilter(
        names.site_id(connection, site) if site else None, states, priority, session.me if mine else None,
        None, " ".join(words or ()), every, sort,
    )  # fmt: skip
    lines, total = tickets.page(connection, chosen, limit), tickets.count(connection, chosen)
    if as_json:
        put({"items": [documents.line(line) for line in lines], "total": total})
        return
    now = session.store.now()
    table(
        ("Ticket", "P", "State", "Due", "Site", "Room", "What"),
        [(line.ref, f"P{line.priority}", line.state.replace("_", " "), _due(line.fix_due, now, line.timezone),
          line.site, line.room, line.title) for line in lines],
        "No ticket waits here. Capture one with  techdesk log TEXT",
    )  # fmt: skip
    if total > len(lines):
        tell(f"{len(lines)} of {total:,}: --limit {total} shows all.")


def _due(due: str | None, now: str, timezone: str | None) -> str:
    """When it is due, on the site's clock; late is a word."""
    if due is None:
        return "next visit"
    from techdesk.clock import local

    return f"{'late ' if due < now else ''}{local(due, timezone or 'Europe/London'):%d %b %H:%M}"


@app.command()
def show(ref: Ref, as_json: Json = False) -> None:
    """Everything about one ticket: history, work, parts, device, and tickets that read alike."""
    session.json = as_json
    connection = session.store.connection
    story = tickets.story(connection, names.ticket_id(connection, ref))
    if as_json:
        put(documents.ticket(story))
        return
    from techdesk.cli.telling import tell_ticket

    tell_ticket(story)


@app.command()
def assign(
    refs: Refs,
    to: Who = None,
    role: Annotated[str | None, typer.Option(help="support, technical, strategic or leadership.")] = None,
    as_json: Json = False,
) -> None:
    """Give tickets to a technician, or to a role."""
    session.json = as_json
    if (to is None) == (role is None):
        raise BadInput("Say who is to have it: --to NAME or --role ROLE.")
    connection = session.store.connection
    owner = None if to is None else names.technician_id(connection, to, session.me)
    change_each(
        refs, lambda ref: AssignTicket(ticket_id=names.ticket_id(connection, ref), owner_id=owner, role=role), as_json
    )


@app.command()
def edit(
    refs: Refs,
    text: Annotated[str | None, typer.Option(help="What is wrong, in better words.")] = None,
    site: Site = None,
    room: Room = None,
    device: Annotated[str | None, typer.Option(help="A device's tag or serial.")] = None,
    category: Annotated[str | None, typer.Option(help="A category.")] = None,
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
            category=category, impact=impact, urgency=urgency,
        ),
        as_json,
    )  # fmt: skip


@app.command()
def note(
    ref: Ref, text: Annotated[str, typer.Argument(help="What is to be remembered.")], as_json: Json = False
) -> None:
    """Add words to a ticket."""
    connection = session.store.connection
    change_each([ref], lambda each: NoteTicket(ticket_id=names.ticket_id(connection, each), text=text), as_json)


@app.command()
def find(
    text: Annotated[list[str], typer.Argument(help="Words; the last may be a beginning.")],
    kind: Annotated[str | None, typer.Option(help="ticket or device only.")] = None,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Full-text search over tickets and devices."""
    session.json = as_json
    if kind not in (None, "ticket", "device"):
        raise BadInput(f"'{kind}' cannot be looked for: use --kind ticket or --kind device.")
    words, connection = " ".join(text), session.store.connection
    hits = search.find_tickets(connection, words, limit) if kind != "device" else []
    hits += search.find_devices(connection, words, limit) if kind != "ticket" else []
    if as_json:
        put({"items": [hit._asdict() for hit in hits], "total": len(hits)})
        return
    table(
        ("Kind", "Ref", "State", "Where", "What"),
        [(hit.kind, hit.ref, hit.state.replace("_", " "), hit.where, hit.title or hit.snippet) for hit in hits],
        f"Nothing here holds '{words}'.",
    )
