"""The end of a ticket: closed with its fix, reopened, cancelled; and the two survey questions."""

from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Outcome, handles, merges
from techdesk.desk.ledger import move_stock
from techdesk.desk.merging import tell
from techdesk.desk.story import guard, move, ticket, told
from techdesk.desk.timers import take_timer
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import Refused

COLLECTED = ("on_the_spot", "on_paper", "later")


@dataclass(frozen=True, kw_only=True)
class CloseTicket:
    """Closes a ticket: the fix, minutes (as timed when not said), parts as (part id, quantity) from the technician's van,
    whether the user was told in person, and the answers 1 to 5 if they were asked on the spot.

    `seen_state` is the state that the author saw; the store fills it in.
    """

    NAME: ClassVar[str] = "ticket.close"
    VERSION: ClassVar[int] = 1
    ticket_id: str
    resolution: str
    minutes: int | None = None
    parts: tuple[tuple[str, int], ...] = ()
    cause: str | None = None
    told: bool = False
    timeliness: int | None = None
    quality: int | None = None
    seen_state: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "resolution", checks.words(self.resolution, "The fix"))
        checks.minutes(self.minutes)
        for _, quantity in self.parts:
            checks.whole(quantity, "The number of parts", 1, 10_000)
        _answers(self.timeliness, self.quality)

    def seen(self, tx: Tx) -> dict[str, Any]:
        row = tx.get("ticket", self.ticket_id)
        return {"seen_state": row["state"] if row else None}


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


@dataclass(frozen=True, kw_only=True)
class AnswerSurvey:
    """Keeps the answers to the two questions, with who answered and how they were collected."""

    NAME: ClassVar[str] = "survey.answer"
    VERSION: ClassVar[int] = 1
    ticket_id: str
    timeliness: int | None = None
    quality: int | None = None
    comment: str | None = None
    answered_by: str | None = None
    collected: str = "on_paper"

    def __post_init__(self) -> None:
        checks.one_of(self.collected, "How it was collected", COLLECTED)
        _answers(self.timeliness, self.quality)


def _answers(timeliness: int | None, quality: int | None) -> None:
    for name, answer in (("timeliness", timeliness), ("quality", quality)):
        if answer is not None:
            checks.whole(answer, f"The answer for {name}", 1, 5)


@handles(CloseTicket)
def close_ticket(tx: Tx, command: CloseTicket, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    guard(row, "close")
    if act.merging and row["state"] == "reopened" and command.seen_state != "reopened":
        raise Refused(f"{row['ref']} was reopened by someone else before this closing reached the server.")
    spent = _keep_work(tx, command, act)
    row = move(tx, act, row, "close", "closed", resolution=command.resolution, cause=command.cause or row["cause"],
               told_in_person=int(command.told), resolved_at=row["resolved_at"] or act.at, closed_at=act.at,
               responded_at=row["responded_at"] or act.at, hold_reason=None, hold_until=None,
               owner_id=row["owner_id"] or act.actor)  # fmt: skip
    _finish_tasks(tx, command.ticket_id, spent)
    with_parts = f", {sum(quantity for _, quantity in command.parts)} parts" if command.parts else ""
    return told(row, f"Closed {row['ref']} ({spent} min{with_parts}).")


@merges(CloseTicket)
def close_late(tx: Tx, command: CloseTicket, act: Act, refusal: Refused) -> Outcome:
    """Closed by someone else first: the work is kept as a fact and the author is told. Reopened meanwhile: it stays open,
    and its author decides."""
    row = ticket(tx, command.ticket_id)
    spent = _keep_work(tx, command, act)
    kind = "conflict" if row["open"] else "merged"
    mine = {"state": "closed", "resolution": command.resolution, "minutes": spent}
    done = f"the ticket stays {row['state']}; your minutes and parts were kept"
    tell(tx, act, kind, ("ticket", command.ticket_id), done, mine=mine,
         theirs={"state": row["state"], "resolution": row["resolution"]})  # fmt: skip
    return told(row, str(refusal), kind)


def _keep_work(tx: Tx, command: CloseTicket, act: Act) -> int:
    """The facts of a closing, which hold whatever became of the ticket: minutes, parts, answers."""
    spent = take_timer(tx, act, command.ticket_id, minutes=command.minutes, note=command.resolution)
    technician = tx.get("technician", act.actor) if act.actor else None
    van = str(technician["stock_location_id"]) if technician and technician["stock_location_id"] else None
    for part_id, quantity in command.parts:
        move_stock(tx, act, part_id, quantity, from_id=van, reason="issue", ticket_id=command.ticket_id)
    if command.timeliness is not None or command.quality is not None:
        tx.append("survey", {"id": tx.fresh_id(), "ticket_id": command.ticket_id, "timeliness": command.timeliness,
                             "quality": command.quality, "collected": "on_the_spot"})  # fmt: skip
    return spent


def _finish_tasks(tx: Tx, ticket_id: str, spent: int) -> None:
    for task in tx.find("visit_task", ticket_id=ticket_id):
        if task["state"] in ("todo", "doing"):
            tx.put("visit_task", {"id": task["id"], "state": "done", "actual": spent})


@handles(ReopenTicket)
def reopen_ticket(tx: Tx, command: ReopenTicket, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    guard(row, "reopen")
    row = move(tx, act, row, "reopen", "reopened", closed_at=None, resolved_at=None, note=command.reason,
               reopened=int(row["reopened"] or 0) + 1)  # fmt: skip
    return told(row, f"Reopened {row['ref']}.")


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


@handles(AnswerSurvey)
def answer_survey(tx: Tx, command: AnswerSurvey, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    tx.append("survey", {"id": tx.fresh_id(), "ticket_id": command.ticket_id, "timeliness": command.timeliness,
                         "quality": command.quality, "comment": command.comment, "answered_by": command.answered_by,
                         "collected": command.collected})  # fmt: skip
    return told(row, f"Kept the answers on {row['ref']}.")
