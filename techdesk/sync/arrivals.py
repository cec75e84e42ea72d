"""What arrives: pages of the server's log, held until it is worth putting them under what is pending here."""

import json
from collections import Counter
from functools import cached_property

from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import Store
from techdesk.sync import aside, erasing, rebase, unsent
from techdesk.sync.holding import held
from techdesk.sync.outbox import Outbox, waiting
from techdesk.sync.retention import note_returned
from techdesk.sync.scopes import INBOX
from techdesk.sync.wire import Cursor, Entry, Reply

# How much of the log is held before it is applied, at most, in bytes of plain JSON.
MOST_HELD = 32 * 1024 * 1024
OWN, FOREIGN = "own", "foreign"


def kept_cursor(store: Store) -> Cursor:
    """How far this store has come in the log."""
    return Cursor(**json.loads(store.meta("cursor") or '{"epoch": "", "seq": 0, "chain": ""}'))


def keep_cursor(store: Store, cursor: Cursor) -> None:
    """Keeps how far this store has come, inside the transaction that brings it there."""
    store.set_meta(cursor=json.dumps(cursor._asdict()))


class Arrivals:
    """Takes pages in. `cursor` is where the next one begins, `counts` what has been applied: own and foreign entries, and
    the own ones by kind."""

    def __init__(self, store: Store, outbox: Outbox) -> None:
        self._store = store
        self._outbox = outbox
        self._held: list[Reply] = []
        self._bytes = 0
        self._from = self.cursor = kept_cursor(store)
        self.counts: Counter[str] = Counter()

    @cached_property
    def _columns(self) -> rebase.Columns:
        return rebase.columns_here(self._store.connection)

    @property
    def numbers_held(self) -> bool:
        """Whether a lease of ticket numbers is on its way into the store."""
        return any(reply.numbers for reply in self._held)

    def take(self, reply: Reply, size: int, *, last: bool) -> bool:
        """Takes a page in; see `flush` for what it returns.

        A page that only echoes what was done here is applied at once. Another one is worth it when it is the last, or when
        as many entries are held as there are operations to be done again on top of them: so a long log over a long outbox
        costs the sum of the two, not their product.
        """
        self._held.append(reply)
        self._bytes += size
        self.cursor = reply.cursor
        entries = sum(len(each.entries) for each in self._held)
        worth = last or self._bytes >= MOST_HELD or entries >= waiting(self._store)
        return self.flush(echoes_only=not worth) if worth or len(self._held) == 1 else True

    def flush(self, *, echoes_only: bool = False) -> bool:
        """Applies what is held, in one transaction with the cursor that it leads to; nothing is written when it leads
        nowhere. False when another sync of this laptop was faster: then what is held is let go, and asked for again
        from where that one has come to."""
        held = self._held
        if not any(reply.entries or reply.numbers for reply in held) and self.cursor == self._from:
            self._let_go()
            return True
        with self._store.transaction() as tx:
            faster = kept_cursor(self._store) != self._from
            echoes = 0 if faster else self._echoes()
            if not faster and echoes_only and echoes < len(held):
                return True
            self._keep_numbers()
            counts = Counter[str]() if faster else self._apply(tx, echoes)
        self.counts += counts
        if faster:
            self.cursor = kept_cursor(self._store)
        self._let_go()
        return not faster

    def _let_go(self) -> None:
        self._held, self._bytes, self._from = [], 0, self.cursor

    def _echoes(self) -> int:
        """How many of the held pages, from the first on, only echo what is pending here; the rest follow a page that does
        not. Only the first is looked at: a page is held back behind another only when that one was no echo."""
        return int(rebase.is_echo(self._store, self._held[0].entries, self._columns))

    def _apply(self, tx: SqliteTx, echoes: int) -> Counter[str]:
        counts: Counter[str] = Counter()
        entries: list[Entry] = []
        came: list[Entry] = []
        files = [] if held(self._store) is None else unsent.waiting(self._store)
        for number, reply in enumerate(self._held):
            if number == echoes:
                rebase.take_back(self._store, tx)
            if number >= echoes:
                rebase.apply(tx, reply.entries, self._columns)
            aside.note(self._store, reply.entries, self._columns)
            own = rebase.retire(self._store, reply.entries)
            counts.update(OWN if entry.mid in own else FOREIGN for entry in reply.entries)
            counts.update(entry.kind for entry in reply.entries if entry.mid in own)
            entries += reply.entries
            came += [entry for entry in reply.entries if entry.mid in own]
        self._erase(tx, entries, came)
        if echoes < len(self._held):
            rebase.replay(self._store, tx)
        unsent.keep(self._store, files)
        if counts[OWN]:
            last = self._outbox.keep_chain()
            note_returned(self._store, last, self._held[-1].server_time)
        keep_cursor(self._store, self._held[-1].cursor)
        return counts

    def _erase(self, tx: SqliteTx, entries: list[Entry], own: list[Entry]) -> None:
        """Sees to it that nothing is left of what was taken away from a laptop of some schools, or kept from it. `own` are
        those that its outbox has waited for."""
        sites = held(self._store)
        if sites is None:
            return
        kept = sites | {str(self._store.meta("technician"))}
        gone = [(table, id) for entry in entries for table, id, after, _ in entry.writes if after is None]
        if any(table != "timer" for table, _ in gone):
            erasing.forget(self._store, tx, kept, {id for table, id in gone if table == INBOX})
        if own:
            erasing.own(self._store, tx, kept, own)

    def _keep_numbers(self) -> None:
        leases = [reply.numbers for reply in self._held if reply.numbers is not None]
        self._store.connection.executemany("INSERT OR IGNORE INTO number_block VALUES (?, ?)", leases)
