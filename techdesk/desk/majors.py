"""Major incidents: what concerns the whole school comes first, what it displaces is carried and owed, and the tickets that
are part of it end with it."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Outcome, handles
from techdesk.desk.story import guard, move, ticket, told
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import Refused

# Minutes that a major incident is thought to take, until someone says better.
ESTIMATE = 40


@dataclass(frozen=True, kw_only=True)
class DeclareMajor:
    """Declares a ticket a major incident, or (0) no more. `minutes` is what it is thought to take; with `leave` its author
    goes there from the visit that is under way elsewhere."""

    NAME: ClassVar[str] = "ticket.major"
    VERSION: ClassVar[int] = 1
    ticket_id: str
    major: int = 1
    minutes: int = ESTIMATE
    leave: bool = False

    def __post_init__(self) -> None:
        checks.whole(self.major, "Whether it is a major incident", 0, 1)
        checks.minutes(self.minutes)


@dataclass(frozen=True, kw_only=True)
class JoinTicket:
    """Makes a ticket part of another, with which it ends; without a parent it stands for itself again."""

    NAME: ClassVar[str] = "ticket.join"
    VERSION: ClassVar[int] = 1
    ticket_id: str
    parent_id: str | None = None


@handles(DeclareMajor)
def declare_major(tx: Tx, command: DeclareMajor, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    guard(row, "major")
    if not command.major:
        row = move(tx, act, row, "major", major=0)
        return told(row, f"{row['ref']} is no major incident any more.")
    row = move(tx, act, row, "major", major=1)
    displaced = displace(tx, act, row, command.minutes, leave=command.leave)
    return told(row, f"{row['ref']} is a major incident.{displaced}")


@handles(JoinTicket)
def join_ticket(tx: Tx, command: JoinTicket, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    if command.parent_id is None:
        row = move(tx, act, row, "join", parent_id=None)
        return told(row, f"{row['ref']} stands for itself.")
    parent = ticket(tx, command.parent_id)
    guard(row, "join")
    guard(parent, "join")
    if parent["id"] == row["id"] or parent["parent_id"] is not None:
        above = "itself" if parent["id"] == row["id"] else f"{parent['ref']}, which is part of another itself"
        raise Refused(f"{row['ref']} cannot be part of {above}: link it to the ticket that stands above.")
    if tx.find("ticket", parent_id=row["id"], limit=1):
        raise Refused(f"{row['ref']} has tickets that are part of it: link these to {parent['ref']} first.")
    row = move(tx, act, row, "join", parent_id=parent["id"], note=f"part of {parent['ref']}")
    return told(row, f"{row['ref']} is part of {parent['ref']}, and will end with it.")


def displace(tx: Tx, act: Act, row: Row, minutes: int = ESTIMATE, *, leave: bool = False) -> str:
    """Puts a major incident at the top of the visits that are under way at its site. What does not fit beside it any more is
    carried (preventive steps before tickets, the least important first), and the site is owed the minutes. With `leave` all
    that is left of the author's own visit elsewhere is carried. Returns what to say of it."""
    said = []
    for visit in _under_way(tx, act, row, leave):
        left = max(0, round((clock.parse(str(visit["planned_end"])) - clock.parse(act.at)).total_seconds() / 60))
        here = visit["site_id"] == row["site_id"]
        tasks = tx.find("visit_task", visit_id=visit["id"])
        if here:
            _to_the_top(tx, row, visit, tasks, minutes)
        waiting = [task for task in tasks if task["state"] in ("todo", "doing") and task["ticket_id"] != row["id"]]
        carried = _beyond(tx, waiting, left - minutes if here else -1)
        for task in carried:
            tx.put("visit_task", {"id": task["id"], "state": "carried", "reason": f"displaced by {row['ref']}"})
        # Who leaves takes all that is left of the visit, whatever was on its list.
        owed = min(sum(int(task["estimate"] or 0) for task in carried), left) if here else left
        if owed or carried:
            tx.put("visit", {"id": visit["id"], "displaced": int(visit["displaced"] or 0) + owed,
                             "displaced_by": row["id"]})  # fmt: skip
            site = tx.get("site", str(visit["site_id"]))
            names = ", ".join(str(task["title"])[:40] for task in carried[:5]) + (" ..." if len(carried) > 5 else "")
            where = site["name"] if site else "a site"
            those = f"{len(carried)} task{'' if len(carried) == 1 else 's'}"
            said.append(f" It displaces {those} at {where} ({owed} min owed): {names}." if carried
                        else f" It takes {owed} min from the visit to {where}, which are owed.")  # fmt: skip
    return "".join(said)


def _under_way(tx: Tx, act: Act, row: Row, leave: bool) -> list[Row]:
    found = tx.find("visit", site_id=row["site_id"], state="on_site") if row["site_id"] else []
    if leave:
        known = {visit["id"] for visit in found}
        own = tx.find("visit", technician_id=act.actor, state="on_site")
        found += [visit for visit in own if visit["id"] not in known]
    return found


def _to_the_top(tx: Tx, row: Row, visit: Row, tasks: list[Row], minutes: int) -> None:
    own = [task for task in tasks if task["ticket_id"] == row["id"]]
    task: Row = {"id": own[0]["id"]} if own else {"id": tx.fresh_id(), "visit_id": visit["id"], "ticket_id": row["id"],
                                                  "title": row["title"], "room": row["room"]}  # fmt: skip
    state = "doing" if own and own[0]["state"] == "doing" else "todo"
    tx.put("visit_task", task | {"rank": 0, "estimate": minutes, "state": state, "reason": None})


def _beyond(tx: Tx, tasks: list[Row], left: int) -> list[Row]:
    """The tasks for which so many minutes do not suffice, when the most important are done first."""

    def importance(task: Row) -> tuple[int, int, str, int, str]:
        found = tx.get("ticket", str(task["ticket_id"])) if task["ticket_id"] else None
        if found is None:
            return (1 if task["ticket_id"] is None else 0, 9, "9999", int(task["rank"] or 0), str(task["id"]))
        return (
            0,
            int(found["priority"] or 9),
            str(found["fix_due"] or "9999"),
            int(task["rank"] or 0),
            str(task["id"]),
        )

    beyond, used = [], 0
    for task in sorted(tasks, key=importance):
        used += int(task["estimate"] or 0)
        if used > left:
            beyond.append(task)
    return beyond
