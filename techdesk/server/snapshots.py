"""Snapshots: an organisation's tables as of one entry of its log, packed once and fetched by any number of laptops.

A snapshot lies in the database, chunk by chunk, so that it can be made by one server and fetched through another, and so
that no server holds more of it than a chunk. It is used again for `HOURS`, by every laptop that may see the same sites.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from threading import Event
from typing import Any, NamedTuple

from techdesk import clock
from techdesk.desk.ids import new_id
from techdesk.desk.tx import Row
from techdesk.errors import BadInput
from techdesk.server import grants, laptops, log, quarantine
from techdesk.server.declined import Declined
from techdesk.server.laptops import Laptop, Signed
from techdesk.server.schema import KNOWN
from techdesk.server.storage import Session, Storage
from techdesk.sync import packing, reading, scopes, wire
from techdesk.sync.packing import Manifest, Piece, Source
from techdesk.sync.wire import Cursor

LOG = logging.getLogger("techdesk.server")
# For so long, and so many entries, a new laptop begins with a snapshot that is there; after that another is made.
HOURS = 6
MOST_BEHIND = 20_000
# A laptop on a slow link may take so long to fetch one.
KEPT_HOURS = 24
# A snapshot that no server has worked on for so long is left behind.
LOST_SECONDS = 60
PATHS = (wire.SNAPSHOT_PATH, wire.CHUNK_PATH, wire.KNOWN_PATH)
MOST_BYTES = 1024 * 1024
MOST_MIDS = 5_000
SPENT = "The snapshot that this laptop was loading is not there any more: sync again."


class Wanted(NamedTuple):
    """What a laptop asks for: rows of those sites (None: of all that it may see), with what is common or without, as of
    entry `least` of the log or later."""

    sites: tuple[str, ...] | None
    common: bool
    least: int


class Claim(NamedTuple):
    """A snapshot, and whether it is for the one who asked to make it."""

    id: str
    mine: bool


def admitted(storage: Storage, signed: Signed, path: str, body: bytes) -> tuple[Laptop, Any]:
    """The laptop that signed a request and may have an answer, with what it asks. Raises Declined, BadInput."""
    with storage.transaction() as session:
        laptop = laptops.prove(session, signed, "POST", path, body)
    document = wire.loads(wire.decompress(body))
    if not isinstance(document, dict):
        raise BadInput("The request is not an object: update techdesk on both ends.")
    with storage.transaction() as session:
        laptop = laptops.admit(session, laptop, signed.counter)
    if laptop.revoked_at is not None:
        raise quarantine.shut_out(laptop, laptop.last_dseq + 1)
    return laptop, document


def claim(storage: Storage, laptop: Laptop, document: dict[str, Any]) -> Claim:
    """A snapshot for a laptop that asks: one that is there or in the making, else a new one. Raises Declined, BadInput."""
    wanted = _wanted(document)
    now = clock.now()
    with storage.transaction() as session:
        head = log.head(session, laptop.org, locked=True)
        sites = _allowed(grants.allowed(session.tx(laptop.org), laptop), wanted.sites)
        scope = scopes.digest(sites)
        found = session.rows(
            "SELECT id FROM snapshot WHERE org = ? AND scope = ? AND common = ? AND epoch = ? AND made_at > ?"
            " AND (ready = 1 AND seq >= ? OR ready = 0 AND beat > ?) ORDER BY ready DESC, seq DESC LIMIT 1",
            laptop.org, scope, int(wanted.common), head.epoch, _before(now, hours=HOURS),
            max(wanted.least, head.trimmed, head.seq - MOST_BEHIND), _before(now, seconds=LOST_SECONDS),
        )  # fmt: skip
        if found:
            return Claim(str(found[0]["id"]), False)
        id, moment = new_id(), clock.moment(now)
        session.run(
            "INSERT INTO snapshot (id, org, scope, sites, common, epoch, made_at, beat, seq, chain, rows, ready)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '', 0, 0)",
            id, laptop.org, scope, None if sites is None else json.dumps(sorted(sites)), int(wanted.common), head.epoch,
            moment, moment,
        )  # fmt: skip
    return Claim(id, True)


def make(storage: Storage, id: str, stopping: Callable[[], bool] = lambda: False) -> None:
    """Makes a snapshot that was claimed, unless it is gone meanwhile. What fails is in the log, and the claim is gone."""
    try:
        with ExitStack() as stack:
            session = stack.enter_context(storage.reading())
            found = session.rows("SELECT org, sites, common FROM snapshot WHERE id = ?", id)
            if not found:
                return
            head = log.head(session, int(found[0]["org"] or 0))
            rows = 0
            for place, chunk in enumerate(packing.pack(_sources(session, stack, head.org, found[0]))):
                rows += chunk.rows
                if stopping() or not _keep(storage, id, place, chunk, rows):
                    raise _Stopped
        with storage.transaction() as writing:
            writing.run(
                "UPDATE snapshot SET ready = 1, epoch = ?, seq = ?, chain = ?, rows = ? WHERE id = ?",
                head.epoch, head.seq, head.chain, rows, id,
            )  # fmt: skip
        LOG.info("snapshot %s of %s: %s rows as of entry %s", id, head.name, rows, head.seq)
    except Exception as error:
        if not isinstance(error, _Stopped):
            LOG.exception("snapshot %s cannot be made", id)
        with storage.transaction() as writing:
            _forget(writing, [id])


class _Stopped(Exception):
    """The server stops, or the snapshot is not wanted any more."""


def state(storage: Storage, id: str) -> dict[str, Any]:
    """How far a snapshot has come: {ready, rows}, and the manifest of one that is ready. Raises Declined when it is gone."""
    with storage.transaction() as session:
        found = session.rows("SELECT * FROM snapshot WHERE id = ?", id)
        if not found:
            raise Declined(
                503, "snapshot", "The server could not make its snapshot; its log says why. Try again later."
            )
        row = found[0]
        rows, now = int(row["rows"] or 0), clock.moment(clock.now())
        if not row["ready"]:
            return {"ready": False, "rows": rows, "server_time": now}
        pieces = session.rows(
            "SELECT sha256, length(content) AS bytes, rows FROM snapshot_chunk WHERE snapshot = ? ORDER BY place", id
        )
    cursor = Cursor(str(row["epoch"]), int(row["seq"] or 0), str(row["chain"]))
    sites = None if row["sites"] is None else json.loads(str(row["sites"]))
    manifest = Manifest(
        id, cursor, sites, bool(row["common"]), rows, str(row["made_at"]),
        [Piece(str(each["sha256"]), int(each["bytes"] or 0), int(each["rows"] or 0)) for each in pieces],
    )  # fmt: skip
    return {"ready": True, "rows": rows, "server_time": now, "manifest": packing.manifest_document(manifest)}


def chunk(storage: Storage, laptop: Laptop, document: dict[str, Any]) -> bytes:
    """The bytes of a chunk from `offset` on, at most `length`: of a snapshot whose sites the laptop may see now, in the
    present history. Raises Declined, BadInput."""
    try:
        id, sha256 = str(document["snapshot"]), str(document["sha256"])
        offset, length = int(document["offset"]), int(document["length"])
    except (KeyError, TypeError, ValueError):
        raise BadInput("The request names no chunk: update techdesk.") from None
    if not (wire.ID.fullmatch(id) and sha256.isascii() and sha256.isalnum() and 0 <= offset < 1 << 31):
        raise BadInput("The request names no chunk: update techdesk.")
    if not 0 < length <= MOST_BYTES:
        raise BadInput(f"A request is for 1 to {MOST_BYTES} bytes: update techdesk.")
    with storage.transaction() as session:
        _check(session, laptop, id)
        pieces = session.rows(
            f"SELECT substr(content, {offset + 1}, {length}) AS content FROM snapshot_chunk"
            " WHERE snapshot = ? AND sha256 = ? LIMIT 1", id, sha256,
        )  # fmt: skip
    if not pieces:
        raise Declined(410, "expired", SPENT)
    content: Any = pieces[0]["content"]
    return bytes(content)


def _check(session: Session, laptop: Laptop, id: str) -> None:
    """Raises Declined unless the snapshot is there, of the present history, and the laptop may see all of its sites now."""
    found = session.rows(
        "SELECT s.sites FROM snapshot AS s JOIN org_head AS h ON h.org = s.org AND h.epoch = s.epoch"
        " WHERE s.id = ? AND s.org = ? AND s.ready = 1", id, laptop.org,
    )  # fmt: skip
    if not found or not _covers(grants.allowed(session.tx(laptop.org), laptop), found[0]["sites"]):
        raise Declined(410, "expired", SPENT)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and wire.ID.fullmatch(value) is not None


def known(storage: Storage, laptop: Laptop, document: dict[str, Any]) -> bytes:
    """Which of some operations are in a snapshot, as [mid, kind] each: what a laptop asks before it lays the rows. Raises
    Declined when it may not, BadInput."""
    mids, seq = document.get("mids"), document.get("seq")
    if (
        not isinstance(seq, int)
        or not isinstance(mids, list)
        or not all(map(_is_id, [*mids, document.get("snapshot")]))
    ):
        raise BadInput("The request names no operations: update techdesk.")
    if len(mids) > MOST_MIDS:
        raise BadInput(f"The request names more than {MOST_MIDS} operations: update techdesk.")
    with storage.transaction() as session:
        _check(session, laptop, str(document.get("snapshot")))
        try:
            log.same_history(session, log.head(session, laptop.org), reading.read_cursor(document))
        except Declined:
            raise Declined(410, "expired", SPENT) from None
        marks = ", ".join("?" * len(mids)) or "NULL"
        found = session.rows(
            f"SELECT mid, kind FROM change_log WHERE org = ? AND seq <= ? AND mid IN ({marks})", laptop.org, seq, *mids
        )
    return wire.dumps({"known": [[row["mid"], row["kind"]] for row in found], "server_time": clock.moment(clock.now())})


class Maker:
    """Makes snapshots in a thread of its own, one at a time: what laptops send must not wait for it."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._stopping = Event()
        self._thread = ThreadPoolExecutor(1, "snapshots")

    def claim(self, signed: Signed, body: bytes) -> str:
        """The id of a snapshot for the laptop that asks, which is there or will be. Raises Declined, BadInput."""
        laptop, document = admitted(self._storage, signed, wire.SNAPSHOT_PATH, body)
        claimed = claim(self._storage, laptop, document)
        if claimed.mine:
            self._thread.submit(make, self._storage, claimed.id, self._stopping.is_set)
        return claimed.id

    def stop(self) -> None:
        """Leaves off; what was begun is made by another server when it is asked for again."""
        self._stopping.set()
        self._thread.shutdown(cancel_futures=True)


def answer(storage: Storage, signed: Signed, path: str, body: bytes) -> bytes:
    """Answers one signed request to any of these endpoints, while who asks waits; as JSON, or a chunk as it is."""
    laptop, document = admitted(storage, signed, path, body)
    if path == wire.CHUNK_PATH:
        return chunk(storage, laptop, document)
    if path == wire.KNOWN_PATH:
        return known(storage, laptop, document)
    claimed = claim(storage, laptop, document)
    if claimed.mine:
        make(storage, claimed.id)
    return wire.dumps(state(storage, claimed.id))


def tidy(session: Session) -> int:
    """Removes what nobody will fetch any more; how many snapshots."""
    now = clock.now()
    gone = session.rows(
        "SELECT id FROM snapshot WHERE made_at < ? OR ready = 0 AND beat < ?",
        _before(now, hours=KEPT_HOURS), _before(now, seconds=LOST_SECONDS * 10),
    )  # fmt: skip
    _forget(session, [str(row["id"]) for row in gone])
    return len(gone)


def _forget(session: Session, ids: Collection[str]) -> None:
    for id in ids:
        session.run("DELETE FROM snapshot WHERE id = ?", id)
        session.run("DELETE FROM snapshot_chunk WHERE snapshot = ?", id)


def _keep(storage: Storage, id: str, place: int, chunk: packing.Chunk, rows: int) -> bool:
    """Keeps a chunk; False when its snapshot is gone."""
    with storage.transaction() as writing:
        if not writing.run("UPDATE snapshot SET beat = ?, rows = ? WHERE id = ?", clock.moment(clock.now()), rows, id):
            return False
        sha256 = hashlib.sha256(chunk.content).hexdigest()
        writing.many(
            "INSERT INTO snapshot_chunk (snapshot, place, sha256, rows, content) VALUES (?, ?, ?, ?, ?)",
            [(id, place, sha256, chunk.rows, chunk.content)],
        )
    return True


def _sources(session: Session, stack: ExitStack, org: int, about: Row) -> Iterator[Source]:
    sites = None if about["sites"] is None else json.loads(str(about["sites"]))
    for table, columns in KNOWN.items():
        names = ", ".join(f'"{column}"' for column in columns)
        term, values = scopes.condition(table, sites, common=bool(about["common"]), org=org)
        with session.stream(
            f'SELECT {names} FROM "{table}" WHERE org = ? AND ({term}) ORDER BY id', org, *values
        ) as rows:
            yield Source(table, list(columns), rows.fetchmany)


def _wanted(document: dict[str, Any]) -> Wanted:
    sites, common, least = document.get("sites"), document.get("common", True), document.get("least", 0)
    proper = sites is None or (
        isinstance(sites, list) and all(isinstance(site, str) and site.isprintable() for site in sites)
    )
    if not proper or not isinstance(common, bool) or not isinstance(least, int) or not -1 < least < 1 << 63:
        raise BadInput("The request for a snapshot is not complete: update techdesk.")
    return Wanted(None if sites is None else tuple(sites), common, least)


def _allowed(may: Collection[str] | None, wanted: tuple[str, ...] | None) -> Collection[str] | None:
    """The sites that were asked for, of those that the laptop may see."""
    if wanted is None:
        return may
    return set(wanted) if may is None else set(wanted) & set(may)


def _covers(may: Collection[str] | None, sites: object) -> bool:
    """Whether all of a snapshot's sites may be seen."""
    return may is None or (sites is not None and set(json.loads(str(sites))) <= set(may))


def _before(now: Any, **ago: float) -> str:
    return clock.moment(now - timedelta(**ago))
