"""Photos and papers from the shell: onto a ticket, off it, and into a folder."""

from collections.abc import Sequence
from pathlib import Path

from techdesk.cli.changing import change_once, changes
from techdesk.cli.session import put, say, session, tell
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import names, tickets
from techdesk.models.rows import AttachmentLine


def attach(ref: str, text: str | None, photos: Sequence[Path], as_json: bool) -> None:
    """Puts files on a ticket, all or none, with a note if there is one."""
    from techdesk.exchange import attaching

    session.json = as_json
    ticket_id = names.ticket_id(session.store.connection, ref)
    prepared = [attaching.prepare(path) for path in photos]
    outcomes = attaching.attach(session.store, ticket_id, prepared, text)
    for each in prepared:
        if each.said:
            tell(each.said)
    if as_json:
        put(
            changes(list(dict.fromkeys((each.ref, each.state) for outcome in outcomes for each in outcome.changed)), [])
        )
        return
    for outcome in outcomes:
        say(outcome.said)


def detach(ref: str, number: int, as_json: bool) -> None:
    """Takes the file with that number, as `show` counts them, off a ticket."""
    from techdesk.desk.attachments import DetachFile

    session.json = as_json
    change_once(DetachFile(attachment_id=_numbered(ref, number).id), as_json)


def _numbered(ref: str, number: int) -> AttachmentLine:
    connection = session.store.connection
    lines = tickets.attachments(connection, names.ticket_id(connection, ref))
    if not 1 <= number <= len(lines):
        raise NotFound(f"{ref} has no file {number}: see their numbers with  techdesk show {ref}.")
    return lines[number - 1]


def needs_words() -> BadInput:
    """What to say when a note says nothing."""
    return BadInput("There is nothing to note: write  techdesk note REF TEXT  or name a file with --photo FILE.")
