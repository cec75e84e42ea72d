"""Agreements with their states and targets, wishes, leave and travel times."""

import pytest

from techdesk.desk.agreements import (
    MoveAgreement,
    RecordAgreement,
    RecordWish,
    counts_on,
    state_of,
    weekdays,
    wish_id,
)
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordLeave, RecordTechnician
from techdesk.desk.roads import KeepTravel
from techdesk.errors import BadInput, Refused
from tests.desk.conftest import Desk


def agree(desk: Desk, site: str, **fields: object) -> str:
    id = new_id()
    desk.do(RecordAgreement(id=id, site_id=site, visits=12, minutes=2160, **fields))  # type: ignore[arg-type]
    desk.do(MoveAgreement(agreement_id=id, state="active"))
    return id


def test_an_agreement_begins_as_a_draft_and_moves_by_what_is_allowed(desk: Desk) -> None:
    id = new_id()
    said = desk.do(RecordAgreement(id=id, site_id=desk.site(), visits=12, ends="2027-07-31")).said
    assert said == "Abbey Park: 12 visits a term until 2027-07-31, draft."
    with pytest.raises(Refused, match="draft: it can become active or ended"):
        desk.do(MoveAgreement(agreement_id=id, state="renewed"))
    assert desk.do(MoveAgreement(agreement_id=id, state="active")).changed[0].state == "active"


@pytest.mark.parametrize(
    ("ends", "state"), [(None, "active"), ("2027-01-31", "active"), ("2026-12-31", "expiring"), ("2026-11-22", "ended")]
)
def test_an_active_one_is_expiring_before_its_end(desk: Desk, ends: str | None, state: str) -> None:
    row = desk.tx.get("agreement", agree(desk, desk.site(), ends=ends)) or {}
    assert state_of(row, desk.now) == state
    assert counts_on(row, "2026-11-23") is (state != "ended")


def test_its_targets_count_for_the_open_tickets_of_its_site_alone(desk: Desk) -> None:
    here, there = desk.site(), desk.site(code="2006", name="Beech Hill")
    tickets = [desk.log(site_id=site, impact=1, urgency=1) for site in (here, there)]
    before = [desk.ticket(id)["fix_due"] for id in tickets]
    id = agree(desk, here, target_1="30m/2h")
    assert desk.ticket(tickets[0])["fix_due"] == "2026-11-23T11:00:00.000Z"
    assert desk.ticket(tickets[1])["fix_due"] == before[1]
    desk.do(MoveAgreement(agreement_id=id, state="ended"))
    assert [desk.ticket(id)["fix_due"] for id in tickets] == before


@pytest.mark.parametrize(
    "wrong", [{"starts": "2026-12-01", "ends": "2026-11-01"}, {"visits": -1}, {"target_1": "soon"}, {"ends": "Easter"}]
)
def test_what_no_agreement_could_say_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        RecordAgreement(id="a", **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "days"), [("mon, wed", (0, 2)), ("5,1", (0, 4)), ("Friday", (4,)), ("", ())])
def test_days_of_the_week_are_read_as_people_write_them(text: str, days: tuple[int, ...]) -> None:
    assert weekdays(text) == days


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="no day of the week"):
        weekdays("mon,8")


def test_wishes_leave_and_hours_are_kept_in_a_form(desk: Desk) -> None:
    site = desk.site()
    assert desk.do(RecordWish(id=wish_id(site), site_id=site, visits=2, weeks=2, days="fri mon")).said == (
        "Abbey Park: twice in 2 weeks."
    )
    assert (desk.tx.get("site_wish", wish_id(site)) or {})["days"] == "1,5"
    leave = RecordLeave(id=new_id(), technician_id=desk.me, first="2026-12-01", last="2026-12-01", kind="sick")
    assert desk.do(leave).said.endswith(": sick 2026-12-01 taken.")
    with pytest.raises(BadInput, match="no day of the week"):
        RecordTechnician(id=desk.me, working_hours="someday 08:00-16:00")
    with pytest.raises(BadInput, match="ends before it begins"):
        RecordLeave(id="l", first="2026-12-02", last="2026-12-01")


def test_travel_times_are_kept_by_pair_and_taken_away(desk: Desk) -> None:
    site = desk.site()
    desk.do(KeepTravel(pairs=((site, desk.me, 12.5),)))
    desk.do(KeepTravel(pairs=((site, desk.me, 9),)))
    assert [row["minutes"] for row in desk.tx.find("travel_time")] == [9]
    desk.do(KeepTravel(pairs=((site, desk.me, None),)))
    assert desk.tx.find("travel_time") == []
    with pytest.raises(BadInput, match="no travel time"):
        KeepTravel(pairs=(("a", "b", float("nan")),))
