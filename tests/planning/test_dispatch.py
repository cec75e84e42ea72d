"""What a day's dispatch keeps to, and what it says where it cannot."""

import pytest

from techdesk.planning import dispatch as planner
from techdesk.planning.day import STORE, DayPlan, Dispatch
from tests.planning.making import dispatch, stops, ticket, worker

SECONDS = 0.12


def plan(day: Dispatch) -> DayPlan:
    return planner.plan(day, seconds=SECONDS, processes=1)


def test_each_ticket_is_begun_within_its_window() -> None:
    day = dispatch(
        [ticket(n, window=(480.0 + 30 * n, 540.0 + 30 * n)) for n in range(1, 9)], [worker("ann"), worker("bob", 4)]
    )
    found = plan(day)
    windows = {one.id: one.window for one in day.tickets}
    assert not found.unserved
    assert all(windows[s.ticket][0] <= s.begins <= windows[s.ticket][1] for r in found.routes for s in r.stops)


def test_skill_decides_who_goes() -> None:
    found = plan(
        dispatch(
            [ticket(1, skills=frozenset({"network"}))],
            [worker("ann"), worker("bob", 39, skills=frozenset({"network"}))],
        )
    )
    assert stops(found) == {"bob": ["t1"]}


def test_a_missing_tool_is_fetched_at_the_store_first() -> None:
    found = plan(dispatch([ticket(1, tools=frozenset({"crimper"})), ticket(2)], [worker("ann")]))
    route = stops(found)["ann"]
    assert STORE in route and route.index(STORE) < route.index("t1")


def test_parts_in_the_van_spare_the_way_to_the_store_until_they_are_used_up() -> None:
    two = [ticket(n, parts={"lamp": 1}) for n in (1, 2)]
    assert STORE not in stops(plan(dispatch(two, [worker("ann", parts={"lamp": 2})])))["ann"]
    assert STORE in stops(plan(dispatch(two, [worker("ann", parts={"lamp": 1})])))["ann"]


def test_leaving_home_waits_for_the_first_window() -> None:
    (route,) = plan(dispatch([ticket(1, window=(600.0, 660.0))], [worker("ann")])).routes
    assert route.working == pytest.approx(50.0) and 590.0 <= route.leaves <= 650.0


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"place": None}, "nobody knows where it is"),
        ({"skills": frozenset({"asbestos"})}, "has the skills it needs: asbestos"),
        ({"window": (480.0, 485.0)}, "able to come within its time window"),
    ],
)
def test_a_ticket_that_nobody_can_do_says_why(fields: dict[str, object], why: str) -> None:
    found = plan(dispatch([ticket(20, **fields), ticket(1)], [worker("ann")]))
    assert [one.ticket for one in found.unserved] == ["t20"] and why in found.unserved[0].why
    assert stops(found) == {"ann": ["t1"]}


def test_without_a_store_a_missing_part_says_so() -> None:
    found = plan(dispatch([ticket(1, parts={"lamp": 1})], [worker("ann")], store=None))
    assert "there is no store" in found.unserved[0].why


def test_what_does_not_fit_leaves_the_less_weighty_ticket() -> None:
    long = [ticket(n, minutes=300.0, weight=float(n)) for n in (1, 2)]
    found = plan(dispatch(long, [worker("ann")]))
    assert [one.ticket for one in found.unserved] == ["t1"] and "does not fit into the day" in found.unserved[0].why


def test_an_emergency_is_taken_in_without_moving_the_others() -> None:
    crew = [worker("ann"), worker("bob", 4), worker("cat", 20)]
    tickets = [ticket(n) for n in range(1, 25, 2)]
    before = {who: [t for t in route if t] for who, route in stops(plan(dispatch(tickets, crew))).items()}
    after = plan(dispatch([*tickets, ticket(30, window=(480.0, 600.0))], crew, previous=before))
    assert not after.unserved and not after.moved


def test_someone_ill_moves_only_their_own_tickets() -> None:
    crew = [worker("ann"), worker("bob", 4), worker("cat", 20)]
    tickets = [ticket(n) for n in range(1, 25, 2)]
    before = {who: [t for t in route if t] for who, route in stops(plan(dispatch(tickets, crew))).items()}
    ill = max(before, key=lambda who: len(before[who]))
    after = plan(dispatch(tickets, [one for one in crew if one.id != ill], previous=before))
    assert set(after.moved) == set(before[ill])


def test_someone_on_the_way_starts_where_they_are() -> None:
    (route,) = plan(dispatch([ticket(33)], [worker("ann", 0, start=34)])).routes
    assert route.working == pytest.approx(10 + 30 + 90)


def test_a_plain_plan_needs_no_solver_and_keeps_the_rules() -> None:
    day = dispatch(
        [ticket(n, tools=frozenset({"crimper"} if n % 2 else ())) for n in range(1, 9)],
        [worker("ann"), worker("bob", 4)],
    )
    found = planner.simple_plan(day)
    assert not found.unserved and sum(len([t for t in r if t]) for r in stops(found).values()) == 8
    assert found.working >= plan(day).working - 1e-6
