"""A new ticket for an old one's fault: when the period in which a closed ticket may be opened again is over."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Outcome, handles
from techdesk.desk.story import ENDED, tell_story, ticket, told
from techdesk.desk.targets import rank
from techdesk.desk.tickets import free_ref
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import Refused

KEPT = ("kind", "site_id", "room", "reporter", "service", "device_id", "symptom", "category", "tags", "impact", "urgency",
        "role", "text")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FollowTicket:
    """Captures a ticket that says the same as one that was ended, and is linked with it as its repeat. `reason` is put above
    the words of the old one."""

    NAME: ClassVar[str] = "ticket.follow"
    VERSION: ClassVar[int] = 1
    id: str
    ticket_id: str
    ref: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.reason is not None:
            checks.words(self.reason, "The reason")


@handles(FollowTicket)
def follow_ticket(tx: Tx, command: FollowTicket, act: Act) -> Outcome:
    old = ticket(tx, command.ticket_id)
    if old["state"] not in ENDED:
        raise Refused(f"{old['ref']} is {str(old['state']).replace('_', ' ')}: go on with it, or note on it.")
    if tx.get("ticket", command.id) is not None:
        raise Refused("That ticket has been captured already.")
    row: Row = {name: old[name] for name in KEPT}
    text = f"{command.reason}\n{old['text']}"[: checks.LONGEST_TEXT] if command.reason else str(old["text"])
    row |= {"id": command.id, "text": text, "title": checks.title_of(text), "opened_at": act.at, "open": 1,
            "ref": free_ref(tx, str(command.ref), command.id, act), "state": "triaged", "repeat_of": old["id"]}  # fmt: skip
    tx.put("ticket", row | rank(tx, row))
    tell_story(tx, act, command.id, "log", "triaged", note=f"again after {old['ref']}")
    tell_story(tx, act, str(old["id"]), "follow", str(old["state"]), note=f"again as {row['ref']}")
    return told(row, f"Logged {row['ref']} as the repeat of {old['ref']}: {row['title']}")
