"""What a server keeps for itself, one SQLModel class each: organisations, laptops, invitations, and the log.

Digests, hashes and keys are lower-case hexadecimal; moments are text (see `techdesk.clock`).
"""

from typing import ClassVar

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, MetaData, UniqueConstraint
from sqlmodel import Field, SQLModel

_Whole = BigInteger().with_variant(Integer, "sqlite")


class ServerTable(SQLModel):
    """Kept apart from the tables that travel."""

    metadata: ClassVar[MetaData] = MetaData()


class SchemaVersion(ServerTable, table=True):
    """One row: how many expanding and contracting steps this database has had (see `techdesk.server.migrations`). `place`
    tells a PostgreSQL from another that its data were copied to: system identifier and timeline."""

    __tablename__ = "schema_version"
    version: int = Field(primary_key=True)
    contracted: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    place: str | None = None


class OrganisationHead(ServerTable, table=True):
    """An organisation, and the end of its log: `seq` and `chain` are the last entry's, `next_number` the first ticket
    number that was never given out. `epoch` changes when this history is not a continuation of the one that laptops know;
    `restored_at` is when that was noticed last. Up to the entry `trimmed` the log has let go of what was written (see
    `retention`). `recovery_key` is the public half of an X25519 key (see `server.recovery`)."""

    __tablename__ = "org_head"
    org: int | None = Field(default=None, sa_type=_Whole, primary_key=True)
    id: str = Field(unique=True)
    name: str = Field(unique=True)
    epoch: str
    seq: int = Field(default=0, sa_type=_Whole)
    chain: str = ""
    next_number: int = Field(default=1, sa_type=_Whole)
    created_at: str
    recovery_key: str | None = None
    trimmed: int = Field(default=0, sa_type=_Whole, sa_column_kwargs={"server_default": "0"})
    restored_at: str | None = None


class Laptop(ServerTable, table=True):
    """An enrolled device: `key` is its public Ed25519 key. `last_dseq` and `last_hash` are those of the last operation that
    it sent, `last_counter` that of its last request. `scopes` is a JSON list. From `revoked_at` on, nothing of it is run.
    `family` is the id of the laptop that its store was a copy of, at first; null for one that is no copy."""

    org: int = Field(sa_type=_Whole, index=True)
    id: str = Field(primary_key=True)
    name: str
    key: str
    technician_id: str
    role: str
    scopes: str
    last_dseq: int = Field(default=0, sa_type=_Whole)
    last_hash: str = ""
    last_counter: int = Field(default=0, sa_type=_Whole)
    enrolled_at: str
    revoked_at: str | None = None
    last_sync: str | None = None
    family: str | None = None


class Escrow(ServerTable, table=True):
    """The key of a laptop's encrypted store, shut so that only the private half of that recovery key opens it."""

    laptop: str = Field(primary_key=True)
    org: int = Field(sa_type=_Whole, index=True)
    recovery_key: str
    sealed: str
    left_at: str


class Quarantine(ServerTable, table=True):
    """An operation that a laptop handed in after it was revoked; `operation` is the whole of it, as JSON."""

    org: int = Field(sa_type=_Whole, primary_key=True)
    mid: str = Field(primary_key=True)
    laptop: str = Field(index=True)
    dseq: int = Field(sa_type=_Whole)
    operation: str
    received_at: str


class Postponed(ServerTable, table=True):
    """An operation in the log that is parked until the server is updated; `about` is a JSON list of the ids that it names
    (see `techdesk.server.postponed`)."""

    org: int = Field(sa_type=_Whole, primary_key=True)
    mid: str = Field(primary_key=True)
    laptop: str
    about: str


class Blob(ServerTable, table=True):
    """A file of an organisation, under its SHA-256: `have` of its `bytes` are here, in parts; `kept_at` is when the last
    one came, `unnamed_since` since when no attachment is known to name it."""

    org: int = Field(sa_type=_Whole, primary_key=True)
    sha256: str = Field(primary_key=True)
    bytes: int = Field(sa_type=_Whole)
    have: int = Field(default=0, sa_type=_Whole)
    kept_at: str
    unnamed_since: str | None = None


class BlobPart(ServerTable, table=True):
    """A part of a file: `data` begins with the file's byte number `first`."""

    __tablename__ = "blob_part"
    org: int = Field(sa_type=_Whole, primary_key=True)
    sha256: str = Field(primary_key=True)
    first: int = Field(sa_type=_Whole, primary_key=True)
    data: bytes = Field(sa_type=LargeBinary)


class Awaiting(ServerTable, table=True):
    """An operation whose row is not here since this database was put back, and that waits for it; the log has its entry, of
    the kind `waiting`. `operation` is the whole of it, as JSON; `entity` is the table of the row, `entity_id` its id."""

    org: int = Field(sa_type=_Whole, primary_key=True)
    mid: str = Field(primary_key=True)
    laptop: str = Field(index=True)
    operation: str
    entity: str
    entity_id: str
    since: str


class Invite(ServerTable, table=True):
    """An invitation of one person to enrol one laptop. The code itself is not kept. `scopes` is a JSON list."""

    code_hash: str = Field(primary_key=True)
    org: int = Field(sa_type=_Whole)
    name: str
    role: str
    scopes: str
    expires: str
    used_at: str | None = None
    used_by: str | None = None


class ChangeLog(ServerTable, table=True):
    """One operation in an organisation's order, with what it did.

    `args` is the command as it was sent, as JSON. `clock_offset` is how many seconds the laptop's clock was behind the
    server's, by its own last measure. `kind` is plain, merged, conflict, rejected, parked or waiting; `why` says it for the
    last three.
    `writes` is [table, id, columns or null, whether it was made] for each row, as JSON. `digest` is that of the operation,
    `chain` that of the log up to here. `before` is what those rows were, in the same order (null for one that was made);
    null as a whole in entries from before it was kept. `undoes` is the mid of the operation that this one takes back. `scope`
    is the site to which all its rows belong, empty for common ones; where they are of several it is `*`, and `parts` says it
    row by row (see `server.belonging`); null in entries from before it was kept.
    """

    __tablename__ = "change_log"
    __table_args__ = (UniqueConstraint("org", "mid"), Index("change_log_laptop", "laptop", "dseq"),
                      Index("change_log_undoes", "org", "undoes"))  # fmt: skip
    org: int = Field(sa_type=_Whole, primary_key=True)
    seq: int = Field(sa_type=_Whole, primary_key=True)
    mid: str
    laptop: str
    dseq: int = Field(sa_type=_Whole)
    command: str
    version: int
    args: str
    at: str
    actor: str | None = None
    clock_offset: float = 0.0
    received_at: str
    kind: str
    why: str | None = None
    writes: str
    digest: str
    chain: str
    scope: str | None = None
    before: str | None = None
    undoes: str | None = None
    parts: str | None = None


class Snapshot(ServerTable, table=True):
    """An organisation's tables as of the entry `seq`, packed for laptops to fetch: the rows of those `sites` (a JSON list;
    empty: of all), whose digest is `scope`, with what is common when `common` is 1. While it is not `ready`, `beat` is the
    last moment at which a server was at work on it."""

    id: str = Field(primary_key=True)
    org: int = Field(sa_type=_Whole, index=True)
    scope: str
    sites: str | None = None
    common: int = 1
    epoch: str
    seq: int = Field(default=0, sa_type=_Whole)
    chain: str = ""
    rows: int = Field(default=0, sa_type=_Whole)
    ready: int = 0
    made_at: str
    beat: str


class SnapshotChunk(ServerTable, table=True):
    """A piece of a snapshot; `sha256` is that of its content."""

    __tablename__ = "snapshot_chunk"
    snapshot: str = Field(primary_key=True)
    place: int = Field(primary_key=True)
    sha256: str
    rows: int
    content: bytes


class Feed(ServerTable, table=True):
    """A calendar that whoever has its address may read: the visits of a technician or of a site (`subject`). Of the address's
    secret only its SHA-256 is kept. `used_at` is when it was asked for last, at most an hour ago."""

    id: str = Field(primary_key=True)
    org: int = Field(sa_type=_Whole, index=True)
    name: str
    secret_sha256: str = Field(unique=True)
    kind: str
    subject: str
    made_at: str
    revoked_at: str | None = None
    used_at: str | None = None


OWN: tuple[type[ServerTable], ...] = tuple(ServerTable.__subclasses__())
