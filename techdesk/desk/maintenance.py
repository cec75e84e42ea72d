"""Runs of checklists: which are due at a site, what their steps came to, and how they end."""

from datetime import date
from typing import Any

from techdesk.desk.frequency import next_due
from techdesk.desk.ids import named_id
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import NotFound, Refused

# A device in these states needs no maintenance.
NOT_KEPT = ("retired", "disposed", "lost")


def run_id(checklist_id: str, site_id: str, due: str) -> str:
    """The id of the run that is due then: the same on every laptop that comes to it."""
    return named_id("checklist_run", checklist_id, site_id, due)


def due_date(often: str, first_due: object, made_at: str, last: str | None) -> str:
    """The date that the next run is due: `last` is the date the one before it ended, None when there was none."""
    if last is None:
        return str(first_due or made_at[:10])
    return next_due(often, date.fromisoformat(last[:10])).isoformat()


def begin_due(tx: Tx, visit: Row, act: Act, rank: int) -> int:
    """Puts what is due at a visit's site by its day on the visit's list, from that rank on. Returns how many."""
    site = tx.get("site", str(visit["site_id"]))
    if site is None:
        return 0
    day = max(str(visit["planned_start"])[:10], act.at[:10])
    there = {task["run_id"] for task in tx.find("visit_task", visit_id=visit["id"])}
    added = 0
    for checklist in tx.find("checklist", state="active", order="name"):
        if not _applies(tx, checklist, site):
            continue
        run = open_run(tx, checklist, str(site["id"]))
        if str(run["due"]) > day or run["id"] in there:
            continue
        steps = steps_of(tx, str(checklist["id"]))
        if not steps:
            continue
        tx.put("checklist_run", {**run, "visit_id": visit["id"]})
        put_task(tx, visit, run, checklist, steps, rank + added)
        added += 1
    return added


def open_run(tx: Tx, checklist: Row, site_id: str) -> Row:
    """The run of a checklist at a site that is not ended: as it is kept, or as it will be when it comes on a list."""
    runs = tx.find("checklist_run", checklist_id=checklist["id"], site_id=site_id, order="due")
    waiting = [run for run in runs if run["state"] == "due"]
    if waiting:
        return waiting[0]
    last = max((str(run["ended_at"]) for run in runs), default=None)
    due = due_date(str(checklist["frequency"]), checklist["first_due"], str(checklist["created_at"]), last)
    id = run_id(str(checklist["id"]), site_id, due)
    return {"id": id, "checklist_id": checklist["id"], "site_id": site_id, "due": due}


def put_task(tx: Tx, visit: Row, run: Row, checklist: Row, steps: list[Row], rank: int) -> None:
    """Puts a run on a visit's list. A run whose steps are all in one room is done there."""
    rooms = {step["room"] for step in steps}
    tx.put("visit_task", {"id": tx.fresh_id(), "visit_id": visit["id"], "run_id": run["id"], "rank": rank,
                          "title": checklist["name"], "room": rooms.pop() if len(rooms) == 1 else None,
                          "estimate": sum(int(step["minutes"] or 0) for step in steps)})  # fmt: skip


def carry_run(tx: Tx, id: str) -> None:
    """A visit had no time for a run: it stays due, and it shows how often that has happened."""
    run = tx.get("checklist_run", id)
    if run is not None and run["state"] == "due":
        tx.put("checklist_run", {"id": id, "carried": int(run["carried"] or 0) + 1})


def end_run(tx: Tx, act: Act, run: Row, state: str, reason: str | None = None, actual: int | None = None) -> None:
    """Ends a run, done or skipped, and with it what stands of it on visits' lists."""
    tx.put("checklist_run", {"id": run["id"], "state": state, "technician_id": act.actor, "ended_at": act.at,
                             "reason": reason})  # fmt: skip
    ends: dict[str, Any] = {"state": "done"} if state == "done" else {"state": "dropped", "reason": reason}
    for task in tx.find("visit_task", run_id=run["id"]):
        if task["state"] in ("todo", "doing"):
            tx.put("visit_task", {"id": task["id"], **ends, "actual": task["actual"] if actual is None else actual})


def run_to_end(tx: Tx, id: str) -> Row:
    """The run, which must be due still; NotFound, Refused."""
    run = tx.get("checklist_run", id)
    if run is None:
        raise NotFound("That run of a checklist is not in this store: see  techdesk checklist due.")
    if run["state"] != "due":
        name = (tx.get("checklist", str(run["checklist_id"])) or {}).get("name", "That checklist")
        raise Refused(f"{name} was {run['state']} on {str(run['ended_at'])[:10]}: its next run comes when it is due.")
    return run


def steps_of(tx: Tx, checklist_id: str) -> list[Row]:
    """The steps that are asked, in their order."""
    return tx.find("checklist_step", checklist_id=checklist_id, state="active", order="rank")


def unanswered(tx: Tx, run: Row) -> list[Row]:
    """The steps of a run that nobody has answered yet."""
    answered = {answer["step_id"] for answer in tx.find("checklist_answer", run_id=run["id"])}
    return [step for step in steps_of(tx, str(run["checklist_id"])) if step["id"] not in answered]


def _applies(tx: Tx, checklist: Row, site: Row) -> bool:
    if checklist["site_id"] is not None and checklist["site_id"] != site["id"]:
        return False
    if checklist["cluster"] and str(checklist["cluster"]).casefold() != str(site["cluster"] or "").casefold():
        return False
    if checklist["model_id"] is None:
        return True
    devices = tx.find("device", model_id=checklist["model_id"], site_id=site["id"])
    return any(device["state"] not in NOT_KEPT for device in devices)
