"""Visits: planned, started, worked through in walk order, wrapped and signed."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput, NotFound, Refused

STATES = ("planned", "confirmed", "travelling", "on_site", "wrapped", "signed", "cancelled", "missed", "rebooked")
TASK_STATES = ("todo", "doing", "done", "carried", "dropped")
AHEAD = ("planned", "confirmed", "travelling")
# What may be done with a visit in which states, each as it reads in `you cannot ... it`.
ALLOWED = {
    "confirm": ("planned",),
    "move": ("planned", "confirmed"),
    "set off for": ("planned", "confirmed"),
    "start": AHEAD,
    "prioritise": (*AHEAD, "on_site"),
    "wrap": ("on_site",),
    "sign": ("wrapped",),
    "cancel": AHEAD,
    "miss": AHEAD,
    "rebook": ("planned", "confirmed", "missed", "cancelled"),
}
SIGNED_HOW = ("typed", "paper")
# Minutes that a ticket is thought to take, by priority, until someone says better.
ESTIMATES = {1: 40, 2: 25, 3: 20, 4: 15, 5: 10}
MOST_TICKETS = 40


@dataclass(frozen=True, kw_only=True)
class PlanVisit:
    """Plans a visit of a technician to a site; start and end are moments."""

    NAME: ClassVar[str] = "visit.plan"
    VERSION: ClassVar[int] = 1
    id: str
    site_id: str
    technician_id: str
    planned_start: str
    planned_end: str

    def __post_init__(self) -> None:
        if self.planned_end <= self.planned_start:
            raise BadInput("A visit ends after it starts: check the two times.")


@dataclass(frozen=True, kw_only=True)
class StartVisit:
    """Arrives at the site: the open tickets there become tasks, worst first, beside those planned already; after them what
    the last visit carried, and the checklists that are due. Without travel minutes, they run from when one set off."""

    NAME: ClassVar[str] = "visit.start"
    VERSION: ClassVar[int] = 1
    visit_id: str
    travel_minutes: int | None = None
    mileage: float | None = None

    def __post_init__(self) -> None:
        checks.minutes(self.travel_minutes)
        checks.finite(self.mileage, "The mileage")


@dataclass(frozen=True, kw_only=True)
class WrapVisit:
    """Ends the work at the site: what is left is carried, with a reason."""

    NAME: ClassVar[str] = "visit.wrap"
    VERSION: ClassVar[int] = 1
    visit_id: str
    summary: str | None = None
    reason: str = "no time left"


@dataclass(frozen=True, kw_only=True)
class SignVisit:
    """Keeps who signed the visit, and how: by a name typed here, or drawn on the printed sheet, which the provider keeps."""

    NAME: ClassVar[str] = "visit.sign"
    VERSION: ClassVar[int] = 2
    visit_id: str
    signatory: str
    how: str = "typed"

    def __post_init__(self) -> None:
        checks.one_of(self.how, "How it was signed", SIGNED_HOW)
        checks.words(self.signatory, "The name of who signs", longest=200)


@dataclass(frozen=True, kw_only=True)
class CancelVisit:
    """Calls a visit off, with a reason."""

    NAME: ClassVar[str] = "visit.cancel"
    VERSION: ClassVar[int] = 1
    visit_id: str
    reason: str

    def __post_init__(self) -> None:
        checks.words(self.reason, "The reason", longest=500)


@dataclass(frozen=True, kw_only=True)
class AddTask:
    """Adds a task to a visit: a ticket, or a step in words. `estimate` in minutes."""

    NAME: ClassVar[str] = "task.add"
    VERSION: ClassVar[int] = 1
    id: str
    visit_id: str
    title: str
    ticket_id: str | None = None
    room: str | None = None
    estimate: int = 15

    def __post_init__(self) -> None:
        checks.words(self.title, "The task", longest=500)
        checks.minutes(self.estimate)


@dataclass(frozen=True, kw_only=True)
class SetTask:
    """Marks a task: doing, done, carried or dropped (with a reason), or to do again."""

    NAME: ClassVar[str] = "task.set"
    VERSION: ClassVar[int] = 1
    task_id: str
    state: str
    reason: str | None = None
    actual: int | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.state, "The state", TASK_STATES)
        checks.minutes(self.actual)


@handles(PlanVisit)
def plan_visit(tx: Tx, command: PlanVisit, act: Act) -> Outcome:
    site = tx.get("site", command.site_id)
    if site is None:
        raise NotFound("That site is not known here.")
    tx.put("visit", {name: getattr(command, name)
                     for name in ("id", "site_id", "technician_id", "planned_start", "planned_end")})  # fmt: skip
    from techdesk.desk.agreements import lasts_until  # what a start or a wrap does without

    day = command.planned_start[:10]
    ends = lasts_until(tx.find("agreement", order="starts", site_id=command.site_id), day)
    over = f" Its agreement ended on {ends}." if ends is not None and ends < day else ""
    return Outcome((Changed(str(site["code"]), "planned", command.id),), f"Planned {site['name']}.{over}")


@handles(StartVisit)
def start_visit(tx: Tx, command: StartVisit, act: Act) -> Outcome:
    row, site = visit_for(tx, command.visit_id, "start")
    for other in tx.find("visit", technician_id=row["technician_id"], state="on_site"):
        place = tx.get("site", str(other["site_id"]))
        raise Refused(f"The visit to {place['name'] if place else 'another site'} is under way: wrap it first.")
    travel = command.travel_minutes
    if travel is None and row["set_off_at"] is not None:
        travel = min(clock.seconds_between(str(row["set_off_at"]), act.at) // 60, checks.MOST_MINUTES)
    tx.put("visit", {"id": row["id"], "state": "on_site", "actual_start": act.at,
                     "travel_minutes": travel, "mileage": command.mileage})  # fmt: skip
    added = _add_open_tickets(tx, row)
    rank = len(tx.find("visit_task", visit_id=row["id"])) + 1
    again = add_carried(tx, row, rank)
    from techdesk.desk.maintenance import begin_due  # what a capture in a visit does without

    due = begin_due(tx, row, act, rank + again)
    more = [f"{again} carried from the last visit"] if again else []
    more += [f"{due} checklist{'' if due == 1 else 's'} due"] if due else []
    said = ", ".join([f"{added} open tickets", *more])
    return Outcome((Changed(str(site["code"]), "on_site", str(row["id"])),), f"At {site['name']}: {said}.")


def add_carried(tx: Tx, visit: Row, rank: int) -> int:
    """Puts on the list what the last visit to the site carried and no ticket stands for. Returns how many."""
    before = [each for each in tx.find("visit", site_id=visit["site_id"], order="planned_start")
              if each["state"] in ("wrapped", "signed") and each["id"] != visit["id"]]  # fmt: skip
    if not before:
        return 0
    day = str(before[-1]["planned_start"])[:10]
    there = {task["title"] for task in tx.find("visit_task", visit_id=visit["id"])}
    left = [task for task in tx.find("visit_task", visit_id=before[-1]["id"], state="carried", order="rank")
            if task["ticket_id"] is None and task["run_id"] is None and task["title"] not in there]  # fmt: skip
    for number, task in enumerate(left, start=rank):
        tx.put("visit_task", {"id": tx.fresh_id(), "visit_id": visit["id"], "rank": number, "title": task["title"],
                              "room": task["room"], "estimate": task["estimate"],
                              "reason": f"carried from {day}: {task['reason'] or 'no time left'}"})  # fmt: skip
    return len(left)


def _add_open_tickets(tx: Tx, visit: Row) -> int:
    """Puts the site's open tickets on the list that are not there yet, worst first. Returns how many were added."""
    tasks = tx.find("visit_task", visit_id=visit["id"])
    there = {task["ticket_id"] for task in tasks}
    waiting = tx.find("ticket", site_id=visit["site_id"], open=1, order="priority", limit=MOST_TICKETS)
    waiting.sort(key=lambda each: (each["priority"], each["fix_due"] or "9999", each["opened_at"], each["id"]))
    day = str(visit["planned_start"])[:10]
    fresh = [each for each in waiting if each["id"] not in there and _to_be_done(each, day)]
    for rank, each in enumerate(fresh, start=len(tasks) + 1):
        tx.put("visit_task", {"id": tx.fresh_id(), "visit_id": visit["id"], "ticket_id": each["id"], "rank": rank,
                              "title": each["title"], "room": each["room"],
                              "estimate": ESTIMATES[int(each["priority"] or 4)]})  # fmt: skip
    return len(fresh)


def _to_be_done(row: Row, day: str) -> bool:
    """Whether a ticket can be worked on: it does not wait, or it waits for a visit, or for a day that has come."""
    return row["hold_reason"] in (None, "next_visit") or (
        row["hold_until"] is not None and str(row["hold_until"]) <= day
    )


@handles(WrapVisit)
def wrap_visit(tx: Tx, command: WrapVisit, act: Act) -> Outcome:
    row, site = visit_for(tx, command.visit_id, "wrap")
    left = [task for task in tx.find("visit_task", visit_id=row["id"]) if task["state"] in ("todo", "doing")]
    for task in left:
        put_off(tx, task, command.reason)
    tx.put("visit", {"id": row["id"], "state": "wrapped", "actual_end": act.at, "summary": command.summary})
    spent = clock.seconds_between(str(row["actual_start"] or act.at), act.at) // 60
    said = f"Wrapped {site['name']} after {spent} min; {len(left)} carried."
    return Outcome((Changed(str(site["code"]), "wrapped", str(row["id"])),), said)


@handles(SignVisit)
def sign_visit(tx: Tx, command: SignVisit, act: Act) -> Outcome:
    row, site = visit_for(tx, command.visit_id, "sign")
    tx.put("visit", {"id": row["id"], "state": "signed", "signatory": command.signatory, "signed_at": act.at,
                     "signed_how": command.how})  # fmt: skip
    where = " on paper: keep the sheet" if command.how == "paper" else ""
    return Outcome(
        (Changed(str(site["code"]), "signed", str(row["id"])),),
        f"{command.signatory} signed for {site['name']}{where}.",
    )


@handles(CancelVisit)
def cancel_visit(tx: Tx, command: CancelVisit, act: Act) -> Outcome:
    row, site = visit_for(tx, command.visit_id, "cancel")
    tx.put("visit", {"id": row["id"], "state": "cancelled", "reason": command.reason})
    return Outcome((Changed(str(site["code"]), "cancelled", str(row["id"])),), f"Called off {site['name']}.")


@handles(AddTask)
def add_task(tx: Tx, command: AddTask, act: Act) -> Outcome:
    rank = len(tx.find("visit_task", visit_id=command.visit_id)) + 1
    tx.put("visit_task", {"id": command.id, "visit_id": command.visit_id, "ticket_id": command.ticket_id, "rank": rank,
                          "title": command.title, "room": command.room, "estimate": command.estimate})  # fmt: skip
    return Outcome((Changed(command.title, "todo", command.id),), f"Added: {command.title}")


@handles(SetTask)
def set_task(tx: Tx, command: SetTask, act: Act) -> Outcome:
    task = tx.get("visit_task", command.task_id)
    if task is None:
        raise NotFound("That task is not on any list here.")
    actual = command.actual if command.actual is not None else task["actual"]
    if task["run_id"] is not None and command.state == "done":
        from techdesk.desk.answers import FinishRun, finish_run  # most tasks are tickets

        return finish_run(tx, FinishRun(run_id=str(task["run_id"]), minutes=command.actual), act)
    if command.state in ("carried", "dropped") and task["state"] in ("todo", "doing"):
        put_off(tx, task, command.reason or "no reason given", command.state)
    tx.put("visit_task", {"id": command.task_id, "state": command.state, "reason": command.reason, "actual": actual})
    title = str(task["title"])
    return Outcome((Changed(title, command.state, command.task_id),), f"{command.state.capitalize()}: {title}")


def put_off(tx: Tx, task: Row, reason: str, state: str = "carried") -> None:
    """A visit does not come to a task: what it was for is still to be done."""
    tx.put("visit_task", {"id": task["id"], "state": state, "reason": reason})
    if task["run_id"] is not None:
        from techdesk.desk.maintenance import carry_run

        carry_run(tx, str(task["run_id"]))


def visit_for(tx: Tx, id: str, act: str) -> tuple[Row, Row]:
    """The visit and its site, when `act` is allowed from the visit's state; else Refused."""
    row = tx.get("visit", id)
    if row is None:
        raise NotFound("That visit is not in this store.")
    site = tx.get("site", str(row["site_id"])) or {"code": "?", "name": "a site outside this store"}
    if row["state"] not in ALLOWED[act]:
        state = str(row["state"]).replace("_", " ")
        may = [name for name, states in ALLOWED.items() if row["state"] in states]
        can = f"you can {' or '.join(may)} it" if may else "it is over"
        raise Refused(f"The visit to {site['name']} is {state}, so you cannot {act} it; {can}.")
    return row, site
