"""The files that attachments name: in a folder beside the store, each under its SHA-256, whole or not there at all.

A file is written beside its place, forced to the disk and then renamed, so that a kill or a full disk leaves none that is
half there. What is being fetched stands beside it in pieces until it is whole. Beside an encrypted store they are encrypted.
"""

import errno
import json
import logging
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from techdesk import clock
from techdesk.errors import StoreUnusable
from techdesk.models.rows import AttachmentLine
from techdesk.models.sealed_files import Box, Growing, erase
from techdesk.models.store import Store
from techdesk.paths import make_private_file, make_private_folder

LOG = logging.getLogger("techdesk.files")
DIGEST = re.compile(r"[0-9a-f]{64}")
# A file that was taken off its ticket is kept for so long, because `undo` may bring it back.
UNDOABLE_DAYS = 30
HERE, SMALL, ABSENT = "here", "small picture only", "not here yet"


class Files:
    """The files of the store at that path. The folder is made with its first file."""

    def __init__(self, store: Path) -> None:
        self.folder = store.with_suffix(".files")
        self._box = Box(store)

    def path(self, digest: str) -> Path:
        """Where a file stands, or would."""
        return self.folder / digest[:2] / digest

    def has(self, digest: str | None) -> bool:
        """Whether it is here, whole."""
        return digest is not None and self.path(digest).is_file()

    def holding(self, line: AttachmentLine) -> str:
        """HERE, SMALL or ABSENT."""
        if self.has(line.sha256):
            return HERE
        return SMALL if self.has(line.thumbnail_sha256) else ABSENT

    def add(self, data: bytes) -> str:
        """Keeps a file and returns its SHA-256; one that is here already is not written again. Raises StoreUnusable."""
        digest = digest_of(data)
        if not self.has(digest):
            place = self.path(digest)
            with _sentences(place):
                self._make_folder(place)
                part = place.with_suffix(".new")
                try:
                    make_private_file(part)
                    _write(part, self._box.shut(data), "wb")
                    part.replace(place)
                except BaseException:
                    part.unlink(missing_ok=True)
                    raise
                _force_folder(place.parent)
        return digest

    def read(self, digest: str) -> bytes:
        """The file. Raises StoreUnusable when it is not here, or damaged."""
        with _sentences(self.path(digest)):
            kept = self.path(digest).read_bytes()
        try:
            data = self._box.open(kept)
        except ValueError:
            data = b""
        if digest_of(data) != digest:
            raise StoreUnusable(
                f"The file {self.path(digest)} is damaged: delete it, then fetch it again with  techdesk show REF --photos."
            )
        return data

    def sound(self, digest: str) -> bool:
        """Whether a file that is here is what it was."""
        try:
            return digest_of(self._box.open(self.path(digest).read_bytes())) == digest
        except (OSError, ValueError):
            return False

    def received(self, digest: str) -> int:
        """How many bytes of a file that is being fetched are here."""
        return self._growing(digest).size

    def receive(self, digest: str, data: bytes) -> None:
        """Adds what comes next of a file that is being fetched. Raises StoreUnusable."""
        place = self.path(digest)
        with _sentences(place):
            self._make_folder(place)
            self._growing(digest).append(data)

    def complete(self, digest: str) -> bool:
        """Puts a file that was fetched into its place; False, and all of it forgotten, when it is another one."""
        growing = self._growing(digest)
        with _sentences(self.path(digest)):
            data = growing.read()
        right = digest_of(data) == digest
        if right:
            self.add(data)
        with _sentences(self.path(digest)):
            growing.remove()
        return right

    def remove(self, digest: str) -> None:
        """Takes a file away, and what was fetched of it; overwritten first, as far as the disk lets one. Raises OSError."""
        for place in sorted(self.path(digest).parent.glob(f"{digest}*")):
            erase(place)

    def all(self) -> Iterator[str]:
        """The SHA-256 of every file that is here, whole or in part."""
        found = {each.name[:64] for each in self.folder.glob("??/*") if DIGEST.fullmatch(each.name[:64])}
        yield from sorted(found)

    def to_open(self, line: AttachmentLine, name: str) -> Path:
        """A copy with an ending that the system's viewer understands, for as long as it is looked at. The ending hangs on
        the type alone, never on the name that somebody gave. Raises StoreUnusable."""
        return self.to_show(self.read(line.sha256), name)

    def to_show(self, data: bytes, name: str) -> Path:
        """A file for the system's viewer, for as long as it is looked at: `close_opened` takes it away. Raises
        StoreUnusable."""
        place = self.folder / "open" / name
        with _sentences(place):
            self._make_folder(place)
            make_private_file(place)
            place.write_bytes(data)
        return place

    def _make_folder(self, place: Path) -> None:
        """The folder of a file, and that of all: whoever may not enter this reads nothing below."""
        make_private_folder(self.folder)
        make_private_folder(place.parent)

    def close_opened(self) -> None:
        """Takes the copies of `to_open` away; one that a viewer still holds waits for the next time."""
        for each in self.folder.glob("open/*"):
            with suppress(OSError):
                erase(each)

    def _growing(self, digest: str) -> Growing:
        return Growing(self.path(digest), self._box)


def prune(store: Store, *, undoable: bool = True) -> int:
    """Takes away the files that no attachment names; how many. Those stay that waiting work or an open item of the inbox is
    about, and those of the last `UNDOABLE_DAYS` that undo may bring back; without `undoable` (rows that this laptop may not
    hold any more) the latter go too."""
    files = Files(store.path)
    if not files.folder.is_dir():
        return 0
    files.close_opened()
    if not set(files.all()) - _named(store):
        return 0
    gone = 0
    with store.transaction():  # nobody attaches meanwhile
        keep = _named(store) | _own_work(store, UNDOABLE_DAYS if undoable else 0)
        for digest in set(files.all()) - keep:
            try:
                files.remove(digest)
                gone += 1
            except OSError as error:  # a viewer holds it open: the next time
                LOG.info("the file %s cannot be removed yet: %s", digest, error)
    return gone


def digest_of(data: bytes) -> str:
    """The SHA-256 of a file, in lower-case hexadecimal."""
    from hashlib import sha256  # 4 ms for OpenSSL, which only those pay who touch a file

    return sha256(data).hexdigest()


def size_text(size: int) -> str:
    """340 KB, 2.1 MB."""
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1000))} KB"


def handing_in(store: Store) -> list[str]:
    """The files that the server is to have still, though nothing here names them any more: their tickets were taken away
    from this laptop before they were sent."""
    found: list[str] = json.loads(store.meta("handing_in") or "[]")
    return found


def _named(store: Store) -> set[str]:
    rows = store.connection.execute(
        "SELECT sha256 FROM attachment UNION SELECT thumbnail_sha256 FROM attachment WHERE thumbnail_sha256 IS NOT NULL"
    )
    return {str(digest) for (digest,) in rows}.union(handing_in(store))


def _own_work(store: Store, days: int) -> set[str]:
    """What waiting operations, those of the last days and open items of the inbox are about."""
    horizon = clock.moment(clock.parse(store.now()) - timedelta(days=days))
    texts = store.connection.execute(
        "SELECT args || undo FROM operation WHERE command IN ('ticket.attach', 'ticket.detach')"
        " AND (state <> 'done' OR (at >= ? AND ?)) UNION ALL SELECT mine FROM inbox_item WHERE state = 'open'",
        (horizon, days),
    )
    return {digest for (text,) in texts for digest in DIGEST.findall(text)}


def _write(place: Path, data: bytes, mode: str) -> None:
    with place.open(mode) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _force_folder(folder: Path) -> None:
    """Makes a renaming last through a power loss, where a folder can be forced to the disk."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


class _sentences:
    """Turns what the file system says into a sentence with what to do next."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __enter__(self) -> None:
        return

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if not isinstance(error, OSError):
            return
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreUnusable(
                f"The disk is full, so the file is not kept: free some space on the disk of {self._place.parent} and do it "
                "again."
            ) from error
        raise StoreUnusable(
            f"The file {self._place} cannot be used ({error.strerror or error}): check the folder's permissions."
        ) from error
