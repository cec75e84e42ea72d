"""Timers and the minutes that come of them. One timer runs at a time; the one it interrupted is resumed after it."""

from techdesk import clock
from techdesk.desk.checks import MOST_MINUTES
from techdesk.desk.tx import Act, Row, Tx


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
    spent = min(spent, MOST_MINUTES)
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
