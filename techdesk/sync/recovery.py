"""A laptop whose place in the server's log is of no use: it begins anew with a snapshot.

The server was put back to an older state; or the log goes back too far, or not far enough, for a laptop that is new or was
away for long. The snapshot is fetched first, beside the store, so that the store goes from one whole state to another in a
single transaction whatever the network does. Operations of this laptop that are in the snapshot are done; all others wait,
also those that had been done on a server that has lost them. The next exchange sends them: the server knows by their numbers
where to go on, and by their ids what it has.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from techdesk.errors import NoConnection
from techdesk.models.store import Store
from techdesk.sync import aside, erasing, rebase, retention, snapshots
from techdesk.sync.arrivals import keep_cursor, kept_cursor
from techdesk.sync.connection import ServerRefused, SignedConnection
from techdesk.sync.holding import held, keep_held
from techdesk.sync.outbox import Outbox
from techdesk.sync.packing import Manifest
from techdesk.sync.snapshots import Fetched, Loaded, Wanted


class History(NamedTuple):
    """What the server says of itself when it refuses a cursor: its epoch, and the number and the chain's hash of the last
    operation that it has of this laptop."""

    epoch: str
    last_dseq: int
    last_hash: str


def told(document: Mapping[str, Any]) -> History | None:
    """The server's history as its refusal tells it; None when it does not."""
    epoch, dseq, chain = (document.get(name) for name in History._fields)
    return (
        History(epoch, dseq, chain)
        if isinstance(epoch, str) and isinstance(dseq, int) and isinstance(chain, str)
        else None
    )


def recover(
    store: Store,
    signed: SignedConnection,
    history: History,
    *,
    lost: bool = True,
    progress: Callable[[Loaded], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Counter[str]:
    """Makes this store one that follows the server's history from a snapshot on. `lost` says that the server may not have
    what this laptop had from it, or sent it, before. Returns the kinds of the operations that were waiting and are in the
    snapshot. Raises NoConnection, StoreUnusable, snapshots.Cancelled, and then nothing is changed."""
    before = kept_cursor(store)
    lost = lost or before.epoch != history.epoch
    wanted = Wanted(least=0 if lost else before.seq)
    try:
        fetched, kinds = _fetched(store, signed, wanted, progress, cancelled, everything=lost)
    except NoConnection:
        if kept_cursor(store) == before:
            raise
        return Counter()  # another sync of this laptop was faster, and has put the snapshot away
    with store.transaction() as tx:
        if kept_cursor(store) != before:
            return Counter()
        columns = rebase.columns_here(store.connection)
        waited = {mid for (mid,) in store.connection.execute("SELECT mid FROM operation WHERE state <> 'done'")}
        told = erasing.items(store)
        aside.begin_anew(store)
        aside.keep(store, snapshots.lay(store.connection, fetched, columns, instead=True))
        tx.wrote(columns)
        if lost:
            store.connection.execute("UPDATE operation SET state = 'sent' WHERE state = 'done'")
            store.connection.execute("DELETE FROM file_sent")  # the server may lack those too: it is asked
        store.connection.executemany("UPDATE operation SET state = 'done' WHERE mid = ?", [(mid,) for mid in kinds])
        # What the server has lost of operations whose words were erased, is lost.
        store.connection.execute(
            "UPDATE operation SET args = json_remove(args, '$.erased') WHERE state <> 'done'"
            " AND json_extract(args, '$.erased') IS NOT NULL"
        )
        sites = _sites(store, fetched.manifest)
        if sites is not None or held(store) is not None:
            kept = None if sites is None else sites | {str(store.meta("technician"))}
            erasing.forget(store, tx, kept, told - erasing.items(store))
        rebase.replay(store, tx)
        _keep_chain(store, history)
        keep_cursor(store, fetched.manifest.cursor)
        keep_held(store, sites)
        store.set_meta(shut_out=None)
    fetched.put_away()
    return Counter(kinds[mid] for mid in waited & kinds.keys())


def _fetched(
    store: Store,
    signed: SignedConnection,
    wanted: Wanted,
    progress: Callable[[Loaded], None],
    cancelled: Callable[[], bool],
    *,
    everything: bool,
) -> tuple[Fetched, dict[str, str]]:
    """A snapshot, and which of the operations that wait here (or of all) are in it."""
    asked = "SELECT mid FROM operation" + ("" if everything else " WHERE state <> 'done'")
    for _ in range(snapshots.TURNS):
        fetched = snapshots.fetch(store, signed, wanted, progress, cancelled)
        mids = [mid for (mid,) in store.connection.execute(asked).fetchall()]
        try:
            return fetched, snapshots.in_log(signed, fetched.manifest, mids)
        except ServerRefused as refusal:
            if refusal.code != "expired":
                raise
            fetched.put_away()  # the server was put back since it was loaded
    raise NoConnection("The server's snapshots are not of its own log: ask who runs it for  techdesk server doctor.")


def _sites(store: Store, manifest: Manifest) -> frozenset[str] | None:
    """The sites whose rows are in a snapshot of all that this laptop may see."""
    return None if manifest.sites is None else frozenset(manifest.sites) - {str(store.meta("technician"))}


def _keep_chain(store: Store, history: History) -> None:
    """The hash from which the next operation goes on. It cannot be computed where older operations are trimmed: there the
    server's word is taken, if it is of an operation that both have, by its id."""
    outbox = Outbox(store)
    last = outbox.first_waiting() - 1
    kept = int((store.meta("chained") or "0:").partition(":")[0])
    if kept > last and store.meta("trimmed") is not None and last == history.last_dseq and outbox.has(last):
        store.set_meta(chained=f"{last}:{history.last_hash}")
    else:
        outbox.keep_chain()
    retention.note_lost(store, last)
