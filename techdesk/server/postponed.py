"""What a newer techdesk has sent to a server that cannot read it yet: parked in the log with all it says, and done when the
server is updated.

What the same laptop does afterwards to the same rows waits behind it, or it would be refused for the lack of what came
before. When a server can read it, it runs as the operation that it is: under its own id, so that it makes the same rows as
on its laptop, and in an entry of the log that is named after it, so that two servers cannot both do it. Its author may have
settled it meanwhile, by hand or by leaving it: then it is forgotten.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Callable

from techdesk import clock
from techdesk.desk.commands import NewerCommand, decode
from techdesk.desk.ids import derived_id
from techdesk.desk.merging import INBOX_OFFSET
from techdesk.desk.tx import Row, Tx
from techdesk.errors import BadInput
from techdesk.server import log
from techdesk.server.log import Head, Logged
from techdesk.server.storage import Session, Storage
from techdesk.sync import wire
from techdesk.sync.wire import Operation

LOG = logging.getLogger("techdesk.server")
# The entry of an operation that was done late is named after it, far from the rows and the inbox item that it makes.
LATE_OFFSET = 1 << 41
NEWER = "it was made by a newer techdesk than the server's: it is done when the server is updated"
WAITS = "something before it, about the same, waits until the server is updated; then it is done as well"
DONE = "it is done since: the server was updated"
# The arguments that name what an operation is about.
ABOUT = ("id", "ticket_id", "visit_id", "task_id", "part_id", "item_id", "attachment_id")

# Runs an operation that waited: (session, its laptop's id, operation, its arguments as text, whether a coordinator released
# it) -> its entry, ticket number.
Run = Callable[[Session, str, Operation, str, bool], tuple[Logged, int] | None]


def about(operation: Operation) -> frozenset[str]:
    """The ids of what an operation is about."""
    found = (operation.args.get(name) for name in ABOUT)
    return frozenset(id for id in found if isinstance(id, str))


def of_laptop(session: Session, org: int, laptop: str) -> set[str]:
    """What the operations of a laptop that wait here are about."""
    rows = session.rows("SELECT about FROM postponed WHERE org = ? AND laptop = ?", org, laptop)
    return {id for row in rows for id in json.loads(str(row["about"]))}


def keep(session: Session, org: int, laptop: str, operation: Operation) -> None:
    """Notes that this operation, parked in this transaction, is to be done later."""
    session.run(
        "INSERT INTO postponed (org, mid, laptop, about) VALUES (?, ?, ?, ?)",
        org, operation.mid, laptop, json.dumps(sorted(about(operation))),
    )  # fmt: skip


def forget(session: Session, org: int, mid: str) -> None:
    """It is not to be done any more."""
    session.run("DELETE FROM postponed WHERE org = ? AND mid = ?", org, mid)


def settle(tx: Tx, mid: str) -> None:
    """Tells its author that it is done."""
    tx.put("inbox_item", {"id": derived_id(mid, INBOX_OFFSET), "state": "settled", "choice": "again", "done": DONE})


def late(mid: str) -> str:
    """The id of the entry of an operation that was done late."""
    return derived_id(mid, LATE_OFFSET)


def resume(session: Session, head: Head, run: Run) -> Head:
    """Does what waited in an organisation, whose head is locked, as far as this server can read it. Returns the new head."""
    rows = session.rows(
        "SELECT l.mid, p.laptop, l.laptop AS sender, l.command, l.version, l.args, l.at, l.actor, l.clock_offset"
        " FROM postponed AS p JOIN change_log AS l ON l.org = p.org AND l.mid = p.mid WHERE p.org = ? ORDER BY +l.seq",
        head.org,
    )  # fmt: skip
    if not rows:
        return head
    behind: dict[str, set[str]] = defaultdict(set)
    entries: list[Logged] = []
    number = 0
    for row in rows:
        operation, laptop = _operation(row), str(row["laptop"])
        if not _open(session, head.org, operation.mid):
            forget(session, head.org, operation.mid)
        elif about(operation) & behind[laptop] or not _readable(operation):
            behind[laptop] |= about(operation)
        else:
            done = run(session, laptop, operation, str(row["args"]), row["sender"] != laptop)
            forget(session, head.org, operation.mid)
            if done is not None:
                entries.append(done[0]._replace(mid=late(operation.mid), dseq=0))
                number = max(number, done[1])
    if not entries:
        return head
    LOG.info("%s: %s operations that waited for this version are done", head.name, len(entries))
    return log.append(session, head, entries, clock.moment(clock.now()), max(head.next_number, number + 1))


def resume_all(storage: Storage, run: Run) -> None:
    """Does what waited in any organisation: when a server starts."""
    with storage.transaction() as session:
        orgs = [int(row["org"] or 0) for row in session.rows("SELECT DISTINCT org FROM postponed")]
    for org in orgs:
        with storage.transaction() as session:
            resume(session, log.head(session, org, locked=True), run)


def _operation(row: Row) -> Operation:
    args = wire.loads(str(row["args"]))
    return Operation(str(row["mid"]), 0, "", str(row["command"]), int(row["version"] or 0), args, str(row["at"]),
                     None if row["actor"] is None else str(row["actor"]), float(row["clock_offset"] or 0))  # fmt: skip


def _open(session: Session, org: int, mid: str) -> bool:
    """Whether the item in its author's inbox is not settled."""
    item = session.tx(org).get("inbox_item", derived_id(mid, INBOX_OFFSET))
    return item is not None and item["state"] == "open"


def _readable(operation: Operation) -> bool:
    try:
        decode(operation.command, operation.args, operation.version)
    except NewerCommand:
        return False
    except (BadInput, TypeError, AttributeError, ValueError):
        return True  # running it says what is wrong
    return True
