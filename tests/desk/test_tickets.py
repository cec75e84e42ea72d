"""Tickets as they come in."""

import pytest

from techdesk.desk.ids import new_id
from techdesk.desk.tickets import AssignTicket, EditTicket, LogTicket, NoteTicket
from techdesk.desk.visits import AddTask, PlanVisit, StartVisit
from techdesk.errors import BadInput, NotFound, Refused
from tests.desk.conftest import Desk


def test_text_alone_is_a_ticket(desk: Desk) -> None:
    row = desk.ticket(desk.log("Projector dead\nsince Friday"))
    assert (row["title"], row["state"], row["priority"], row["open"]) == ("Projector dead", "new", 4, 1)


def test_impact_and_urgency_make_priority_and_due_times(desk: Desk) -> None:
    row = desk.ticket(desk.log(impact=1, urgency=2, site_id=desk.site()))
    assert (row["priority"], row["state"]) == (1, "triaged")
    assert row["respond_due"] == "2026-11-23T10:00:00.000Z"
    assert row["fix_due"] == "2026-11-23T13:00:00.000Z"


def test_due_times_run_on_the_clock_of_the_site(desk: Desk) -> None:
    row = desk.ticket(desk.log(impact=1, urgency=1, site_id=desk.site(timezone="America/New_York")))
    assert row["respond_due"] == "2026-11-23T14:00:00.000Z"  # opens at 08:00 in New York


def test_the_lowest_priority_waits_for_the_next_visit(desk: Desk) -> None:
    row = desk.ticket(desk.log(impact=4, urgency=4))
    assert (row["priority"], row["fix_due"]) == (5, None)


@pytest.mark.parametrize("fields", [{"text": " "}, {"text": "x" * 100_001}, {"text": "\ud800"}, {"text": "a", "impact": 5},
                                    {"text": "a", "kind": "wish"}, {"text": "a", "role": "king"}])  # fmt: skip
def test_what_no_ticket_can_be_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        LogTicket(id=new_id(), **fields)  # type: ignore[arg-type]


def test_a_field_that_is_not_said_is_left_and_an_empty_one_is_emptied(desk: Desk) -> None:
    id = desk.log(room="Hall", reporter="Mrs Okafor")
    desk.do(EditTicket(id=id, room="", urgency=1, impact=2))
    row = desk.ticket(id)
    assert (row["room"], row["reporter"], row["priority"], row["state"]) == (None, "Mrs Okafor", 1, "triaged")


def test_an_edit_that_changes_nothing_leaves_no_operation(desk: Desk) -> None:
    id = desk.log(room="Hall")
    before = desk.store.connection.execute("SELECT count(*) FROM operation").fetchone()
    desk.do(EditTicket(id=id, room="Hall"))
    assert desk.store.connection.execute("SELECT count(*) FROM operation").fetchone() == before


def test_a_ticket_goes_to_a_person_or_to_a_role(desk: Desk) -> None:
    id = desk.log()
    desk.do(AssignTicket(ticket_id=id, owner_id=desk.me))
    assert desk.ticket(id)["state"] == "assigned"
    desk.do(AssignTicket(ticket_id=id, role="technical"))
    assert (desk.ticket(id)["owner_id"], desk.ticket(id)["role"]) == (None, "technical")
    with pytest.raises(Refused, match="not known"):
        desk.do(AssignTicket(ticket_id=id, owner_id="nobody"))


def test_a_note_is_kept_in_any_state(desk: Desk) -> None:
    id = desk.log()
    desk.do(NoteTicket(ticket_id=id, text="Ask at reception"))
    notes = [event["note"] for event in desk.tx.find("ticket_event", ticket_id=id)]
    assert notes == [None, "Ask at reception"]


def test_an_unknown_ticket_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.do(NoteTicket(ticket_id=new_id(), text="Hello"))


def test_numbers_follow_each_other_and_carry_a_check_letter(desk: Desk) -> None:
    refs = [str(desk.ticket(desk.log())["ref"]) for _ in range(3)]
    assert [ref.split("-")[0] for ref in refs] == ["1001", "1002", "1003"]


def test_a_line_during_a_visit_costs_the_same_however_much_is_on_the_visit(desk: Desk) -> None:
    site, visit = desk.site(), new_id()
    desk.do(PlanVisit(id=visit, site_id=site, technician_id=desk.me, planned_start="2026-11-23T08:00:00.000Z",
                      planned_end="2026-11-23T11:00:00.000Z"))  # fmt: skip
    desk.do(StartVisit(visit_id=visit))
    desk.log(site_id=site, visit_id=visit)
    few = _steps(desk, LogTicket(id=new_id(), text="No sound", site_id=site, visit_id=visit))
    desk.store.perform_all([AddTask(visit_id=visit, id=new_id(), title=f"Look at it {n}") for n in range(300)])
    last = LogTicket(id=new_id(), text="No sound", site_id=site, visit_id=visit)
    assert _steps(desk, last) <= few + 3
    tasks = desk.tx.find("visit_task", visit_id=visit, order="rank")
    assert (len(tasks), tasks[-1]["ticket_id"]) == (303, last.id)


def _steps(desk: Desk, command: LogTicket) -> int:
    """How many hundreds of its machine's steps SQLite takes for a command."""
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    desk.store.connection.set_progress_handler(step, 100)
    desk.do(command)
    desk.store.connection.set_progress_handler(None, 0)
    return steps[0]
