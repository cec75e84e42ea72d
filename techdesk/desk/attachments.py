"""Photos and papers of a ticket. A command tells what a file is; the file stands beside the store, under its SHA-256."""

from dataclasses import dataclass, fields
from typing import ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.ids import named_id
from techdesk.desk.story import tell_story, ticket, told
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput, NotFound, Refused

# What may be attached, with the ending that a file of it gets when it is opened. Nothing that a viewer would run.
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/heic": "heic",
    "application/pdf": "pdf",
    "text/plain": "txt",
}
MOST_BYTES = 10_000_000
MOST_THUMBNAIL_BYTES = 64_000
MOST_PIXELS_A_SIDE = 100_000
HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What is known of a file: its SHA-256 and size in bytes, its name and type, and where they are known its pixels, the
    moment it was taken, and the same of a small picture (JPEG) of it."""

    sha256: str
    bytes: int
    name: str
    media_type: str
    width: int | None = None
    height: int | None = None
    thumbnail_sha256: str | None = None
    thumbnail_bytes: int | None = None
    taken_at: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", checks.words(self.name, "The name of the file", longest=200))
        checks.one_of(self.media_type, "The type of the file", ENDINGS)
        _digest(self.sha256)
        checks.whole(self.bytes, "The size of the file", 1, MOST_BYTES)
        for side in (self.width, self.height):
            if side is not None:
                checks.whole(side, "The size of the picture", 1, MOST_PIXELS_A_SIDE)
        if self.thumbnail_sha256 is not None or self.thumbnail_bytes is not None:
            _digest(self.thumbnail_sha256)
            checks.whole(self.thumbnail_bytes or 0, "The size of the small picture", 1, MOST_THUMBNAIL_BYTES)
        if self.taken_at is not None:
            _moment(self.taken_at)

    def columns(self) -> Row:
        """The columns of the file in its row."""
        return {field.name: getattr(self, field.name) for field in fields(FileFacts)}


@dataclass(frozen=True, kw_only=True)
class AttachFile(FileFacts):
    """Puts a file on a ticket. The same file is on a ticket once."""

    NAME: ClassVar[str] = "ticket.attach"
    VERSION: ClassVar[int] = 1
    ticket_id: str


@dataclass(frozen=True, kw_only=True)
class AttachEvidence(FileFacts):
    """Puts a file on a step of a checklist's run, as evidence. The same file is on a step once."""

    NAME: ClassVar[str] = "run.photo"
    VERSION: ClassVar[int] = 1
    run_id: str
    step_id: str


@dataclass(frozen=True, kw_only=True)
class DetachFile:
    """Takes a file off its ticket. The history says that it was there."""

    NAME: ClassVar[str] = "ticket.detach"
    VERSION: ClassVar[int] = 1
    attachment_id: str


@handles(AttachFile)
def attach_file(tx: Tx, command: AttachFile, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    id = named_id("attachment", command.ticket_id, command.sha256)
    if tx.get("attachment", id) is not None:
        return told(row, f"{row['ref']} has {command.name} already.")
    tx.append("attachment", {"id": id, "ticket_id": command.ticket_id, **command.columns()})
    tell_story(tx, act, command.ticket_id, "attach", str(row["state"]), note=command.name)
    return told(row, f"Attached {command.name} to {row['ref']}.")


@handles(AttachEvidence)
def attach_evidence(tx: Tx, command: AttachEvidence, act: Act) -> Outcome:
    run, step = tx.get("checklist_run", command.run_id), tx.get("checklist_step", command.step_id)
    if run is None or step is None or step["checklist_id"] != run["checklist_id"]:
        raise NotFound("That step is not of a run in this store: see  techdesk checklist due.")
    title, id = str(step["title"]), named_id("attachment", command.run_id, command.step_id, command.sha256)
    if tx.get("attachment", id) is None:
        # A file belongs to a ticket or to a run; its ticket's column may not be empty.
        tx.append("attachment", {"id": id, "ticket_id": "", "run_id": command.run_id, "step_id": command.step_id,
                                 **command.columns()})  # fmt: skip
    return Outcome((Changed(title, "proved", id),), f"Attached {command.name} to {title}.")


@handles(DetachFile)
def detach_file(tx: Tx, command: DetachFile, act: Act) -> Outcome:
    found = tx.get("attachment", command.attachment_id)
    if found is None or not found["ticket_id"]:
        raise Refused("That file is on no ticket here: look with  techdesk show REF.")
    row = ticket(tx, str(found["ticket_id"]))
    tx.delete("attachment", command.attachment_id)
    tell_story(tx, act, str(row["id"]), "detach", str(row["state"]), note=str(found["name"]))
    return told(row, f"Took {found['name']} off {row['ref']}.")


@merges(DetachFile)
def detach_late(tx: Tx, command: DetachFile, act: Act, refusal: Refused) -> Outcome:
    """Someone took it off before: that is what its author wanted."""
    return Outcome(said="The file was taken off already.")


def _digest(text: str | None) -> None:
    if not isinstance(text, str) or len(text) != 64 or not HEX.issuperset(text):
        raise BadInput("The file's SHA-256 is none: attach the file itself with  techdesk note REF --photo FILE.")


def _moment(text: str) -> None:
    try:
        proper = clock.moment(clock.parse(text)) == text
    except ValueError:
        proper = False
    if not proper:
        raise BadInput(f"'{text[:40]}' is not a moment: write it as 2026-11-23T09:14:05.120Z.")
