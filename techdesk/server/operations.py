"""One pushed operation: run through the same handler as on the laptop, after all that came before it."""

import logging
import re
from collections.abc import Sequence, Set
from typing import Any, NamedTuple

from techdesk.desk.commands import Command, NewerCommand, decode, perform
from techdesk.desk.merging import tell
from techdesk.desk.tx import Act
from techdesk.desk.undoing import TakeBack
from techdesk.errors import BadInput, NotFound, Refused
from techdesk.models.buffered import Unfit
from techdesk.models.recording import RecordingTx
from techdesk.server import awaiting, grants, journals, numbering, permissions, postponed, quarantine, subject
from techdesk.server.belonging import belonging, check
from techdesk.server.guarding import GuardedTx, OutOfScope
from techdesk.server.laptops import Laptop
from techdesk.server.log import Logged, was, written
from techdesk.server.storage import Session
from techdesk.sync import wire
from techdesk.sync.scopes import BEYOND
from techdesk.sync.wire import Operation

LOG = logging.getLogger("techdesk.server")
TO_RELEASE = "it is about a school that is not among its author's: see  techdesk server quarantine --release"
# A ticket number of ours, as against one that came with an import.
NUMBER = re.compile(r"(\d{1,9})-[A-Z]\d?")


class Done(NamedTuple):
    """What became of an operation, and the highest ticket number of ours that it used (0 without one); whether it wrote
    sites, on which grants hang; whether it was kept from its author's schools; and whether it waits for a newer server."""

    logged: Logged
    number: int
    sites: bool = False
    beyond: bool = False
    waits: bool = False


def run(
    session: Session,
    tx: RecordingTx,
    laptop: Laptop,
    operation: Operation,
    args: str,
    digest: str,
    page: Sequence[Logged] = (),
    dropped: str | None = None,
    allowed: frozenset[str] | None = None,
    behind: Set[str] = frozenset(),
    late: bool = False,
    expecting: bool = False,
    waited: bool = False,
    following: int | None = None,
) -> Done:
    """Runs an operation in merging mode. Whatever it does, it ends in the log: one that a rule forbids is rejected, one that
    cannot be read or fails is parked with its payload, and either is told to its author. Only a failure of the database
    itself is raised, because then nothing can be kept. `args` are its arguments as text, `digest` is its own; `page` are
    those run before it in this transaction. It is rejected unread when `dropped` says why. `allowed` are the scopes that its
    laptop may read and write, None for all: what needs others is rejected, and waits in quarantine for a coordinator. With
    `expecting`, what needs a row that is not here waits for it, as another laptop may send it again; `waited` is one that
    did, and was told of as that. A ticket that the laptop named itself gets a number from `following` on.

    What is about one of the ids `behind` is parked behind what waits for a newer server. One of these that is done `late`
    settles what its author was told.

    A NUL, which no text needs and PostgreSQL cannot hold, becomes the sign for an unknown character."""
    if "\\u0000" in args:
        operation = operation._replace(args=_without_nul(operation.args))
    act = Act(operation.mid, operation.at, laptop.technician_id, laptop.name, merging=True)
    tx.begin(act)
    name = numbering.named_by_laptop(operation)
    if name is not None and following is not None:
        operation = operation._replace(args=numbering.numbered(tx, operation.args, following))
    view = tx if allowed is None else GuardedTx(tx, allowed)
    kind: str
    why: str | None
    if dropped:
        kind, why = "rejected", dropped
    elif postponed.about(operation) & behind:
        kind, why = "parked", postponed.WAITS
    else:
        kind, why = _attempt(session, tx, view, laptop, act, operation, page)
    if why is BEYOND:
        _keep_from(session, tx, laptop, act, operation)
    elif why is not None:
        awaited = awaiting.missing(session, tx, laptop, operation) if expecting and kind == "rejected" else None
        if awaited is not None:
            awaiting.keep(session, laptop, operation, awaited)
            kind, why = awaiting.WAITING, awaiting.why(awaited)
        _tell(session, view, act, operation, kind, why)
    elif name is not None and following is not None:
        numbering.keep_name(tx, str(operation.args["id"]), name, laptop.name)
    elif late and kind == "plain":
        postponed.settle(tx, operation.mid)
    elif operation.command == TakeBack.NAME:
        awaiting.withdraw(session, tx, laptop.org, _undoes(operation))
    if waited:
        awaiting.tell_end(tx, operation.mid, kind)
    writes = tx.writes
    belongs = belonging(tx, writes, again=_again(operation))
    numbers = (str(write.after.get("ref")) for write in writes if write.table == "ticket" and write.after is not None)
    number = max((int(found[1]) for found in map(NUMBER.fullmatch, numbers) if found), default=0)
    logged = Logged(
        operation.mid, laptop.id, operation.dseq, operation.command, operation.version, args, operation.at,
        laptop.technician_id, operation.offset, kind, why, written(writes), digest, was(writes), _undoes(operation),
        belongs.scope, belongs.parts,
    )  # fmt: skip
    return Done(logged, number, any(write.table == "site" for write in writes), why is BEYOND,
                why in (postponed.NEWER, postponed.WAITS))  # fmt: skip


def _attempt(
    session: Session,
    tx: RecordingTx,
    view: RecordingTx | GuardedTx,
    laptop: Laptop,
    act: Act,
    operation: Operation,
    page: Sequence[Logged],
) -> tuple[str, str | None]:
    """The kind of its outcome, with the sentence for one that was rejected or parked (then it has written nothing)."""
    if operation.actor is not None and operation.actor != act.actor:
        return "rejected", "it was made in another technician's name"
    try:
        command = _read(operation)
    except BadInput as error:
        LOG.warning("operation %s (%s) is parked: %s", operation.mid, operation.command, error)
        return "parked", str(error)
    try:
        with tx.savepoint():
            beyond = permissions.refusal(view, laptop.role, laptop.technician_id, command)
            if beyond is not None:
                return "rejected", beyond
            if isinstance(command, TakeBack):
                command = journals.own_journal(session, laptop.org, laptop.id, command, page)
            kind = perform(view, command, act).kind
            if isinstance(view, GuardedTx):
                check(belonging(tx, tx.writes), view.scopes, grants.allowed(tx, laptop) or frozenset())
            return kind, None
    except OutOfScope:
        return "rejected", BEYOND
    except (Refused, BadInput, NotFound) as refusal:
        return "rejected", BEYOND if isinstance(view, GuardedTx) and view.hid else str(refusal)
    except (MemoryError, Unfit):
        raise
    except session.broken:
        raise
    except Exception:
        LOG.exception("operation %s (%s) failed and is parked", operation.mid, operation.command)
        return "parked", "the server could not run it; it is kept whole there"


def _again(operation: Operation) -> bool:
    """Whether it may make a row that was there once: its author saw it, or takes its removal back."""
    return operation.command == TakeBack.NAME or operation.args.get("base") is not None


def _keep_from(session: Session, tx: RecordingTx, laptop: Laptop, act: Act, operation: Operation) -> None:
    """Says that an operation was kept from schools that are not its author's, without a word of theirs, and leaves it to
    the coordinators."""
    quarantine.hold(session, laptop, operation)
    named = {"operation": operation.command}
    author = (tx.get("technician", str(act.actor)) or {}).get("name") or laptop.name
    with tx.savepoint():
        tell(tx, act, "rejected", ("technician", str(act.actor)), f"it was not done: {BEYOND}", mine=named, theirs={})
        for number, coordinator in enumerate(grants.coordinators(session, laptop.org), start=1):
            if coordinator != act.actor:
                tell(tx, act, "rejected", ("technician", str(act.actor)), f"{TO_RELEASE} {author}", mine=named,
                     theirs={}, to=(number, coordinator))  # fmt: skip


def _undoes(operation: Operation) -> str | None:
    """The operation that this one takes back."""
    mid = operation.args.get("mid")
    return mid if operation.command == TakeBack.NAME and isinstance(mid, str) and wire.ID.fullmatch(mid) else None


def _read(operation: Operation) -> Command:
    """The command. Raises BadInput."""
    try:
        return decode(operation.command, operation.args, operation.version)
    except NewerCommand:
        raise NewerCommand(postponed.NEWER) from None
    except (TypeError, AttributeError, ValueError, RecursionError) as error:
        raise BadInput(f"its arguments cannot be read ({error})") from None


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_without_nul(each) for each in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(each) for key, each in value.items()}
    return value


def _tell(session: Session, tx: RecordingTx | GuardedTx, act: Act, operation: Operation, kind: str, why: str) -> None:
    """Leaves the item in the author's inbox; without the arguments, when they are what cannot be stored."""
    about = subject.about(operation, act)
    done = f"it was not done: {why}" if kind != awaiting.WAITING else why
    named: dict[str, Any] = {"operation": operation.command}
    if operation.version != 1:
        named["version"] = operation.version
    for mine in (named | operation.args, named):
        try:
            with tx.savepoint():
                tell(tx, act, kind, about, done, mine=mine, theirs={})
            return
        except Unfit:
            raise
        except session.broken:
            raise
        except Exception:
            LOG.exception("operation %s: its arguments cannot be shown in the inbox", operation.mid)
            about = ("technician", str(act.actor))
