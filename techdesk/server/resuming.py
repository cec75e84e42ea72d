"""What waited for a row is run when the row has come, after the operations that brought it."""

from collections.abc import Iterator

from techdesk import clock
from techdesk.models.recording import RecordingTx
from techdesk.server import awaiting, grants, laptops, log, operations
from techdesk.server.awaiting import Waiter
from techdesk.server.enrolment import SERVER
from techdesk.server.log import Head, Logged
from techdesk.server.operations import Done
from techdesk.server.storage import Session
from techdesk.sync import wire

NO_LONGER = f"the row that it needs did not come in {awaiting.DAYS} days after the server was put back"
LET_GO = "the row that it needs has not come, and your coordinator lets it wait no longer"


def resume(
    session: Session, head: Head, dropped: str | None = None, of: frozenset[str] = frozenset()
) -> tuple[Head, int]:
    """Runs what can be run by now of what waits in the organisation, whose head is locked, and rejects what has waited too
    long; with `dropped`, which says why, also the rest `of` those laptops. Returns the head as it is then, and how many
    operations do not wait any more."""
    ended: list[Done] = []
    while more := list(_ready(session, head, [done.logged for done in ended], dropped, of)):
        ended += more
    number = max((done.number for done in ended), default=0)
    head = log.append(
        session, head, [done.logged for done in ended], clock.moment(clock.now()), max(head.next_number, number + 1)
    )
    return head, len(ended)


def _ready(session: Session, head: Head, page: list[Logged], dropped: str | None, of: frozenset[str]) -> Iterator[Done]:
    tx = session.tx(head.org)
    for each in awaiting.waiting(session, head.org):
        laptop = laptops.known(session, each.laptop)
        awaited = awaiting.missing(session, tx, laptop, each.operation)
        why = dropped if each.laptop in of else NO_LONGER if each.since < awaiting.horizon() else None
        if awaited is None or why is not None:
            yield _ended(session, tx, each, page, None if awaited is None else why)
        elif awaited != each.awaited:
            awaiting.go_on(session, head.org, each.operation.mid, awaited)


def _ended(session: Session, tx: RecordingTx, each: Waiter, page: list[Logged], dropped: str | None) -> Done:
    operation = each.operation
    laptop = laptops.known(session, each.laptop)
    awaiting.forget(session, laptop.org, operation.mid)
    args = wire.args_text(operation)
    done = operations.run(
        session, tx, laptop, operation, args, wire.digest(operation, args), page, dropped, grants.allowed(tx, laptop),
        waited=True,
    )  # fmt: skip
    entry = done.logged._replace(mid=awaiting.ended_id(operation.mid), laptop=SERVER, dseq=0)
    return done._replace(logged=entry)
