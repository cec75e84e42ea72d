"""The outbox: this laptop's operations on their way to the server, in their order."""

from collections.abc import Sequence

from techdesk.models.store import Store
from techdesk.sync import wire
from techdesk.sync.erased import digest
from techdesk.sync.wire import Operation

COLUMNS = "dseq, mid, command, version, args, at, actor"
# What an operation weighs on the wire beside its arguments, about.
ENVELOPE = 400


class Withdrawn(Exception):
    """An operation was taken back between being read and being sent."""


class Outbox:
    """Hands out operations with the hashes that chain them. The chain is computed here and not when a command is made: only
    a sync needs it, and a daily verb would wait for the hash library to load.

    The hashes of the last operation that has come back (`chained`) and of the last that was trimmed (`trimmed`) are kept in
    the store, so that the chain can go on when older rows are gone.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        # Hashes by the operation's number. One that was not sent yet may change, and is computed again by the next batch.
        self._hashes = {0: ""}
        for place in ("trimmed", "chained"):
            dseq, _, kept = (store.meta(place) or "0:").partition(":")
            self._hashes[int(dseq)] = kept

    def batch(self, start: int) -> list[Operation]:
        """The operations from number `start` on that fit in one request."""
        before = self.hash_of(start - 1)
        found: list[Operation] = []
        size = 0
        rows = self._store.connection.execute(
            f"SELECT {COLUMNS} FROM operation WHERE dseq >= ? ORDER BY dseq LIMIT ?", (start, wire.PAGE_OPERATIONS)
        )
        offset = float(self._store.meta("clock_offset") or 0)
        for dseq, mid, command, version, args, at, actor in rows:
            size += len(args.encode()) + ENVELOPE
            if found and size > wire.PAGE_BYTES:
                break
            operation = Operation(mid, dseq, before, command, version, wire.loads(args), at, actor, offset)
            found.append(operation)
            before = self._hashes[dseq] = wire.link(before, dseq, digest(operation))
        return found

    def mark_sent(self, operations: Sequence[Operation]) -> None:
        """Says that these may be on the server from now on: to take one back takes a compensation. Raises Withdrawn when one
        of them is gone already. Writes nothing when all were sent before."""
        first, last = operations[0].dseq, operations[-1].dseq
        sent = [operation.mid for operation in operations]
        connection = self._store.connection
        between = "SELECT mid, state FROM operation WHERE dseq BETWEEN ? AND ? ORDER BY dseq"
        if [state for _, state in connection.execute(between, (first, last))] == ["sent"] * len(sent):
            return
        with self._store.transaction():
            if [mid for mid, _ in connection.execute(between, (first, last))] != sent:
                raise Withdrawn
            connection.execute(
                "UPDATE operation SET state = 'sent' WHERE dseq BETWEEN ? AND ? AND state = 'pending'", (first, last)
            )

    def first_waiting(self) -> int:
        """The number of the first operation that has not come back; of the next one to be made, when all have."""
        found = self._store.connection.execute("SELECT min(dseq) FROM operation WHERE state <> 'done'").fetchone()[0]
        if found is not None:
            return int(found)
        return int(self._store.connection.execute("SELECT coalesce(max(dseq), 0) + 1 FROM operation").fetchone()[0])

    def last(self) -> int:
        """The number of the last operation that was made."""
        return int(self._store.connection.execute("SELECT coalesce(max(dseq), 0) FROM operation").fetchone()[0])

    def has(self, dseq: int) -> bool:
        """Whether the store still keeps that operation."""
        found = self._store.connection.execute("SELECT 1 FROM operation WHERE dseq = ?", (dseq,)).fetchone()
        return found is not None

    def keep_chain(self) -> int:
        """Keeps the hash of the last operation that has come back, inside the open transaction. Returns its number."""
        last = self.first_waiting() - 1
        self._store.set_meta(chained=f"{last}:{self.hash_of(last)}")
        return last

    def hash_of(self, dseq: int) -> str:
        """The hash of an operation that was sent; from the nearest one before it whose hash is known."""
        if dseq in self._hashes:
            return self._hashes[dseq]
        nearest = max(number for number in self._hashes if number < dseq)
        found = self._hashes[nearest]
        rows = self._store.connection.execute(
            f"SELECT {COLUMNS} FROM operation WHERE dseq > ? AND dseq <= ? ORDER BY dseq", (nearest, dseq)
        )
        for number, mid, command, version, args, at, actor in rows:
            operation = Operation(mid, number, "", command, version, wire.loads(args), at, actor, 0.0)
            found = wire.link(found, number, digest(operation))
        self._hashes[dseq] = found
        return found


def waiting(store: Store) -> int:
    """How many operations have not come back from the server yet."""
    return int(store.connection.execute("SELECT count(*) FROM operation WHERE state <> 'done'").fetchone()[0])
