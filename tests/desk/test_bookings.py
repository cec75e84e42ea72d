"""What becomes of a visit before anybody is on site, and what comes first in it."""

import pytest

from techdesk.desk.bookings import AgreePriorities, ConfirmVisit, MissVisit, MoveVisit, RebookVisit, SetOff
from techdesk.desk.ids import new_id
from techdesk.desk.visits import AddTask, CancelVisit, PlanVisit, SignVisit, StartVisit, WrapVisit
from techdesk.errors import BadInput, NotFound, Refused
from tests.desk.conftest import Desk


@pytest.fixture
def visit(desk: Desk) -> str:
    id = new_id()
    desk.do(PlanVisit(id=id, site_id=desk.site(), technician_id=desk.me, planned_start="2026-11-23T08:00:00.000Z",
                      planned_end="2026-11-23T11:00:00.000Z"))  # fmt: skip
    return id


def row(desk: Desk, id: str) -> dict[str, object]:
    return dict(desk.tx.get("visit", id) or {})


def test_a_confirmed_visit_that_moves_is_to_be_confirmed_again(desk: Desk, visit: str) -> None:
    desk.do(ConfirmVisit(visit_id=visit, by="Mrs Okafor"))
    assert (row(desk, visit)["state"], row(desk, visit)["confirmed_by"]) == ("confirmed", "Mrs Okafor")
    said = desk.do(
        MoveVisit(id=visit, planned_start="2026-11-24T13:00:00.000Z", planned_end="2026-11-24T16:00:00.000Z")
    )
    assert "Tue 24 Nov 2026, 13:00" in said.said
    assert (row(desk, visit)["state"], row(desk, visit)["confirmed_by"]) == ("planned", None)


def test_a_visit_does_not_end_before_it_starts(desk: Desk, visit: str) -> None:
    with pytest.raises(BadInput):
        MoveVisit(id=visit, planned_start="2026-11-24T13:00:00.000Z", planned_end="2026-11-24T12:00:00.000Z")
    with pytest.raises(Refused, match="end before it starts"):
        desk.do(MoveVisit(id=visit, planned_start="2026-11-24T13:00:00.000Z"))
    assert row(desk, visit)["planned_start"] == "2026-11-23T08:00:00.000Z"


def test_the_minutes_of_travel_run_from_setting_off_to_arriving(desk: Desk, visit: str) -> None:
    desk.do(SetOff(visit_id=visit), "2026-11-23T07:40:00.000Z")
    assert row(desk, visit)["state"] == "travelling"
    desk.do(StartVisit(visit_id=visit, mileage=7.5), "2026-11-23T08:04:30.000Z")
    assert (row(desk, visit)["travel_minutes"], row(desk, visit)["mileage"]) == (24, 7.5)


def test_a_missed_visit_is_made_up_for_once_and_its_tasks_go_along(desk: Desk, visit: str) -> None:
    task, again = new_id(), new_id()
    desk.do(AddTask(id=task, visit_id=visit, title="Backup check"))
    desk.do(MissVisit(visit_id=visit, reason="the school was closed by snow"))
    rebook = RebookVisit(id=again, visit_id=visit, planned_start="2026-11-27T08:00:00.000Z",
                         planned_end="2026-11-27T11:00:00.000Z")  # fmt: skip
    desk.do(rebook)
    assert row(desk, visit)["state"] == "missed"
    assert (row(desk, again)["instead_of"], row(desk, again)["state"]) == (visit, "planned")
    assert (desk.tx.get("visit_task", task) or {})["visit_id"] == again
    with pytest.raises(Refused, match="booked anew already"):
        desk.do(RebookVisit(id=new_id(), visit_id=visit, planned_start="2026-11-28T08:00:00.000Z",
                            planned_end="2026-11-28T11:00:00.000Z"))  # fmt: skip


def test_a_planned_visit_that_is_booked_anew_says_so(desk: Desk, visit: str) -> None:
    desk.do(RebookVisit(id=new_id(), visit_id=visit, planned_start="2026-11-27T08:00:00.000Z",
                        planned_end="2026-11-27T11:00:00.000Z", reason="ill"))  # fmt: skip
    assert (row(desk, visit)["state"], row(desk, visit)["reason"]) == ("rebooked", "ill")
    with pytest.raises(Refused, match="rebooked"):
        desk.do(StartVisit(visit_id=visit))


def test_what_was_agreed_comes_first_in_the_order_that_was_agreed(desk: Desk, visit: str) -> None:
    tasks = [new_id() for _ in range(3)]
    for number, id in enumerate(tasks):
        desk.do(AddTask(id=id, visit_id=visit, title=f"Task {number}"))
    desk.do(StartVisit(visit_id=visit))
    said = desk.do(
        AgreePriorities(visit_id=visit, agreed_with="Mrs Okafor", task_ids=(tasks[2], tasks[0]), note="Hall!")
    )
    assert "first Task 2" in said.said
    assert [(desk.tx.get("visit_task", id) or {})["agreed"] for id in tasks] == [2, None, 1]
    assert (row(desk, visit)["agreed_with"], row(desk, visit)["agreed"]) == ("Mrs Okafor", "Hall!")
    with pytest.raises(NotFound):
        desk.do(AgreePriorities(visit_id=visit, agreed_with="Mrs Okafor", task_ids=(new_id(),)))


def test_a_signature_says_how_it_was_given(desk: Desk, visit: str) -> None:
    desk.do(StartVisit(visit_id=visit))
    desk.do(WrapVisit(visit_id=visit))
    assert "keep the sheet" in desk.do(SignVisit(visit_id=visit, signatory="Mrs Okafor", how="paper")).said
    assert (row(desk, visit)["signed_how"], row(desk, visit)["state"]) == ("paper", "signed")


def test_what_has_begun_is_not_moved_missed_or_booked_anew(desk: Desk, visit: str) -> None:
    desk.do(StartVisit(visit_id=visit))
    for command in (
        MoveVisit(id=visit, technician_id=desk.me), MissVisit(visit_id=visit, reason="snow"), ConfirmVisit(visit_id=visit),
        SetOff(visit_id=visit), CancelVisit(visit_id=visit, reason="snow"),
        RebookVisit(id=new_id(), visit_id=visit, planned_start="2026-11-27T08", planned_end="2026-11-27T11"),
    ):  # fmt: skip
        with pytest.raises(Refused, match="is on site"):
            desk.do(command)
