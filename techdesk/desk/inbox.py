"""The inbox: outcomes that were not plain, and how they are settled."""

import json
from dataclasses import dataclass
from typing import ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.story import ENDED, STATES, move, ticket
from techdesk.desk.tickets import rerank
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import NotFound, Refused

CHOICES = ("mine", "theirs")


@dataclass(frozen=True, kw_only=True)
class SettleInbox:
    """Settles an item: keep mine puts my values in place of theirs, keep theirs leaves things as they are."""

    NAME: ClassVar[str] = "inbox.settle"
    VERSION: ClassVar[int] = 1
    item_id: str
    choice: str

    def __post_init__(self) -> None:
        checks.one_of(self.choice, "The choice", CHOICES)


@handles(SettleInbox)
def settle(tx: Tx, command: SettleInbox, act: Act) -> Outcome:
    item = tx.get("inbox_item", command.item_id)
    if item is None:
        raise NotFound("There is no such item in the inbox.")
    if item["state"] != "open":
        raise Refused(f"That item was settled already: {item['choice']} was kept.")
    if command.choice == "mine":
        _put_mine(tx, act, item)
    tx.put("inbox_item", {"id": item["id"], "state": "settled", "choice": command.choice})
    return Outcome(
        (Changed(str(item["ref"] or item["entity"]), "settled", str(item["id"])),), f"Kept {command.choice}."
    )


def _put_mine(tx: Tx, act: Act, item: Row) -> None:
    """Puts my values in place, whatever is there now: the person has looked at both."""
    mine, id = json.loads(str(item["mine"])), str(item["entity_id"])
    if item["kind"] not in ("conflict", "merged") or tx.get(str(item["entity"]), id) is None:
        raise Refused("There is nothing left to put in its place: do it again by hand, then keep theirs.")
    if item["entity"] != "ticket":
        tx.put(str(item["entity"]), {"id": id, **mine})
        return
    row = ticket(tx, id)
    fields = {name: value for name, value in mine.items() if name in row and name not in ("state", "open", "closed_at")}
    state = mine.get("state", row["state"])
    if state not in STATES:
        raise Refused(f"'{state}' is no state of a ticket.")
    ended = {"closed_at": act.at if state in ENDED else None}
    move(tx, act, row, "settle", str(state), **fields, **(ended if state != row["state"] else {}))
    if fields.keys() & {"impact", "urgency", "site_id", "text"}:
        rerank(tx, id)
