"""The log of an organisation: every operation in the one order that all its laptops follow.

**One organisation, one operation at a time.** Handlers read what they change (a ticket's state, the timers of a
technician), so two operations of one organisation must not run beside each other; and a laptop that has read up to entry n
must never see an entry before n appear later. `locked_head` gives both: the transaction begins by taking the lock of the
organisation's row in `org_head`, runs its operations, adds their entries with the numbers that follow, and moves the head as
its last statement. The next one gets the lock only when this one has committed, so numbers have no gaps and become visible
in their order. Other organisations have other rows, and run beside it. (SERIALIZABLE transactions would run operations of
one organisation beside each other only to repeat most of them: all of them change the head.)
"""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from techdesk.desk.tx import Row, Write
from techdesk.server import belonging
from techdesk.server.belonging import MIXED
from techdesk.server.declined import Declined
from techdesk.server.storage import Session
from techdesk.sync import wire
from techdesk.sync.wire import Cursor

READ_AT_ONCE = 64
# A new laptop reads the log from its beginning as long as it has no more entries; then a snapshot is less to carry.
NEW_BY_LOG = 2_000
# The code of a refusal of a cursor that is of another history.
HISTORY = "history"


class Head(NamedTuple):
    """An organisation and the end of its log."""

    org: int
    id: str
    name: str
    epoch: str
    seq: int
    chain: str
    next_number: int
    recovery_key: str | None = None
    trimmed: int = 0
    restored_at: str | None = None

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.epoch, self.seq, self.chain)


class Logged(NamedTuple):
    """An operation that was run, on its way into the log. `why` is the sentence of one that was not done; `before` says what
    its rows were, `undoes` which operation it takes back, `scope` and `parts` to which sites they belong (see
    `tables.ChangeLog`)."""

    mid: str
    laptop: str
    dseq: int
    command: str
    version: int
    args: str
    at: str
    actor: str | None
    offset: float
    kind: str
    why: str | None
    writes: str
    digest: str
    before: str = "[]"
    undoes: str | None = None
    scope: str | None = ""
    parts: str | None = None


class Held(NamedTuple):
    """What a laptop holds, or is about to: the scopes (see `sync.scopes`), and the common rows if `common`. Its own entries,
    and its technician's, come in any case, so that its outbox knows what has arrived. `until` is the last number that it
    wants."""

    scopes: frozenset[str]
    laptop: str
    technician: str
    common: bool = True
    until: int = 1 << 62

    def part(self, session: Session, org: int, row: Row) -> str:
        """What of an entry is for it, as it goes onto the wire; empty when nothing is."""
        scope, parts = (None if row[name] is None else str(row[name]) for name in ("scope", "parts"))
        tx = session.tx(org)
        writes = belonging.part(scope, str(row["writes"]), parts, self.scopes, common=self.common, tx=tx)
        if not writes and self.laptop != row["laptop"] and self.technician != row["actor"]:
            return ""
        told = {name: row[name] for name in ("seq", "mid", "laptop", "actor", "command", "at", "kind")}
        return wire.dumps({**told, "writes": writes}).decode()


class Page(NamedTuple):
    """Entries as they go onto the wire, each a piece of JSON, and where they lead."""

    entries: list[str]
    cursor: Cursor
    more: bool


def head(session: Session, org: int, *, locked: bool = False) -> Head:
    """The end of an organisation's log; when locked, nobody else moves it until the transaction ends."""
    names = ", ".join(Head._fields)
    found = session.rows(f"SELECT {names} FROM org_head WHERE org = ?{session.locking if locked else ''}", org)
    return Head(**found[0])  # type: ignore[arg-type]


def known(session: Session, org: int, mids: Sequence[str]) -> dict[str, str]:
    """The digests of those operations that the log has already, by mid."""
    marks = ", ".join("?" * len(mids))
    found = session.rows(f"SELECT mid, digest FROM change_log WHERE org = ? AND mid IN ({marks})", org, *mids)
    return {str(row["mid"]): str(row["digest"]) for row in found}


def append(session: Session, before: Head, entries: Iterable[Logged], received_at: str, next_number: int) -> Head:
    """Adds the entries after the head, which is locked, and moves it: the last statements of the transaction."""
    seq, chain = before.seq, before.chain
    rows: list[tuple[str | int | float | None, ...]] = []
    for entry in entries:
        seq += 1
        chain = wire.link(chain, seq, entry.digest, entry.laptop, entry.kind, entry.writes)
        rows.append(
            (before.org, seq, entry.mid, entry.laptop, entry.dseq, entry.command, entry.version, entry.args, entry.at,
             entry.actor, entry.offset, received_at, entry.kind, entry.why, entry.writes, entry.digest, chain, entry.before,
             entry.undoes, entry.scope, entry.parts)
        )  # fmt: skip
    if rows:
        session.many(
            "INSERT INTO change_log (org, seq, mid, laptop, dseq, command, version, args, at, actor, clock_offset,"
            " received_at, kind, why, writes, digest, chain, before, undoes, scope, parts)"
            f" VALUES ({', '.join('?' * 21)})",
            rows,
        )
    if rows or next_number != before.next_number:
        session.run(
            "UPDATE org_head SET seq = ?, chain = ?, next_number = ? WHERE org = ?", seq, chain, next_number, before.org
        )
    return before._replace(seq=seq, chain=chain, next_number=next_number)


def page(session: Session, end: Head, cursor: Cursor, held: Held | None = None) -> Page:
    """The entries after the cursor, as many as fit in a page: all of them as they stand in the log, or what of them is for
    who holds certain scopes. Declined when the cursor is of another history, or the log does not reach back to it."""
    same_history(session, end, cursor)
    found = _page(session, end, cursor, held)
    # Asked after the entries were read: what they wrote may have been let go a moment before.
    if cursor.seq < head(session, end.org).trimmed:
        raise begin_with_snapshot(end)
    return found


def begin_with_snapshot(end: Head) -> Declined:
    """The refusal of a laptop that cannot, or should not, read its way from where it is."""
    return Declined(
        409, "snapshot", "This laptop has to load a snapshot of the server: update techdesk here.", epoch=end.epoch
    )


def _page(session: Session, end: Head, cursor: Cursor, held: Held | None) -> Page:
    source = _whole if held is None else held.part
    entries: list[str] = []
    size, seq, chain = 0, cursor.seq, cursor.chain
    while True:
        rows = _rows(session, end, seq, held)
        for row in rows:
            last = str(row.pop("chain"))
            text = source(session, end.org, row)
            size += len(text)
            if entries and size > wire.DOWN * wire.PAGE_BYTES:
                return Page(entries, Cursor(end.epoch, seq, chain), True)
            entries += [text] if text else []
            seq, chain = int(row["seq"] or 0), last
        if len(rows) < READ_AT_ONCE:
            if held is not None:  # what follows up to there is for others
                seq, chain = _end(session, end, held)
            return Page(entries, Cursor(end.epoch, seq, chain), False)


def _rows(session: Session, end: Head, seq: int, held: Held | None) -> list[Row]:
    """The next entries; of those that are for certain scopes, none beyond the end that was read before the scopes were."""
    names = "seq, mid, laptop, actor, command, at, kind, writes, chain"
    if held is None:
        return session.rows(
            f"SELECT {names} FROM change_log WHERE org = ? AND seq > ? ORDER BY seq LIMIT ?", end.org, seq, READ_AT_ONCE
        )
    scopes = sorted(held.scopes) + [MIXED] + [""] * held.common
    marks = ", ".join("?" * len(scopes))
    return session.rows(
        f"SELECT {names}, scope, parts FROM change_log WHERE org = ? AND seq > ? AND seq <= ?"
        f" AND (scope IS NULL OR scope IN ({marks}) OR laptop = ? OR actor = ?) ORDER BY seq LIMIT ?",
        end.org, seq, min(end.seq, held.until), *scopes, held.laptop, held.technician, READ_AT_ONCE,
    )  # fmt: skip


def _end(session: Session, end: Head, held: Held) -> tuple[int, str]:
    if held.until >= end.seq:
        return end.seq, end.chain
    found = session.rows("SELECT chain FROM change_log WHERE org = ? AND seq = ?", end.org, held.until)
    return held.until, str(found[0]["chain"]) if found else ""


def _whole(session: Session, org: int, row: Row) -> str:
    """An entry as it goes onto the wire, around what is JSON already."""
    writes = str(row.pop("writes"))
    return f'{json.dumps(row, separators=(",", ":"))[:-1]},"writes":{writes}}}'


def written(writes: Iterable[Write]) -> str:
    """What an operation wrote, as the log keeps it and a laptop applies it."""
    return wire.dumps([(w.table, w.id, w.after, int(w.before is None)) for w in writes]).decode()


def was(writes: Iterable[Write]) -> str:
    """What the rows of `written` were before, in the same order: the changed columns; null for a row that was made."""
    return wire.dumps([w.before for w in writes]).decode()


def same_history(session: Session, end: Head, cursor: Cursor) -> None:
    """Declined when the cursor is of another history than this log's."""
    chain = ""
    if cursor.seq > 0:
        found = session.rows("SELECT chain FROM change_log WHERE org = ? AND seq = ?", end.org, cursor.seq)
        chain = str(found[0]["chain"]) if found else "?"
    if cursor.epoch != end.epoch or cursor.chain != chain:
        raise Declined(
            409,
            HISTORY,
            "The server does not hold what this laptop has had from it before: it was put back to an older state, so ask "
            "your coordinator; nothing on this laptop is lost.",
            epoch=end.epoch,
        )
