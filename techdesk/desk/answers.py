"""What is said of the steps of a run: passed, failed (which opens an incident), skipped; and the end of the run."""

from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.ids import named_id
from techdesk.desk.maintenance import end_run, open_run, put_task, run_to_end, steps_of, unanswered
from techdesk.desk.merging import tell
from techdesk.desk.tickets import LogTicket, log_ticket
from techdesk.desk.timers import add_worklog
from techdesk.desk.tx import Act, Row, Tx, Value
from techdesk.errors import BadInput, NotFound, Refused


@dataclass(frozen=True, kw_only=True)
class BeginRun:
    """Begins a run of a checklist at a site before it is due, or outside a visit. `id` is `maintenance.run_id` of it."""

    NAME: ClassVar[str] = "run.begin"
    VERSION: ClassVar[int] = 1
    checklist_id: str
    site_id: str
    visit_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerStep:
    """A step passed, or is skipped with a reason in `note`. `evidence` is the text or number that the step asks for. `base`
    is the answer that its author saw; the store fills it in."""

    NAME: ClassVar[str] = "run.answer"
    VERSION: ClassVar[int] = 1
    run_id: str
    step_id: str
    result: str = "pass"
    evidence: str | None = None
    note: str | None = None
    base: dict[str, Value] | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.result, "The result", ("pass", "skip"))
        for what, said in (("The evidence", self.evidence), ("The note", self.note)):
            if said is not None:
                checks.legible(said, what, longest=2000)
        if self.result == "skip" and not (self.note or "").strip():
            raise BadInput("A step is skipped with a reason: say why.")

    def seen(self, tx: Tx) -> dict[str, Any]:
        """What was answered when the author looked, to be kept in the operation."""
        row = tx.get("checklist_answer", answer_id(self.run_id, self.step_id))
        return {"base": None if row is None else {name: row[name] for name in ("result", "evidence")}}


@dataclass(frozen=True, kw_only=True)
class FailStep:
    """A step failed: the incident `id` is opened, on the device if one is named."""

    NAME: ClassVar[str] = "run.fail"
    VERSION: ClassVar[int] = 1
    id: str
    run_id: str
    step_id: str
    note: str
    ref: str | None = None
    device_id: str | None = None
    evidence: str | None = None
    impact: int | None = None
    urgency: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "note", checks.words(self.note, "What is wrong"))
        if self.evidence is not None:
            checks.legible(self.evidence, "The evidence", longest=2000)


@dataclass(frozen=True, kw_only=True)
class FinishRun:
    """Ends a run whose required steps are answered. `minutes` is how long it took: they count as proactive."""

    NAME: ClassVar[str] = "run.finish"
    VERSION: ClassVar[int] = 1
    run_id: str
    minutes: int | None = None

    def __post_init__(self) -> None:
        checks.minutes(self.minutes)


@dataclass(frozen=True, kw_only=True)
class SkipRun:
    """Lets a run fall, with a reason. The next one comes when it is due."""

    NAME: ClassVar[str] = "run.skip"
    VERSION: ClassVar[int] = 1
    run_id: str
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", checks.words(self.reason, "The reason", longest=500))


@handles(BeginRun)
def begin_run(tx: Tx, command: BeginRun, act: Act) -> Outcome:
    checklist, site = tx.get("checklist", command.checklist_id), tx.get("site", command.site_id)
    if checklist is None or site is None:
        raise NotFound("That checklist or site is not in this store: see  techdesk checklist list.")
    steps = steps_of(tx, command.checklist_id)
    if not steps:
        raise Refused(f"{checklist['name']} has no steps: add one with  techdesk checklist step.")
    run = open_run(tx, checklist, command.site_id)
    tx.put("checklist_run", run | ({"visit_id": command.visit_id} if command.visit_id else {}))
    visit = tx.get("visit", command.visit_id) if command.visit_id else None
    if visit is not None and not tx.find("visit_task", visit_id=command.visit_id, run_id=run["id"], limit=1):
        rank = len(tx.find("visit_task", visit_id=command.visit_id)) + 1
        put_task(tx, visit, run, checklist, steps, rank)
    said = f"{checklist['name']} at {site['name']}: {len(unanswered(tx, run))} steps."
    return Outcome((Changed(str(checklist["name"]), "due", str(run["id"])),), said)


@handles(AnswerStep)
def answer_step(tx: Tx, command: AnswerStep, act: Act) -> Outcome:
    run = run_to_end(tx, command.run_id)
    step = _step(tx, run, command.step_id)
    if command.result == "pass":
        _proved(tx, run, step, command.evidence)
    id = answer_id(command.run_id, command.step_id)
    row = tx.get("checklist_answer", id)
    if act.merging and row is not None and _answered_since(command, row):
        said = f"{step['title']}: {row['result']}"
        tell(tx, act, "merged", ("checklist", str(run["checklist_id"])), "the answer that came first was kept",
             mine={"step": step["title"], "answer": command.result, "evidence": command.evidence},
             theirs={"step": step["title"], "answer": row["result"], "evidence": row["evidence"]},
             theirs_by=row["author"])  # fmt: skip
        return Outcome((Changed(str(step["title"]), str(row["result"]), id),), f"{said}, as somebody else saw it.",
                       "merged")  # fmt: skip
    if row is None and tx.find("checklist_answer", run_id=command.run_id, step_id=command.step_id, limit=1):
        raise Refused(f"{step['title']} has failed: what comes of that stands with its ticket.")
    tx.put("checklist_answer", {"id": id, "run_id": command.run_id, "step_id": command.step_id, "result": command.result,
                                "evidence": command.evidence, "note": command.note, "technician_id": act.actor,
                                "at": act.at})  # fmt: skip
    return _went_on(tx, act, run, step, command.result, id)


@handles(FailStep)
def fail_step(tx: Tx, command: FailStep, act: Act) -> Outcome:
    run = run_to_end(tx, command.run_id)
    return _fail(tx, command, act, run)


@merges(FailStep)
def fail_late(tx: Tx, command: FailStep, act: Act, refusal: Refused) -> Outcome:
    """Somebody ended the run meanwhile: the fault is a fact all the same, and its incident is opened."""
    run = tx.get("checklist_run", command.run_id)
    if run is None or tx.get("ticket", command.id) is not None:
        raise refusal
    outcome = _fail(tx, command, act, run)
    done = "the run stays as it ended, and the fault has its ticket"
    tell(tx, act, "merged", ("checklist", str(run["checklist_id"])), done,
         mine={"answer": "fail", "note": command.note}, theirs={"state": run["state"]},
         theirs_by=run["author"])  # fmt: skip
    return outcome._replace(kind="merged")


@handles(FinishRun)
def finish_run(tx: Tx, command: FinishRun, act: Act) -> Outcome:
    run = run_to_end(tx, command.run_id)
    name = _name(tx, run)
    left = [step for step in unanswered(tx, run) if step["required"]]
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        raise Refused(f"{name} is not finished: {left[0]['title']}{more} must be answered, or skipped with a reason.")
    end_run(tx, act, run, "done", actual=command.minutes)
    if command.minutes:
        add_worklog(tx, act, None, command.minutes, visit_id=_text(run["visit_id"]), proactive=1, note=name)
    return Outcome((Changed(name, "done", command.run_id),), f"Done: {name}.")


@handles(SkipRun)
def skip_run(tx: Tx, command: SkipRun, act: Act) -> Outcome:
    run = run_to_end(tx, command.run_id)
    end_run(tx, act, run, "skipped", command.reason)
    name = _name(tx, run)
    return Outcome((Changed(name, "skipped", command.run_id),), f"Skipped: {name} ({command.reason}).")


@merges(FinishRun)
def finish_late(tx: Tx, command: FinishRun, act: Act, refusal: Refused) -> Outcome:
    """Somebody ended the run first. The minutes were worked all the same."""
    run = tx.get("checklist_run", command.run_id)
    if run is None or run["state"] == "due":
        raise refusal
    if command.minutes:
        add_worklog(tx, act, None, command.minutes, visit_id=_text(run["visit_id"]), proactive=1, note=_name(tx, run))
    return _ended_before(tx, act, run, refusal)


@merges(SkipRun)
def skip_late(tx: Tx, command: SkipRun, act: Act, refusal: Refused) -> Outcome:
    """Somebody ended the run first: it stays so."""
    run = tx.get("checklist_run", command.run_id)
    if run is None:
        raise refusal
    return _ended_before(tx, act, run, refusal)


def answer_id(run_id: str, step_id: str, device_id: str | None = None) -> str:
    """The id of the answer to a step of a run; of a failed one, for each device."""
    return named_id("checklist_answer", run_id, step_id, device_id or "")


def _fail(tx: Tx, command: FailStep, act: Act, run: Row) -> Outcome:
    step = _step(tx, run, command.step_id)
    if not act.merging:
        _not_yet_failed(tx, command, step)
    device = tx.get("device", command.device_id) if command.device_id else None
    visit = tx.get("visit", str(run["visit_id"])) if run["visit_id"] else None
    logged = log_ticket(
        tx,
        LogTicket(
            id=command.id, ref=command.ref, text=f"{step['title']}: {command.note}", site_id=str(run["site_id"]),
            room=_text(device["room"] if device else None) or _text(step["room"]), device_id=command.device_id,
            impact=command.impact, urgency=command.urgency, channel="monitoring",
            visit_id=str(visit["id"]) if visit is not None and visit["state"] == "on_site" else None,
        ),
        act,
    )  # fmt: skip
    service = (tx.get("checklist", str(run["checklist_id"])) or {}).get("service")
    if service:
        tx.put("ticket", {"id": command.id, "service": service})
    passed = answer_id(command.run_id, command.step_id)
    id = answer_id(command.run_id, command.step_id, command.device_id)
    if command.device_id and tx.get("checklist_answer", passed) is not None:
        tx.delete("checklist_answer", passed)
    tx.put("checklist_answer", {"id": id, "run_id": command.run_id, "step_id": command.step_id, "result": "fail",
                                "evidence": command.evidence, "note": command.note, "device_id": command.device_id,
                                "ticket_id": command.id, "technician_id": act.actor, "at": act.at})  # fmt: skip
    ended = _went_on(tx, act, run, step, "fail", id) if run["state"] == "due" else Outcome()
    return Outcome(logged.changed + ended.changed, f"Failed: {step['title']}. {logged.said}", logged.kind)


def _not_yet_failed(tx: Tx, command: FailStep, step: Row) -> None:
    """Raises Refused when the step failed already, with the same device or none, and has its ticket."""
    answer = tx.get("checklist_answer", answer_id(command.run_id, command.step_id, command.device_id))
    ticket = tx.get("ticket", str(answer["ticket_id"])) if answer and answer["ticket_id"] else None
    if ticket is not None and ticket["id"] != command.id:
        raise Refused(f"{step['title']} has failed already: add to {ticket['ref']}, or name another device.")


def _went_on(tx: Tx, act: Act, run: Row, step: Row, result: str, id: str) -> Outcome:
    """After an answer: how many steps are left, or that it was the last one."""
    words = {"pass": "Passed", "fail": "Failed", "skip": "Skipped"}[result]
    changed = Changed(str(step["title"]), result, id)
    left = len(unanswered(tx, run))
    if left:
        return Outcome((changed,), f"{words}: {step['title']}. {left} of {_name(tx, run)} left.")
    end_run(tx, act, run, "done")
    name = _name(tx, run)
    return Outcome((changed, Changed(name, "done", str(run["id"]))), f"{words}: {step['title']}. {name} is done.")


def _answered_since(command: AnswerStep, row: Row) -> bool:
    base = command.base or {}
    mine = {"result": command.result, "evidence": command.evidence}
    return any(row[name] != base.get(name) and row[name] != value for name, value in mine.items())


def _proved(tx: Tx, run: Row, step: Row, evidence: str | None) -> None:
    """Raises Refused when a step that passed lacks its evidence."""
    wanted, said = step["evidence"], (evidence or "").strip()
    if wanted == "text" and not said:
        raise Refused(f"{step['title']}: say what was found, as evidence.")
    if wanted == "number":
        try:
            float(said)
        except ValueError:
            raise Refused(f"{step['title']}: say the number that was read, as evidence.") from None
    if wanted == "photo" and not tx.find("attachment", run_id=run["id"], step_id=step["id"], limit=1):
        raise Refused(f"{step['title']}: take a photo of it, as evidence.")


def _step(tx: Tx, run: Row, id: str) -> Row:
    step = tx.get("checklist_step", id)
    if step is None or step["checklist_id"] != run["checklist_id"]:
        raise NotFound("That step is not of this checklist: see  techdesk checklist show.")
    return step


def _ended_before(tx: Tx, act: Act, run: Row, refusal: Refused) -> Outcome:
    tell(tx, act, "merged", ("checklist", str(run["checklist_id"])), f"it stays {run['state']}", mine={"ended": act.at},
         theirs={"state": run["state"], "ended": run["ended_at"]}, theirs_by=run["author"])  # fmt: skip
    return Outcome((Changed(_name(tx, run), str(run["state"]), str(run["id"])),), str(refusal), "merged")


def _name(tx: Tx, run: Row) -> str:
    return str((tx.get("checklist", str(run["checklist_id"])) or {}).get("name", "The checklist"))


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
