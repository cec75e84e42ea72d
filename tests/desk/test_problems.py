"""Problems and changes: from incidents that come back to what is done about them."""

import pytest

from techdesk.desk.calendars import KeepDays, RecordCalendar, calendar_id
from techdesk.desk.changes import EditChange, MoveChange, RaiseChange
from techdesk.desk.holds import ReleaseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.problems import EditProblem, LinkTicket, LogProblem, MoveProblem
from techdesk.desk.work import HoldTicket
from techdesk.errors import BadInput, NotFound, Refused
from tests.desk.conftest import Desk


def logged(desk: Desk, *tickets: str, **more: object) -> str:
    id = new_id()
    desk.do(LogProblem(id=id, title="Will not charge", ticket_ids=tickets, **more))  # type: ignore[arg-type]
    return id


def raised(desk: Desk, **more: object) -> str:
    id = new_id()
    desk.do(RaiseChange(id=id, title="New chargers", reason="They overheat", **more))  # type: ignore[arg-type]
    return id


def problem(desk: Desk, id: str) -> dict[str, object]:
    return dict(desk.tx.get("problem", id) or {})


def change(desk: Desk, id: str) -> dict[str, object]:
    return dict(desk.tx.get("change", id) or {})


def agreed(desk: Desk, id: str, *states: str) -> None:
    for state in states:
        desk.do(MoveChange(change_id=id, state=state))


def test_a_problem_has_a_number_and_stands_behind_its_tickets(desk: Desk) -> None:
    ticket = desk.log()
    id = logged(desk, ticket)
    assert str(problem(desk, id)["ref"]).startswith("PRB-")
    assert desk.ticket(ticket)["problem_id"] == id


def test_a_ticket_is_linked_and_stands_alone_again(desk: Desk) -> None:
    ticket, id = desk.log(), logged(desk)
    desk.do(LinkTicket(ticket_id=ticket, problem_id=id))
    desk.do(LinkTicket(ticket_id=ticket))
    assert desk.ticket(ticket)["problem_id"] is None
    with pytest.raises(Refused, match="No problem"):
        desk.do(LinkTicket(ticket_id=ticket))


def test_a_known_error_needs_a_cause_or_a_workaround(desk: Desk) -> None:
    id = logged(desk)
    with pytest.raises(Refused, match="neither cause nor workaround"):
        desk.do(MoveProblem(problem_id=id, state="known_error"))
    desk.do(EditProblem(id=id, workaround="Hold the power key for ten seconds"))
    desk.do(MoveProblem(problem_id=id, state="known_error"))
    assert problem(desk, id)["state"] == "known_error"


def test_a_state_that_does_not_follow_is_refused_with_those_that_do(desk: Desk) -> None:
    id = logged(desk)
    desk.do(MoveProblem(problem_id=id, state="closed"))
    with pytest.raises(Refused, match="is closed: it can become investigating"):
        desk.do(MoveProblem(problem_id=id, state="resolved"))


def test_an_edit_of_a_problem_that_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.do(EditProblem(id=new_id(), cause="Heat"))


def test_a_ticket_on_hold_is_released_to_whom_it_belongs(desk: Desk) -> None:
    ticket = desk.log(owner_id=desk.me)
    desk.do(HoldTicket(ticket_id=ticket, reason="problem"))
    desk.do(ReleaseTicket(ticket_id=ticket, note="PRB-1 is resolved"))
    row = desk.ticket(ticket)
    assert (row["state"], row["hold_reason"]) == ("assigned", None)
    with pytest.raises(Refused, match="cannot be taken off hold"):
        desk.do(ReleaseTicket(ticket_id=ticket))


def test_a_change_of_a_known_error_says_so_on_the_problem(desk: Desk) -> None:
    id = logged(desk)
    desk.do(EditProblem(id=id, cause="Heat"))
    desk.do(MoveProblem(problem_id=id, state="known_error"))
    raised(desk, problem_id=id)
    assert problem(desk, id)["state"] == "change_raised"


def test_a_risky_change_needs_a_way_back_before_it_is_approved(desk: Desk) -> None:
    id = raised(desk, risk="high")
    with pytest.raises(Refused, match="no way back"):
        agreed(desk, id, "approved")
    desk.do(EditChange(id=id, back_out="Put the old ones in again"))
    agreed(desk, id, "approved")
    assert change(desk, id)["decided_by"] == desk.me


def test_a_change_with_a_supplier_needs_the_suppliers_consent(desk: Desk) -> None:
    id = raised(desk, supplier="Acme")
    with pytest.raises(Refused, match="consent of Acme"):
        agreed(desk, id, "approved")
    desk.do(EditChange(id=id, consent="By mail of 20 November"))
    agreed(desk, id, "approved")


def test_a_change_is_planned_with_a_window_and_outside_of_exam_freezes(desk: Desk) -> None:
    site = desk.site()
    calendar = calendar_id(site_id=site)
    desk.do(RecordCalendar(id=calendar, name="Abbey Park", site_id=site))
    desk.do(
        KeepDays(
            calendar_id=calendar, source="x", days=(("1", "exam_freeze", "2026-12-01", "2026-12-11", "Mocks", None),)
        )
    )
    id = raised(desk, site_ids=(site,))
    agreed(desk, id, "approved")
    with pytest.raises(Refused, match="no window"):
        agreed(desk, id, "planned")
    desk.do(EditChange(id=id, starts="2026-12-02T08:00:00.000Z", ends="2026-12-02T10:00:00.000Z"))
    with pytest.raises(Refused, match="exam freeze at Abbey Park"):
        agreed(desk, id, "planned")
    desk.do(MoveChange(change_id=id, state="planned", despite="the head asked for it"))
    agreed(desk, id, "implemented", "closed")
    with pytest.raises(Refused, match="done with"):
        agreed(desk, id, "rfc")


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadInput, match="window"):
        EditChange(id=new_id(), starts="2026-12-02T08:00:00.000Z", ends="2026-12-01T08:00:00.000Z")


def test_a_change_that_was_turned_down_may_be_asked_for_again(desk: Desk) -> None:
    id = raised(desk)
    agreed(desk, id, "rejected", "rfc", "approved")
    assert change(desk, id)["state"] == "approved"


def test_undo_takes_a_problem_back_from_its_tickets(desk: Desk) -> None:
    ticket = desk.log()
    id = logged(desk, ticket)
    desk.store.undo()
    assert problem(desk, id) == {}
    assert desk.ticket(ticket)["problem_id"] is None
