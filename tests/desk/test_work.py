"""Work: timers that interrupt each other, minutes and their corrections, holds, hand-overs, suppliers."""

import pytest

from techdesk.desk.closing import CancelTicket, CloseTicket
from techdesk.desk.holds import EscalateTicket, ReleaseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import AssignTicket
from techdesk.desk.visits import PlanVisit, StartVisit
from techdesk.desk.work import CorrectWork, HoldTicket, LogWork, StartWork, StopWork
from techdesk.errors import Refused
from tests.desk.conftest import Desk


def at(hour: int, minute: int = 0, day: int = 23) -> str:
    return f"2026-11-{day}T{hour:02}:{minute:02}:00.000Z"


def minutes(desk: Desk, id: str) -> list[int]:
    return [int(log["minutes"] or 0) for log in desk.tx.find("worklog", ticket_id=id)]


def test_three_interruptions_deep_each_gets_its_own_minutes(desk: Desk) -> None:
    first, second, third = (desk.log(str(number)) for number in range(3))
    desk.do(StartWork(ticket_id=first), at(9))
    desk.do(StartWork(ticket_id=second), at(9, 10))
    desk.do(StartWork(ticket_id=third), at(9, 15))
    desk.do(StopWork(), at(9, 18))
    desk.do(CloseTicket(ticket_id=second, resolution="x"), at(9, 20))
    desk.do(StopWork(), at(9, 30))
    assert (minutes(desk, first), minutes(desk, second), minutes(desk, third)) == ([20], [7], [3])


def test_what_is_closed_while_it_waits_below_gives_its_minutes_and_leaves_the_running_one_alone(desk: Desk) -> None:
    first, second = desk.log("a"), desk.log("b")
    desk.do(StartWork(ticket_id=first), at(9))
    desk.do(StartWork(ticket_id=second), at(9, 10))
    desk.do(CloseTicket(ticket_id=first, resolution="x"), at(9, 40))
    desk.do(StopWork(), at(9, 50))
    assert (minutes(desk, first), minutes(desk, second)) == ([10], [40])


def test_a_timer_runs_across_midnight(desk: Desk) -> None:
    id = desk.log()
    desk.do(StartWork(ticket_id=id), at(23, 50))
    desk.do(StopWork(), at(0, 20, day=24))
    assert minutes(desk, id) == [30]
    assert desk.tx.find("worklog")[0]["start"] == at(23, 50)


def test_work_on_what_a_colleague_closed_is_kept_when_its_turn_comes(desk: Desk) -> None:
    first, second = desk.log("a"), desk.log("b")
    desk.do(StartWork(ticket_id=first), at(9))
    desk.do(StartWork(ticket_id=second), at(9, 12))
    desk.store.connection.execute("UPDATE ticket SET state = 'closed', open = 0 WHERE id = ?", (first,))
    said = desk.do(StopWork(), at(9, 20)).said
    assert (minutes(desk, first), minutes(desk, second)) == ([12], [8])
    assert "goes on" not in said
    assert desk.tx.find("timer") == []


def test_a_timer_that_was_forgotten_overnight_asks_for_the_minutes(desk: Desk) -> None:
    id = desk.log()
    desk.do(StartWork(ticket_id=id), at(16, 30))
    with pytest.raises(Refused, match=r"15 h 30 min.*--minutes"):
        desk.do(StopWork(), at(8, day=24))
    desk.do(StopWork(minutes=25), at(8, day=24))
    assert minutes(desk, id) == [25]


def test_closing_with_the_minutes_ends_a_forgotten_timer(desk: Desk) -> None:
    id = desk.log()
    desk.do(StartWork(ticket_id=id), at(16, 30))
    desk.do(CloseTicket(ticket_id=id, resolution="x", minutes=5), at(8, day=24))
    assert minutes(desk, id) == [5]


def test_a_correction_adds_the_difference_and_leaves_what_was_written(desk: Desk) -> None:
    id = desk.log()
    desk.do(LogWork(ticket_id=id, minutes=50))
    entry = str(desk.tx.find("worklog")[0]["id"])
    desk.do(CorrectWork(worklog_id=entry, minutes=20))
    desk.do(CorrectWork(worklog_id=entry, minutes=30, mode="waiting"))
    logs = desk.tx.find("worklog", ticket_id=id)
    assert logs[0]["minutes"] == 50
    total = {
        mode: sum(int(log["minutes"] or 0) for log in logs if log["mode"] == mode) for mode in ("on_site", "waiting")
    }
    assert total == {"on_site": 0, "waiting": 30}


def test_a_correction_is_not_corrected_itself(desk: Desk) -> None:
    desk.do(LogWork(ticket_id=desk.log(), minutes=50))
    desk.do(CorrectWork(worklog_id=str(desk.tx.find("worklog")[0]["id"]), minutes=20))
    [second] = [log for log in desk.tx.find("worklog") if log["corrects"]]
    with pytest.raises(Refused, match="the first one"):
        desk.do(CorrectWork(worklog_id=str(second["id"]), minutes=1))


def test_a_hold_for_the_next_visit_goes_onto_its_list(desk: Desk) -> None:
    site, visit = desk.site(), new_id()
    desk.do(
        PlanVisit(
            id=visit, site_id=site, technician_id=desk.me, planned_start=at(8, day=26), planned_end=at(11, day=26)
        )
    )
    id = desk.log(site_id=site)
    said = desk.do(HoldTicket(ticket_id=id, reason="next_visit")).said
    assert "on 2026-11-26" in said
    assert [task["ticket_id"] for task in desk.tx.find("visit_task", visit_id=visit)] == [id]
    assert desk.ticket(id)["hold_until"] == "2026-11-26"


def test_a_hold_whose_day_has_come_is_on_the_list_of_the_visit_that_starts(desk: Desk) -> None:
    site, visit = desk.site(), new_id()
    over, waits = desk.log("over", site_id=site), desk.log("waits", site_id=site)
    desk.do(HoldTicket(ticket_id=over, reason="parts", until="2026-11-25"))
    desk.do(HoldTicket(ticket_id=waits, reason="parts", until="2026-12-01"))
    desk.do(
        PlanVisit(
            id=visit, site_id=site, technician_id=desk.me, planned_start=at(8, day=26), planned_end=at(11, day=26)
        )
    )
    desk.do(StartVisit(visit_id=visit), at(8, day=26))
    assert [task["ticket_id"] for task in desk.tx.find("visit_task", visit_id=visit)] == [over]


def test_a_supplier_is_chased_without_losing_what_was_known(desk: Desk) -> None:
    id = desk.log()
    with pytest.raises(Refused, match="which supplier"):
        desk.do(EscalateTicket(ticket_id=id))
    desk.do(EscalateTicket(ticket_id=id, supplier="Acme", reference="R-7", promised="2026-11-27"))
    desk.do(EscalateTicket(ticket_id=id, promised="2026-12-01", note="late again"))
    row = desk.ticket(id)
    assert (row["supplier"], row["supplier_ref"], row["promised"], row["hold_until"], row["hold_reason"]) == (
        "Acme", "R-7", "2026-12-01", "2026-12-01", "vendor",
    )  # fmt: skip
    desk.do(ReleaseTicket(ticket_id=id))
    assert (desk.ticket(id)["state"], desk.ticket(id)["supplier"]) == ("triaged", "Acme")


def test_a_hand_over_tells_the_next_one_until_it_is_closed(desk: Desk) -> None:
    id = desk.log()
    desk.do(AssignTicket(ticket_id=id, role="technical", tried="another lead", needed="the admin password"))
    desk.do(AssignTicket(ticket_id=id, owner_id=desk.me))
    assert (desk.ticket(id)["tried"], desk.ticket(id)["needed"]) == ("another lead", "the admin password")
    desk.do(CloseTicket(ticket_id=id, resolution="x"))
    assert (desk.ticket(id)["tried"], desk.ticket(id)["needed"]) == (None, None)


def test_a_forgotten_timer_does_not_end_unseen_with_a_cancelled_ticket(desk: Desk) -> None:
    id = desk.log()
    desk.do(StartWork(ticket_id=id), at(9))
    with pytest.raises(Refused, match="forgotten"):
        desk.do(CancelTicket(ticket_id=id), at(9, day=24))
