"""Sync, the laptop's side: pushes what waits, pulls what is new, until neither end has anything left."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from techdesk.errors import BadInput, NoConnection
from techdesk.models.files import prune
from techdesk.models.store import Store
from techdesk.sync import aside, blobs, forking, outbox, recovery, regranting, unsent, verifying, wire
from techdesk.sync.arrivals import kept_cursor
from techdesk.sync.connection import Connection, ServerRefused, SignedConnection
from techdesk.sync.enrolment import Enrolment, enrol
from techdesk.sync.exchanges import Exchanges
from techdesk.sync.forking import Copied, Outlived
from techdesk.sync.recovery import History
from techdesk.sync.regranting import Regranted
from techdesk.sync.reports import Progress, SyncReport, SyncStatus, last_sync
from techdesk.sync.snapshots import Cancelled, Loaded
from techdesk.sync.verifying import Verified

__all__ = ["Enrolment", "Progress", "SyncReport", "SyncStatus", "enrol", "fetch_files", "status", "sync", "verify"]

# How often a sync may be begun again after it has seen to what stood in its way.
TURNS = 8
RECOVERED = "The server was put back to an older state: this laptop has read it anew, and sent again what it had lost."
PARTLY = "What was loaded of the server's snapshot is kept: the next sync goes on from there."


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
    Cancelled, it stops after the exchange under way, or before its answer when that is not there yet; what was done stays
    done.

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

    with _connected(store, connect, stop) as connection:
        report = _synced(store, connection, told_last, stop, anew=anew)
        if stop():
            return report._replace(files_waiting=len(unsent.waiting(store)))
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
def _connected(
    store: Store, connect: Callable[[str], Connection], cancelled: Callable[[], bool] = lambda: False
) -> Iterator[Connection]:
    """A connection to this laptop's server. Raises NoConnection."""
    server = store.meta("server")
    if server is None:
        raise NoConnection("This laptop has no server yet: ask for an invitation and run  techdesk enrol URL CODE.")
    connection = connect(server)
    connection.cancelled = cancelled
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
        last_sync(store.path),
        float(store.meta("clock_offset") or 0),
        int(inbox),
        len(unsent.waiting(store)),
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


def calendar_address(store: Store, connect: Callable[[str], Connection] = Connection) -> str:
    """A new private address of one's own visits for calendar programs, which the server does not tell again. Raises
    NoConnection."""
    with _connected(store, connect) as connection:
        path = _ask_feeds(store, connection, revoke=False).get("path")
        if not isinstance(path, str):
            raise NoConnection("The server's answer about the calendar cannot be read: update techdesk on both ends.")
        return connection.url.rstrip("/") + path


def end_calendars(store: Store, connect: Callable[[str], Connection] = Connection) -> int:
    """Ends all addresses of one's own calendar; how many there were. Raises NoConnection."""
    with _connected(store, connect) as connection:
        ended = _ask_feeds(store, connection, revoke=True).get("ended")
        return ended if isinstance(ended, int) else 0


def _ask_feeds(store: Store, connection: Connection, *, revoke: bool) -> dict[str, Any]:
    body = wire.dumps({"protocol": wire.PROTOCOL, "revoke": revoke})
    try:
        answer = wire.loads(forking.signed(store, connection).exchange(body, path=wire.FEEDS_PATH))
    except ServerRefused as refusal:
        if refusal.code != "http":
            raise
        raise NoConnection(
            "The server is older than this techdesk: ask your coordinator for a calendar (techdesk server feed NAME)."
        ) from None
    return answer if isinstance(answer, dict) else {}


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
            report = Exchanges(store, signed, progress, cancelled).run()
            report = _with(report, settled)
            return report._replace(warnings=(*report.warnings, *told, *forking.news(store)))
        except Cancelled:
            return Exchanges(store, signed, progress, cancelled).report(0.0)._replace(warnings=(*told, PARTLY))
        except Copied as copied:
            if turn == TURNS - 1:
                raise
            forking.note(store, signed.laptop, outlived=isinstance(copied, Outlived))
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
