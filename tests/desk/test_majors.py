"""Major incidents: what they displace, and what ends with them."""

import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.majors import DeclareMajor, JoinTicket
from techdesk.desk.visits import AddTask, PlanVisit, StartVisit
from techdesk.errors import Refused
from tests.desk.conftest import Desk

START, END = "2026-11-23T09:00:00.000Z", "2026-11-23T10:30:00.000Z"


def visit(desk: Desk, site: str) -> str:
    """A visit of 90 minutes under way, with a preventive step of 30 minutes."""
    id = new_id()
    desk.do(PlanVisit(id=id, site_id=site, technician_id=desk.me, planned_start=START, planned_end=END))
    desk.do(AddTask(id=new_id(), visit_id=id, title="Backup check", estimate=30))
    desk.do(StartVisit(visit_id=id), START)
    return id


def test_the_whole_school_without_work_comes_first_and_displaces_prevention_before_tickets(desk: Desk) -> None:
    site = desk.site()
    desk.log("Mouse", site_id=site, impact=4, urgency=3)
    under_way = visit(desk, site)
    major = desk.log("Server down", site_id=site, impact=1, urgency=1)
    assert desk.ticket(major)["major"] == 1
    said = desk.do(DeclareMajor(ticket_id=major, minutes=75)).said
    tasks = {task["title"]: (task["state"], task["rank"]) for task in desk.tx.find("visit_task", visit_id=under_way)}
    assert tasks["Backup check"][0] == "carried"
    assert tasks["Server down"] == ("todo", 0)
    assert tasks["Mouse"][0] == "todo"
    row = desk.tx.get("visit", under_way)
    assert row is not None and (row["displaced"], row["displaced_by"]) == (30, major)
    assert "Backup check" in said and "30 min owed" in said


def test_who_leaves_for_another_school_owes_the_rest_of_the_visit(desk: Desk) -> None:
    under_way = visit(desk, desk.site())
    major = desk.log("Server down", site_id=desk.site(code="2006", name="Elsewhere"))
    desk.do(DeclareMajor(ticket_id=major, leave=True))
    assert {task["state"] for task in desk.tx.find("visit_task", visit_id=under_way)} == {"carried"}


def test_taking_back_a_major_capture_gives_the_day_back(desk: Desk) -> None:
    site = desk.site()
    under_way = visit(desk, site)
    desk.log("All down", site_id=site, impact=1, urgency=1)
    desk.log("All down still", site_id=site, impact=1, urgency=1)
    desk.store.undo()
    desk.store.undo()
    assert [task["state"] for task in desk.tx.find("visit_task", visit_id=under_way)] == ["todo"]
    row = desk.tx.get("visit", under_way)
    assert row is not None and row["displaced"] == 0


def test_what_is_part_of_it_is_closed_with_it_and_counts_as_cold(desk: Desk) -> None:
    major, child, other = desk.log("Server down"), desk.log("No mail"), desk.log("Mouse")
    desk.do(JoinTicket(ticket_id=child, parent_id=major))
    desk.do(CloseTicket(ticket_id=major, resolution="New disk", told=True, tested=True))
    row = desk.ticket(child)
    assert (row["state"], row["resolution"], row["cold"], desk.ticket(major)["cold"]) == ("closed", "New disk", 1, 0)
    assert desk.ticket(other)["open"] == 1


def test_parts_have_no_parts(desk: Desk) -> None:
    first, second, third = desk.log("a"), desk.log("b"), desk.log("c")
    desk.do(JoinTicket(ticket_id=second, parent_id=first))
    for part, whole in ((third, second), (first, third), (first, first)):
        with pytest.raises(Refused):
            desk.do(JoinTicket(ticket_id=part, parent_id=whole))
