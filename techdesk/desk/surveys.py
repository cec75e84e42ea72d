"""The two questions after a ticket: sent to be answered later, answered, expired. An answer is a fact: it says who gave it,
how it was collected and, as its author, who wrote it down; none is ever changed or taken away."""

from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Outcome, handles, merges, upcasts
from techdesk.desk.labels import folded
from techdesk.desk.merging import tell
from techdesk.desk.story import ticket, told
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput, Refused

COLLECTED = ("on_the_spot", "on_paper", "later")
NOT_NAMED = "not named"


@dataclass(frozen=True, kw_only=True)
class SendSurvey:
    """Queues the two questions of a ticket: they wait for an answer."""

    NAME: ClassVar[str] = "survey.send"
    VERSION: ClassVar[int] = 1
    ticket_id: str


@dataclass(frozen=True, kw_only=True)
class AnswerSurvey:
    """Keeps the answers to the two questions, with who answered and how they were collected. Only paper may come without a
    name: what a technician heard himself must say from whom."""

    NAME: ClassVar[str] = "survey.answer"
    VERSION: ClassVar[int] = 2
    ticket_id: str
    timeliness: int | None = None
    quality: int | None = None
    comment: str | None = None
    answered_by: str | None = None
    collected: str = "on_paper"

    def __post_init__(self) -> None:
        checks.one_of(self.collected, "How it was collected", COLLECTED)
        checks.answers(self.timeliness, self.quality)
        if self.collected != "on_paper" and not (self.answered_by or "").strip():
            raise BadInput("Say who answered, with --by NAME: only answers on paper may come without a name.")


@dataclass(frozen=True, kw_only=True)
class ExpireSurvey:
    """Gives up waiting for the answers to a ticket's questions."""

    NAME: ClassVar[str] = "survey.expire"
    VERSION: ClassVar[int] = 1
    ticket_id: str


@upcasts(AnswerSurvey, 1)
def name_who_answered(args: dict[str, Any]) -> dict[str, Any]:
    """Version 1 took answers without a name, however they were collected."""
    return args if args.get("answered_by") else args | {"answered_by": NOT_NAMED}


@handles(SendSurvey)
def send_survey(tx: Tx, command: SendSurvey, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    if row["state"] not in ("resolved", "closed"):
        state = str(row["state"]).replace("_", " ")
        raise Refused(f"{row['ref']} is {state}: the two questions are asked once it is resolved or closed.")
    if waiting(tx, command.ticket_id):
        raise Refused(f"The questions of {row['ref']} wait for an answer already.")
    queue(tx, act, command.ticket_id)
    return told(row, f"The two questions of {row['ref']} wait for an answer.")


def queue(tx: Tx, act: Act, ticket_id: str) -> None:
    """Lets the two questions of a ticket wait for an answer."""
    tx.append("survey", {"id": tx.fresh_id(), "ticket_id": ticket_id, "collected": "later", "state": "sent",
                         "sent_at": act.at})  # fmt: skip


def waiting(tx: Tx, ticket_id: str) -> Row | None:
    """The questions of a ticket that wait for an answer."""
    found = tx.find("survey", ticket_id=ticket_id, state="sent", limit=1)
    return found[0] if found else None


@handles(AnswerSurvey)
def answer_survey(tx: Tx, command: AnswerSurvey, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    # One that reaches the server is kept, as all facts are: the figures leave it out.
    if not act.merging and command.answered_by and _did_the_work(tx, row, command.answered_by):
        raise Refused("The one who did the work cannot be who rates it: name who answered at the school.")
    sent = waiting(tx, command.ticket_id)
    answer: Row = {"timeliness": command.timeliness, "quality": command.quality, "comment": command.comment,
                   "answered_by": command.answered_by, "collected": command.collected, "state": "answered",
                   "answered_at": act.at}  # fmt: skip
    if sent is not None:
        tx.put("survey", {"id": sent["id"], "author": act.actor, **answer})
    else:
        tx.append("survey", {"id": tx.fresh_id(), "ticket_id": command.ticket_id, **answer})
    return told(row, f"Kept the answers on {row['ref']}.")


def _did_the_work(tx: Tx, row: Row, name: str) -> bool:
    """Whether that is the name of who has the ticket, ended it or kept minutes on it."""
    did = {row["owner_id"]}
    did |= {each["technician_id"] for each in tx.find("worklog", ticket_id=row["id"]) if int(each["minutes"] or 0) > 0}
    did |= {
        each["author"] for each in tx.find("ticket_event", ticket_id=row["id"]) if each["act"] in ("resolve", "close")
    }
    known = (tx.get("technician", str(each)) for each in did if each)
    return any(each is not None and folded(str(each["name"])) == folded(name) for each in known)


@handles(ExpireSurvey)
def expire_survey(tx: Tx, command: ExpireSurvey, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    sent = waiting(tx, command.ticket_id)
    if sent is None:
        raise Refused(f"No questions of {row['ref']} wait for an answer.")
    tx.put("survey", {"id": sent["id"], "state": "expired"})
    return told(row, f"The questions of {row['ref']} are not waited for any more.")


def moved_on(tx: Tx, command: SendSurvey | ExpireSurvey, act: Act, refusal: Refused) -> Outcome:
    """Someone was first, or the ticket was opened again: things stay so, and the author is told."""
    row = ticket(tx, command.ticket_id)
    wanted = "sent" if isinstance(command, SendSurvey) else "expired"
    tell(tx, act, "merged", ("ticket", command.ticket_id), "the questions stay as they are", mine={"survey": wanted},
         theirs={"state": row["state"]})  # fmt: skip
    return told(row, str(refusal), "merged")


merges(SendSurvey)(moved_on)
merges(ExpireSurvey)(moved_on)
