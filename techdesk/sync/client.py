"""Sync, the laptop's side: pushes what waits, pulls what is new, until neither end has anything left."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from techdesk import clock
from techdesk.errors import BadInput, NoConnection
from techdesk.models.files import prune
from techdesk.models.store import Store
from techdesk.sync import (
    aside,
    blobs,
    erasing,
    escrow,
    forking,
    holding,
    outbox,
    recovery,
    regranting,
    retention,
    verifying,
    wire,
)
from techdesk.sync.arrivals import FOREIGN, OWN, Arrivals, kept_cursor
from techdesk.sync.connection import Connection, ServerRefused, SignedConnection, warnings
from techdesk.sync.enrolment import Enrolment, enrol
from techdesk.sync.forking import Copied
from techdesk.sync.outbox import Outbox, Withdrawn
from techdesk.sync.recovery import History
from techdesk.sync.regranting import Regranted
from techdesk.sync.snapshots import Cancelled, Loaded
from techdesk.sync.verifying import Verified
from techdesk.sync.wire import Operation, Reply, Request

__all__ = ["Enrolment", "Progress", "SyncReport", "SyncStatus", "enrol", "fetch_files", "status", "sync", "verify"]

# How often a sync may be begun again after it has seen to what stood in its way.
TURNS = 8
LOG = logging.getLogger("techdesk.sync")
# Ticket numbers: never fewer than this in hand after a sync, and this many more at a time.
FEWEST_NUMBERS = 20
MORE_NUMBERS = 50
# A measured clock offset is kept when it moved by this many seconds, and told from this many on.
OFFSET_MOVED = 2.0
OFFSET_TOLD = 300.0
RECOVERED = "The server was put back to an older state: this laptop has read it anew, and sent again what it had lost."

EMPTIED = "What this laptop held of the organisation is removed from it."
PARTLY = "What was loaded of the server's snapshot is kept: the next sync goes on from there."


class Progress(NamedTuple):
    """How far a sync has come: the server's answers to operations that waited, and its log's entries, each of how many; then
    the bytes of files, both ways, and those of the messages; `loaded` of `to_load` bytes are those of a snapshot that the
    laptop begins with."""

    sent: int
    to_send: int
    received: int
    to_receive: int
    file_bytes: int = 0
    all_file_bytes: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    loaded: int = 0
    to_load: int = 0


class SyncReport(NamedTuple):
    """What a sync did. `sent` counts this laptop's operations that the server's log has brought back, `received` the
    entries of others; `merged`, `conflicts` (with what was rejected) and `parked` are those of the sent ones that left an
    item in the inbox. `waiting` operations were not sent: it was cancelled, or they were made meanwhile. Files of attachments
    are counted apart."""

    sent: int
    received: int
    merged: int
    conflicts: int
    parked: int
    bytes_up: int
    bytes_down: int
    round_trips: int
    seconds: float
    waiting: int = 0
    warnings: tuple[str, ...] = ()
    files_sent: int = 0
    files_received: int = 0
    files_waiting: int = 0


class SyncStatus(NamedTuple):
    """How things stand between this laptop and its server. `server` is None before the enrolment, `last_sync` a moment,
    `offset` the seconds that this clock is behind the server's, `files` those that are still to be sent, `shut_out` what the
    server said when it let the laptop in no more."""

    server: str | None
    organisation: str | None
    pending: int
    last_sync: str | None
    offset: float
    inbox: int
    files: int = 0
    shut_out: str | None = None


def sync(
    store: Store,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    connect: Callable[[str], Connection] = Connection,
    *,
    files: bool = False,
    anew: bool = False,
) -> SyncReport:
    """Exchanges everything with the server, then attached files: those to be sent, and small pictures of open tickets; with
    `files` the files of open tickets too. With `anew` all that the server has is loaded first, in place of what is here.
    Cancelled, it stops after the exchange under way; what was done stays done.

    Raises NoConnection, with what to do, when the laptop is not enrolled and for everything that keeps it from the
    server; what waits goes on waiting.
    """
    began = time.monotonic()
    told, stop = progress or (lambda _: None), cancelled or (lambda: False)
    last = Progress(0, 0, 0, 0)

    def told_last(done: Progress) -> None:
        nonlocal last
        last = done
        told(done)

    with _connected(store, connect) as connection:
        report = _synced(store, connection, told_last, stop, anew=anew)
        if stop():
            return report._replace(files_waiting=len(blobs.waiting(store)))
        signed = forking.signed(store, connection)
        carried = blobs.carry(
            store, signed, lambda done: told(last._replace(file_bytes=done.done, all_file_bytes=done.all)), stop,
            everything=files,
        )  # fmt: skip
    prune(store)
    return report._replace(
        files_sent=carried.sent, files_received=carried.received, files_waiting=carried.waiting,
        warnings=(*report.warnings, *carried.warnings), bytes_up=connection.bytes_up, bytes_down=connection.bytes_down,
        round_trips=connection.round_trips, seconds=round(time.monotonic() - began, 3),
    )  # fmt: skip


@contextmanager
def _connected(store: Store, connect: Callable[[str], Connection]) -> Iterator[Connection]:
    """A connection to this laptop's server. Raises NoConnection."""
    server = store.meta("server")
    if server is None:
        raise NoConnection("This laptop has no server yet: ask for an invitation and run  techdesk enrol URL CODE.")
    connection = connect(server)
    try:
        yield connection
    finally:
        connection.close()


def status(store: Store) -> SyncStatus:
    """How things stand, without asking the server."""
    inbox = store.connection.execute(
        "SELECT count(*) FROM inbox_item WHERE state = 'open' AND (technician_id = ? OR technician_id IS NULL)",
        (store.meta("technician"),),
    ).fetchone()[0]
    return SyncStatus(
        store.meta("server"),
        store.meta("organisation_name"),
        outbox.waiting(store),
        _last_sync(store.path),
        float(store.meta("clock_offset") or 0),
        int(inbox),
        len(blobs.waiting(store)),
        store.meta("shut_out"),
    )


def verify(store: Store, connect: Callable[[str], Connection] = Connection) -> Verified:
    """Whether this laptop holds what the server has; syncs as long as the server goes on meanwhile. Raises NoConnection."""
    with _connected(store, connect) as connection:
        signed = forking.signed(store, connection)
        return verifying.verify(store, signed, lambda: _synced(store, connection, lambda _: None, lambda: False))


def fetch_files(
    store: Store,
    digests: Iterable[str],
    told: blobs.Told = lambda _: None,
    connect: Callable[[str], Connection] = Connection,
) -> list[str]:
    """Fetches attached files by their SHA-256. Returns those that the server does not have yet. Raises NoConnection."""
    with _connected(store, connect) as connection:
        return blobs.fetch(store, forking.signed(store, connection), digests, told)


def _synced(
    store: Store,
    connection: Connection,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
    *,
    anew: bool = False,
) -> SyncReport:
    told: tuple[str, ...] = ()
    settled = Counter[str]()
    begin = (History(kept_cursor(store).epoch, 0, ""), False) if anew else None
    for turn in range(TURNS):
        signed = forking.signed(store, connection)
        try:
            if begin is None and aside.has_a_place(store):
                begin = History(kept_cursor(store).epoch, 0, ""), False
            if begin is not None:
                (history, lost), begin = begin, None
                settled += _begun_anew(store, signed, history, progress, cancelled, lost=lost)
            # After the above: the server takes it of a laptop of its own history alone.
            forking.finish(store, connection)
            signed = forking.signed(store, connection)
            report = _Sync(store, signed, progress, cancelled).run()
            report = _with(report, settled)
            return report._replace(warnings=(*report.warnings, *told, *forking.news(store)))
        except Cancelled:
            return _Sync(store, signed, progress, cancelled).report(0.0)._replace(warnings=(*told, PARTLY))
        except Copied:
            if turn == TURNS - 1:
                raise
            forking.note(store, signed.laptop)
        except Regranted as other:
            if turn == TURNS - 1:
                raise NoConnection("Your schools change faster than they can be fetched: sync again.") from None
            here = History(kept_cursor(store).epoch, 0, "")
            read = partial(_begun_anew, store, signed, here, progress, cancelled, lost=False)
            said, came = regranting.change(store, other.sites, read)
            told, settled = told + said, settled + came
        except ServerRefused as refusal:
            if turn == TURNS - 1:
                raise
            found = recovery.told(refusal.document)
            if refusal.code in ("history", "snapshot") and found is not None:
                begin = found, refusal.code == "history"
                told += (RECOVERED,) if begin[1] else ()
            else:
                told += _seen_to(store, signed, refusal)
    raise AssertionError("the last turn returns or raises")


def _begun_anew(
    store: Store,
    signed: SignedConnection,
    history: History,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
    *,
    lost: bool,
) -> Counter[str]:
    """Begins with a snapshot; the kinds of those operations whose outcome came with it. Raises NoConnection."""

    def tell(loaded: Loaded) -> None:
        progress(Progress(0, 0, 0, 0, loaded=loaded.done, to_load=loaded.of))

    try:
        return recovery.recover(store, signed, history, lost=lost, progress=tell, cancelled=cancelled)
    except BadInput as error:
        raise NoConnection(str(error)) from None


def _with(report: SyncReport, settled: Counter[str]) -> SyncReport:
    """The report, with what came back in a snapshot."""
    return report._replace(
        sent=report.sent + settled.total(),
        merged=report.merged + settled["merged"],
        conflicts=report.conflicts + settled["conflict"] + settled["rejected"],
        parked=report.parked + settled["parked"],
    )


def _seen_to(store: Store, signed: SignedConnection, refusal: ServerRefused) -> tuple[str, ...]:
    """Sees to what stood in the way of a sync, so that it may be begun again. Returns what to tell; raises the refusal when
    it is for good."""
    if refusal.code in ("forked", "taken"):
        forking.note(store, signed.laptop, anew=refusal.code == "taken")
    elif refusal.code == "unknown":
        return (RECOVERED,) if forking.introduce_again(store, signed.connection, refusal) else ()
    else:
        raise refusal
    return ()


class _Sync:
    """One sync under way."""

    def __init__(
        self,
        store: Store,
        signed: SignedConnection,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self._store = store
        self._signed = signed
        self._progress = progress
        self._cancelled = cancelled
        self._outbox = Outbox(store)
        self._arrivals = Arrivals(store, self._outbox)

    def run(self) -> SyncReport:
        began = time.monotonic()
        start = first = self._outbox.first_waiting()
        entered = self._arrivals.cursor.seq
        asked_again = False
        newest = _newest_news(self._store)
        try:
            while True:
                reply, size, operations = self._exchange(start)
                if operations and reply.expects_dseq == start:
                    raise NoConnection(f"The server waits for operation {start} of this laptop: run  techdesk doctor.")
                start = self._following(start, reply.expects_dseq)
                last = self._outbox.last()
                stop = self._cancelled()
                done = not reply.more and start > last
                caught_up = self._arrivals.take(reply, size, last=done or stop)
                connection = self._signed.connection
                self._progress(
                    Progress(start - first, last - first + 1, reply.cursor.seq - entered, reply.head - entered,
                             bytes_up=connection.bytes_up, bytes_down=connection.bytes_down)
                )  # fmt: skip
                if stop:
                    break
                if done and reply.sites is not None:
                    raise Regranted(reply.sites)
                if done and caught_up:
                    unseen = self._outbox.first_waiting()
                    if unseen >= start:
                        break
                    # The server skipped some as known, and its log does not have them: a copy of this laptop has sent others
                    # under their numbers. It is asked to say so.
                    if asked_again:
                        raise NoConnection(f"The server does not give back operation {unseen} of this laptop: ask your "
                                           "coordinator; nothing here is lost.")  # fmt: skip
                    start, asked_again = unseen, True
        except NoConnection as error:
            self._arrivals.flush()  # what has arrived need not come again
            if isinstance(error, ServerRefused) and error.code == "revoked":
                raise self._shut_out(error, start) from None
            raise
        if self._store.meta("shut_out") is not None:
            with self._store.transaction():
                self._store.set_meta(shut_out=None)
        erasing.finish(self._store)
        retention.trim(self._store, reply.server_time)
        self._leave_key(reply.recovery_key)
        _keep_last_sync(self._store)
        if self._arrivals.counts[FOREIGN]:
            with self._store.transaction():
                self._store.set_meta(news_after=str(newest))
        return self.report(time.monotonic() - began)

    def _leave_key(self, recovery_key: str | None) -> None:
        """What came after a sync that is done does not undo it."""
        try:
            escrow.leave_key(self._store, self._signed, recovery_key)
        except NoConnection as error:
            LOG.warning("the key of the encrypted store could not be left with the server: %s", error)

    def _exchange(self, start: int) -> tuple[Reply, int, list[Operation]]:
        """One request; its reply, the reply's size, and what was sent."""
        while True:
            operations = self._outbox.batch(start)
            now = clock.now()
            request = Request(self._arrivals.cursor, operations, self._numbers_wanted(), clock.moment(now),
                              holding.digest(self._store))  # fmt: skip
            marking = (lambda sent=operations: self._outbox.mark_sent(sent)) if operations else None
            try:
                body = self._signed.exchange(wire.request_body(request), marking)
                reply = wire.read_reply(wire.loads(body))
            except Withdrawn:
                continue
            except BadInput as error:
                raise NoConnection(str(error)) from None
            middle = now + (clock.now() - now) / 2
            self._keep_offset((clock.parse(reply.server_time) - middle).total_seconds())
            return reply, len(body), operations

    def _shut_out(self, refusal: ServerRefused, start: int) -> ServerRefused:
        """A laptop that was shut out leaves the rest of what waits with the server, where a coordinator finds it, and holds
        nothing any more. Returns what to tell."""
        expected = refusal.document.get("expects_dseq")
        try:
            while isinstance(expected, int) and start < expected <= self._outbox.last():
                start = expected
                try:
                    self._exchange(start)
                except ServerRefused as again:
                    expected = again.document.get("expects_dseq")
        finally:
            sentence = f"{refusal} {EMPTIED}"
            erasing.everything(self._store, expected - 1 if isinstance(expected, int) else 0, sentence)
        return ServerRefused(sentence, refusal.code, refusal.document)

    def _following(self, start: int, expected: int) -> int:
        """The number to send from next: the server says which it expects."""
        if expected > self._outbox.last() + 1:
            raise Copied
        if expected < start and not self._outbox.has(expected):
            raise NoConnection(
                "The server misses work of this laptop that the store no longer keeps: ask your coordinator."
            )
        return expected

    def _numbers_wanted(self) -> int:
        if self._arrivals.numbers_held:
            return 0
        free = self._store.connection.execute(
            "SELECT coalesce(sum(last - next + 1), 0) FROM number_block WHERE last IS NOT NULL"
        ).fetchone()[0]
        return MORE_NUMBERS if free < FEWEST_NUMBERS else 0

    def _keep_offset(self, offset: float) -> None:
        if abs(offset - float(self._store.meta("clock_offset") or 0)) >= OFFSET_MOVED:
            with self._store.transaction():
                self._store.set_meta(clock_offset=f"{offset:.1f}")

    def report(self, seconds: float) -> SyncReport:
        """What has been done so far."""
        counts, connection = self._arrivals.counts, self._signed.connection
        return SyncReport(
            counts[OWN],
            counts[FOREIGN],
            counts["merged"],
            counts["conflict"] + counts["rejected"],
            counts["parked"] + counts["waiting"],
            connection.bytes_up,
            connection.bytes_down,
            connection.round_trips,
            round(seconds, 3),
            outbox.waiting(self._store),
            (*warnings(connection.url), *_clock_warnings(float(self._store.meta("clock_offset") or 0))),
        )


def _clock_warnings(offset: float) -> tuple[str, ...]:
    if abs(offset) < OFFSET_TOLD:
        return ()
    which = "behind" if offset > 0 else "ahead of"
    return (f"This laptop's clock is {abs(offset) / 60:.0f} minutes {which} the server's: set it right.",)


def _newest_news(store: Store) -> int:
    """The place of the last line of history that another laptop wrote: what comes after it in this sync is new."""
    found = store.connection.execute(
        "SELECT coalesce(max(n), 0) FROM ticket_event WHERE laptop <> ? OR author <> ?",
        (store.meta("laptop_name"), store.meta("technician")),
    ).fetchone()
    return int(found[0])


def _last_sync_path(store: Path) -> Path:
    return store.with_name("last-sync")


def _keep_last_sync(store: Store) -> None:
    """Beside the store and not in it: a sync that finds nothing new leaves the store as it is."""
    try:
        _last_sync_path(store.path).write_text(clock.moment(clock.now()), encoding="ascii")
    except OSError:
        return  # a full disk took the note, not the work: that is committed


def _last_sync(store: Path) -> str | None:
    try:
        return clock.moment(clock.parse(_last_sync_path(store).read_text(encoding="ascii")))
    except (OSError, ValueError):
        return None
