"""Files from a person's disk onto a ticket: what they are by their content, made fit to travel, kept with the command."""

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from techdesk.desk.attachments import MOST_BYTES, AttachEvidence, AttachFile
from techdesk.desk.commands import Outcome
from techdesk.desk.tickets import NoteTicket
from techdesk.errors import BadInput
from techdesk.models.files import Files, digest_of, size_text
from techdesk.models.store import Store

# A photo may be larger before it is made smaller.
MOST_READ = 60 * 2**20
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
# How what a browser or a shell would run begins.
RUNS = ("#!", "<", "@echo off")
# What no text has, but for the blanks.
ODD = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
MARKUP = ("<script", "<html", "<svg", "<!doctype", "<?xml")
AS_IT_IS = (
    "{name} is attached as it is: what the camera wrote into it, often the place where it was taken, goes along, and nobody "
    "gets a small picture of it first. {more}"
)


class Prepared(NamedTuple):
    """A file as it will be kept, a small picture of it, and what its author should know."""

    name: str
    media_type: str
    data: bytes
    thumbnail: bytes | None = None
    width: int | None = None
    height: int | None = None
    taken_at: str | None = None
    said: str = ""


def prepare(path: Path) -> Prepared:
    """Reads a file and makes it fit. Raises BadInput with what is wrong with it."""
    return made_fit(_read(path), path.name)


def made_fit(data: bytes, called: str) -> Prepared:
    """A file that was read, made fit. Raises BadInput with what is wrong with it."""
    name = "".join(letter if letter.isprintable() else " " for letter in called)[-200:]
    media_type = media_type_of(data, name)
    found = _picture(data, media_type, name) if media_type.startswith("image/") else Prepared(name, media_type, data)
    if len(found.data) > MOST_BYTES:
        raise BadInput(
            f"{name} is {size_text(len(found.data))}, and {size_text(MOST_BYTES)} at most can be attached: make it smaller."
        )
    return found


def attach(store: Store, ticket_id: str, prepared: Sequence[Prepared], text: str | None = None) -> list[Outcome]:
    """Puts files, and a note if there is one, on a ticket in one transaction: `undo` takes all of it back."""
    files = Files(store.path)
    with store.transaction() as tx, store.together():
        outcomes = [] if text is None else [store.operate(tx, NoteTicket(ticket_id=ticket_id, text=text))]
        for each in prepared:
            outcomes.append(store.operate(tx, kept(files, ticket_id, each)))
    return outcomes


def prove(store: Store, run_id: str, step_id: str, prepared: Sequence[Prepared]) -> list[Outcome]:
    """Puts files on a step of a checklist's run, in one transaction."""
    files = Files(store.path)
    with store.transaction() as tx, store.together():
        return [
            store.operate(tx, AttachEvidence(run_id=run_id, step_id=step_id, **_facts(files, each)))
            for each in prepared
        ]


def kept(files: Files, ticket_id: str, each: Prepared) -> AttachFile:
    """Keeps a file and the small picture of it; the command that puts it on the ticket."""
    return AttachFile(ticket_id=ticket_id, **_facts(files, each))


def _facts(files: Files, each: Prepared) -> dict[str, Any]:
    """Keeps a file and the small picture of it; what a command says of it."""
    return {
        "sha256": files.add(each.data), "bytes": len(each.data), "name": each.name, "media_type": each.media_type,
        "width": each.width, "height": each.height, "taken_at": each.taken_at,
        "thumbnail_sha256": None if each.thumbnail is None else files.add(each.thumbnail),
        "thumbnail_bytes": None if each.thumbnail is None else len(each.thumbnail),
    }  # fmt: skip


def media_type_of(data: bytes, name: str) -> str:
    """What a file is by its content, whatever its name says. Raises BadInput for what may not be attached."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return "image/heic"
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if _is_plain_text(data):
        return "text/plain"
    raise BadInput(
        f"{name} is neither a photo (JPEG, PNG, WebP, GIF, HEIC) nor a PDF nor plain text, by its content: save it as one of "
        "these first."
    )


def _is_plain_text(data: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        text = data.decode("utf-8-sig")
        begins = text.lstrip()[:4000].casefold()
        return ODD.search(text) is None and not begins.startswith(RUNS) and not any(word in begins for word in MARKUP)
    return False


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BadInput(f"{path} is a folder: name the files in it, each with its own --photo.")
        if not path.exists():
            raise BadInput(f"There is no file {path}: check its name.")
        if not path.is_file():
            raise BadInput(f"{path} is no plain file: copy what it holds into one first.")
        with path.open("rb") as file:
            data = file.read(MOST_READ + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror or error}): check its permissions.") from None
    if not data:
        raise BadInput(f"{path} is empty: was it copied to its end? Nothing was attached.")
    if len(data) > MOST_READ:
        raise BadInput(f"{path} is larger than {size_text(MOST_READ)}: make it smaller first.")
    return data


def _picture(data: bytes, media_type: str, name: str) -> Prepared:
    try:
        from techdesk.exchange import pictures  # Pillow: 60 ms that only a photo pays
    except ImportError:
        more = "For both, run  pip install 'techdesk[photos]'  first."
        return Prepared(name, media_type, data, said=AS_IT_IS.format(name=name, more=more))
    found = pictures.made_fit(data, media_type, name)
    if found is None:
        return Prepared(
            name, media_type, data, said=AS_IT_IS.format(name=name, more="Saved as JPEG it would be made fit first.")
        )
    said = ""
    if digest_of(found.data) != digest_of(data):
        said = (
            f"{name}: {size_text(len(data))}, kept as {size_text(len(found.data))}, without the place, the device and"
            " whatever else the camera wrote into it."
        )
    return Prepared(name, media_type, found.data, found.thumbnail, found.width, found.height, found.taken_at, said)
