"""Looking from the shell: list, show, find."""

import sqlite3
from pathlib import Path
from typing import Annotated

import typer

from techdesk.cli import documents
from techdesk.cli.options import Json, Limit, Ref, Site
from techdesk.cli.session import put, session, table, tell
from techdesk.errors import BadInput
from techdesk.models.filters import SORTS, STATE_WORDS, TicketFilter
from techdesk.models.queries import names, search, tickets
from techdesk.models.queries.queue import ENDED, is_of_open, lines_of, ranked
from techdesk.models.rows import TicketLine

app = typer.Typer()


@app.command("list")
def list_tickets(
    words: Annotated[list[str] | None, typer.Argument(help="Words that the tickets hold.")] = None,
    site: Site = None,
    state: Annotated[list[str] | None, typer.Option(help="A state; may be given again. Else: those open.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Those that I own.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Ended ones as well.")] = False,
    priority: Annotated[int | None, typer.Option(min=1, max=5, help="One priority only.")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Those on hold: whom to chase, overdue first.")] = False,
    cold: Annotated[bool, typer.Option("--cold", help="Closed without telling the user, or untested.")] = False,
    major: Annotated[bool, typer.Option("--major", help="Major incidents.")] = False,
    repeat: Annotated[bool, typer.Option("--repeat", help="Faults that came back.")] = False,
    role: Annotated[str | None, typer.Option(help="Those with that role.")] = None,
    channel: Annotated[str | None, typer.Option(help="Those that came that way.")] = None,
    problem: Annotated[str | None, typer.Option(help="Those that the problem with that number is behind.")] = None,
    view: Annotated[str | None, typer.Option(help="A saved view; other options narrow it.")] = None,
    sort: Annotated[str | None, typer.Option(help="triage, newest or oldest.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Open tickets in triage order: priority, then due, then those of the school that has waited longest."""
    session.json = as_json
    states = tuple(each.replace("-", "_") for each in state or ())
    for each in states:
        if each not in STATE_WORDS:
            raise BadInput(f"'{each}' is no state of a ticket: use one of {', '.join(STATE_WORDS)}.")
    if sort is not None and sort not in SORTS:
        raise BadInput(f"'{sort}' is no order: use one of {', '.join(SORTS)}.")
    connection = session.store.connection
    chosen = _view(connection, view)
    chosen = chosen._replace(
        site_id=names.site_id(connection, site) if site else chosen.site_id,
        states=states or chosen.states,
        priority=priority or chosen.priority,
        owner_id=session.me if mine else chosen.owner_id,
        words=" ".join(words or ()) or chosen.words,
        all=every or chosen.all,
        sort=sort or chosen.sort,
        role=role or chosen.role,
        channel=channel.replace("-", "_") if channel else chosen.channel,
        problem_id=names.numbered_id(connection, "problem", problem) if problem else chosen.problem_id,
        marks=_marks(waiting=waiting, cold=cold, major=major, repeat=repeat) or chosen.marks,
    )
    if waiting:
        from techdesk.cli.waiting import tell_waiting

        tell_waiting(chosen, limit, as_json)
        return
    lines, total = _page(connection, chosen, limit)
    if as_json:
        put({"items": [documents.line(line) for line in lines], "total": total})
        return
    now = session.store.now()
    table(
        ("Ticket", "P", "State", "Due", "Site", "Room", "What"),
        [(line.ref, f"P{line.priority}", _state(line), _due(line, now),
          line.site, line.room, line.title) for line in lines],
        "No ticket waits here. Capture one with  techdesk log TEXT",
    )  # fmt: skip
    if total > len(lines):
        tell(f"{len(lines)} of {total:,}: --limit {total} shows all.")


def _marks(**given: bool) -> tuple[str, ...]:
    return tuple(name for name, chosen in given.items() if chosen)


def _state(line: TicketLine) -> str:
    """The state in words, with what is to be seen at once."""
    state = line.state.replace("_", " ")
    if line.state == "on_hold" and line.hold_until is not None and line.hold_until <= session.store.now()[:10]:
        state = "hold is over"
    return f"{'MAJOR ' if line.major else ''}{state}{' (cold)' if line.cold else ''}"


def _view(connection: sqlite3.Connection, name: str | None) -> TicketFilter:
    """The filter of a saved view; the open tickets without one."""
    if name is None:
        return TicketFilter()
    from techdesk.models.queries.filtering import chosen_by
    from techdesk.models.queries.views import view

    return chosen_by(connection, view(connection, name).filter)


def _page(connection: sqlite3.Connection, chosen: TicketFilter, limit: int) -> tuple[list[TicketLine], int]:
    """The first lines, and how many there are in all."""
    if not is_of_open(chosen):
        return tickets.page(connection, chosen, limit), tickets.count(connection, chosen)
    ids = ranked(connection, chosen, session.store.now()).ids
    return lines_of(connection, ids[:limit]), len(ids)


def _due(line: TicketLine, now: str) -> str:
    """When it is due, on the site's clock; late is a word, and what has ended is late no more."""
    ended = line.state in ENDED
    if line.fix_due is None:
        return "" if ended else "next visit"
    from techdesk.clock import local

    late = "late " if line.fix_due < now and not ended else ""
    return f"{late}{local(line.fix_due, line.timezone or 'Europe/London'):%d %b %H:%M}"


@app.command()
def show(
    ref: Ref,
    photos: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Put its photos and files there, fetching those that are not here."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Everything about one ticket: history, work, parts, device, photos, and tickets that read alike."""
    session.json = as_json
    connection = session.store.connection
    story = tickets.story(connection, names.ticket_id(connection, ref))
    if photos is not None:
        from techdesk.cli.attaching import put_into  # the network's libraries

        put_into(story, photos, as_json)
        return
    if as_json:
        put(documents.ticket(story))
        return
    from techdesk.cli.telling import tell_ticket

    tell_ticket(story)


@app.command()
def find(
    text: Annotated[list[str], typer.Argument(help="Words; the last may be a beginning.")],
    kind: Annotated[str | None, typer.Option(help="Only: ticket, device, article or known_error.")] = None,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Full-text search over tickets, devices, articles and known errors."""
    session.json = as_json
    if kind is not None and kind not in search.FINDERS:
        raise BadInput(f"'{kind}' cannot be looked for: use --kind with one of {', '.join(search.FINDERS)}.")
    words, connection = " ".join(text), session.store.connection
    hits = [
        hit
        for name, finder in search.FINDERS.items()
        if kind in (None, name)
        for hit in finder(connection, words, limit)
    ]
    if as_json:
        put({"items": [hit._asdict() for hit in hits], "total": len(hits)})
        return
    table(
        ("Kind", "Ref", "State", "Where", "What"),
        [(hit.kind, hit.ref, hit.state.replace("_", " "), hit.where, hit.title or hit.snippet) for hit in hits],
        f"Nothing here holds '{words}'.",
    )
