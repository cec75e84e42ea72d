"""Rebase: the server's log goes under what this laptop has done and the server has not sent back yet.

Pending operations are taken back with their journals, newest first; the log's rows are applied; what came back is retired;
what is left is done again, in merging mode, with fresh journals. All of it in one transaction, so that the store is at any
moment what the server had plus what is pending here.
"""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from techdesk.desk.commands import decode, perform
from techdesk.desk.tx import Act, Row, Write
from techdesk.errors import StoreUnusable, TechdeskError
from techdesk.models.journal import journal, read_journal
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import Store
from techdesk.sync import wire
from techdesk.sync.wire import Entry, RowWrite

LOG = logging.getLogger("techdesk.sync")
AT_ONCE = 500
Columns = Mapping[str, frozenset[str]]


def columns_here(connection: sqlite3.Connection) -> Columns:
    """The tables that travel, with their columns, as this store has them: nothing else may the server write."""
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "SELECT one.name, two.name FROM sqlite_master AS one, pragma_table_info(one.name) AS two WHERE one.type = 'table'"
    ):
        found.setdefault(table, set()).add(column)
    travels = {"n", "id", "version", "author"}
    return {table: frozenset(names - {"n"}) for table, names in found.items() if travels <= names}


def take_back(store: Store, tx: SqliteTx) -> None:
    """Undoes everything that is pending, newest first."""
    newest = 1 << 62
    while True:
        rows = store.connection.execute(
            "SELECT dseq, undo FROM operation WHERE state <> 'done' AND dseq < ? ORDER BY dseq DESC LIMIT ?",
            (newest, AT_ONCE),
        ).fetchall()
        if not rows:
            return
        for _, undo in rows:
            for write in reversed(read_journal(undo)):
                tx.restore(write)
        newest = rows[-1][0]


def replay(store: Store, tx: SqliteTx) -> None:
    """Does again everything that is pending, oldest first. What is refused now stays pending and does nothing here: the
    server decides what becomes of it, and the log will tell."""
    laptop, oldest = store.meta("laptop_name") or "laptop", 0
    while True:
        rows = store.connection.execute(
            "SELECT dseq, mid, command, version, args, at, actor FROM operation WHERE state <> 'done' AND dseq > ?"
            " ORDER BY dseq LIMIT ?",
            (oldest, AT_ONCE),
        ).fetchall()
        if not rows:
            return
        for dseq, mid, name, version, args, at, actor in rows:
            writes = _again(tx, Act(mid, at, actor, laptop, merging=True), name, version, args)
            store.connection.execute("UPDATE operation SET undo = ? WHERE dseq = ?", (journal(writes), dseq))
        oldest = rows[-1][0]


def _again(tx: SqliteTx, act: Act, name: str, version: int, args: str) -> list[Write]:
    tx.begin(act)
    try:
        with tx.savepoint():
            perform(tx, decode(name, wire.loads(args), version), act)
    except TechdeskError as refusal:
        LOG.info("operation %s (%s) does nothing for now: %s", act.mid, name, refusal)
    except MemoryError:
        raise
    except Exception as error:
        # A full or failing disk fails whatever comes next as well. A table or column that this version has not (another
        # version's operation, after a step back) is this operation's trouble alone.
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        LOG.exception("operation %s (%s) cannot be done again here", act.mid, name)
    return tx.writes


def apply(tx: SqliteTx, entries: Iterable[Entry], columns: Columns) -> None:
    """Applies the rows of log entries. A table or a column that this version does not have is left aside; StoreUnusable for
    a row that cannot be here, because to leave it out would be to part from the server without a word."""
    for entry in entries:
        for write in _known(entry.writes, columns):
            try:
                tx.apply(write)
            except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, OverflowError) as error:
                raise StoreUnusable(
                    f"The server's entry {entry.seq} does not fit into this store ({error}): update techdesk, or run  "
                    "techdesk doctor."
                ) from error


def retire(store: Store, entries: Sequence[Entry]) -> set[str]:
    """Marks what has come back as done. Returns the ids of those operations that had waited for it."""
    connection = store.connection
    own = {
        entry.mid
        for entry in entries
        if connection.execute("SELECT 1 FROM operation WHERE mid = ? AND state <> 'done'", (entry.mid,)).fetchone()
    }
    connection.executemany("UPDATE operation SET state = 'done' WHERE mid = ?", [(mid,) for mid in own])
    return own


def is_echo(store: Store, entries: Sequence[Entry], columns: Columns) -> bool:
    """Whether these entries are the oldest pending operations, in order, and did on the server exactly what they did here:
    then there is nothing to apply, and nothing that comes after them to do again.

    A row that an operation changed was changed alike when both sets of columns are equal, its version among them. A row
    that it made is here as it was made when it still has the version that the operation left it with; then it is compared.
    """
    waiting = store.connection.execute(
        "SELECT mid, undo FROM operation WHERE state <> 'done' ORDER BY dseq LIMIT ?", (len(entries),)
    ).fetchall()
    if [mid for mid, _ in waiting] != [entry.mid for entry in entries]:
        return False
    pairs = zip(entries, waiting, strict=True)
    return all(_did_the_same(store.connection, entry, read_journal(undo), columns) for entry, (_, undo) in pairs)


def _did_the_same(connection: sqlite3.Connection, entry: Entry, here: Sequence[Write], columns: Columns) -> bool:
    there = {(write.table, write.id): write for write in _known(entry.writes, columns)}
    if there.keys() != {(write.table, write.id) for write in here}:
        return False
    return all(_same(connection, write, there[write.table, write.id]) for write in here)


def _same(connection: sqlite3.Connection, here: Write, there: Write) -> bool:
    if here.before is not None or there.before is not None:
        return here.before is not None and there.before is not None and here.after == there.after
    made = there.after or {}
    if made.get("version") is None or made["version"] != (here.after or {}).get("version"):
        return False
    alike = " AND ".join(f'"{name}" IS ?' for name in made)
    found = connection.execute(
        f'SELECT 1 FROM "{there.table}" WHERE id = ? AND {alike}', (there.id, *made.values())
    ).fetchone()
    return found is not None


def _known(writes: Iterable[RowWrite], columns: Columns) -> Iterator[Write]:
    """The writes of an entry, as this store can hold them. Of what a row was before, only whether it was counts."""
    for table, id, after, made in writes:
        names = columns.get(table)
        if names is None:
            continue
        row: Row | None = None if after is None else {name: after[name] for name in after if name in names}
        if row == {}:
            continue
        yield Write(table, id, None if made else {}, row)
