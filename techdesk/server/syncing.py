"""One exchange: what a laptop sends is run and logged in one transaction, then it gets what it has not had."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from techdesk import clock
from techdesk.desk.ids import new_id
from techdesk.models.buffered import BufferedTx, Unfit
from techdesk.models.recording import RecordingTx
from techdesk.server import awaiting, grants, laptops, log, operations, postponed, quarantine, resuming
from techdesk.server.declined import Declined
from techdesk.server.foresight import foresee
from techdesk.server.laptops import Laptop, Signed
from techdesk.server.log import Head, Held, Logged, Page
from techdesk.server.schema import BLANKS
from techdesk.server.storage import Session, Storage
from techdesk.sync import reading, scopes, wire
from techdesk.sync.erased import is_same
from techdesk.sync.wire import Operation, Request

LOG = logging.getLogger("techdesk.server")
MOST_NUMBERS = 500
SERVER = "server"


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
    with history_noted(storage, signed):
        return _answered(storage, signed, method, path, body, committed)


@contextmanager
def history_noted(storage: Storage, signed: Signed) -> Iterator[None]:
    """Notes it when a laptop's cursor is refused because it is of another history."""
    try:
        yield
    except Declined as declined:
        if declined.code == log.HISTORY:
            with storage.transaction() as session:
                awaiting.expect(session, signed.laptop)
        raise


def _answered(
    storage: Storage,
    signed: Signed,
    method: str,
    path: str,
    body: bytes,
    committed: Callable[[tuple[str, ...]], None] | None,
) -> bytes:
    with storage.transaction() as session:
        laptop = laptops.prove(session, signed, method, path, body)
    # Only what a known laptop has signed is taken apart.
    document = wire.loads(wire.decompress(body, wire.MOST_ASKED))
    same_protocol(document)
    request = reading.read_request(document)
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
        # In this order: the page ends at a moment at which the laptop had these sites, or has since lost them.
        end = log.head(session, laptop.org)
        granted = grants.sites(session.tx(laptop.org), laptop)
        with history_told(pushed.laptop):
            page, sites = _page(session, end, request, laptop, granted)
    return _reply(page, end, pushed, sites)


def _page(
    session: Session, end: Head, request: Request, laptop: Laptop, granted: frozenset[str] | None
) -> tuple[Page, str | list[str] | None]:
    """The page, and the sites that the laptop is granted when they are not those that it holds. Then it gets only entries
    for sites that it names, all of them granted: how else should it come from the one set to the other."""
    wanted = request.wanted
    if wanted is None and request.cursor.seq == 0 and end.seq > log.NEW_BY_LOG:
        log.same_history(session, end, request.cursor)
        raise log.begin_with_snapshot(end)
    if wanted is None and request.holding == scopes.digest(granted):
        held = None if granted is None else Held(granted | {laptop.technician_id}, laptop.id, laptop.technician_id)
        return log.page(session, end, request.cursor, held), None
    sites = grants.EVERYTHING if granted is None else sorted(granted)
    if wanted is None or not (granted is None or granted.issuperset(wanted.sites)):
        log.same_history(session, end, request.cursor)
        return Page([], request.cursor, False), sites
    held = Held(frozenset(wanted.sites), laptop.id, laptop.technician_id, wanted.common, wanted.until)
    if wanted.common:
        held = held._replace(scopes=held.scopes | {laptop.technician_id})
    return log.page(session, end, request.cursor, held), sites


def release(session: Session, laptop: Laptop, held: Sequence[Operation]) -> None:
    """Runs operations that the log has as kept from schools that are not their author's, as the coordinators': as entries
    of the server's own, in the author's name."""
    head = log.head(session, laptop.org, locked=True)
    tx, done = session.tx(laptop.org), []
    behind = postponed.of_laptop(session, laptop.org, laptop.id)
    for operation in held:
        again = operation._replace(mid=new_id())
        args = wire.args_text(again)
        done.append(operations.run(session, tx, laptop, again, args, wire.digest(again, args), behind=behind))
        if done[-1].waits:
            postponed.keep(session, laptop.org, laptop.id, again)
            behind |= postponed.about(again)
    logged = [each.logged._replace(laptop=SERVER, dseq=0) for each in done]
    used = max((each.number for each in done), default=0)
    log.append(session, head, logged, clock.moment(clock.now()), max(head.next_number, used + 1))


@contextmanager
def history_told(laptop: Laptop) -> Iterator[None]:
    """Adds, to the refusal of a cursor of another history, how far the one here knows the laptop."""
    try:
        yield
    except Declined as declined:
        declined.more |= {"last_dseq": laptop.last_dseq, "last_hash": laptop.last_hash}
        raise


def late(session: Session, laptop: str, operation: Operation, args: str, released: bool) -> tuple[Logged, int] | None:
    """Runs an operation that waited for this version of the server (see `postponed`), as its laptop's, or with the whole
    organisation's rights when a coordinator released it. None when the laptop is not known any more."""
    found = session.rows(f"SELECT {laptops.COLUMNS} FROM laptop WHERE id = ?", laptop)
    if not found:
        return None
    sender = Laptop(**found[0])  # type: ignore[arg-type]
    tx = session.tx(sender.org)
    allowed = None if released else grants.allowed(tx, sender)
    done = operations.run(
        session, tx, sender, operation, args, wire.digest(operation, args), allowed=allowed, late=True
    )
    return done.logged._replace(laptop=SERVER), done.number


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
    laptop, logged, used = _push(session, head, laptop, request.operations, bound=True)
    next_number = max(head.next_number, used + 1)
    numbers = None
    if request.numbers_wanted > 0:
        count = min(request.numbers_wanted, MOST_NUMBERS)
        numbers = (next_number, next_number + count - 1)
        next_number += count
    if request.operations:
        laptops.advance(session, laptop)
    head = log.append(session, head, logged, clock.moment(clock.now()), next_number)
    if head.restored_at is not None:
        resuming.resume(session, head)
    return Pushed(laptop, numbers, tuple(each.kind for each in logged))


def _push(
    session: Session, head: Head, laptop: Laptop, sent: Sequence[Operation], dropped: str | None = None, *,
    bound: bool = False,
) -> tuple[Laptop, list[Logged], int]:  # fmt: skip
    """Runs what is new, and with `bound` nothing beyond the laptop's scopes. Returns the laptop with its sequence moved on,
    the entries, and the highest ticket number used.

    All is run in memory first and written at its end; the few pages that do not go so are run again on the database itself.
    """
    known = log.known(session, laptop.org, [operation.mid for operation in sent]) if sent else {}
    expecting = bound and awaiting.expecting(head)
    plain = session.tx(laptop.org)
    buffered = BufferedTx(plain, BLANKS)
    again: tuple[type[Exception], ...] = (Unfit, *session.broken)
    session.run("SAVEPOINT page")
    try:
        foresee(buffered, laptop, [operation for operation in sent if operation.mid not in known])
        done = _run(session, buffered, laptop, sent, dict(known), dropped, bound, expecting, head.next_number)
        buffered.flush()
    except again as error:
        LOG.info("laptop %s: a page is run operation by operation (%r)", laptop.id, error.__cause__ or error)
        session.run("ROLLBACK TO SAVEPOINT page")
        return _run(session, plain, laptop, sent, known, dropped, bound, expecting, head.next_number)
    return done


def _run(
    session: Session,
    tx: RecordingTx,
    laptop: Laptop,
    sent: Sequence[Operation],
    known: dict[str, str],
    dropped: str | None,
    bound: bool,
    expecting: bool,
    following: int,
) -> tuple[Laptop, list[Logged], int]:
    """Runs what is new on that `Tx`; see `_push`. `known` are the digests of what the log has, by mid; `following` is the
    first ticket number that was never given out."""
    logged: list[Logged] = []
    used = 0
    allowed = grants.allowed(tx, laptop) if bound else None
    behind = postponed.of_laptop(session, laptop.org, laptop.id) if sent else set()
    for operation in sent:
        args = wire.args_text(operation)
        digest = wire.digest(operation, args)
        # Of two copies of a store one may have had to erase the words of what both have done: it is the same all the same.
        if operation.mid in known and not is_same(operation, known[operation.mid]):
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
            done = operations.run(
                session, tx, laptop, operation, args, digest, logged, dropped, allowed, behind, expecting=expecting,
                following=max(following, used + 1),
            )  # fmt: skip
            if done.waits:
                postponed.keep(session, laptop.org, laptop.id, operation)
                behind |= postponed.about(operation)
            if done.sites and allowed is not None:
                allowed = grants.allowed(tx, laptop)
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


def _reply(page: Page, end: Head, pushed: Pushed, sites: str | list[str] | None) -> bytes:
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
            **({} if sites is None else {"sites": sites}),
            **({} if end.recovery_key is None else {"recovery_key": end.recovery_key}),
        }
    )
    return b'{"entries":[' + ",".join(page.entries).encode() + b"]," + rest[1:]
