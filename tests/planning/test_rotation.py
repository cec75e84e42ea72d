"""What a rotation plan keeps to, and what it says where it cannot."""

from itertools import pairwise

import pytest

from techdesk.planning import rotation as planner
from techdesk.planning.cycle import Draft, PlannedVisit, Rotation, Weights
from tests.planning.making import days_of, rotation, site, technician

SECONDS = 0.12


def plan(wanted: Rotation) -> Draft:
    return planner.plan(wanted, seconds=SECONDS, processes=1)


def broken(wanted: Rotation, draft: Draft) -> list[str]:
    """Every promise that a draft breaks, counted by hand."""
    crew = {one.id: one for one in wanted.technicians}
    sites = {one.id: one for one in wanted.sites}
    found = []
    for one in draft.rounds:
        places = [crew[one.technician].base, *(sites[s].place or 0 for s in one.sites), crew[one.technician].base]
        drive = sum(wanted.travel[a][b] for a, b in pairwise(places))
        minutes = drive + sum(sites[s].minutes for s in one.sites)
        if minutes > (crew[one.technician].minutes.get(one.day) or 0) or drive != one.travel:
            found.append(f"{one.technician} works {minutes} on {one.day}")
        for s in one.sites:
            if one.day not in sites[s].open_days or not sites[s].skills <= crew[one.technician].skills:
                found.append(f"{s} by {one.technician} on {one.day}")
    return found


def test_every_visit_is_planned_within_hours_on_open_days() -> None:
    wanted = rotation(
        [site(n, visits=1 + n % 2, open_days=(0, 2, 3, 4) if n % 3 else (1, 3)) for n in range(1, 9)],
        [technician("ann"), technician("bob", base=4, days=(0, 1, 2, 3))],
    )
    draft = plan(wanted)
    assert not draft.unmet and not broken(wanted, draft)
    assert all(len(set(days_of(draft, s.id))) == s.visits for s in wanted.sites)


def test_neighbours_share_a_day() -> None:
    sites = [site(n, minutes=120.0, open_days=(0, 1)) for n in (3, 4, 35, 36)]
    draft = plan(rotation(sites, [technician("ann", days=(0, 1))], days=2))
    assert sorted(sorted(one.sites) for one in draft.rounds) == [["S3", "S4"], ["S35", "S36"]]


def test_two_visits_of_a_fortnight_are_a_week_apart_on_the_same_weekday() -> None:
    draft = plan(
        rotation([site(1, visits=2, open_days=tuple(range(10)))], [technician("ann", days=range(10))], days=10)
    )
    first, second = days_of(draft, "S1")
    assert second - first == 5


def test_a_closed_day_moves_only_the_visit_that_it_hits() -> None:
    open_days = tuple(day for day in range(10) if day != 7)
    draft = plan(rotation([site(1, visits=2, open_days=open_days)], [technician("ann", days=(2, 6, 7, 8))], days=10))
    assert days_of(draft, "S1") in ([2, 6], [2, 8])


def test_one_technician_keeps_a_site() -> None:
    sites = [site(n, visits=2, open_days=tuple(range(10))) for n in (1, 2, 7, 8)]
    draft = plan(rotation(sites, [technician("ann", days=range(10)), technician("bob", days=range(10))], days=10))
    assert all(len({v.technician for v in draft.visits if v.site == s.id}) == 1 for s in sites)


def test_the_wanted_technician_comes_although_another_is_nearer() -> None:
    draft = plan(rotation([site(1, technician="bob")], [technician("ann"), technician("bob", base=2)]))
    assert [visit.technician for visit in draft.visits] == ["bob"]


def test_work_is_shared() -> None:
    crew = [technician("ann"), technician("bob", base=30)]
    wanted = rotation([site(n) for n in range(1, 9)], crew, weights=Weights(balance=60))
    visits = [visit.technician for visit in plan(wanted).visits]
    assert (visits.count("ann"), visits.count("bob")) == (4, 4)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"place": None}, "nobody knows where it is"),
        ({"visits": 3, "open_days": (0, 1)}, "3 visits were agreed, and it is open on only 2 days"),
        ({"open_days": ()}, "open on no day"),
        ({"skills": frozenset({"network"})}, "no technician has the skills it needs: network"),
        ({"minutes": 500.0}, "longer than any working day"),
        ({"open_days": (4,), "visits": 1}, "ann (the only ones with the skills it needs) do not work"),
        ({"visits": 2, "open_days": (0, 1), "apart": 3}, "cannot hold 2 visits far enough apart"),
    ],
)
def test_what_can_never_be_met_says_which_constraint_stands_against_it(fields: dict[str, object], why: str) -> None:
    draft = plan(rotation([site(1, **fields), site(2)], [technician("ann", days=(0, 1, 2, 3))]))
    assert [one.site for one in draft.unmet] == ["S1"] and why in draft.unmet[0].why
    assert days_of(draft, "S2")


def test_what_does_not_fit_is_left_out_and_told() -> None:
    wanted = rotation([site(n) for n in range(1, 6)], [technician("ann", days=(0, 1))])
    draft = plan(wanted)
    assert not broken(wanted, draft)
    assert len(draft.visits) == 4 and len(draft.unmet) == 1
    assert "the working time of ann on its open days is used up" in draft.unmet[0].why


def test_nobody_to_send_is_told_for_each_site() -> None:
    draft = plan(rotation([site(1), site(2)], []))
    assert [one.site for one in draft.unmet] == ["S1", "S2"] and not draft.rounds
    assert {one.why for one in draft.unmet} == {"there is no technician to send"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_new_plan_without_reason_changes_nothing(seed: int) -> None:
    sites = [site(n, visits=1 + (n + seed) % 2) for n in range(1, 10)]
    crew = [technician("ann"), technician("bob", base=4)]
    before = plan(rotation(sites, crew))
    assert not plan(rotation(sites, crew, previous=before.visits, weights=Weights(change=200))).changes


def test_a_technician_who_falls_ill_moves_only_their_own_visits() -> None:
    sites = [site(n) for n in range(1, 13)]
    crew = [technician("ann"), technician("bob", base=4), technician("cat", base=20)]
    before = plan(rotation(sites, crew))
    after = plan(rotation(sites, crew[:2], previous=before.visits))
    others = {change.site for change in after.changes if change.before and change.before.technician != "cat"}
    kept = [visit for visit in before.visits if visit.technician != "cat"]
    assert not after.unmet and len(others) <= len(kept) / 3


def test_a_site_that_closes_moves_alone() -> None:
    sites = [site(n) for n in range(1, 8)]
    before = plan(rotation(sites, [technician("ann")]))
    (day,) = days_of(before, "S3")
    closed = [site(3, open_days=tuple(d for d in range(5) if d != day)) if s.id == "S3" else s for s in sites]
    dear = Weights(change=200)
    after = plan(rotation(closed, [technician("ann")], previous=before.visits, weights=dear))
    assert {change.site for change in after.changes} == {"S3"}


def test_changes_name_what_came_and_what_went() -> None:
    old = [PlannedVisit(site="S1", day=0, technician="ann"), PlannedVisit(site="gone", day=1, technician="ann")]
    draft = plan(rotation([site(1, open_days=(3,))], [technician("ann")], previous=old))
    told = {
        change.site: (change.before and change.before.day, change.after and change.after.day)
        for change in draft.changes
    }
    assert told == {"S1": (0, 3), "gone": (1, None)}
