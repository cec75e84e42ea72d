"""What a laptop may not hold any more, taken away so that it is in none of its files: rows, full-text, journals, what was
sent of it, and the files of attachments.

Deleted rows are overwritten where they lay, and the store is written anew when the sync has come so far: what lay in pages
that were free before goes with that, and the write-ahead log is emptied. When that cannot be done at once (a full disk, the
store open elsewhere), the next sync does it.
"""

import json
import logging
import re
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from techdesk.desk.tx import Write
from techdesk.errors import TechdeskError
from techdesk.models import files
from techdesk.models.journal import read_journal
from techdesk.models.sealed_files import Box, erase, put_file
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import Store
from techdesk.sync import rebase, scopes, wire
from techdesk.sync.erased import ERASED, digest, wordless
from techdesk.sync.outbox import Outbox
from techdesk.sync.scopes import COMMON, FLEETING, PATHS
from techdesk.sync.wire import Cursor, Entry, Operation

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LOG = logging.getLogger("techdesk.sync")
SEARCHED = ("ticket", "device", "article", "problem")
# Tables whose rows are found by way of others go before those: the inbox, what hangs on tickets and visits, these.
PARENTS = {above for path in PATHS.values() for _, above in path}
ORDER = sorted((table for table in PATHS if PATHS[table] != COMMON), key=lambda each: each in PARENTS)
ORDER.sort(key=lambda each: each != scopes.INBOX)


def rows_beyond(store: Store, tx: SqliteTx, kept: Collection[str]) -> int:
    """Removes the rows that belong to none of the kept scopes, inside the open transaction and with nothing pending in the
    tables; how many."""
    store.connection.execute("PRAGMA secure_delete = ON")
    there = rebase.columns_here(store.connection)
    removed = 0
    told: set[str] = set()
    for table in ORDER:
        if table not in there:
            continue
        term, values = scopes.condition(table, kept, common=True)
        ids = store.connection.execute(f'SELECT id FROM "{table}" WHERE NOT ({term})', values).fetchall()
        for (id,) in ids:
            tx.remove(table, id)
        removed += len(ids)
        if table == scopes.INBOX:
            told = {id for (id,) in ids}
    forget(store, tx, kept, told)
    return removed


def items(store: Store) -> set[str]:
    """The items of the inbox that the server has made: all but those of operations that wait."""
    of_others = "mid NOT IN (SELECT mid FROM operation WHERE state <> 'done')"
    return {id for (id,) in store.connection.execute(f"SELECT id FROM inbox_item WHERE {of_others}")}


def forget(store: Store, tx: SqliteTx, kept: Collection[str] | None, told: Collection[str]) -> None:
    """Removes, inside the open transaction, what is left of rows that are gone: their words in the full-text, and what done
    operations say of them. Such an operation keeps its digest, from which the chain goes on. `kept` are the scopes that the
    laptop has still (None: all), `told` the items that were taken out of its inbox with what they are about."""
    for table in SEARCHED:
        store.connection.execute(f"INSERT INTO {table}_search ({table}_search) VALUES ('rebuild')")
    for dseq, operation, undo in _done(store):
        if not _is_here(tx, undo, kept, told):
            _erase(store, dseq, operation)
    store.set_meta(unerased="1")


def own(store: Store, tx: SqliteTx, kept: Collection[str], entries: Iterable[Entry]) -> None:
    """Removes, inside the open transaction, what those of this laptop's operations say that have come back in these entries
    and were kept from it, or are about rows that it does not hold any more."""
    for entry in entries:
        kept_from = entry.kind == "rejected" and scopes.BEYOND in str(entry.writes)
        for dseq, operation, undo in _done(store, entry.mid):
            if kept_from or not entry.writes or (undo != "[]" and not _is_here(tx, undo, kept, ())):
                _erase(store, dseq, operation)
                store.set_meta(unerased="1")


def everything(store: Store, acknowledged: int, shut_out: str) -> None:
    """Removes all that a laptop which was shut out holds, but who it is and those operations that the server has not
    acknowledged: it has those up to and with the number `acknowledged`."""
    with store.transaction():
        store.connection.execute("PRAGMA secure_delete = ON")
        for table in rebase.columns_here(store.connection):
            store.connection.execute(f'DELETE FROM "{table}"')
        outbox = Outbox(store)
        last = max(outbox.first_waiting() - 1, min(acknowledged, outbox.last()))
        hash = outbox.hash_of(last)
        store.connection.execute("DELETE FROM operation WHERE dseq < ?", (last,))
        store.connection.execute("UPDATE operation SET args = '{}', state = 'done' WHERE dseq = ?", (last,))
        store.connection.execute("UPDATE operation SET undo = '[]'")
        for table in SEARCHED:
            store.connection.execute(f"INSERT INTO {table}_search ({table}_search) VALUES ('rebuild')")
        epoch = json.loads(store.meta("cursor") or '{"epoch": ""}')["epoch"]
        store.set_meta(
            cursor=json.dumps(Cursor(epoch, 0, "")._asdict()), holding=None, returned=None, trimmed=f"{last}:{hash}",
            chained=f"{last}:{hash}", shut_out=shut_out, unerased="1",
        )  # fmt: skip
    finish(store)


def let_in(store: Store) -> None:
    """The server serves the laptop again: what waits is shown as long as the rows are on their way, which the sync may not
    live to see."""
    with store.transaction() as tx:
        rebase.take_back(store, tx)
        rebase.replay(store, tx)
        store.set_meta(shut_out=None)


def finish(store: Store) -> None:
    """Writes the store anew without what was removed, and takes away the files that nothing names any more; nothing when
    there is nothing to do."""
    if store.meta("unerased") is None:
        return
    try:
        files.prune(store, undoable=False)
        drafts = store.path.with_suffix(".drafts.json")
        if drafts.exists():
            _cut(store, drafts)
        shutil.rmtree(store.path.with_name("snapshot"), ignore_errors=True)  # one that was being loaded
        _rewrite(store.connection)
        with store.transaction():
            store.set_meta(unerased=None)
    except (sqlite3.Error, TechdeskError, OSError) as error:
        LOG.warning("what was removed is not out of the files of the store yet: %s", error)


def _cut(store: Store, drafts: Path) -> None:
    """Takes half-typed words about rows that are gone off the disk; on a laptop that was shut out, all. Raises OSError."""
    box = Box(store.path)
    try:
        typed = json.loads(box.open(drafts.read_bytes()))
        ids = {name: set(ID.findall(f"{name} {json.dumps(draft)}")) for name, draft in typed.items()}
    except (ValueError, AttributeError, RecursionError):  # nobody can read it: the screens count it as empty too
        typed, ids = {}, {}
    here = _here(store, set().union(*ids.values())) if store.meta("shut_out") is None else set()
    left = {name: draft for name, draft in typed.items() if ids[name] <= here and store.meta("shut_out") is None}
    if len(left) == len(typed) > 0:
        return
    erase(drafts)
    if left:
        put_file(drafts, box.shut(json.dumps(left, ensure_ascii=False).encode("utf-8", "surrogatepass")))


def _here(store: Store, ids: Iterable[str]) -> set[str]:
    """Those of the ids that a row has."""
    asked = json.dumps(sorted(ids))
    return {
        id
        for table in rebase.columns_here(store.connection)
        for (id,) in store.connection.execute(
            f'SELECT id FROM "{table}" WHERE id IN (SELECT value FROM json_each(?))', (asked,)
        )
    }


def _rewrite(connection: sqlite3.Connection) -> None:
    connection.execute("VACUUM")
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise sqlite3.OperationalError("the store is open in another program")


def _done(store: Store, mid: str | None = None) -> Iterator[tuple[int, Operation, str]]:
    """All done operations, or the one with that id, with their numbers and journals; not those that introduced the user, who
    with their van is no school's: a restored server gets them again."""
    which, values = ("", ()) if mid is None else (" AND mid = ?", (mid,))
    rows = store.connection.execute(
        "SELECT dseq, mid, command, version, args, at, actor, undo FROM operation"
        f" WHERE state = 'done' AND dseq > ?{which}", (int(store.meta("introduced") or 0), *values),
    ).fetchall()  # fmt: skip
    for dseq, mid, command, version, args, at, actor, undo in rows:
        yield dseq, Operation(mid, dseq, "", command, version, wire.loads(args), at, actor, 0.0), undo


def _is_here(tx: SqliteTx, undo: str, kept: Collection[str] | None, told: Collection[str]) -> bool:
    """Whether all that an operation wrote is here still, and what it removed would be; not, when it has nothing to show for
    it. An item that it left in the inbox may be its own guess, which the server did not share: only one of those that were
    `told` and taken away says something. An item that it settled was of another operation."""
    writes = read_journal(undo)
    return bool(writes) and all(_is_row_here(tx, write, kept, told) for write in writes)


def _is_row_here(tx: SqliteTx, write: Write, kept: Collection[str] | None, told: Collection[str]) -> bool:
    if PATHS.get(write.table, COMMON) == COMMON:
        return True
    if write.after is None:
        was = defaultdict(lambda: None, write.before or {})
        return kept is None or write.table in FLEETING or scopes.site_of(tx, write.table, was) in {None, *kept}
    settled = write.table == scopes.INBOX and write.before is not None
    if write.table in FLEETING and not settled:
        return write.id not in told
    return tx.get(write.table, write.id) is not None


def _erase(store: Store, dseq: int, operation: Operation) -> None:
    """Keeps of the arguments their digest, and which operation an undo took back."""
    if ERASED in operation.args:
        return
    kept = wordless(operation.command, operation.args) | {ERASED: digest(operation)}
    store.connection.execute("UPDATE operation SET args = ?, undo = '[]' WHERE dseq = ?", (json.dumps(kept), dseq))
