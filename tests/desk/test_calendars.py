"""Calendars, priorities and holds: what they make of a ticket's due times."""

import pytest

from techdesk.desk.calendars import KeepDays, RecordCalendar, calendar_id, hours_of
from techdesk.desk.targets import RecordPriorities
from techdesk.desk.tickets import EditTicket
from techdesk.desk.work import HoldTicket, StartWork
from techdesk.errors import BadInput, NotFound, Refused
from tests.desk.conftest import MONDAY, Desk

ORGANISATION = calendar_id()
PRIORITIES = "019ab3c0-0000-7000-8000-000000000001"


def organisation(desk: Desk, *days: tuple[str, str, str], hours: str = "mon-fri 08:00-16:00") -> None:
    """The organisation's calendar with entries of (kind, first, last)."""
    desk.do(RecordCalendar(id=ORGANISATION, name="Trust", hours=hours))
    keep(desk, *days)


def keep(desk: Desk, *days: tuple[str, str, str], gone: tuple[str, ...] = ()) -> str:
    entries = tuple((f"{kind} {first}", kind, first, last, kind, None) for kind, first, last in days)
    return desk.do(KeepDays(calendar_id=ORGANISATION, source="hand", days=entries, gone=gone)).said


def test_a_holiday_puts_the_due_times_of_open_tickets_off(desk: Desk) -> None:
    id = desk.log(impact=1, urgency=1)
    assert desk.ticket(id)["fix_due"] == "2026-11-23T13:00:00.000Z"
    organisation(desk, ("holiday", "2026-11-23", "2026-11-24"))
    assert desk.ticket(id)["fix_due"] == "2026-11-25T12:00:00.000Z"


def test_an_entry_that_is_gone_closes_nothing(desk: Desk) -> None:
    organisation(desk, ("holiday", "2026-11-23", "2026-11-24"))
    keep(desk, gone=("holiday 2026-11-23",))
    assert desk.ticket(desk.log(impact=1, urgency=1))["fix_due"] == "2026-11-23T13:00:00.000Z"


def test_the_same_entries_again_write_nothing(desk: Desk) -> None:
    organisation(desk, ("holiday", "2026-11-23", "2026-11-24"))
    before = desk.store.connection.execute("SELECT count(*) FROM operation").fetchone()
    keep(desk, ("holiday", "2026-11-23", "2026-11-24"))
    assert desk.store.connection.execute("SELECT count(*) FROM operation").fetchone() == before


def test_what_lies_between_two_terms_is_a_holiday_and_a_weekend_is_not(desk: Desk) -> None:
    organisation(
        desk, ("term", "2026-11-02", "2026-11-06"), ("term", "2026-11-09", "2026-12-18"),
        ("term", "2027-01-04", "2027-03-26"),
    )  # fmt: skip
    assert hours_of(desk.tx, None).closed == (("2026-12-19", "2027-01-03"),)


def test_staff_are_in_on_an_inset_day_within_a_holiday(desk: Desk) -> None:
    organisation(desk, ("holiday", "2026-10-26", "2026-10-30"), ("inset", "2026-10-30", "2026-10-30"))
    assert hours_of(desk.tx, None).closed == (("2026-10-26", "2026-10-29"),)


def test_the_nearest_calendar_says_the_hours_and_all_of_them_the_days(desk: Desk) -> None:
    site = desk.site(cluster="North")
    organisation(desk, ("bank_holiday", "2026-11-24", "2026-11-24"))
    desk.do(RecordCalendar(id=calendar_id("North"), name="North", cluster="North", hours="mon-fri 07:00-15:00"))
    own = calendar_id(site_id=site)
    desk.do(RecordCalendar(id=own, name="Abbey Park", site_id=site, hours="mon-fri 08:00-12:00"))
    desk.do(
        KeepDays(calendar_id=own, source="hand", days=(("1", "closure", "2026-11-25", "2026-11-25", "Flood", None),))
    )
    row = desk.ticket(desk.log(impact=1, urgency=1, site_id=site))
    assert row["fix_due"] == "2026-11-26T09:00:00.000Z"  # three hours on Monday, and one on Thursday


def test_a_site_without_an_open_minute_has_the_hours_of_the_organisation(desk: Desk) -> None:
    site = desk.site()
    organisation(desk)
    desk.do(RecordCalendar(id=calendar_id(site_id=site), name="Abbey Park", site_id=site, hours="none"))
    assert desk.ticket(desk.log(impact=1, urgency=1, site_id=site))["fix_due"] == "2026-11-23T13:00:00.000Z"


def test_a_half_day_has_times_of_its_own(desk: Desk) -> None:
    organisation(desk)
    half = ("1", "closure", "2026-11-23", "2026-11-23", "Half day", "08:00-10:00")
    desk.do(KeepDays(calendar_id=ORGANISATION, source="hand", days=(half,)))
    assert desk.ticket(desk.log(impact=1, urgency=1))["fix_due"] == "2026-11-24T11:00:00.000Z"


def test_entries_of_an_unknown_calendar_are_refused(desk: Desk) -> None:
    with pytest.raises(NotFound, match="techdesk calendar hours"):
        desk.do(KeepDays(calendar_id=ORGANISATION, source="hand"))


@pytest.mark.parametrize(
    "entry", [("feast", "2026-11-23", "2026-11-23"), ("holiday", "2026-11-23", "2026-11-22"),
              ("holiday", "23/11/2026", "2026-11-23"), ("holiday", "2016-01-01", "2026-12-31")],
)  # fmt: skip
def test_an_entry_that_is_none_is_refused(entry: tuple[str, str, str]) -> None:
    with pytest.raises(BadInput):
        KeepDays(calendar_id=ORGANISATION, source="hand", days=(("1", *entry, "", None),))


def test_a_matrix_of_ones_own_ranks_the_open_tickets_anew(desk: Desk) -> None:
    id = desk.log(impact=3, urgency=3)
    desk.do(RecordPriorities(id=PRIORITIES, matrix="1123 1234 2315 3455"))
    assert desk.ticket(id)["priority"] == 1


def test_a_target_of_ones_own_makes_the_due_times(desk: Desk) -> None:
    desk.do(RecordPriorities(id=PRIORITIES, target_1="30m/1h30m", target_5="1d/5d"))
    assert desk.ticket(desk.log(impact=1, urgency=1))["fix_due"] == "2026-11-23T10:30:00.000Z"
    assert desk.ticket(desk.log(impact=4, urgency=4))["respond_due"] == "2026-11-24T09:00:00.000Z"


@pytest.mark.parametrize("matrix", ["1123 1234 2345", "1123 1234 2345 345", "1123 1234 2345 3456", "", "P1 all"])
def test_a_matrix_with_a_hole_is_refused_with_an_example(matrix: str) -> None:
    with pytest.raises(BadInput, match="1123 1234 2345 3455"):
        RecordPriorities(id=PRIORITIES, matrix=matrix)


@pytest.mark.parametrize("target", ["1h", "4h/1h", "soon/later", "0m/1h", "1h/4h/2d"])
def test_a_target_that_is_none_is_refused(target: str) -> None:
    with pytest.raises(BadInput):
        RecordPriorities(id=PRIORITIES, target_1=target)


def test_the_clock_stands_while_the_caller_is_waited_for(desk: Desk) -> None:
    id = desk.log(impact=1, urgency=1)
    desk.do(HoldTicket(ticket_id=id, reason="caller"), at="2026-11-23T10:00:00.000Z")
    desk.do(StartWork(ticket_id=id), at="2026-11-23T12:00:00.000Z")
    row = desk.ticket(id)
    assert (row["fix_due"], row["stopped"], row["held_at"]) == ("2026-11-23T15:00:00.000Z", 120, None)


def test_the_clock_goes_on_while_parts_are_waited_for(desk: Desk) -> None:
    id = desk.log(impact=1, urgency=1)
    desk.do(HoldTicket(ticket_id=id, reason="parts"), at="2026-11-23T10:00:00.000Z")
    desk.do(StartWork(ticket_id=id), at="2026-11-23T12:00:00.000Z")
    assert desk.ticket(id)["fix_due"] == "2026-11-23T13:00:00.000Z"


def test_another_reason_to_wait_for_somebody_else_does_not_start_the_clock(desk: Desk) -> None:
    id = desk.log(impact=1, urgency=1)
    desk.do(HoldTicket(ticket_id=id, reason="caller"), at="2026-11-23T10:00:00.000Z")
    desk.do(HoldTicket(ticket_id=id, reason="vendor"), at="2026-11-23T11:00:00.000Z")
    desk.do(HoldTicket(ticket_id=id, reason="parts"), at="2026-11-23T12:00:00.000Z")
    assert desk.ticket(id)["fix_due"] == "2026-11-23T15:00:00.000Z"


def test_a_hold_after_the_answer_does_not_make_a_late_answer_one_in_time(desk: Desk) -> None:
    id = desk.log(impact=1, urgency=1)
    desk.do(StartWork(ticket_id=id), at="2026-11-23T10:30:00.000Z")
    desk.do(HoldTicket(ticket_id=id, reason="vendor"), at="2026-11-23T11:00:00.000Z")
    desk.do(StartWork(ticket_id=id), at="2026-11-23T13:00:00.000Z")
    assert desk.ticket(id)["respond_due"] == "2026-11-23T10:00:00.000Z"


def test_a_ticket_ranked_anew_keeps_the_time_that_its_clock_stood(desk: Desk) -> None:
    id = desk.log(impact=2, urgency=3)
    desk.do(HoldTicket(ticket_id=id, reason="caller"), at="2026-11-23T10:00:00.000Z")
    desk.do(StartWork(ticket_id=id), at="2026-11-23T12:00:00.000Z")
    desk.do(EditTicket(id=id, impact=1, urgency=1))
    assert desk.ticket(id)["fix_due"] == "2026-11-23T15:00:00.000Z"


def test_hours_that_never_open_are_refused_and_leave_the_old_ones(desk: Desk) -> None:
    id = desk.log(impact=1, urgency=1)
    with pytest.raises(Refused, match="techdesk calendar hours"):
        organisation(desk, ("closure", "2026-01-01", "2029-12-31"), ("closure", "2029-12-31", "2034-12-31"))
    assert desk.ticket(id)["fix_due"] == "2026-11-23T13:00:00.000Z"
    assert desk.now == MONDAY
