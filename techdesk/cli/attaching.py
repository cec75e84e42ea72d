"""Photos and papers from the shell: onto a ticket, off it, and into a folder."""

from collections.abc import Sequence
from pathlib import Path

from techdesk.cli import documents
from techdesk.cli.changing import change_once, changes
from techdesk.cli.session import put, say, session, tell
from techdesk.desk.attachments import ENDINGS, DetachFile
from techdesk.errors import BadInput, NoConnection, NotFound, TechdeskError
from techdesk.models.files import Files
from techdesk.models.queries import names, tickets
from techdesk.models.rows import AttachmentLine, TicketStory


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
    session.json = as_json
    change_once(DetachFile(attachment_id=_numbered(ref, number).id), as_json)


def put_into(story: TicketStory, folder: Path, as_json: bool) -> None:
    """Puts a ticket's files into a folder, those that are not here fetched first. Raises what kept one away, after the
    others are there."""
    why = put_files(story.attachments, story.line.ref, folder, as_json)
    if as_json:
        put(documents.ticket(story))
    if why is not None:
        raise why
    if not story.attachments and not as_json:
        tell(f"{story.line.ref} has no photo and no file.")


def put_files(lines: Sequence[AttachmentLine], name: str, folder: Path, as_json: bool) -> TechdeskError | None:
    """Puts files into a folder, those that are not here fetched first, under names that begin with `name`. Returns what kept
    one away."""
    files, missing, why = Files(session.store.path), [], None
    lacking = [each.sha256 for each in lines if not files.has(each.sha256)]
    if lacking:
        from techdesk.sync.client import fetch_files  # the network's libraries: 80 ms

        try:
            fetch_files(session.store, lacking)
        except NoConnection as error:
            why = error
    for number, each in enumerate(lines, start=1):
        if files.has(each.sha256):
            place = _place(folder, f"{name}-{number}.{ENDINGS.get(each.media_type, 'bin')}", files, each)
            tell(str(place)) if as_json else say(str(place))
        else:
            missing.append(each.name)
    if why is None and missing:
        return NotFound(
            f"Not on the server yet: {', '.join(missing)}. The laptop that they were attached on has to sync."
        )
    return why


def _place(folder: Path, name: str, files: Files, line: AttachmentLine) -> Path:
    """Writes a file into the folder; one that is there already with something else in it is left alone."""
    place, data = folder / name, files.read(line.sha256)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if place.exists() and place.read_bytes() != data:
            raise BadInput(f"{place} is there already, with something else in it: name another folder.")
        place.write_bytes(data)
    except OSError as error:
        raise BadInput(
            f"{place} cannot be written ({error.strerror or error}): check the folder and its disk."
        ) from None
    return place


def _numbered(ref: str, number: int) -> AttachmentLine:
    connection = session.store.connection
    lines = tickets.attachments(connection, names.ticket_id(connection, ref))
    if not 1 <= number <= len(lines):
        raise NotFound(f"{ref} has no file {number}: see their numbers with  techdesk show {ref}.")
    return lines[number - 1]


def needs_words() -> BadInput:
    """What to say when a note says nothing."""
    return BadInput("There is nothing to note: write  techdesk note REF TEXT  or name a file with --photo FILE.")
