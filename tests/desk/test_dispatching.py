"""A day accepted: routes, visits, tickets and parts; dispatched anew, turned over by an emergency, taken back."""

import pytest

from techdesk.desk.closing import CancelTicket
from techdesk.desk.dispatching import AcceptDay, Route, RouteStop, route_id
from techdesk.desk.ids import new_id
from techdesk.desk.spares import RecordLocation, RecordPart
from techdesk.desk.visits import PlanVisit, StartVisit
from techdesk.errors import BadInput
from techdesk.models.undoing import undo
from tests.desk.conftest import Desk

DAY = "2026-11-24"


def at(hour: int, minute: int = 0) -> str:
    return f"{DAY}T{hour:02}:{minute:02}:00.000Z"


def stop(site: str | None, hour: int, *tickets: str, visit: str | None = None, **more: object) -> RouteStop:
    return RouteStop(site, visit, at(hour), at(hour), at(hour, 40), 12.0, tickets, **more)  # type: ignore[arg-type]


def accept(desk: Desk, *stops: RouteStop, **more: object) -> str:
    route = Route(desk.me, at(8), at(15), 30.0, stops)
    return desk.do(AcceptDay(day=DAY, routes=(route,), **more)).said  # type: ignore[arg-type]


def visits(desk: Desk) -> list[tuple[object, object, object]]:
    found = desk.tx.find("visit", order="planned_start")
    return [(row["planned_start"], row["planned_end"], row["state"]) for row in found]


def test_an_accepted_day_is_visits_with_the_tickets_on_their_lists(desk: Desk) -> None:
    site, other = desk.site(), desk.site(code="2006", name="Beech Hill")
    one, two, three = (desk.log(site_id=each) for each in (site, site, other))
    assert accept(desk, stop(site, 9, one, two), stop(other, 11, three)) == f"{DAY}: 1 route, 3 tickets given out."
    assert visits(desk) == [(at(9), at(9, 40), "planned"), (at(11), at(11, 40), "planned")]
    assert {(desk.ticket(id)["owner_id"], desk.ticket(id)["state"]) for id in (one, two, three)} == {
        (desk.me, "assigned")
    }
    assert [task["ticket_id"] for task in desk.tx.find("visit_task", order="rank") if task["rank"] == 2] == [two]
    assert [row["rank"] for row in desk.tx.find("day_stop", order="rank")] == [1, 2]


def test_a_day_dispatched_anew_calls_off_what_nobody_makes_now(desk: Desk) -> None:
    site, other = desk.site(), desk.site(code="2006", name="Beech Hill")
    one, two = desk.log(site_id=site), desk.log(site_id=other)
    accept(desk, stop(site, 9, one), stop(other, 11, two))
    accept(desk, stop(site, 10, one))
    assert visits(desk) == [(at(10), at(10, 40), "planned"), (at(11), at(11, 40), "cancelled")]
    assert [task["ticket_id"] for task in desk.tx.find("visit_task")] == [one]
    accept(desk, stop(site, 9, one), stop(other, 11, two))
    assert [row[2] for row in visits(desk)] == ["planned", "planned"]
    assert {task["ticket_id"] for task in desk.tx.find("visit_task")} == {one, two}


def test_a_visit_that_is_planned_already_takes_the_tickets_in(desk: Desk) -> None:
    site, visit = desk.site(), new_id()
    ticket = desk.log(site_id=site)
    desk.do(PlanVisit(id=visit, site_id=site, technician_id=desk.me, planned_start=at(9), planned_end=at(12)))
    route = RouteStop(site, visit, at(8, 50), at(9), at(12), 10.0, (ticket,))
    accept(desk, route)
    assert visits(desk) == [(at(9), at(12), "planned")]
    assert [task["visit_id"] for task in desk.tx.find("visit_task", ticket_id=ticket)] == [visit]


def test_a_visit_that_has_begun_is_left_as_it_is(desk: Desk) -> None:
    site = desk.site()
    one, two = desk.log(site_id=site), desk.log(site_id=site)
    accept(desk, stop(site, 9, one))
    visit = str(desk.tx.find("visit")[0]["id"])
    desk.do(StartVisit(visit_id=visit), at(9, 5))
    accept(desk, stop(site, 13, two))
    assert [(row[0], row[2]) for row in visits(desk)] == [(at(9), "on_site")]


def test_what_is_ended_meanwhile_is_on_no_list(desk: Desk) -> None:
    site = desk.site()
    ended = desk.log(site_id=site)
    desk.do(CancelTicket(ticket_id=ended, reason="it works again"))
    said = accept(desk, stop(site, 9, ended))
    assert said.endswith("0 tickets given out.") and desk.tx.find("visit_task") == []


def test_parts_are_put_by_at_the_store_until_nobody_takes_them(desk: Desk) -> None:
    store, part, site = new_id(), new_id(), desk.site()
    desk.do(RecordLocation(id=store, name="Store", latitude=51.0, longitude=-0.1))
    desk.do(RecordPart(id=part, sku="LAMP-1", name="Lamp"))
    ticket = desk.log(site_id=site)
    accept(desk, stop(None, 8, take=((part, 2),)), stop(site, 9, ticket), store_id=store)
    [row] = desk.tx.find("stock_reservation")
    assert (row["quantity"], row["state"], row["until"], row["location_id"]) == (2, "open", DAY, store)
    assert desk.tx.find("day_stop", order="rank")[0]["take"] == "2 x LAMP-1"
    accept(desk, stop(site, 9, ticket), store_id=store)
    assert desk.tx.find("stock_reservation")[0]["state"] == "released"


def test_what_an_emergency_takes_is_missed_and_owed(desk: Desk) -> None:
    site, other, visit = desk.site(), desk.site(code="2006", name="Beech Hill"), new_id()
    desk.do(PlanVisit(id=visit, site_id=site, technician_id=desk.me, planned_start=at(9), planned_end=at(12)))
    worst = desk.log("Server down", site_id=other)
    said = accept(desk, stop(other, 9, worst), emergency=worst, taken=((visit, 180),))
    ref = desk.ticket(worst)["ref"]
    assert said.endswith(f"1 tickets given out; 180 min are owed for {ref}.")
    row = desk.tx.get("visit", visit)
    assert row and (row["state"], row["displaced"], row["displaced_by"], row["reason"]) == (
        "missed", 180, worst, f"displaced by {ref}")  # fmt: skip


def test_undo_takes_an_accepted_day_back_whole(desk: Desk) -> None:
    site = desk.site()
    ticket = desk.log(site_id=site)
    accept(desk, stop(site, 9, ticket))
    undo(desk.store)
    assert (
        visits(desk) == []
        and desk.tx.find("visit_task") == []
        and desk.tx.get("day_route", route_id(DAY, desk.me)) is None
    )
    assert (desk.ticket(ticket)["owner_id"], desk.ticket(ticket)["state"]) == (None, "new")


@pytest.mark.parametrize(
    "wrong",
    [{"day": "soon"}, {"routes": ()}, {"routes": (("t", None, None, 0.0, ()),) * 2}, {"routes": (("t", None),)},
     {"routes": (("t", None, None, 0.0, (("s", None, at(9), at(8), at(10), 1.0, (), ()),)),)},
     {"routes": (("t", None, None, 0.0, ((None, None, at(9), at(9), at(10), 1.0, (), (("p", 0),)),)),)},
     {"taken": (("v", 5000),)}],
)  # fmt: skip
def test_a_day_that_cannot_be_driven_is_refused(wrong: dict[str, object]) -> None:
    right = {"day": DAY, "routes": (("t", None, None, 0.0, ()),)}
    with pytest.raises(BadInput):
        AcceptDay(**(right | wrong))  # type: ignore[arg-type]
