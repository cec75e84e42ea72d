"""Timers and the minutes that come of them. One timer runs at a time; the one it interrupted is resumed after it."""

from techdesk import clock
from techdesk.desk.checks import MOST_MINUTES
from techdesk.desk.story import worked_on
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import Refused

# A timer that has run so long without a break was forgotten: nobody works on one ticket for longer than a day of service.
FORGOTTEN = 8 * 3600


def stack(tx: Tx, act: Act) -> list[Row]:
    """The technician's timers, the running one last."""
    return tx.find("timer", technician_id=act.actor, order="depth")


def forgotten(timer: Row, at: str) -> int:
    """The seconds for which a timer has run without a break, when they are too many to be believed; else 0."""
    if timer["started_at"] is None:
        return 0
    seconds = clock.seconds_between(str(timer["started_at"]), at)
    return seconds if seconds > FORGOTTEN else 0


def take_timer(
    tx: Tx, act: Act, ticket_id: str, *, minutes: int | None = None, note: str | None = None, mode: str = "on_site",
    proactive: int = 0,
) -> int:  # fmt: skip
    """Ends the technician's timer on a ticket, if one is there, and resumes the one it interrupted. The minutes, as timed
    or as given instead, become a worklog. Returns the minutes. Raises Refused for a timer that was forgotten, until it is
    said what it really was."""
    timers = stack(tx, act)
    own = [timer for timer in timers if timer["ticket_id"] == ticket_id]
    spent, start = minutes or 0, None
    if own:
        timer, start = own[0], str(own[0]["created_at"])
        if minutes is None:
            _believe(tx, act, timer)
        seconds = int(timer["seconds"] or 0)
        if timer["started_at"] is not None:
            seconds += clock.seconds_between(str(timer["started_at"]), act.at)
        spent = max(1, round(seconds / 60)) if minutes is None else minutes
        tx.delete("timer", str(timer["id"]))
        if timer is timers[-1]:
            _resume(tx, act, timers[:-1])
    spent = min(spent, MOST_MINUTES)
    if spent:
        add_worklog(tx, act, ticket_id, spent, start=start, note=note, mode=mode, proactive=proactive)
    return spent


def _believe(tx: Tx, act: Act, timer: Row) -> None:
    """What was done is not refused where it comes late: its author's laptop has asked."""
    seconds = 0 if act.merging else forgotten(timer, act.at)
    if not seconds:
        return
    row = tx.get("ticket", str(timer["ticket_id"])) or {"ref": "that ticket"}
    hours, rest = divmod(seconds // 60, 60)
    raise Refused(
        f"The timer of {row['ref']} has run for {hours} h {rest:02} min, so it was forgotten: say how long the work was"
        " with --minutes N."
    )


def _resume(tx: Tx, act: Act, below: list[Row]) -> None:
    """Lets the timer on top of those that were interrupted run again. The work on a ticket that somebody has ended since is
    kept as it was timed."""
    for timer in reversed(below):
        row = tx.get("ticket", str(timer["ticket_id"]))
        if row is None or row["open"]:
            tx.put("timer", {"id": timer["id"], "started_at": act.at})
            return
        tx.delete("timer", str(timer["id"]))
        minutes = min(round(int(timer["seconds"] or 0) / 60), MOST_MINUTES)
        if minutes:
            add_worklog(tx, act, str(row["id"]), minutes, start=str(timer["created_at"]),
                        note="until it was ended by someone else")  # fmt: skip


def add_worklog(
    tx: Tx, act: Act, ticket_id: str | None, minutes: int, *, visit_id: str | None = None, start: str | None = None,
    mode: str = "on_site", proactive: int = 0, note: str | None = None, corrects: str | None = None,
) -> None:  # fmt: skip
    """Keeps minutes as a fact. Those of a duplicate are the other ticket's, as when they were kept before it was merged."""
    named = None if ticket_id is None else tx.get("ticket", ticket_id)
    if named is not None:
        ticket_id = str(worked_on(tx, named)["id"])
    tx.append(
        "worklog",
        {"id": tx.fresh_id(), "ticket_id": ticket_id, "visit_id": visit_id, "technician_id": act.actor,
         "start": start or clock.later(act.at, -minutes), "minutes": minutes, "mode": mode, "proactive": proactive,
         "note": note, "corrects": corrects},
    )  # fmt: skip


def doing(tx: Tx, ticket_id: str, state: str, reason: str | None = None) -> None:
    """Lets the tasks of visits that are under way follow their ticket."""
    for task in tx.find("visit_task", ticket_id=ticket_id):
        visit = tx.get("visit", str(task["visit_id"]))
        if task["state"] not in ("done", "dropped") and visit is not None and visit["state"] == "on_site":
            tx.put("visit_task", {"id": task["id"], "state": state, "reason": reason})
