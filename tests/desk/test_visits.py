"""A visit, from the plan to the signature."""

from dataclasses import replace

import pytest

from techdesk import clock
from techdesk.desk.agreements import MoveAgreement, RecordAgreement
from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.desk.visits import AddTask, CancelVisit, PlanVisit, SetTask, SignVisit, StartVisit, WrapVisit
from techdesk.desk.work import HoldTicket, StartWork
from techdesk.errors import BadInput, Refused
from tests.desk.conftest import Desk


def plan(desk: Desk, site: str) -> str:
    id = new_id()
    desk.do(PlanVisit(id=id, site_id=site, technician_id=desk.me, planned_start="2026-11-23T08:00:00.000Z",
                      planned_end="2026-11-23T11:00:00.000Z"))  # fmt: skip
    return id


def test_planning_a_visit_after_the_agreement_ended_says_so(desk: Desk) -> None:
    site, agreed, visit = desk.site(), new_id(), "2026-11-23T08:00:00.000Z"
    desk.do(RecordAgreement(id=agreed, site_id=site, visits=7, ends="2026-11-22"))
    order = PlanVisit(
        id=new_id(), site_id=site, technician_id=desk.me, planned_start=visit, planned_end=clock.later(visit, 60)
    )
    assert "agreement" not in desk.do(order).said
    desk.do(MoveAgreement(agreement_id=agreed, state="active"))
    assert desk.do(replace(order, id=new_id())).said.endswith(". Its agreement ended on 2026-11-22.")


def test_arriving_puts_the_sites_open_tickets_on_the_list_worst_first(desk: Desk) -> None:
    site = desk.site()
    low, high = desk.log(site_id=site, urgency=4), desk.log(site_id=site, impact=1, urgency=1)
    desk.log("Elsewhere")
    visit = plan(desk, site)
    desk.do(StartVisit(visit_id=visit))
    assert [task["ticket_id"] for task in desk.tx.find("visit_task", visit_id=visit, order="rank")] == [high, low]


def test_a_ticket_that_waits_for_parts_is_not_on_the_list(desk: Desk) -> None:
    site = desk.site()
    desk.do(HoldTicket(ticket_id=desk.log(site_id=site), reason="parts"))
    kept = desk.log(site_id=site)
    desk.do(HoldTicket(ticket_id=kept, reason="next_visit"))
    visit = plan(desk, site)
    desk.do(StartVisit(visit_id=visit))
    assert [task["ticket_id"] for task in desk.tx.find("visit_task", visit_id=visit)] == [kept]


def test_one_visit_at_a_time(desk: Desk) -> None:
    first, second = plan(desk, desk.site()), plan(desk, desk.site(code="2006", name="Moor End"))
    desk.do(StartVisit(visit_id=first))
    with pytest.raises(Refused, match="Abbey Park"):
        desk.do(StartVisit(visit_id=second))


def test_tasks_follow_their_tickets(desk: Desk) -> None:
    site = desk.site()
    ticket, visit = desk.log(site_id=site), plan(desk, site)
    desk.do(StartVisit(visit_id=visit))
    desk.do(StartWork(ticket_id=ticket))
    assert [task["state"] for task in desk.tx.find("visit_task")] == ["doing"]
    desk.do(CloseTicket(ticket_id=ticket, resolution="Done", minutes=7))
    assert [(task["state"], task["actual"]) for task in desk.tx.find("visit_task")] == [("done", 7)]


def test_what_is_captured_on_a_visit_is_on_its_list(desk: Desk) -> None:
    site = desk.site()
    visit = plan(desk, site)
    desk.do(StartVisit(visit_id=visit))
    desk.do(LogTicket(id=new_id(), text="And the mouse", site_id=site, visit_id=visit))
    assert [task["title"] for task in desk.tx.find("visit_task", visit_id=visit)] == ["And the mouse"]


def test_wrapping_carries_what_is_left_and_signing_ends_it(desk: Desk) -> None:
    site = desk.site()
    visit = plan(desk, site)
    desk.do(StartVisit(visit_id=visit), "2026-11-23T08:00:00.000Z")
    task = new_id()
    desk.do(AddTask(id=task, visit_id=visit, title="Backup check"))
    assert "1 carried" in desk.do(WrapVisit(visit_id=visit), "2026-11-23T10:00:00.000Z").said
    assert (desk.tx.get("visit_task", task) or {})["state"] == "carried"
    desk.do(SignVisit(visit_id=visit, signatory="Mrs Okafor"))
    row = desk.tx.get("visit", visit) or {}
    assert (row["state"], row["signatory"]) == ("signed", "Mrs Okafor")


def test_a_visit_that_is_over_can_not_be_called_off(desk: Desk) -> None:
    visit = plan(desk, desk.site())
    desk.do(StartVisit(visit_id=visit))
    desk.do(WrapVisit(visit_id=visit))
    with pytest.raises(Refused, match="wrapped"):
        desk.do(CancelVisit(visit_id=visit, reason="ill"))


def test_a_task_is_marked_by_hand(desk: Desk) -> None:
    visit, task = plan(desk, desk.site()), new_id()
    desk.do(AddTask(id=task, visit_id=visit, title="Backup check", estimate=5))
    desk.do(SetTask(task_id=task, state="dropped", reason="server is off"))
    assert (desk.tx.get("visit_task", task) or {})["reason"] == "server is off"


def test_a_visit_ends_after_it_starts() -> None:
    with pytest.raises(BadInput):
        PlanVisit(
            id="v", site_id="s", technician_id="t", planned_start="2026-11-23T11:00", planned_end="2026-11-23T11:00"
        )
