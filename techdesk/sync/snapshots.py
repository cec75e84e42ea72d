"""A snapshot, the laptop's side: the server's tables as of one entry of its log, fetched chunk by chunk into a folder beside
the store, and laid into the store when all of it is there.

What was fetched stays over a broken link, a kill and a full disk: the next time only what is missing is asked for. Each
chunk is checked by its hash. Who lays the rows does so in the transaction that also keeps the cursor.
"""

import hashlib
import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from techdesk.errors import BadInput, NoConnection, StoreUnusable
from techdesk.models.sealed_files import Box, Growing, put_file
from techdesk.models.store import Store
from techdesk.paths import make_private_folder
from techdesk.sync import aside, packing, rebase, wire
from techdesk.sync.connection import ServerRefused, SignedConnection
from techdesk.sync.packing import Manifest, Piece

# A piece of a chunk takes about so long: a link that breaks costs no more than that, and one that holds is used.
PIECE_SECONDS = 2.0
LEAST_PIECE, MOST_PIECE = 32 * 1024, 1024 * 1024
# How often another snapshot is begun with, because the one before was gone.
TURNS = 5
MIDS_AT_ONCE = 5_000
KEPT = "what was loaded is kept"


class Wanted(NamedTuple):
    """Which rows: those of these sites (None: of all that this laptop may see), with what belongs to no site or without, as
    of entry `least` of the log or later."""

    sites: tuple[str, ...] | None = None
    common: bool = True
    least: int = 0


class Loaded(NamedTuple):
    """How far the loading has come, in bytes."""

    done: int
    of: int


class Cancelled(Exception):
    """The person does not want to wait; what was loaded is kept."""


class Fetched(NamedTuple):
    """A snapshot that is here whole. `put_away` it when its rows are in the store."""

    manifest: Manifest
    folder: Path
    box: Box

    def segments(self) -> Iterator[tuple[str, dict[str, list[Any]]]]:
        """(table, {column: values}), one after the other. Raises NoConnection when another sync has put it away."""
        for piece in self.manifest.chunks:
            try:
                content = self.box.open((self.folder / piece.sha256).read_bytes())
            except OSError as error:
                raise NoConnection(f"The snapshot in {self.folder} is gone ({error.strerror}): sync again.") from error
            yield from packing.unpack(content)

    def put_away(self) -> None:
        """Removes the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def fetch(
    store: Store,
    signed: SignedConnection,
    wanted: Wanted,
    progress: Callable[[Loaded], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Fetched:
    """A snapshot, whole and checked, in the folder beside the store. Raises NoConnection, StoreUnusable for a disk that takes
    no more, Cancelled; what is there by then is used the next time."""
    folder, box = store.path.with_name("snapshot"), Box(store.path)
    with _sentences(folder):
        make_private_folder(folder)
        manifest = _kept(folder, wanted)
        for _ in range(TURNS):
            manifest = manifest or _asked(folder, signed, wanted, cancelled)
            try:
                _Loading(folder, box, signed, manifest, progress, cancelled).run()
                return Fetched(manifest, folder, box)
            except ServerRefused as refusal:
                if refusal.code != "expired":
                    raise
                manifest = None
    raise NoConnection("The server's snapshots are gone before they are loaded: try again later.")


def in_log(signed: SignedConnection, manifest: Manifest, mids: Sequence[str]) -> dict[str, str]:
    """Of those operations, by mid, the ones whose effect is in the snapshot, each with the kind of its outcome. Raises
    NoConnection; ServerRefused with the code `expired` when the server has another history by now, or not the snapshot, or
    this laptop may not see all of it."""
    found: dict[str, str] = {}
    for at in range(0, max(1, len(mids)), MIDS_AT_ONCE):  # also with none: it says whether all holds still
        asked = _request(snapshot=manifest.id, **manifest.cursor._asdict(), mids=mids[at : at + MIDS_AT_ONCE])
        try:
            found.update(_read(signed.exchange(asked, path=wire.KNOWN_PATH))["known"])
        except (KeyError, TypeError, ValueError, BadInput):
            raise NoConnection("The server's answer cannot be read: update techdesk on both ends.") from None
    return found


def lay(connection: sqlite3.Connection, fetched: Fetched, columns: rebase.Columns, *, instead: bool) -> set[str]:
    """Puts the rows into the store, in the transaction that is open, `instead` of all that is there or beside it; where a row
    is there already, the snapshot's takes its place. Full-text search is filled at the end, in one go. Returns the names of
    the tables and columns that this version has no place for (see `aside`).

    Raises StoreUnusable for rows that cannot be here.
    """
    strange: set[str] = set()
    with _search_aside(connection):
        if instead:
            for table in columns:
                connection.execute(f'DELETE FROM "{table}"')
        for table, values in fetched.segments():
            strange.update(aside.strange(table, values, columns))
            names = [name for name in values if name in columns.get(table, ())]
            if "id" not in names:
                continue
            try:
                connection.executemany(_putting(table, names), zip(*(values[name] for name in names), strict=True))
            except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, ValueError) as error:
                raise StoreUnusable(
                    f"The server's snapshot does not fit into this store ({error}): update techdesk, or run  techdesk doctor."
                ) from error
    return strange


def _putting(table: str, names: Iterable[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    sets = ", ".join(f"{name} = excluded.{name}" for name in quoted)
    marks = ", ".join("?" * len(quoted))
    return f'INSERT INTO "{table}" ({", ".join(quoted)}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {sets}'


@contextmanager
def _search_aside(connection: sqlite3.Connection) -> Iterator[None]:
    """Inside, rows go in without being indexed for search; then all is indexed at once, which takes a tenth of the time."""
    searches = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%USING fts5%content=%'"
        ).fetchall()
    ]
    triggers = [
        (name, sql)
        for name, sql in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        if name.startswith(tuple(f"{search}_" for search in searches))
    ]
    for name, _ in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    yield
    for search in searches:
        connection.execute(f"INSERT INTO {search} ({search}) VALUES ('rebuild')")
    for _, sql in triggers:
        connection.execute(sql)


class _Loading:
    """Fetches what is missing of one snapshot."""

    def __init__(
        self,
        folder: Path,
        box: Box,
        signed: SignedConnection,
        manifest: Manifest,
        progress: Callable[[Loaded], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self._folder = folder
        self._box = box
        self._signed = signed
        self._manifest = manifest
        self._progress = progress
        self._cancelled = cancelled
        self._size = min(2 * LEAST_PIECE, MOST_PIECE)
        self._done = 0

    def run(self) -> None:
        self._leave_only({"manifest", *(piece.sha256 for piece in self._manifest.chunks)})
        for piece in self._manifest.chunks:
            whole = self._folder / piece.sha256
            if not self._is_whole(whole, piece) and not self._load(piece, whole) and not self._load(piece, whole):
                raise NoConnection(f"A part of the server's snapshot came damaged twice: sync again; {KEPT}.")
            self._done += piece.bytes
        self._progress(Loaded(self._done, self._manifest.bytes))

    def _leave_only(self, names: set[str]) -> None:
        """Chunks of another snapshot are not needed any more."""
        for path in self._folder.iterdir():
            if path.name.partition(".")[0] not in names:
                path.unlink(missing_ok=True)

    def _load(self, piece: Piece, whole: Path) -> bool:
        """Fetches a chunk, from where it broke off before. False when what came is not what the manifest says."""
        part = Growing(whole, self._box)
        size = part.size
        while size < piece.bytes:
            self._progress(Loaded(self._done + size, self._manifest.bytes))
            if self._cancelled():
                raise Cancelled
            content = self._piece(piece, size)
            if not content:
                break
            part.append(content)
            size += len(content)
        content = part.read()
        right = hashlib.sha256(content).hexdigest() == piece.sha256
        if right:
            put_file(whole, self._box.shut(content))
        part.remove()
        return right

    def _is_whole(self, path: Path, piece: Piece) -> bool:
        try:
            return hashlib.sha256(self._box.open(path.read_bytes())).hexdigest() == piece.sha256
        except (FileNotFoundError, ValueError):
            return False

    def _piece(self, piece: Piece, offset: int) -> bytes:
        began = time.monotonic()
        asked = _request(snapshot=self._manifest.id, sha256=piece.sha256, offset=offset, length=self._size)
        content = self._signed.exchange(asked, path=wire.CHUNK_PATH)
        rate = len(content) / max(time.monotonic() - began, 0.001)
        self._size = int(min(MOST_PIECE, max(LEAST_PIECE, rate * PIECE_SECONDS)))
        return content


def _kept(folder: Path, wanted: Wanted) -> Manifest | None:
    """The manifest of a snapshot whose loading broke off, if it is one of what is wanted now."""
    try:
        document = json.loads((folder / "manifest").read_text(encoding="utf-8"))
        manifest = packing.read_manifest(document["manifest"])
        same = document["wanted"] == [wanted.sites and list(wanted.sites), wanted.common]
        return manifest if same and manifest.cursor.seq >= wanted.least else None
    except (OSError, ValueError, KeyError, TypeError, BadInput):
        return None


def _asked(folder: Path, signed: SignedConnection, wanted: Wanted, cancelled: Callable[[], bool]) -> Manifest:
    """The manifest of a snapshot that the server has or makes. While it makes one, each request waits for a while there."""
    while True:
        if cancelled():
            raise Cancelled
        answer = _read(signed.exchange(_request(**wanted._asdict()), path=wire.SNAPSHOT_PATH))
        if not answer.get("ready"):
            continue
        manifest = packing.read_manifest(answer.get("manifest"))
        if wanted.sites is not None and set(manifest.sites or ()) != set(wanted.sites):
            raise NoConnection("This laptop may not see all of those sites any more: sync again.")
        if manifest.cursor.seq >= wanted.least:
            break
    kept = {
        "wanted": [wanted.sites and list(wanted.sites), wanted.common],
        "manifest": packing.manifest_document(manifest),
    }
    (folder / "manifest").write_text(json.dumps(kept), encoding="utf-8")
    return manifest


def _request(**fields: object) -> bytes:
    return wire.dumps({"protocol": wire.PROTOCOL, **fields})


def _read(body: bytes) -> dict[str, Any]:
    document = wire.loads(body)
    if not isinstance(document, dict):
        raise BadInput("The server's answer is not an object: update techdesk on both ends.")
    return document


@contextmanager
def _sentences(folder: Path) -> Iterator[None]:
    """What the disk and the messages say, as a sentence with what to do."""
    try:
        yield
    except BadInput as error:
        raise NoConnection(str(error)) from None
    except FileNotFoundError:  # another sync of this laptop has put it away
        raise NoConnection(f"The snapshot in {folder} is gone: sync again.") from None
    except OSError as error:
        raise StoreUnusable(
            f"The server's snapshot cannot be kept in {folder} ({error.strerror}): free some space on that disk and sync "
            f"again; {KEPT}."
        ) from error
