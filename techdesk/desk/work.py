"""Work on tickets: the timer with its interruptions, minutes, and holds."""

from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Outcome, handles, merges
from techdesk.desk.merging import lost_fields, tell
from techdesk.desk.story import HOLD_REASONS, first_stands, guard, move, seen_of, stays, ticket, told, worked_on
from techdesk.desk.timers import add_worklog, doing, forgotten, stack, take_timer
from techdesk.desk.tx import Act, Row, Tx, Value
from techdesk.errors import NotFound, Refused

MODES = checks.MODES
HOLD = ("hold_reason", "hold_until")


@dataclass(frozen=True, kw_only=True)
class StartWork:
    """Starts the timer on a ticket. What it interrupts is resumed when this one stops. `base` is the hold that the author
    saw, by its columns; the store fills it in."""

    NAME: ClassVar[str] = "work.start"
    VERSION: ClassVar[int] = 2
    ticket_id: str
    base: dict[str, Value] | None = None

    def seen(self, tx: Tx) -> dict[str, Any]:
        """The hold that the author saw, to be kept in the operation."""
        return {"base": seen_of(tx, self.ticket_id, HOLD)}


@dataclass(frozen=True, kw_only=True)
class StopWork:
    """Stops the running timer and keeps its minutes as a worklog: as timed, or as given for one that was forgotten."""

    NAME: ClassVar[str] = "work.stop"
    VERSION: ClassVar[int] = 2
    note: str | None = None
    minutes: int | None = None
    mode: str = "on_site"
    proactive: int = 0

    def __post_init__(self) -> None:
        checks.minutes(self.minutes)
        checks.one_of(self.mode, "The mode", MODES)


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
class CorrectWork:
    """Says what an entry of minutes should have been. The entry stays as it was written; what differs is a further one."""

    NAME: ClassVar[str] = "work.correct"
    VERSION: ClassVar[int] = 1
    worklog_id: str
    minutes: int
    mode: str | None = None
    proactive: int | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        checks.minutes(self.minutes)
        if self.mode is not None:
            checks.one_of(self.mode, "The mode", MODES)


@dataclass(frozen=True, kw_only=True)
class HoldTicket:
    """Puts a ticket on hold for a reason, and until a date if one is known. `base` is the hold that the author saw, by its
    columns; the store fills it in."""

    NAME: ClassVar[str] = "ticket.hold"
    VERSION: ClassVar[int] = 1
    ticket_id: str
    reason: str
    until: str | None = None
    note: str | None = None
    base: dict[str, Value] | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.reason, "The reason", HOLD_REASONS)

    def seen(self, tx: Tx) -> dict[str, Any]:
        """The hold that the author saw, to be kept in the operation."""
        return {"base": seen_of(tx, self.ticket_id, HOLD)}


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
    if act.merging and _held_unseen(command, row):
        return _start_held(tx, act, row)
    responded = row["responded_at"] or act.at
    row = move(tx, act, row, "start", "in_progress", responded_at=responded, owner_id=row["owner_id"] or act.actor,
               hold_reason=None, hold_until=None)  # fmt: skip
    doing(tx, command.ticket_id, "doing")
    return told(row, f"Working on {row['ref']}: {row['title']}{_long_ago(tx, timers, act)}")


def _held_unseen(command: StartWork, row: Row) -> bool:
    """Whether the ticket is on hold otherwise than the author saw. The date of a next visit follows from the plan."""
    names = HOLD[:1] if row["hold_reason"] == "next_visit" else HOLD
    return row["state"] == "on_hold" and bool(lost_fields(dict.fromkeys(names), command.base or {}, row))


def _start_held(tx: Tx, act: Act, row: Row) -> Outcome:
    """Someone put it on hold meanwhile: the hold that came first stands, the timer runs, and its author is told."""
    tx.put("ticket", {"id": row["id"], "responded_at": row["responded_at"] or act.at})
    first_stands(tx, act, row, {"state": "in_progress", **dict.fromkeys(HOLD)}, "their hold was kept")
    return told(row, f"The timer runs on {row['ref']}, which somebody has put on hold.", "conflict")


def _long_ago(tx: Tx, timers: list[Row], act: Act) -> str:
    """What to say of an interrupted timer that was forgotten."""
    if not timers or not forgotten(timers[-1], act.at):
        return ""
    row = ticket(tx, str(timers[-1]["ticket_id"]))
    return f" ({row['ref']} had run since {str(timers[-1]['started_at'])[:10]}: when you stop it, say its minutes.)"


@handles(StopWork)
def stop_work(tx: Tx, command: StopWork, act: Act) -> Outcome:
    timers = stack(tx, act)
    if not timers:
        raise Refused("No timer is running: start one with  techdesk start REF.")
    row = ticket(tx, str(timers[-1]["ticket_id"]))
    spent = take_timer(tx, act, str(row["id"]), note=command.note, minutes=command.minutes, mode=command.mode,
                       proactive=command.proactive)  # fmt: skip
    doing(tx, str(row["id"]), "todo")
    ended = "" if row["open"] else f" It has been {row['state']} meanwhile."
    left = stack(tx, act)
    resumed = f" {ticket(tx, str(left[-1]['ticket_id']))['ref']} goes on." if left else ""
    return told(row, f"Stopped {row['ref']} after {spent} min.{ended}{resumed}")


@handles(LogWork)
def log_work(tx: Tx, command: LogWork, act: Act) -> Outcome:
    add_worklog(tx, act, command.ticket_id, command.minutes, visit_id=command.visit_id, start=command.start,
                mode=command.mode, proactive=command.proactive, note=command.note)  # fmt: skip
    if command.ticket_id is None:
        return Outcome(said=f"Kept {command.minutes} min.")
    named = ticket(tx, command.ticket_id)
    row = worked_on(tx, named)
    return told(row, f"Kept {command.minutes} min on {row['ref']}.{stays(named, row)}")


@handles(HoldTicket)
def hold_ticket(tx: Tx, command: HoldTicket, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    guard(row, "hold")
    take_timer(tx, act, command.ticket_id)
    doing(tx, command.ticket_id, "carried", command.reason)
    if act.merging and row["hold_reason"] is not None:
        mine: Row = {"hold_reason": command.reason, "hold_until": command.until}
        if lost_fields(mine, command.base or {}, row):
            first_stands(tx, act, row, mine, "their hold was kept", command.note)
            return told(row, f"{row['ref']} waits for {str(row['hold_reason']).replace('_', ' ')} already.", "conflict")
    until = command.until
    if command.reason == "next_visit":
        from techdesk.desk.holds import bind_to_visit  # 3 ms, which no other hold needs

        until = bind_to_visit(tx, row, act) or until
    row = move(tx, act, row, "hold", "on_hold", hold_reason=command.reason, hold_until=until, note=command.note)
    when = f" on {until}" if command.reason == "next_visit" and until else f" until {until}" if until else ""
    return told(row, f"{row['ref']} waits for {command.reason.replace('_', ' ')}{when}.")


@handles(CorrectWork)
def correct_work(tx: Tx, command: CorrectWork, act: Act) -> Outcome:
    entry = tx.get("worklog", command.worklog_id)
    if entry is None:
        raise NotFound("That entry of minutes is not in this store.")
    if entry["corrects"] is not None:
        raise Refused("That entry corrects another: correct the first one, as show numbers them.")
    chain = [entry, *tx.find("worklog", corrects=entry["id"])]
    said = {"mode": command.mode, "proactive": command.proactive}
    last = chain[-1] | {name: value for name, value in said.items() if value is not None}
    wanted = (last["mode"], last["proactive"])
    now = {(each["mode"], each["proactive"]): 0 for each in (*chain, last)}
    for each in chain:
        now[each["mode"], each["proactive"]] += int(each["minutes"] or 0)
    for kind, minutes in now.items():
        more = (command.minutes if kind == wanted else 0) - minutes
        if more:
            tx.append("worklog", {name: entry[name] for name in ("ticket_id", "visit_id", "technician_id", "start")} | {
                "id": tx.fresh_id(), "minutes": more, "mode": kind[0], "proactive": kind[1], "note": command.note,
                "corrects": entry["id"]})  # fmt: skip
    if entry["ticket_id"] is None:
        return Outcome(said=f"Corrected to {command.minutes} min.")
    row = ticket(tx, str(entry["ticket_id"]))
    return told(row, f"Corrected to {command.minutes} min on {row['ref']}.")


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
