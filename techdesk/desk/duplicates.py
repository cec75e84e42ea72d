"""Two tickets about one thing become one: the duplicate ends, and what was done on it counts for the other."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk.desk.commands import Outcome, handles, merges
from techdesk.desk.ids import named_id
from techdesk.desk.merging import tell
from techdesk.desk.story import guard, move, tell_story, ticket, told, worked_on
from techdesk.desk.timers import take_timer
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import Refused

# What was done and used on a duplicate, and now stands on the other.
CARRIED = ("worklog", "stock_movement")
LONGEST_NOTE = 20_000


@dataclass(frozen=True, kw_only=True)
class MergeTicket:
    """Ends a ticket as a duplicate of another, which answers to its number from then on and gets its words, notes, minutes,
    parts and files."""

    NAME: ClassVar[str] = "ticket.merge"
    VERSION: ClassVar[int] = 1
    ticket_id: str
    into_id: str


@handles(MergeTicket)
def merge_ticket(tx: Tx, command: MergeTicket, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    guard(row, "cancel")
    into = worked_on(tx, ticket(tx, command.into_id))
    if into["id"] == row["id"]:
        raise Refused(f"{row['ref']} cannot be a duplicate of itself.")
    if row["site_id"] and into["site_id"] and row["site_id"] != into["site_id"]:
        raise Refused(f"{row['ref']} is of another school than {into['ref']}: close each where it is.")
    take_timer(tx, act, command.ticket_id)
    _carry(tx, act, row, into)
    move(
        tx,
        act,
        row,
        "merge",
        "cancelled",
        closed_at=act.at,
        duplicate_of=into["id"],
        note=f"duplicate of {into['ref']}",
    )
    return told(into, f"{row['ref']} is a duplicate of {into['ref']} now.")


@merges(MergeTicket)
def merge_late(tx: Tx, command: MergeTicket, act: Act, refusal: Refused) -> Outcome:
    """It has ended meanwhile, perhaps as a duplicate already: it stays as it ended."""
    row = ticket(tx, command.ticket_id)
    into = ticket(tx, command.into_id)
    if row["duplicate_of"] == into["id"]:
        return told(into, f"{row['ref']} is a duplicate of {into['ref']} already.")
    tell(tx, act, "merged", ("ticket", command.ticket_id), f"the ticket stays {row['state']}",
         mine={"state": "cancelled", "duplicate_of": into["ref"]}, theirs={"state": row["state"]})  # fmt: skip
    return told(row, str(refusal), "merged")


def _carry(tx: Tx, act: Act, row: Row, into: Row) -> None:
    for table in CARRIED:
        for each in tx.find(table, ticket_id=row["id"]):
            tx.put(table, {"id": each["id"], "ticket_id": into["id"]})
    for file in tx.find("attachment", ticket_id=row["id"]):
        id = named_id("attachment", str(into["id"]), str(file["sha256"]))
        if tx.get("attachment", id) is None:
            own = ("n", "id", "ticket_id", "created_at", "updated_at", "author", "version")
            told = {name: value for name, value in file.items() if name not in own}
            tx.append("attachment", {"id": id, "ticket_id": into["id"], **told})
    for task in tx.find("visit_task", ticket_id=row["id"]):
        if task["state"] in ("todo", "doing", "carried"):
            tx.put("visit_task", {"id": task["id"], "state": "dropped", "reason": f"duplicate of {into['ref']}"})
    if not tx.find("ticket_alias", ticket_id=into["id"], alias=row["ref"], limit=1):
        tx.append("ticket_alias", {"id": tx.fresh_id(), "ticket_id": into["id"], "alias": row["ref"]})
    tell_story(tx, act, str(into["id"]), "merge", str(into["state"]), note=_words(tx, row))


def _words(tx: Tx, row: Row) -> str:
    """What the duplicate said, with its notes, as a note of the other."""
    where = ", ".join(str(each) for each in (row["reporter"], row["room"]) if each)
    said = [f"{row['ref']}{f' ({where})' if where else ''}: {row['text']}"]
    events = sorted(
        tx.find("ticket_event", ticket_id=row["id"]), key=lambda event: (str(event["at"]), str(event["id"]))
    )
    said += [str(event["note"]) for event in events if event["act"] in ("note", "merge") and event["note"]]
    return "\n".join(said)[:LONGEST_NOTE]
