"""Files beside the store that hold what the store's own rows might: the laptop's key, drafts, photos.

Beside an encrypted store they are encrypted as well, each with a random nonce (ChaCha20-Poly1305), by a key that lies in the
store itself: who can open the store can open them, and nobody else. Beside a plain store they are plain.
"""

import glob
import os
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from techdesk.errors import StoreUnusable
from techdesk.models.seal import seal_path
from techdesk.models.store import connect

MAGIC = b"techdesk sealed file 1\n"
NONCE = 12
TAG = 16
FORMER = ".former"


class Box:
    """Shuts and opens the bytes of the files beside one store, as that store is now."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._found: bytes | None = None

    def shut(self, plain: bytes) -> bytes:
        """The bytes as they go to the disk: beside a plain store as they are."""
        if not seal_path(self._store).exists():
            return plain
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # 30 ms

        nonce = os.urandom(NONCE)
        return MAGIC + nonce + ChaCha20Poly1305(self._key()).encrypt(nonce, plain, MAGIC)

    def open(self, kept: bytes) -> bytes:
        """The bytes that were shut; plain ones as they are. Raises ValueError for another store's, or damaged ones."""
        if not is_shut(kept):
            return kept
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        nonce, body = kept[len(MAGIC) : len(MAGIC) + NONCE], kept[len(MAGIC) + NONCE :]
        try:
            return ChaCha20Poly1305(self._key()).decrypt(nonce, body, MAGIC)
        except (InvalidTag, ValueError):
            raise ValueError("it was encrypted beside another store, or it is damaged") from None

    def _key(self) -> bytes:
        if self._found is None:
            with closing(connect(self._store, read_only=True)) as store:
                row = store.execute("SELECT value FROM meta WHERE key = 'file_key'").fetchone()
            if row is None:
                raise ValueError("it was encrypted beside another store")
            self._found = bytes.fromhex(row[0])
        return self._found


def is_shut(kept: bytes) -> bool:
    """Whether these bytes of a file are encrypted."""
    return kept.startswith(MAGIC)


class Growing:
    """A file beside a store that comes piece by piece, perhaps over days: each piece is whole on the disk or not there."""

    def __init__(self, place: Path, box: Box) -> None:
        """`place` is where the whole will be: the pieces stand beside it."""
        self._place = place
        self._box = box

    @property
    def size(self) -> int:
        """How many bytes have come."""
        return sum(_plain_size(piece) for piece in self.pieces())

    def pieces(self) -> list[Path]:
        """The files of the pieces, in their order."""
        return sorted(self._place.parent.glob(f"{glob.escape(self._place.name)}.p*.part"))

    def append(self, data: bytes) -> None:
        """Adds what comes next. Raises OSError."""
        name = f"{self._place.name}.p{len(self.pieces()):06}.part"
        put_file(self._place.with_name(name), self._box.shut(data))

    def read(self) -> bytes:
        """What has come. A piece that cannot be opened is left out: the whole will not be what it should. Raises OSError."""
        found = b""
        for piece in self.pieces():
            with suppress(ValueError):
                found += self._box.open(piece.read_bytes())
        return found

    def remove(self) -> None:
        """Takes the pieces away, the last one first. Raises OSError."""
        for piece in reversed(self.pieces()):
            piece.unlink()


def _plain_size(file: Path) -> int:
    """How many bytes a file holds when it is open."""
    return file.stat().st_size - (len(MAGIC) + NONCE + TAG if _is_shut(file) else 0)


def put_file(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all, readable by its owner alone where the system knows owners."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600), "wb"
        ) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        settle_folder(path.parent)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def settle_folder(folder: Path) -> None:
    """Makes the names in a folder as durable as the bytes of its files, where a system can be asked to."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def erase(path: Path) -> None:
    """Overwrites a file and removes it. What a disk keeps of it elsewhere (an SSD's spare blocks, snapshots, backups) no
    program can reach."""
    with path.open("r+b") as file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(bytes(min(left, 1 << 20)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def beside(store: Path) -> Iterator[Path]:
    """The files beside a store that are encrypted with it: the laptop's keys, drafts, what attachments name."""
    yield from sorted(file for file in store.parent.glob("laptop*.key") if file.is_file())
    if (drafts := store.with_suffix(".drafts.json")).is_file():
        yield drafts
    yield from sorted(
        file for file in store.with_suffix(".files").glob("??/*") if file.suffix != FORMER and file.is_file()
    )


def plain_ones(store: Path) -> list[Path]:
    """The files beside a store that are not encrypted, those among them that a kill has left over."""
    found = [each for file in beside(store) for each in (file, *_leftovers(file))] + _snapshot(store)
    return [file for file in found if not _is_shut(file)]


def shut_all(store: Path) -> None:
    """Encrypts the files beside an encrypted store that are not yet; a snapshot that was being loaded is loaded anew. Raises
    OSError."""
    box = Box(store)
    _erase_snapshot(store)
    for file in beside(store):
        if not file.exists():
            continue  # it was left over from another, and went with that
        _tidy(file)
        if _is_shut(file):
            continue
        former, plain = _former(file), file.read_bytes()
        os.link(file, former)  # by this name its bytes can be overwritten once another file has the first
        put_file(file, box.shut(plain))
        erase(former)


def open_all(store: Path) -> None:
    """Decrypts the files beside a store. Raises OSError, and StoreUnusable for one that cannot be."""
    box = Box(store)
    for file in beside(store):
        if not file.exists():
            continue
        _tidy(file)
        kept = file.read_bytes()
        if is_shut(kept):
            try:
                put_file(file, box.open(kept))
            except ValueError as error:
                raise StoreUnusable(f"{file} cannot be decrypted: {error}. Move it away and do it again.") from None


def _snapshot(store: Path) -> list[Path]:
    return [file for file in sorted(store.with_name("snapshot").glob("*")) if file.name != "manifest"]


def _erase_snapshot(store: Path) -> None:
    for file in _snapshot(store):
        if not _is_shut(file):
            erase(file)


def _tidy(file: Path) -> None:
    for left in _leftovers(file):
        if left.samefile(file):
            left.unlink()
        else:
            erase(left)


def _leftovers(file: Path) -> list[Path]:
    """What a kill can leave of writing a file, or of encrypting it."""
    parts = file.parent.glob(f"{glob.escape(file.name)}.*.part")
    return [*parts, *(each for each in (_former(file),) if each.exists())]


def _former(file: Path) -> Path:
    return file.with_name(file.name + FORMER)


def _is_shut(file: Path) -> bool:
    with file.open("rb") as opened:
        return is_shut(opened.read(len(MAGIC)))
