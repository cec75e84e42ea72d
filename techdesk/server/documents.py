"""The messages of the HTTP API, as its OpenAPI document shows them. They are read and written in `techdesk.sync.wire` and in
the modules of each endpoint; tests hold these shapes to what really travels. Bodies are JSON; those of signed requests are
packed with zstd.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from techdesk.sync import wire

HASH = "^([0-9a-f]{64})?$"
Id = Annotated[str, Field(pattern=f"^{wire.ID.pattern}$", examples=["01a20851-fd69-7ccb-8002-9d7c06a00ff3"])]
Moment = Annotated[
    str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", examples=["2026-11-23T09:14:05.120Z"])
]
Hash = Annotated[str, Field(pattern=HASH, description="SHA-256 in hexadecimal; empty at the beginning of a chain.")]
Key = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="A public Ed25519 key, 32 bytes in hexadecimal.")]
Number = Annotated[int, Field(ge=0, lt=1 << 63)]
Value = str | int | float | None


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Open(BaseModel):
    """A message that may hold more than this version knows."""

    model_config = ConfigDict(extra="allow")


class Problem(_Open):
    """Why the server did not do it: a sentence with what to do next, and a word for programs. Some carry more:
    `expects_dseq`, `last`, `epoch`, `last_dseq`, `last_hash`, `have`."""

    error: str = Field(examples=["The request is not signed: enrol this laptop with  techdesk enrol."])
    code: str = Field(examples=["unsigned"])


class Cursor(_Message):
    """How far a laptop has come in the log of its organisation."""

    epoch: str
    seq: Number
    chain: Hash


class SentOperation(_Open):
    """One command. `dseq` counts the laptop's operations without a gap, `prev_hash` is the hash of the one before it."""

    mid: Id
    dseq: Annotated[int, Field(ge=1, lt=1 << 63)]
    prev_hash: Hash
    command: Annotated[str, Field(max_length=100, examples=["ticket.note"])]
    version: Annotated[int, Field(ge=0, lt=1 << 31)]
    args: dict[str, Any] = Field(
        examples=[{"ticket_id": "01a20851-fd69-7ccb-8002-9d7c06a00ff3", "text": "Toner is low"}]
    )
    at: Moment
    actor: Id | None = None
    offset: float | None = Field(default=0.0, description="Seconds that the laptop's clock is behind the server's.")


class WantedPart(_Message):
    """Only what is for these sites, with common rows or without, up to the entry `until`."""

    sites: list[str]
    common: bool
    until: Number


class SyncRequest(_Open):
    """Push and pull in one."""

    protocol: Literal[1]
    cursor: Cursor
    operations: Annotated[list[SentOperation], Field(max_length=wire.PAGE_OPERATIONS)]
    numbers_wanted: Annotated[int, Field(ge=0, lt=1 << 31)]
    local_now: Moment
    holding: str = "*"
    wanted: WantedPart | None = None


class LogEntry(_Message):
    """One operation in the server's order, with the rows that it wrote: [table, id, columns or null, 1 if it was made]."""

    seq: Number
    mid: Id
    laptop: str
    actor: str | None
    command: str
    at: str
    kind: Literal["plain", "merged", "conflict", "rejected", "parked"]
    writes: list[tuple[str, str, dict[str, Value] | None, Literal[0, 1]]]


class SyncReply(_Message):
    """`expects_dseq` is the number of the laptop's next operation, `numbers` the first and last ticket number of a lease,
    `sites` those that the laptop may have ("*": all) when it holds others."""

    entries: list[LogEntry]
    more: bool
    cursor: Cursor
    head: Number
    numbers: tuple[int, int] | None
    server_time: Moment
    expects_dseq: Number
    protocol: Literal[1]
    sites: list[str] | Literal["*"] | None = None
    recovery_key: str | None = None


class EnrolRequest(_Open):
    """What a laptop brings with its one-time code. One that was enrolled before also brings its organisation and where its
    own sequence begins."""

    code: str = Field(examples=["K7QF-2M9D-XW4T"])
    public_key: Key
    laptop: Id
    laptop_name: Annotated[str, Field(min_length=1, max_length=200)]
    technician: Id
    van: Id
    highest_number: Annotated[int, Field(ge=0, le=10**8)]
    organisation: Id | None = None
    last_dseq: Annotated[int, Field(ge=0, le=10**8)] = 0
    last_hash: Hash = ""


class Named(_Message):
    """An organisation."""

    id: Id
    name: str


class EnrolReply(_Open):
    """The name that the laptop has here, which no other has; whose it is now, and the rows of its technician and van."""

    protocol: Literal[1]
    organisation: Named
    cursor: Cursor
    laptop_name: str
    technician: dict[str, Value]
    van: dict[str, Value] | None
    numbers: tuple[int, int]
    server_time: Moment


class ForkRequest(_Open):
    """The new identity of a laptop whose store is a copy."""

    protocol: Literal[1]
    laptop: Id
    public_key: Key
    last_dseq: Number
    last_hash: Hash
    cursor: Cursor


class ForkReply(_Message):
    """The name of the new laptop."""

    protocol: Literal[1]
    laptop_name: str


class Health(_Message):
    """The server and its database answer."""

    status: Literal["ok"]
    protocol: Literal[1]


class Left(_Message):
    """Done."""

    protocol: Literal[1]


class EscrowRequest(_Open):
    """A laptop's own key, shut for the organisation's recovery key, in hexadecimal."""

    protocol: Literal[1]
    sealed: Annotated[str, Field(pattern="^([0-9a-f]{2})+$")]
    recovery_key: str


class FeedRequest(_Open):
    """The private calendar of the laptop's own technician: a new address, or the end of all."""

    protocol: Literal[1]
    revoke: bool = False


class FeedReply(_Message):
    """The path of the new address, which is not shown again; or how many were ended."""

    protocol: Literal[1]
    path: str | None
    ended: Number


class FilesRequest(_Open):
    """The files that a laptop asks about, by their SHA-256."""

    sha256: Annotated[list[Annotated[str, Field(pattern="^[0-9a-f]{64}$")]], Field(max_length=wire.MOST_FILES)]


class FileStatus(_Message):
    """How many of a file's bytes are on the server."""

    bytes: Number
    have: Number


class FilesReply(_Message):
    """Those of the files that the laptop may know of."""

    files: dict[str, FileStatus]


class Have(_Message):
    """How many of the file's bytes are on the server now."""

    have: Number


class SnapshotRequest(_Open):
    """Which rows: those of these sites (null: of all that the laptop may see), with what belongs to no site or without, as of
    entry `least` of the log or later."""

    protocol: Literal[1]
    sites: list[str] | None = None
    common: bool = True
    least: Number = 0


class Manifest(_Message):
    """What a snapshot consists of: `chunks` are [SHA-256, bytes, rows] each, `cursor` is where the log goes on from it."""

    id: Id
    cursor: Cursor
    sites: list[str] | None
    common: bool
    rows: Number
    made_at: Moment
    chunks: list[tuple[str, int, int]]


class SnapshotReply(_Message):
    """Not ready: ask again; so many rows are done."""

    ready: bool
    rows: Number
    server_time: Moment
    manifest: Manifest | None = None


class ChunkRequest(_Open):
    """A piece of a chunk of a snapshot."""

    protocol: Literal[1]
    snapshot: Id
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    offset: Annotated[int, Field(ge=0, lt=1 << 31)]
    length: Annotated[int, Field(ge=1, lt=1 << 20)]


class KnownRequest(Cursor):
    """Which of these operations are in that snapshot, whose cursor this is."""

    model_config = ConfigDict(extra="allow")
    protocol: Literal[1]
    snapshot: Id
    mids: list[Id]


class KnownReply(_Message):
    """Those that are, as [mid, kind of its outcome] each."""

    known: list[tuple[str, str]]
    server_time: Moment


class VerifyRequest(_Open):
    """The columns by table whose rows are to be compared; with `rows`, [table, buckets], the rows in these."""

    protocol: Literal[1]
    cursor: Cursor
    holding: str
    columns: dict[str, list[str]]
    rows: tuple[str, list[str]] | None = None


class VerifyReply(_Open):
    """`sums` by table, or `digests` of rows; neither when the laptop is not as far as the log."""

    seq: Number
