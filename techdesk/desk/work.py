"""Work on tickets: the timer with its interruptions, minutes, and holds."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Outcome, handles, merges
from techdesk.desk.merging import tell
from techdesk.desk.story import HOLD_REASONS, guard, move, ticket, told
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import Refused

MODES = ("on_site", "remote", "travel", "waiting")


@dataclass(frozen=True, kw_only=True)
class StartWork:
    """Starts the timer on a ticket. What it interrupts is resumed when this one stops."""

    NAME: ClassVar[str] = "work.start"
    VERSION: ClassVar[int] = 1
    ticket_id: str


@dataclass(frozen=True, kw_only=True)
class StopWork:
    """Stops the running timer and keeps its minutes as a worklog."""

    NAME: ClassVar[str] = "work.stop"
    VERSION: ClassVar[int] = 1
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class LogWork:
    """Adds minutes to a ticket or a visit, whatever its state: work that was done is a fact."""

    NAME: ClassVar[str] = "work.log"
    VERSION: ClassVar[int] = 1
    minutes: int
    ticket_id: str | None = None
    visit_id: str | None = None
    start: str | None = None
    mode: str = "on_site"
    proactive: int = 0
    note: str | None = None

    def __post_init__(self) -> None:
        checks.minutes(self.minutes)
        checks.one_of(self.mode, "The mode", MODES)


@dataclass(frozen=True, kw_only=True)
class HoldTicket:
    """Puts a ticket on hold for a reason, and until a date if one is known."""

    NAME: ClassVar[str] = "ticket.hold"
    VERSION: ClassVar[int] = 1
    ticket_id: str
    reason: str
    until: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.reason, "The reason", HOLD_REASONS)


@handles(StartWork)
def start_work(tx: Tx, command: StartWork, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    guard(row, "start")
    timers = stack(tx, act)
    if timers and timers[-1]["ticket_id"] == command.ticket_id:
        raise Refused(f"The timer of {row['ref']} is running already.")
    for timer in timers:
        if timer["started_at"] is not None:
            seconds = int(timer["seconds"] or 0) + clock.seconds_between(str(timer["started_at"]), act.at)
            tx.put("timer", {"id": timer["id"], "started_at": None, "seconds": seconds})
    own = [timer for timer in timers if timer["ticket_id"] == command.ticket_id]
    depth = 1 + max((int(timer["depth"] or 0) for timer in timers), default=0)
    if own:
        tx.put("timer", {"id": own[0]["id"], "started_at": act.at, "depth": depth})
    else:
        tx.put("timer", {"id": tx.fresh_id(), "technician_id": act.actor, "ticket_id": command.ticket_id,
                         "started_at": act.at, "depth": depth})  # fmt: skip
    responded = row["responded_at"] or act.at
    row = move(tx, act, row, "start", "in_progress", responded_at=responded, owner_id=row["owner_id"] or act.actor,
               hold_reason=None, hold_until=None)  # fmt: skip
    doing(tx, command.ticket_id, "doing")
    return told(row, f"Working on {row['ref']}: {row['title']}")


@handles(StopWork)
def stop_work(tx: Tx, command: StopWork, act: Act) -> Outcome:
    timers = stack(tx, act)
    if not timers:
        raise Refused("No timer is running: start one with  techdesk start REF.")
    row = ticket(tx, str(timers[-1]["ticket_id"]))
    spent = take_timer(tx, act, str(row["id"]), note=command.note)
    doing(tx, str(row["id"]), "todo")
    resumed = f" {ticket(tx, str(timers[-2]['ticket_id']))['ref']} goes on." if len(timers) > 1 else ""
    return told(row, f"Stopped {row['ref']} after {spent} min.{resumed}")


@handles(LogWork)
def log_work(tx: Tx, command: LogWork, act: Act) -> Outcome:
    add_worklog(tx, act, command.ticket_id, command.minutes, visit_id=command.visit_id, start=command.start,
                mode=command.mode, proactive=command.proactive, note=command.note)  # fmt: skip
    if command.ticket_id is None:
        return Outcome(said=f"Kept {command.minutes} min.")
    row = ticket(tx, command.ticket_id)
    return told(row, f"Kept {command.minutes} min on {row['ref']}.")


@handles(HoldTicket)
def hold_ticket(tx: Tx, command: HoldTicket, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    guard(row, "hold")
    take_timer(tx, act, command.ticket_id)
    doing(tx, command.ticket_id, "carried", command.reason)
    row = move(tx, act, row, "hold", "on_hold", hold_reason=command.reason, hold_until=command.until, note=command.note)
    return told(row, f"{row['ref']} waits for {command.reason.replace('_', ' ')}.")


@merges(StartWork)
def start_late(tx: Tx, command: StartWork, act: Act, refusal: Refused) -> Outcome:
    """Someone ended the ticket meanwhile: it stays ended, and the author is told."""
    row = ticket(tx, command.ticket_id)
    tell(tx, act, "merged", ("ticket", command.ticket_id), f"the ticket stays {row['state']}",
         mine={"state": "in_progress"}, theirs={"state": row["state"]})  # fmt: skip
    return told(row, str(refusal), "merged")


@merges(HoldTicket)
def hold_late(tx: Tx, command: HoldTicket, act: Act, refusal: Refused) -> Outcome:
    """Someone ended the ticket meanwhile: it stays ended, and the hold goes to its author's inbox."""
    row = ticket(tx, command.ticket_id)
    tell(tx, act, "conflict", ("ticket", command.ticket_id), f"the ticket stays {row['state']}",
         mine={"state": "on_hold", "hold_reason": command.reason}, theirs={"state": row["state"]})  # fmt: skip
    return told(row, str(refusal), "conflict")


def stack(tx: Tx, act: Act) -> list[Row]:
    """The technician's timers, the running one last."""
    return tx.find("timer", technician_id=act.actor, order="depth")


def take_timer(tx: Tx, act: Act, ticket_id: str, *, minutes: int | None = None, note: str | None = None) -> int:
    """Ends the technician's timer on a ticket, if one is there, and resumes the one it interrupted. The minutes, as timed
    or as given instead, become a worklog. Returns the minutes."""
    timers = stack(tx, act)
    own = [timer for timer in timers if timer["ticket_id"] == ticket_id]
    spent, start = minutes or 0, None
    if own:
        timer, start = own[0], str(own[0]["created_at"])
        seconds = int(timer["seconds"] or 0)
        if timer["started_at"] is not None:
            seconds += clock.seconds_between(str(timer["started_at"]), act.at)
        spent = max(1, round(seconds / 60)) if minutes is None else minutes
        tx.delete("timer", str(timer["id"]))
        if timer is timers[-1] and len(timers) > 1:
            tx.put("timer", {"id": timers[-2]["id"], "started_at": act.at})
    spent = min(spent, checks.MOST_MINUTES)
    if spent:
        add_worklog(tx, act, ticket_id, spent, start=start, note=note)
    return spent


def add_worklog(
    tx: Tx, act: Act, ticket_id: str | None, minutes: int, *, visit_id: str | None = None, start: str | None = None,
    mode: str = "on_site", proactive: int = 0, note: str | None = None,
) -> None:  # fmt: skip
    """Keeps minutes as a fact."""
    tx.append(
        "worklog",
        {"id": tx.fresh_id(), "ticket_id": ticket_id, "visit_id": visit_id, "technician_id": act.actor,
         "start": start or clock.later(act.at, -minutes), "minutes": minutes, "mode": mode, "proactive": proactive,
         "note": note},
    )  # fmt: skip


def doing(tx: Tx, ticket_id: str, state: str, reason: str | None = None) -> None:
    """Lets the tasks of visits that are under way follow their ticket."""
    for task in tx.find("visit_task", ticket_id=ticket_id):
        visit = tx.get("visit", str(task["visit_id"]))
        if task["state"] not in ("done", "dropped") and visit is not None and visit["state"] == "on_site":
            tx.put("visit_task", {"id": task["id"], "state": state, "reason": reason})
