"""How rows are packed for a laptop that has to have many at once: the form of a snapshot's chunks and of its manifest.

A chunk is zstd of lines, each [table, {column: its values}] as JSON: columns pack better than rows, and their values are
more alike. Rows come in the order of ids, which is that of time.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from techdesk.errors import BadInput
from techdesk.sync import wire
from techdesk.sync.wire import Cursor

# A chunk is closed when it has so many bytes packed or plain: with a last line it stays below 1 MB, and small in memory.
PACKED_BYTES = 700 * 1024
PLAIN_BYTES = 8 * 1024 * 1024
# What a line should have, in bytes, and the most rows.
LINE_BYTES = 128 * 1024
LINE_ROWS = 1000
# Of rows that were not seen yet so many go into a line: one may have a megabyte of text.
FIRST_ROWS = 20


class Chunk(NamedTuple):
    """A piece of a snapshot."""

    content: bytes
    rows: int


class Piece(NamedTuple):
    """What a manifest says of a chunk."""

    sha256: str
    bytes: int
    rows: int


class Manifest(NamedTuple):
    """What a snapshot consists of. `cursor` is where the log goes on from it, `sites` are the scopes whose rows are in it
    (see `sync.scopes`), None those of all; `common` says whether the rows that belong to no site are in it."""

    id: str
    cursor: Cursor
    sites: list[str] | None
    common: bool
    rows: int
    made_at: str
    chunks: list[Piece]

    @property
    def bytes(self) -> int:
        return sum(chunk.bytes for chunk in self.chunks)


class Source(NamedTuple):
    """The rows of a table, some at a time: `some` is asked for as many as it likes to give, at most, until it has none."""

    table: str
    columns: Sequence[str]
    some: Any


def pack(sources: Iterable[Source]) -> Iterator[Chunk]:
    """Packs rows into chunks, as they come."""
    import zstandard

    packer, pieces, rows, packed, plain = None, [], 0, 0, 0
    for line, count in _lines(sources):
        packer = packer or zstandard.ZstdCompressor(level=6).compressobj()
        pieces.append(packer.compress(line) + packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
        rows, packed, plain = rows + count, packed + len(pieces[-1]), plain + len(line)
        if packed >= PACKED_BYTES or plain >= PLAIN_BYTES:
            yield Chunk(b"".join((*pieces, packer.flush())), rows)
            packer, pieces, rows, packed, plain = None, [], 0, 0, 0
    if packer is not None:
        yield Chunk(b"".join((*pieces, packer.flush())), rows)


def _lines(sources: Iterable[Source]) -> Iterator[tuple[bytes, int]]:
    """(line, its rows)."""
    for source in sources:
        number = FIRST_ROWS
        while rows := source.some(number):
            columns = dict(zip(source.columns, zip(*rows, strict=True), strict=True))
            line = wire.dumps([source.table, columns]) + b"\n"
            yield line, len(rows)
            number = max(1, min(LINE_ROWS, LINE_BYTES * len(rows) // len(line)))


def unpack(content: bytes) -> Iterator[tuple[str, dict[str, list[Any]]]]:
    """The (table, {column: values}) of a chunk. Raises BadInput for what is none."""
    plain = wire.decompress(content)
    start = 0
    while (end := plain.find(b"\n", start)) >= 0:
        table, columns = wire.loads(plain[start:end])
        yield table, columns
        start = end + 1


def manifest_document(manifest: Manifest) -> dict[str, Any]:
    """A manifest as it travels."""
    return manifest._asdict() | {"cursor": manifest.cursor._asdict()}


def read_manifest(document: Any) -> Manifest:
    """The manifest that a document is. Raises BadInput."""
    try:
        chunks = [Piece(str(sha256), int(size), int(rows)) for sha256, size, rows in document["chunks"]]
        if not all(len(each.sha256) == 64 and each.sha256.isalnum() and each.bytes > 0 for each in chunks):
            raise ValueError
        return Manifest(
            str(document["id"]), Cursor(**document["cursor"]),
            None if document["sites"] is None else [str(site) for site in document["sites"]], bool(document["common"]),
            int(document["rows"]), str(document["made_at"]), chunks,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        raise BadInput("The server's snapshot cannot be read: update techdesk on both ends.") from None
