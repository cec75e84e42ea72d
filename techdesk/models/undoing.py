"""Taking back: what this laptop did last, with its journal or by a compensation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techdesk.desk.commands import Outcome
from techdesk.desk.tx import Act
from techdesk.errors import Refused
from techdesk.models.journal import read_journal
from techdesk.models.sqlite import SqliteTx

if TYPE_CHECKING:
    from techdesk.models.store import Store


def undo(store: Store) -> Outcome:
    """Takes back what this laptop did last: with its journal where nobody can have seen it, else by a compensation."""
    with store.transaction() as tx:
        batch = _last_batch(store)
        about = _named(store, *batch[0][2:4]) if len(batch) == 1 else f" ({len(batch):,} at once)"
        with store.together():
            kinds = {_take_back(store, tx, *operation) for operation in batch}
    what = "the choice" if batch[0][2] == "inbox.settle" else batch[0][2].replace(".", " ")
    said = f"Took back: {what}{about}."
    return Outcome(said=said, kind="conflict" if "conflict" in kinds else "plain")


def _named(store: Store, name: str, undo: str) -> str:
    """Which problem, change or ticket a command and its journal are about, if they are about one; for a choice in the inbox,
    what its item is about."""
    if name == "inbox.settle":
        items = [write.id for write in read_journal(undo) if write.table == "inbox_item"]
        item = store.connection.execute("SELECT ref FROM inbox_item WHERE id = ?", items[:1] or ("",)).fetchone()
        return f" about {item[0]}" if item and item[0] else ""
    noun = name.partition(".")[0]
    table = noun if noun in ("problem", "change") and name != "problem.link" else "ticket"
    rows = [write.id for write in read_journal(undo) if write.table == table]
    found = store.connection.execute(f'SELECT ref FROM "{table}" WHERE id = ?', rows[:1] or ("",)).fetchone()
    return f" {found[0]}" if found else ""


def _last_batch(store: Store) -> list[tuple[int, str, str, str, str]]:
    """(dseq, mid, command, journal, state) of what was done last and is not taken back yet, newest first."""
    last = store.connection.execute(
        "SELECT batch FROM operation WHERE command <> 'desk.undo' AND dseq > ?"
        " AND mid NOT IN (SELECT json_extract(args, '$.mid') FROM operation WHERE command = 'desk.undo')"
        " ORDER BY dseq DESC LIMIT 1",
        (int(store.meta("introduced") or 0),),
    ).fetchone()
    if last is None and store.meta("trimmed") is not None:
        raise Refused(
            "There is nothing left to take back: what else this laptop did came back from the server more than 90 days "
            "ago, so change it by hand."
        )
    if last is None:
        raise Refused("There is nothing to take back: this laptop has done nothing yet.")
    return store.connection.execute(
        "SELECT dseq, mid, command, undo, state FROM operation WHERE batch = ? ORDER BY dseq DESC", last
    ).fetchall()


def _take_back(store: Store, tx: SqliteTx, dseq: int, mid: str, name: str, undo: str, state: str) -> str:
    """Takes one operation back; an operation that was sent, or that others follow, keeps its place in the order.
    Returns the outcome's kind."""
    newest = store.connection.execute("SELECT max(dseq) FROM operation").fetchone()[0]
    if state != "pending" or dseq != newest:
        from techdesk.desk.undoing import TakeBack

        # Nothing here, it may have done something there: what waited for a row that has come back since.
        return store.operate(tx, TakeBack(mid=mid, command=name, writes=undo), always=True).kind
    tx.begin(Act(mid, store.now(), None, ""))
    for write in reversed(read_journal(undo)):
        tx.restore(write)
    store.connection.execute("DELETE FROM operation WHERE dseq = ?", (dseq,))
    return "plain"
