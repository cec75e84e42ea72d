"""The end of a ticket: resolved and closed with its fix, reopened, cancelled."""

from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Outcome, handles, merges
from techdesk.desk.ledger import held_as, move_stock, use_part
from techdesk.desk.merging import tell
from techdesk.desk.story import guard, move, ticket, told
from techdesk.desk.timers import take_timer
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import Refused


@dataclass(frozen=True, kw_only=True)
class Fix:
    """What a ticket was fixed with: minutes (as timed when not said) and how they were spent, parts as (part id, quantity)
    from the technician's van, pieces with a serial number as (part id, serial number) from there beside them, a cause code.

    `seen_state` is the state that the author saw; the store fills it in.
    """

    ticket_id: str
    resolution: str
    minutes: int | None = None
    parts: tuple[tuple[str, int], ...] = ()
    serials: tuple[tuple[str, str], ...] = ()
    cause: str | None = None
    mode: str = "on_site"
    proactive: int = 0
    seen_state: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "resolution", checks.words(self.resolution, "The fix"))
        checks.minutes(self.minutes)
        checks.one_of(self.mode, "The mode", checks.MODES)
        for _, quantity in self.parts:
            checks.whole(quantity, "The number of parts", 1, 10_000)
        for _, serial in self.serials:
            checks.words(serial, "The serial number", longest=200)

    def seen(self, tx: Tx) -> dict[str, Any]:
        row = tx.get("ticket", self.ticket_id)
        return {"seen_state": row["state"] if row else None}


@dataclass(frozen=True, kw_only=True)
class CloseTicket(Fix):
    """Closes a ticket with its fix. It says whether the user was told in person and whether it was tested (None: not asked),
    and the answers 1 to 5 if they were asked on the spot, with who gave them (the reporter when not said); `ask_later` lets
    the two questions wait for an answer.
    """

    NAME: ClassVar[str] = "ticket.close"
    VERSION: ClassVar[int] = 3
    told: bool = False
    tested: bool | None = None
    timeliness: int | None = None
    quality: int | None = None
    answered_by: str | None = None
    ask_later: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.answers(self.timeliness, self.quality)

    def seen(self, tx: Tx) -> dict[str, Any]:
        row = tx.get("ticket", self.ticket_id)
        reporter = row["reporter"] if row and (self.timeliness or self.quality) else None
        return {"seen_state": row["state"] if row else None, "answered_by": self.answered_by or reporter}


@dataclass(frozen=True, kw_only=True)
class ResolveTicket(Fix):
    """Keeps the fix of a ticket whose user is still to be told, or to try it: it is closed after that."""

    NAME: ClassVar[str] = "ticket.resolve"
    VERSION: ClassVar[int] = 2


@dataclass(frozen=True, kw_only=True)
class ReopenTicket:
    """Opens an ended ticket again, because it was not fixed."""

    NAME: ClassVar[str] = "ticket.reopen"
    VERSION: ClassVar[int] = 1
    ticket_id: str
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class CancelTicket:
    """Ends a ticket that needs no work: withdrawn, or a duplicate of another."""

    NAME: ClassVar[str] = "ticket.cancel"
    VERSION: ClassVar[int] = 1
    ticket_id: str
    reason: str | None = None
    duplicate_of: str | None = None


@handles(CloseTicket)
def close_ticket(tx: Tx, command: CloseTicket, act: Act) -> Outcome:
    row, (spent, serials), fixed = _fix(tx, command, act, "close")
    cold = int(not command.told or command.tested is False)
    tested = None if command.tested is None else int(command.tested)
    row = move(tx, act, row, "close", "closed", closed_at=act.at, told_in_person=int(command.told), tested=tested,
               cold=cold, **fixed)  # fmt: skip
    _keep_answers(tx, command, act)
    children = _close_children(tx, act, row)
    _finish_tasks(tx, command.ticket_id, spent)
    pieces = sum(quantity for _, quantity in command.parts) + len(command.serials)
    with_parts = f", {pieces} part{'' if pieces == 1 else 's'}" if pieces else ""
    said = f"Closed {row['ref']} ({spent} min{with_parts})."
    return told(row, said + serials + children + _cold_words(command))


@handles(ResolveTicket)
def resolve_ticket(tx: Tx, command: ResolveTicket, act: Act) -> Outcome:
    row, (spent, serials), fixed = _fix(tx, command, act, "resolve")
    row = move(tx, act, row, "resolve", "resolved", **fixed)
    _finish_tasks(tx, command.ticket_id, spent)
    return told(row, f"Resolved {row['ref']} ({spent} min): close it when they were told and it was tried.{serials}")


def _fix(tx: Tx, command: Fix, act: Act, name: str) -> tuple[Row, tuple[int, str], dict[str, Any]]:
    """Keeps the work of a fix. Returns the ticket, what _keep_work does, and the columns that the fix sets."""
    row = ticket(tx, command.ticket_id)
    guard(row, name)
    if act.merging and row["state"] == "reopened" and command.seen_state != "reopened":
        raise Refused(f"{row['ref']} was reopened by someone else before this closing reached the server.")
    cause = row["cause"]
    if command.cause:
        from techdesk.desk.rules import cause_code  # 3 ms, which only a closing with a cause pays

        cause = cause_code(tx, command.cause, act)
    kept = _keep_work(tx, command, act)
    return row, kept, {
        "resolution": command.resolution, "cause": cause, "resolved_at": row["resolved_at"] or act.at,
        "responded_at": row["responded_at"] or act.at, "owner_id": row["owner_id"] or act.actor, "tried": None,
        "needed": None,
    }  # fmt: skip


def _cold_words(command: CloseTicket) -> str:
    """What to say of a cold closing, and of answers that nobody is known to have given."""
    missing = [words for words, is_so in (("told", command.told), ("tried", command.tested is not False)) if not is_so]
    cold = {"": "", "told": " Cold: they were not told in person.", "tried": " Cold: it was not tested.",
            "told tried": " Cold: they were not told in person, and it was not tested."}[" ".join(missing)]  # fmt: skip
    answered = command.timeliness is not None or command.quality is not None
    return cold + (" The answers count once it is known who gave them." if answered and not command.answered_by else "")


def _close_children(tx: Tx, act: Act, row: Row) -> str:
    """Ends what is part of a ticket with it. Nobody was told yet who reported these."""
    children = tx.find("ticket", parent_id=row["id"], open=1)
    for child in children:
        take_timer(tx, act, str(child["id"]))
        move(tx, act, child, "close", "closed", note=f"with {row['ref']}", resolution=row["resolution"],
             cause=row["cause"], closed_at=act.at, resolved_at=child["resolved_at"] or act.at, cold=1,
             responded_at=child["responded_at"] or act.at, tried=None, needed=None)  # fmt: skip
        _finish_tasks(tx, str(child["id"]), 0)
    return f" With it {', '.join(str(child['ref']) for child in children)}." if children else ""


def close_late(tx: Tx, command: Fix, act: Act, refusal: Refused) -> Outcome:
    """Ended by someone else first: the work is kept as a fact and the author is told. Reopened meanwhile: it stays open,
    and its author decides."""
    row = ticket(tx, command.ticket_id)
    spent, _ = _keep_work(tx, command, act)
    if isinstance(command, CloseTicket):
        _keep_answers(tx, command, act)
    kind = "conflict" if row["open"] else "merged"
    state = "closed" if isinstance(command, CloseTicket) else "resolved"
    mine = {"state": state, "resolution": command.resolution, "minutes": spent}
    done = f"the ticket stays {row['state']}; your minutes and parts were kept"
    tell(tx, act, kind, ("ticket", command.ticket_id), done, mine=mine,
         theirs={"state": row["state"], "resolution": row["resolution"]})  # fmt: skip
    return told(row, str(refusal), kind)


merges(CloseTicket)(close_late)
merges(ResolveTicket)(close_late)


def _keep_work(tx: Tx, command: Fix, act: Act) -> tuple[int, str]:
    """The facts of a fix, which hold whatever became of the ticket: minutes and parts. Returns the minutes, and what is to
    be said of serial numbers that were not."""
    spent = take_timer(tx, act, command.ticket_id, minutes=command.minutes, note=command.resolution, mode=command.mode,
                       proactive=command.proactive)  # fmt: skip
    technician = tx.get("technician", act.actor) if act.actor else None
    van = str(technician["stock_location_id"]) if technician and technician["stock_location_id"] else None
    for part_id, serial in command.serials:
        move_stock(tx, act, part_id, 1, from_id=van, reason="issue", ticket_id=command.ticket_id,
                   serial=held_as(tx, part_id, serial, van))  # fmt: skip
    said = [use_part(tx, act, part_id, quantity, from_id=van, ticket_id=command.ticket_id)[1]
            for part_id, quantity in command.parts]  # fmt: skip
    return spent, "".join(said)


def _keep_answers(tx: Tx, command: CloseTicket, act: Act) -> None:
    if command.timeliness is not None or command.quality is not None:
        tx.append("survey", {"id": tx.fresh_id(), "ticket_id": command.ticket_id, "timeliness": command.timeliness,
                             "quality": command.quality, "collected": "on_the_spot", "answered_at": act.at,
                             "answered_by": command.answered_by})  # fmt: skip
    elif command.ask_later:
        from techdesk.desk.surveys import queue, waiting

        if waiting(tx, command.ticket_id) is None:
            queue(tx, act, command.ticket_id)


def _finish_tasks(tx: Tx, ticket_id: str, spent: int) -> None:
    for task in tx.find("visit_task", ticket_id=ticket_id):
        if task["state"] in ("todo", "doing"):
            tx.put("visit_task", {"id": task["id"], "state": "done", "actual": spent})


@handles(ReopenTicket)
def reopen_ticket(tx: Tx, command: ReopenTicket, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    guard(row, "reopen")
    _within_the_period(tx, row, act)
    row = move(tx, act, row, "reopen", "reopened", closed_at=None, resolved_at=None, cold=0, note=command.reason,
               reopened=int(row["reopened"] or 0) + 1)  # fmt: skip
    return told(row, f"Reopened {row['ref']}.")


def _within_the_period(tx: Tx, row: Row, act: Act) -> None:
    """Raises Refused where too long a time has gone by; not for what comes late, which was in time when it was done."""
    if act.merging or not row["closed_at"]:
        return
    from techdesk.desk.rules import published

    days = published(tx).reopen_days
    if clock.later(str(row["closed_at"]), days * 24 * 60) < act.at:
        raise Refused(
            f"{row['ref']} was {row['state']} on {str(row['closed_at'])[:10]}, and within {days} days it could be opened"
            " again: capture the fault anew, linked to it."
        )


@handles(CancelTicket)
def cancel_ticket(tx: Tx, command: CancelTicket, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    guard(row, "cancel")
    if command.duplicate_of == command.ticket_id:
        raise Refused(f"{row['ref']} cannot be a duplicate of itself.")
    take_timer(tx, act, command.ticket_id)
    row = move(tx, act, row, "cancel", "cancelled", closed_at=act.at, duplicate_of=command.duplicate_of,
               note=command.reason)  # fmt: skip
    return told(row, f"Cancelled {row['ref']}.")


@merges(ReopenTicket)
def reopen_late(tx: Tx, command: ReopenTicket, act: Act, refusal: Refused) -> Outcome:
    """It is open already: nothing to do but to say so."""
    return _ended_late(tx, command.ticket_id, act, refusal, {"state": "reopened", "reason": command.reason})


@merges(CancelTicket)
def cancel_late(tx: Tx, command: CancelTicket, act: Act, refusal: Refused) -> Outcome:
    """It has ended already: it stays as it ended."""
    return _ended_late(tx, command.ticket_id, act, refusal, {"state": "cancelled", "reason": command.reason})


def _ended_late(tx: Tx, ticket_id: str, act: Act, refusal: Refused, mine: Row) -> Outcome:
    row = ticket(tx, ticket_id)
    tell(tx, act, "merged", ("ticket", ticket_id), f"the ticket stays {row['state']}", mine=dict(mine),
         theirs={"state": row["state"]})  # fmt: skip
    return told(row, str(refusal), "merged")
