"""How much to hold, by what was used."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import stock_policy
from techdesk.planning.stocking import Terms, Use, suggest

VAN = Terms(lead=1, review=7, unit_cost=20)


def monthly(pieces: int = 1) -> list[Use]:
    return [Use(days, pieces) for days in range(10, 365, 30)]


def test_what_nobody_uses_is_not_held() -> None:
    found = suggest([], 365, VAN)
    assert (found.minimum, found.target) == (0, 0)
    assert "not used here in 12 months" in found.why


def test_that_a_new_place_has_used_nothing_yet_says_nothing() -> None:
    assert suggest([], 14, VAN).early
    assert not suggest([], 365, VAN).early and not suggest([Use(1, 1)], 14, VAN).early


def test_a_monthly_part_is_held_once_or_twice_and_says_why() -> None:
    found = suggest(monthly(), 365, VAN)
    assert 1 <= found.minimum <= 2 <= found.target + 1
    assert "12 used here in 12 months" in found.why and "second trip costs 60" in found.why
    assert found.rate == pytest.approx(12 / 365, rel=0.3)


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (suggest(monthly(), 365, VAN._replace(lead=30)), suggest(monthly(), 365, VAN)),
        (suggest(monthly(3), 365, VAN), suggest(monthly(1), 365, VAN)),
        (suggest(monthly() * 4, 365, VAN), suggest(monthly(), 365, VAN)),
        (suggest(monthly(), 365, VAN), suggest(monthly(), 365, VAN._replace(unit_cost=5000, trip=10))),
        (suggest(monthly(), 365, VAN), suggest([Use(330, 1), Use(350, 2)], 365, VAN._replace(unit_cost=400))),
    ],
    ids=["a longer refill", "several at once", "more use", "a dear part", "use of long ago"],
)
def test_more_is_held_for(more: object, less: object) -> None:
    assert more.minimum > less.minimum  # type: ignore[attr-defined]


def test_what_other_vans_use_is_held_in_a_new_van() -> None:
    found = suggest([], 5, VAN, pool=0.1)
    assert found.minimum >= 1 and "but elsewhere" in found.why


def test_an_order_fills_up_for_longer() -> None:
    filled, ordered = (suggest(monthly(2), 365, VAN._replace(ordered=each)) for each in (False, True))
    assert ordered.minimum == filled.minimum and ordered.target > filled.target


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.builds(Use, st.floats(0, 400), st.integers(1, 50)), max_size=40), st.floats(1, 400), st.floats(0, 60),
    st.one_of(st.none(), st.floats(0, 3000)), st.floats(0, 500), st.floats(0, 3),
)  # fmt: skip
def test_whatever_was_used_the_numbers_are_sane(
    uses: list[Use], history: float, lead: float, cost: float | None, trip: float, pool: float
) -> None:
    found = suggest(uses, history, Terms(lead, 7, cost, trip), pool)
    assert 0 <= found.minimum <= found.target
    assert 0 <= found.cover <= 1 and found.rate >= 0 and found.why


def test_by_demand_fills_more_for_less_than_one_minimum_for_all() -> None:
    chance = random.Random(7)
    parts = [stock_policy.part(chance, 365 + 365) for _ in range(25)]
    by_demand = stock_policy.run(parts, stock_policy.by_demand)
    fixed = [stock_policy.run(parts, stock_policy.fixed(*each)) for each in ((2, 4), (3, 5))]
    assert by_demand["fill_rate"] > 0.95
    assert all(by_demand["fill_rate"] > each["fill_rate"] for each in fixed)
    assert all(by_demand["cost_a_year"] < each["cost_a_year"] for each in fixed)
