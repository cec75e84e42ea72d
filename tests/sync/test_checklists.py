"""Checklists and bookings of two laptops, through a real server on SQLite and on PostgreSQL."""

from techdesk.desk.answers import AnswerStep, BeginRun, FailStep, FinishRun, SkipRun
from techdesk.desk.bookings import MoveVisit, RebookVisit
from techdesk.desk.checklists import RecordChecklist, SetStep
from techdesk.desk.ids import new_id
from techdesk.desk.maintenance import run_id
from techdesk.desk.people import RecordSite
from techdesk.desk.visits import PlanVisit
from techdesk.models.store import Store
from techdesk.sync.client import sync
from tests.sync.field import Field, everything, inbox, settle_down


def known(ann: Store) -> tuple[str, str, list[str]]:
    """A site, and a checklist of two steps there, due at once. Returns their ids."""
    site, checklist, steps = new_id(), new_id(), [new_id(), new_id()]
    ann.perform(RecordSite(id=site, code="2005", name="Abbey Park"))
    ann.perform(RecordChecklist(id=checklist, name="Backups", frequency="monthly", first_due="2026-11-01"))
    for rank, id in enumerate(steps):
        ann.perform(SetStep(id=id, checklist_id=checklist, title=f"Step {rank}", rank=rank))
    return site, checklist, steps


def answers(store: Store) -> list[str]:
    rows = store.connection.execute("SELECT result FROM checklist_answer ORDER BY step_id, result")
    return [str(result) for (result,) in rows]


def test_two_who_begin_and_answer_the_same_run_meet_in_it(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    site, checklist, steps = known(ann)
    settle_down(ann, ben)
    run = run_id(checklist, site, "2026-11-01")
    for store, step in ((ann, steps[0]), (ben, steps[1])):
        store.perform(BeginRun(checklist_id=checklist, site_id=site))
        store.perform(AnswerStep(run_id=run, step_id=step))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert ann.connection.execute("SELECT state FROM checklist_run").fetchall() == [("done",)]
    assert answers(ann) == ["pass", "pass"]


def test_a_fault_that_one_saw_is_not_passed_over_by_what_another_saw(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    site, checklist, steps = known(ann)
    ann.perform(BeginRun(checklist_id=checklist, site_id=site))
    settle_down(ann, ben)
    run = run_id(checklist, site, "2026-11-01")
    for step in steps:
        ann.perform(AnswerStep(run_id=run, step_id=step))  # the run is done
    ticket = new_id()
    ben.perform(FailStep(id=ticket, run_id=run, step_id=steps[0], note="smells burnt"))
    sync(ann)
    assert sync(ben).merged == 1
    sync(ann)
    assert everything(ann) == everything(ben)
    assert ann.connection.execute("SELECT count(*) FROM ticket WHERE id = ?", (ticket,)).fetchone() == (1,)
    assert ann.connection.execute("SELECT state FROM checklist_run").fetchall() == [("done",)]


def test_of_two_who_end_a_run_the_first_stands_and_the_minutes_of_both_are_kept(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    site, checklist, steps = known(ann)
    for id in steps:
        ann.perform(SetStep(id=id, required=0))
    ann.perform(BeginRun(checklist_id=checklist, site_id=site))
    settle_down(ann, ben)
    run = run_id(checklist, site, "2026-11-01")
    ann.perform(SkipRun(run_id=run, reason="new server"))
    ben.perform(FinishRun(run_id=run, minutes=12))
    sync(ann)
    sync(ben)
    sync(ann)
    assert everything(ann) == everything(ben)
    assert ann.connection.execute("SELECT state, reason FROM checklist_run").fetchall() == [("skipped", "new server")]
    assert ann.connection.execute("SELECT minutes, proactive FROM worklog").fetchall() == [(12, 1)]
    assert len(inbox(ben)) == 1


def test_of_two_who_move_or_rebook_a_visit_the_first_stands_and_the_other_is_told(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    site, visits = known(ann)[0], [new_id(), new_id()]
    for id in visits:
        ann.perform(PlanVisit(id=id, site_id=site, technician_id=str(ann.meta("technician")),
                              planned_start="2026-12-01T08:00:00.000Z", planned_end="2026-12-01T11:00:00.000Z"))  # fmt: skip
    settle_down(ann, ben)
    for store, day in ((ann, "02"), (ben, "03")):
        times = {"planned_start": f"2026-12-{day}T08:00:00.000Z", "planned_end": f"2026-12-{day}T11:00:00.000Z"}
        store.perform(MoveVisit(id=visits[0], **times))
        store.perform(RebookVisit(id=new_id(), visit_id=visits[1], **times))
    sync(ann)
    sync(ben)
    sync(ann)
    assert everything(ann) == everything(ben)
    starts = ann.connection.execute("SELECT planned_start FROM visit WHERE state = 'planned' ORDER BY id")
    assert {start[:10] for (start,) in starts} == {"2026-12-02"}
    assert ann.connection.execute("SELECT count(*) FROM visit").fetchone() == (3,)
    assert sorted(str(item["kind"]) for item in inbox(ben)) == ["conflict", "rejected"]


def test_of_two_answers_to_one_step_the_first_stands_and_the_other_is_told(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    site, checklist, steps = known(ann)
    ann.perform(BeginRun(checklist_id=checklist, site_id=site))
    settle_down(ann, ben)
    run = run_id(checklist, site, "2026-11-01")
    ann.perform(AnswerStep(run_id=run, step_id=steps[0], evidence="412 GB"))
    ben.perform(AnswerStep(run_id=run, step_id=steps[0], result="skip", note="locked"))
    sync(ann)
    assert sync(ben).merged == 1
    sync(ann)
    assert everything(ann) == everything(ben)
    assert answers(ann) == ["pass"]
    [item] = inbox(ben)
    assert item["ref"] == "Backups"


def test_a_failed_step_that_was_sent_is_taken_back_with_its_ticket(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    site, checklist, steps = known(ann)
    ann.perform(BeginRun(checklist_id=checklist, site_id=site))
    run, ticket = run_id(checklist, site, "2026-11-01"), new_id()
    ann.perform(AnswerStep(run_id=run, step_id=steps[1]))
    ann.perform(FailStep(id=ticket, run_id=run, step_id=steps[0], note="beeps"))
    settle_down(ann, ben)
    ann.undo()
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert answers(ben) == ["pass"]
    assert ben.connection.execute("SELECT state FROM ticket WHERE id = ?", (ticket,)).fetchone() == ("cancelled",)
    assert ben.connection.execute("SELECT state FROM checklist_run").fetchall() == [("due",)]
