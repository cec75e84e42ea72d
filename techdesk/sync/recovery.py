"""A server that does not hold what this laptop has had from it: it was put back to an older state.

The laptop reads the server's log from its beginning, into a file at first, so that the store goes from one whole state to
another in a single transaction whatever the network does. Of its own operations, those that are in that log are done; all
others wait again, also those that had been done before. The next exchange sends them: the server knows by their numbers
where to go on, and by their ids what it has.
"""

import tempfile
from collections.abc import Mapping
from typing import IO, Any, NamedTuple

from techdesk import clock
from techdesk.models.store import Store
from techdesk.sync import aside, erasing, rebase, retention, scopes, wire
from techdesk.sync.arrivals import keep_cursor, kept_cursor
from techdesk.sync.connection import SignedConnection
from techdesk.sync.holding import granted_sites, held, keep_held
from techdesk.sync.outbox import Outbox
from techdesk.sync.wire import Cursor, Request


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


def recover(store: Store, signed: SignedConnection, history: History) -> None:
    """Makes this store one that follows the server's history. Raises NoConnection, and then nothing is changed."""
    before = kept_cursor(store)
    with tempfile.TemporaryFile() as spool:
        end, sites = _fetch(signed, history.epoch, spool, held(store))
        spool.seek(0)
        with store.transaction() as tx:
            if kept_cursor(store) != before:
                return  # another sync of this laptop was faster
            columns = rebase.columns_here(store.connection)
            for table in columns:
                store.connection.execute(f'DELETE FROM "{table}"')
            store.connection.execute("UPDATE operation SET state = 'sent' WHERE state = 'done'")
            store.connection.execute("DELETE FROM file_sent")  # the server may lack those too: it is asked
            aside.begin_anew(store)
            for line in spool:
                reply = wire.read_reply(wire.loads(line))
                aside.note(store, reply.entries, columns)
                rebase.apply(tx, reply.entries, columns)
                rebase.retire(store, reply.entries)
            # What the server has lost of operations whose words were erased, is lost.
            store.connection.execute(
                "UPDATE operation SET args = json_remove(args, '$.erased') WHERE state <> 'done'"
                " AND json_extract(args, '$.erased') IS NOT NULL"
            )
            if held(store) != sites:
                erasing.forget(store)
            rebase.replay(store, tx)
            _keep_chain(store, history)
            keep_cursor(store, end)
            keep_held(store, sites)


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


def _fetch(
    signed: SignedConnection, epoch: str, spool: IO[bytes], sites: frozenset[str] | None
) -> tuple[Cursor, frozenset[str] | None]:
    """The whole log as it is for the sites that the server grants now, one page a line. Returns where it leads, and the
    sites; `sites` are those that the laptop holds."""
    cursor, more = Cursor(epoch, 0, ""), True
    while more:
        request = Request(cursor, [], 0, clock.moment(clock.now()), scopes.digest(sites))
        body = signed.exchange(wire.request_body(request))
        reply = wire.read_reply(wire.loads(body))
        if reply.sites is not None:
            spool.seek(0)
            spool.truncate()
            sites, cursor = granted_sites(reply.sites), Cursor(epoch, 0, "")
            continue
        spool.write(body + b"\n")
        cursor, more = reply.cursor, reply.more
    return cursor, sites
