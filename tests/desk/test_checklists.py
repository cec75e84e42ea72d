"""Checklists: due at a site, gone through step by step, carried when there is no time."""

from datetime import date

import pytest

from techdesk.desk.answers import AnswerStep, BeginRun, FailStep, FinishRun, SkipRun
from techdesk.desk.checklists import RecordChecklist, SetStep
from techdesk.desk.frequency import frequency, next_due
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.tx import Row
from techdesk.desk.visits import PlanVisit, SetTask, StartVisit, WrapVisit
from techdesk.errors import BadInput, NotFound, Refused
from tests.desk.conftest import Desk


def checklist(desk: Desk, *steps: str, **fields: object) -> tuple[str, list[str]]:
    """A checklist with those steps. Returns its id and theirs."""
    id = new_id()
    desk.do(RecordChecklist(id=id, **({"name": "Backups", "frequency": "monthly"} | fields)))  # type: ignore[arg-type]
    ids = [new_id() for _ in steps]
    for rank, (step, title) in enumerate(zip(ids, steps, strict=True), start=1):
        desk.do(SetStep(id=step, checklist_id=id, rank=rank, title=title, room="Office"))
    return id, ids


def visit(desk: Desk, site: str, day: str = "2026-11-23") -> str:
    """A visit that has begun."""
    id = new_id()
    desk.do(PlanVisit(id=id, site_id=site, technician_id=desk.me, planned_start=f"{day}T08:00:00.000Z",
                      planned_end=f"{day}T11:00:00.000Z"))  # fmt: skip
    desk.do(StartVisit(visit_id=id), f"{day}T08:00:00.000Z")
    return id


def only(desk: Desk, table: str, **equal: str) -> Row:
    [row] = desk.tx.find(table, **equal)
    return row


def test_what_is_due_is_a_task_of_the_next_visit_with_its_minutes_and_room(desk: Desk) -> None:
    site = desk.site()
    checklist(desk, "Restore a file", "Look at the log")
    at = visit(desk, site)
    task = only(desk, "visit_task", visit_id=at)
    assert (task["title"], task["estimate"], task["room"], task["run_id"]) == (
        "Backups", 10, "Office", only(desk, "checklist_run")["id"],
    )  # fmt: skip


def test_only_the_sites_that_it_is_for_have_it(desk: Desk) -> None:
    near, far = desk.site(cluster="North"), desk.site(code="2006", name="Moor End", cluster="South")
    model = new_id()
    desk.do(RecordModel(id=model, name="X1"))
    desk.do(RecordDevice(id=new_id(), tag="L-1", model_id=model, site_id=near))
    checklist(desk, "a", name="One site", site_id=near)
    checklist(desk, "a", name="One cluster", cluster="north")
    checklist(desk, "a", name="One model", model_id=model)
    assert not desk.tx.find("visit_task", visit_id=visit(desk, far))
    desk.do(WrapVisit(visit_id=only(desk, "visit")["id"]))  # type: ignore[arg-type]
    titles = [task["title"] for task in desk.tx.find("visit_task", visit_id=visit(desk, near), order="rank")]
    assert titles == ["One cluster", "One model", "One site"]


def test_a_checklist_without_steps_a_retired_one_and_a_later_one_are_not_due(desk: Desk) -> None:
    site = desk.site()
    checklist(desk, name="Empty")
    checklist(desk, "a", name="Old", state="retired")
    checklist(desk, "a", name="Later", first_due="2026-12-01")
    assert not desk.tx.find("visit_task", visit_id=visit(desk, site))


def test_the_last_answer_ends_the_run_and_its_task_and_the_next_is_due_a_month_later(desk: Desk) -> None:
    site = desk.site()
    _, steps = checklist(desk, "a", "b")
    at = visit(desk, site)
    run = str(only(desk, "checklist_run")["id"])
    assert "1 of Backups left" in desk.do(AnswerStep(run_id=run, step_id=steps[0])).said
    assert "Backups is done" in desk.do(AnswerStep(run_id=run, step_id=steps[1])).said
    assert only(desk, "visit_task")["state"] == "done"
    assert (desk.tx.get("checklist_run", run) or {})["state"] == "done"
    desk.do(WrapVisit(visit_id=at))
    assert not desk.tx.find("visit_task", visit_id=visit(desk, site, "2026-12-22"))
    desk.do(WrapVisit(visit_id=only(desk, "visit", state="on_site")["id"]))  # type: ignore[arg-type]
    visit(desk, site, "2026-12-23")
    assert only(desk, "checklist_run", state="due")["due"] == "2026-12-23"


def test_a_failed_step_opens_an_incident_on_the_device_and_on_the_list(desk: Desk) -> None:
    site = desk.site()
    device, ticket = new_id(), new_id()
    desk.do(RecordDevice(id=device, tag="L-1", site_id=site, room="Hall"))
    _, steps = checklist(desk, "Lamp hours", service="Projectors")
    at = visit(desk, site)
    run = str(only(desk, "checklist_run")["id"])
    said = desk.do(FailStep(id=ticket, run_id=run, step_id=steps[0], note="4,000 hours", device_id=device)).said
    row = desk.ticket(ticket)
    assert (row["text"], row["device_id"], row["room"], row["service"], row["kind"]) == (
        "Lamp hours: 4,000 hours", device, "Hall", "Projectors", "incident",
    )  # fmt: skip
    assert str(row["ref"]) in said
    assert only(desk, "visit_task", ticket_id=ticket)["visit_id"] == at
    answer = only(desk, "checklist_answer")
    assert (answer["result"], answer["ticket_id"]) == ("fail", ticket)


def test_a_step_that_failed_does_not_pass_afterwards(desk: Desk) -> None:
    site = desk.site()
    device = new_id()
    desk.do(RecordDevice(id=device, tag="L-1", site_id=site))
    _, steps = checklist(desk, "a", "b")
    visit(desk, site)
    run = str(only(desk, "checklist_run")["id"])
    desk.do(FailStep(id=new_id(), run_id=run, step_id=steps[0], note="broken", device_id=device))
    with pytest.raises(Refused, match="has failed"):
        desk.do(AnswerStep(run_id=run, step_id=steps[0]))


def test_a_step_fails_once_unless_another_device_is_named(desk: Desk) -> None:
    site = desk.site()
    device = new_id()
    desk.do(RecordDevice(id=device, tag="L-1", site_id=site))
    _, steps = checklist(desk, "a", "b")
    visit(desk, site)
    run, ticket = str(only(desk, "checklist_run")["id"]), new_id()
    desk.do(FailStep(id=ticket, run_id=run, step_id=steps[0], note="broken"))
    with pytest.raises(Refused, match=str(desk.ticket(ticket)["ref"])):
        desk.do(FailStep(id=new_id(), run_id=run, step_id=steps[0], note="broken still"))
    desk.do(FailStep(id=new_id(), run_id=run, step_id=steps[0], note="this too", device_id=device))
    assert len(desk.tx.find("ticket")) == 2


def test_taking_a_failed_step_back_takes_its_ticket_along(desk: Desk) -> None:
    site = desk.site()
    _, steps = checklist(desk, "a")
    visit(desk, site)
    run = str(only(desk, "checklist_run")["id"])
    ticket = new_id()
    desk.do(FailStep(id=ticket, run_id=run, step_id=steps[0], note="broken"))
    desk.store.undo()
    assert desk.tx.get("ticket", ticket) is None
    assert not desk.tx.find("checklist_answer")
    assert only(desk, "checklist_run")["state"] == "due"


@pytest.mark.parametrize(
    ("wanted", "wrong", "right"), [("text", None, "12 GB free"), ("number", "many", "12.5"), ("text", "  ", "ok")]
)
def test_a_step_passes_with_the_evidence_that_it_asks_for(
    desk: Desk, wanted: str, wrong: str | None, right: str
) -> None:
    site = desk.site()
    _, [step] = checklist(desk, "Free space")
    desk.do(SetStep(id=step, evidence=wanted))
    visit(desk, site)
    run = str(only(desk, "checklist_run")["id"])
    with pytest.raises(Refused, match="evidence"):
        desk.do(AnswerStep(run_id=run, step_id=step, evidence=wrong))
    desk.do(AnswerStep(run_id=run, step_id=step, evidence=right))
    assert only(desk, "checklist_answer")["evidence"] == right


def test_a_run_ends_when_its_required_steps_are_answered_and_its_minutes_are_proactive(desk: Desk) -> None:
    site = desk.site()
    _, steps = checklist(desk, "must", "may")
    desk.do(SetStep(id=steps[1], required=0))
    visit(desk, site)
    run = str(only(desk, "checklist_run")["id"])
    task = str(only(desk, "visit_task")["id"])
    with pytest.raises(Refused, match="must must be answered"):
        desk.do(SetTask(task_id=task, state="done"))
    desk.do(AnswerStep(run_id=run, step_id=steps[0], result="skip", note="the room is locked"))
    desk.do(FinishRun(run_id=run, minutes=12))
    log = only(desk, "worklog")
    assert (log["minutes"], log["proactive"], log["note"]) == (12, 1, "Backups")
    assert only(desk, "visit_task")["actual"] == 12


def test_a_run_without_time_is_carried_visibly_and_comes_again(desk: Desk) -> None:
    site = desk.site()
    checklist(desk, "a")
    for day in ("2026-11-23", "2026-12-07"):
        desk.do(WrapVisit(visit_id=visit(desk, site, day), reason="the server took all of it"))
    last = visit(desk, site, "2026-12-21")
    run = only(desk, "checklist_run")
    assert (run["state"], run["due"], run["carried"]) == ("due", "2026-11-23", 2)
    assert only(desk, "visit_task", visit_id=last)["run_id"] == run["id"]


def test_a_step_in_words_that_was_carried_comes_again_with_where_it_comes_from(desk: Desk) -> None:
    from techdesk.desk.visits import AddTask

    site = desk.site()
    first = visit(desk, site)
    desk.do(AddTask(id=new_id(), visit_id=first, title="Label the trolley", room="Hall"))
    desk.do(WrapVisit(visit_id=first))
    task = only(desk, "visit_task", visit_id=visit(desk, site, "2026-12-07"))
    assert (task["title"], task["reason"]) == ("Label the trolley", "carried from 2026-11-23: no time left")


def test_a_skipped_run_is_over_and_cannot_be_answered(desk: Desk) -> None:
    site = desk.site()
    _, steps = checklist(desk, "a")
    visit(desk, site)
    run = str(only(desk, "checklist_run")["id"])
    desk.do(SkipRun(run_id=run, reason="server replaced last week"))
    assert only(desk, "visit_task")["state"] == "dropped"
    with pytest.raises(Refused, match="was skipped on"):
        desk.do(AnswerStep(run_id=run, step_id=steps[0]))


def test_a_run_begins_before_it_is_due(desk: Desk) -> None:
    site = desk.site()
    id, _ = checklist(desk, "a", first_due="2027-06-01")
    at = visit(desk, site)
    desk.do(BeginRun(checklist_id=id, site_id=site, visit_id=at))
    assert only(desk, "visit_task")["title"] == "Backups"
    with pytest.raises(NotFound):
        desk.do(BeginRun(checklist_id=new_id(), site_id=site))


@pytest.mark.parametrize(
    ("often", "last", "due"),
    [
        ("weekly", date(2026, 11, 23), date(2026, 11, 30)),
        ("monthly", date(2027, 1, 31), date(2027, 2, 28)),
        ("termly", date(2026, 11, 30), date(2027, 3, 30)),
        ("yearly", date(2028, 2, 29), date(2029, 2, 28)),
        ("every 3 weeks", date(2026, 12, 28), date(2027, 1, 18)),
        ("visit", date(2026, 11, 23), date(2026, 11, 24)),
    ],
)
def test_how_often_as_a_date(often: str, last: date, due: date) -> None:
    assert next_due(frequency(often), last) == due


def test_what_is_no_frequency_is_refused_with_what_is_one() -> None:
    with pytest.raises(BadInput, match="fortnightly"):
        RecordChecklist(id="c", frequency="now and then")
