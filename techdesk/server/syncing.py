"""One exchange: what a laptop sends is run and logged in one transaction, then it gets what it has not had."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from techdesk import clock
from techdesk.models.buffered import BufferedTx, Unfit
from techdesk.models.recording import RecordingTx
from techdesk.server import laptops, log, operations, quarantine
from techdesk.server.declined import Declined
from techdesk.server.foresight import foresee
from techdesk.server.laptops import Signed
from techdesk.server.log import Head, Logged, Page
from techdesk.server.operations import Laptop
from techdesk.server.schema import BLANKS
from techdesk.server.storage import Session, Storage
from techdesk.sync import wire
from techdesk.sync.wire import Operation, Request

LOG = logging.getLogger("techdesk.server")
MOST_NUMBERS = 500


class Pushed(NamedTuple):
    """What became of the sending half."""

    laptop: Laptop
    numbers: tuple[int, int] | None
    kinds: tuple[str, ...] = ()


def exchange(
    storage: Storage,
    signed: Signed,
    method: str,
    path: str,
    body: bytes,
    committed: Callable[[tuple[str, ...]], None] | None = None,
) -> bytes:
    """Answers one signed request; the reply as JSON. `committed` is told the kinds of the operations that are in the log
    now. Raises Declined, or BadInput for a body that is no request."""
    with storage.transaction() as session:
        laptop = laptops.prove(session, signed, method, path, body)
    # Only what a known laptop has signed is taken apart.
    document = wire.loads(wire.decompress(body))
    same_protocol(document)
    request = wire.read_request(document)
    with storage.transaction() as session:
        laptop = laptops.admit(session, laptop, signed.counter)
        if laptop.revoked_at is not None:
            expected = quarantine.keep(session, laptop, request.operations)
        else:
            pushed = _take(session, laptop, request)
    if laptop.revoked_at is not None:  # what it handed in is committed
        raise quarantine.shut_out(laptop, expected)
    if committed is not None:
        committed(pushed.kinds)
    # The laptop's operations are committed: their page is read without holding up the organisation.
    with storage.transaction() as session:
        end = log.head(session, laptop.org)
        with history_told(pushed.laptop):
            page = log.page(session, end, request.cursor)
    return _reply(page, end, pushed)


@contextmanager
def history_told(laptop: Laptop) -> Iterator[None]:
    """Adds, to the refusal of a cursor of another history, how far the one here knows the laptop."""
    try:
        yield
    except Declined as declined:
        declined.more |= {"last_dseq": laptop.last_dseq, "last_hash": laptop.last_hash}
        raise


def settle(session: Session, laptop: Laptop, operations: Sequence[Operation], dropped: str | None = None) -> Laptop:
    """Takes in operations that waited in quarantine, as if the laptop had sent them now; rejected when `dropped` says why."""
    head = log.head(session, laptop.org, locked=True)
    laptop, logged, used = _push(session, head, laptop, operations, dropped)
    laptops.advance(session, laptop)
    log.append(session, head, logged, clock.moment(clock.now()), max(head.next_number, used + 1))
    return laptop


def same_protocol(document: object) -> None:
    """Declined when the laptop speaks another protocol."""
    spoken = document.get("protocol") if isinstance(document, dict) else None
    if spoken != wire.PROTOCOL:
        older = isinstance(spoken, int) and spoken < wire.PROTOCOL
        who = "the techdesk on this laptop" if older else "the techdesk on the server"
        raise Declined(426, "protocol", f"The two ends do not speak the same protocol: update {who}.")


def _take(session: Session, laptop: Laptop, request: Request) -> Pushed:
    if not request.operations and request.numbers_wanted <= 0:
        return Pushed(laptop, None)
    head = log.head(session, laptop.org, locked=True)
    with history_told(laptop):  # nothing is taken in on top of what the laptop does not know
        log.same_history(session, head, request.cursor)
    laptop, logged, used = _push(session, head, laptop, request.operations)
    next_number = max(head.next_number, used + 1)
    numbers = None
    if request.numbers_wanted > 0:
        count = min(request.numbers_wanted, MOST_NUMBERS)
        numbers = (next_number, next_number + count - 1)
        next_number += count
    if request.operations:
        laptops.advance(session, laptop)
    log.append(session, head, logged, clock.moment(clock.now()), next_number)
    return Pushed(laptop, numbers, tuple(each.kind for each in logged))


def _push(
    session: Session, head: Head, laptop: Laptop, sent: Sequence[Operation], dropped: str | None = None
) -> tuple[Laptop, list[Logged], int]:
    """Runs what is new. Returns the laptop with its sequence moved on, the entries, and the highest ticket number used.

    All is run in memory first and written at its end; the few pages that do not go so are run again on the database itself.
    """
    known = log.known(session, laptop.org, [operation.mid for operation in sent]) if sent else {}
    plain = session.tx(laptop.org)
    buffered = BufferedTx(plain, BLANKS)
    again: tuple[type[Exception], ...] = (Unfit, *session.broken)
    session.run("SAVEPOINT page")
    try:
        foresee(buffered, laptop, [operation for operation in sent if operation.mid not in known])
        done = _run(session, buffered, laptop, sent, dict(known), dropped)
        buffered.flush()
    except again as error:
        LOG.info("laptop %s: a page is run operation by operation (%r)", laptop.id, error.__cause__ or error)
        session.run("ROLLBACK TO SAVEPOINT page")
        return _run(session, plain, laptop, sent, known, dropped)
    return done


def _run(
    session: Session,
    tx: RecordingTx,
    laptop: Laptop,
    sent: Sequence[Operation],
    known: dict[str, str],
    dropped: str | None,
) -> tuple[Laptop, list[Logged], int]:
    """Runs what is new on that `Tx`; see `_push`. `known` are the digests of what the log has, by mid."""
    logged: list[Logged] = []
    used = 0
    for operation in sent:
        args = wire.args_text(operation)
        digest = wire.digest(operation, args)
        if known.get(operation.mid, digest) != digest:
            LOG.warning("laptop %s sent operation %s again with other content", laptop.id, operation.mid)
            raise Declined(409, "changed", f"The operation {operation.mid} came before with other content: restore a "
                           "backup of this laptop's store, or enrol it anew.")  # fmt: skip
        if operation.dseq > laptop.last_dseq + 1:
            break  # a gap: the reply says from where to send
        if operation.dseq <= laptop.last_dseq and operation.mid in known:
            continue  # its reply was lost
        if operation.dseq <= laptop.last_dseq or operation.prev_hash != laptop.last_hash:
            raise _forked(laptop, operation)
        if operation.mid not in known:
            done = operations.run(session, tx, laptop, operation, args, digest, logged, dropped)
            logged.append(done.logged)
            used = max(used, done.number)
            known[operation.mid] = digest
        link = wire.link(laptop.last_hash, operation.dseq, digest)
        laptop = laptop._replace(last_dseq=operation.dseq, last_hash=link)
    return laptop, logged, used


def _forked(laptop: Laptop, operation: Operation) -> Declined:
    LOG.warning("laptop %s: its operation %s does not follow what it sent before", laptop.id, operation.dseq)
    return Declined(
        409,
        "forked",
        "What this laptop sends does not follow what it sent before: its store is a copy, or an old backup, of one that "
        "goes on elsewhere; ask your coordinator, nothing here is lost.",
    )


def _reply(page: Page, end: Head, pushed: Pushed) -> bytes:
    """The reply, put together around entries that are JSON already."""
    rest = wire.dumps(
        {
            "more": page.more,
            "cursor": page.cursor._asdict(),
            "head": max(end.seq, page.cursor.seq),
            "numbers": pushed.numbers,
            "server_time": clock.moment(clock.now()),
            "expects_dseq": pushed.laptop.last_dseq + 1,
            "protocol": wire.PROTOCOL,
        }
    )
    return b'{"entries":[' + ",".join(page.entries).encode() + b"]," + rest[1:]
