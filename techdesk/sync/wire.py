"""The wire: what one exchange carries, how it is written, and the hashes and signatures that both ends compute.

A request is {protocol, cursor, operations, numbers_wanted, local_now}, a reply {entries, more, cursor, head, numbers,
server_time, expects_dseq}; both are JSON, compressed with zstd.
"""

import hashlib
import json
import re
from typing import Any, NamedTuple

from techdesk.errors import BadInput

PROTOCOL = 1
SYNC_PATH = "/v1/sync"
ENROL_PATH = "/v1/enrol"
ESCROW_PATH = "/v1/escrow"
FORK_PATH = "/v1/fork"
BLOBS_PATH = "/v1/blobs"
SNAPSHOT_PATH = "/v1/snapshot"
CHUNK_PATH = "/v1/chunk"
KNOWN_PATH = "/v1/known"
FEEDS_PATH = "/v1/feeds"
VERIFY_PATH = "/v1/verify"

# One page, either way, in bytes of plain JSON: what a bad link carries in one go.
PAGE_BYTES = 256 * 1024
# A page of the log may be so many times as long: its rows resemble each other and compress twenty to one, where operations
# compress four to one. With it the end of a usual visit takes three round trips instead of four.
DOWN = 1.5
PAGE_OPERATIONS = 500
# A part of a file, either way, in bytes at most; and how many files one request asks about.
MOST_PART = 256 * 1024
MOST_FILES = 500
# What either end refuses to take in: no honest message comes near it.
MOST_COMPRESSED = 4 * 1024 * 1024
MOST_PLAIN = 16 * 1024 * 1024
# What a server takes in: a page, or one operation with all that it may say. Small as it is, it may become fifty times as
# much once it is taken apart.
MOST_ASKED = 4 * 1024 * 1024

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Operation(NamedTuple):
    """One command as it travels to the server. `prev_hash` is `link` of the laptop's operation before it."""

    mid: str
    dseq: int
    prev_hash: str
    command: str
    version: int
    args: dict[str, Any]
    at: str
    actor: str | None
    offset: float


class Cursor(NamedTuple):
    """How far a laptop has come in the log of its organisation; opaque to it."""

    epoch: str
    seq: int
    chain: str


class Wanted(NamedTuple):
    """What a laptop wants of the log while it goes from one set of sites to another: only what is for these sites, with
    common rows if `common`, up to the entry `until`."""

    sites: list[str]
    common: bool
    until: int


class Request(NamedTuple):
    """What a laptop sends. `holding` is the digest of the sites whose rows it holds (see `sync.scopes`)."""

    cursor: Cursor
    operations: list[Operation]
    numbers_wanted: int
    local_now: str
    holding: str = "*"
    wanted: Wanted | None = None


class Fork(NamedTuple):
    """What a laptop whose store is a copy sends, signed as the laptop that it was: the id and public key that it takes, and
    the number and chain's hash of the last operation that has come back to it, as of that cursor."""

    laptop: str
    public_key: str
    last_dseq: int
    last_hash: str
    cursor: Cursor


# A row that an operation wrote: table, id, the columns that it set (None: it was removed), 1 if it made the row.
RowWrite = tuple[str, str, dict[str, Any] | None, int]


class Entry(NamedTuple):
    """One entry of the log as it travels to a laptop."""

    seq: int
    mid: str
    laptop: str
    actor: str | None
    command: str
    at: str
    kind: str
    writes: list[RowWrite]


class Reply(NamedTuple):
    """What the server answers. `expects_dseq` is the number of the next operation that it wants of this laptop. `sites` are
    those that the laptop may have ("*": all) when it holds others; None when it holds just these. `recovery_key` is that of
    the organisation, if it has one (see `sync.escrow`)."""

    entries: list[Entry]
    more: bool
    cursor: Cursor
    head: int
    numbers: tuple[int, int] | None
    server_time: str
    expects_dseq: int
    sites: list[str] | str | None = None
    recovery_key: str | None = None


def loads(text: str | bytes) -> Any:
    """JSON as both ends read it: a number that is none (NaN, Infinity) is nothing. Raises BadInput."""
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The message is not JSON ({error}): update techdesk on both ends.") from None


def dumps(value: object) -> bytes:
    """JSON without blanks, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def args_text(operation: Operation) -> str:
    """The arguments as both ends hash them."""
    return json.dumps(operation.args, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def digest(operation: Operation, args: str) -> str:
    """What tells whether two operations are the same one: who did what and when, whatever laptop it came by. `args` is
    `args_text` of it."""
    head = json.dumps((operation.mid, operation.command, operation.version, operation.at, operation.actor))
    return hashlib.sha256(f"{head}\n{args}".encode()).hexdigest()


def link(before: str, *parts: str | int) -> str:
    """The next hash of a chain."""
    return hashlib.sha256("\n".join((before, *(str(part) for part in parts))).encode()).hexdigest()


def signed_message(method: str, path: str, laptop: str, counter: int, body: bytes) -> bytes:
    """What a laptop signs."""
    return f"techdesk {PROTOCOL}\n{method}\n{path}\n{laptop}\n{counter}\n{hashlib.sha256(body).hexdigest()}".encode()


def compress(plain: bytes) -> bytes:
    """With zstd."""
    import zstandard

    return zstandard.ZstdCompressor(level=6).compress(plain)


def decompress(body: bytes, most: int = MOST_PLAIN) -> bytes:
    """The other way; BadInput for what is not zstd or would be larger than `most` bytes."""
    import zstandard

    try:
        with zstandard.ZstdDecompressor(max_window_size=2**23).stream_reader(body) as reader:
            plain: bytes = reader.read(most + 1)
    except zstandard.ZstdError as error:
        raise BadInput(f"The message cannot be decompressed ({error}): send it again.") from None
    if len(plain) > most:
        raise BadInput(f"The message is larger than {most // 2**20} MB: send less at a time.")
    return plain


def request_body(request: Request) -> bytes:
    """A request as plain JSON."""
    return dumps(
        {
            "protocol": PROTOCOL,
            "cursor": request.cursor._asdict(),
            "operations": [operation._asdict() for operation in request.operations],
            "numbers_wanted": request.numbers_wanted,
            "local_now": request.local_now,
            "holding": request.holding,
            **({} if request.wanted is None else {"wanted": request.wanted._asdict()}),
        }
    )


def fork_body(fork: Fork) -> bytes:
    """A laptop's new identity as plain JSON."""
    return dumps({"protocol": PROTOCOL, **fork._asdict(), "cursor": fork.cursor._asdict()})
