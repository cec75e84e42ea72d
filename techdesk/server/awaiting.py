"""What waits for a row that another laptop must send again, since this database was put back to an older state.

Laptops come back in any order. An operation on a row that only another laptop still has is in the log, as one that waits, and
in its author's inbox; it is run when its row has come, in the order in which such operations came, as an entry of the
server's own. What has waited `DAYS` days is rejected, and so is what a coordinator lets wait no longer.
"""

import json
from datetime import timedelta
from typing import NamedTuple

from techdesk import clock
from techdesk.desk.ids import derived_id
from techdesk.desk.merging import INBOX_OFFSET
from techdesk.desk.tx import Tx
from techdesk.server import subject
from techdesk.server.laptops import Laptop
from techdesk.server.log import Head
from techdesk.server.storage import Session
from techdesk.sync.wire import Operation

WAITING = "waiting"
DAYS = 30
# The entry that ends the waiting has an id that follows from the operation's own, so that there is never a second one.
ENDED_OFFSET = 1 << 42
Awaited = tuple[str, str]


class Waiter(NamedTuple):
    """An operation that waits, and for which row."""

    laptop: str
    operation: Operation
    awaited: Awaited
    since: str


def ended_id(mid: str) -> str:
    """The id of the entry that ends the waiting of that operation."""
    return derived_id(mid, ENDED_OFFSET)


def expect(session: Session, laptop: str) -> None:
    """Notes that a laptop knows another history than this database's, which was put back, then: rows are yet to come. One
    note a day is enough."""
    now = clock.now()
    session.run(
        "UPDATE org_head SET restored_at = ? WHERE org = (SELECT org FROM laptop WHERE id = ?)"
        " AND (restored_at IS NULL OR restored_at < ?)",
        clock.moment(now), laptop, clock.moment(now - timedelta(days=1)),
    )  # fmt: skip


def expecting(head: Head) -> bool:
    """Whether rows are yet to come."""
    return head.restored_at is not None and head.restored_at > horizon()


def horizon() -> str:
    """What began to wait before this moment waits no longer."""
    return clock.moment(clock.now() - timedelta(days=DAYS))


def missing(session: Session, tx: Tx, laptop: Laptop, operation: Operation) -> Awaited | None:
    """The first row that an operation needs and that is not here. A timer is stopped after it was started, so that waits
    for what its start waits for."""
    for table, id in subject.needed(operation):
        if tx.get(table, id) is None:
            return table, id
    if operation.command == "work.stop":
        for each in waiting(session, laptop.org):
            if each.operation.mid == operation.mid:
                break  # what follows it was started later
            if each.operation.command == "work.start" and each.operation.actor == operation.actor:
                return each.awaited
    return None


def why(awaited: Awaited) -> str:
    """The sentence for the author."""
    what = awaited[0].replace("_", " ")
    return (
        f"it waits: the server was put back and does not have its {what} yet, which another laptop sends again with its next "
        f"sync; it is done then, or told here after {DAYS} days"
    )


def keep(session: Session, laptop: Laptop, operation: Operation, awaited: Awaited) -> None:
    """Lets an operation wait."""
    session.run(
        "INSERT INTO awaiting (org, mid, laptop, operation, entity, entity_id, since) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (org, mid) DO NOTHING",
        laptop.org, operation.mid, laptop.id, json.dumps(operation._asdict(), separators=(",", ":")), *awaited,
        clock.moment(clock.now()),
    )  # fmt: skip


def waiting(session: Session, org: int) -> list[Waiter]:
    """What waits, in the order of the log."""
    rows = session.rows(
        "SELECT p.laptop AS laptop, p.operation AS operation, p.entity AS entity, p.entity_id AS entity_id,"
        " p.since AS since FROM awaiting AS p LEFT JOIN change_log AS c ON c.org = p.org AND c.mid = p.mid"
        " WHERE p.org = ? ORDER BY coalesce(c.seq, ?), p.mid", org, 1 << 62,
    )  # fmt: skip
    return [
        Waiter(
            str(row["laptop"]),
            Operation(**json.loads(str(row["operation"]))),
            (str(row["entity"]), str(row["entity_id"])),
            str(row["since"]),
        )
        for row in rows
    ]


def go_on(session: Session, org: int, mid: str, awaited: Awaited) -> None:
    """Lets an operation wait for another row."""
    session.run("UPDATE awaiting SET entity = ?, entity_id = ? WHERE org = ? AND mid = ?", *awaited, org, mid)


def forget(session: Session, org: int, mid: str) -> int:
    """Ends the waiting of an operation. How many did wait: 1 or 0."""
    return session.run("DELETE FROM awaiting WHERE org = ? AND mid = ?", org, mid)


def withdraw(session: Session, tx: Tx, org: int, mid: str | None) -> None:
    """Its author has taken an operation back: it waits no longer, and nothing more will be told of it."""
    if mid is not None and forget(session, org, mid):
        _settle(tx, mid, "it was taken back while it waited")


def tell_end(tx: Tx, mid: str, kind: str) -> None:
    """The item that told of the waiting is settled when all is done as its author meant it, or else tells of that other
    outcome, whether it was put aside meanwhile or not."""
    if kind == "plain":
        _settle(tx, mid, "it waited until what it is about had come back, and is done")
    else:
        tx.put("inbox_item", {"id": derived_id(mid, INBOX_OFFSET), "state": "open", "choice": None})


def _settle(tx: Tx, mid: str, done: str) -> None:
    id = derived_id(mid, INBOX_OFFSET)
    if tx.get("inbox_item", id) is not None:
        tx.put("inbox_item", {"id": id, "state": "settled", "choice": "theirs", "kind": WAITING, "done": done})
