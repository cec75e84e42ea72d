"""Failure rates with their interval."""

import pytest

from techdesk.planning.failing import LITTLE, SUMMED, limits, rate


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # As Garwood's table has them, and with more digits chi-square quantiles.
    [(0, 0, 3.6889), (1, 0.0253, 5.5716), (2, 0.2422, 7.2247), (10, 4.7954, 18.3904), (50, 37.1110, 65.9188),
     (100, 81.3640, 121.6268), (200, 173.2409, 229.7220), (400, 361.7563, 441.1866)],
)  # fmt: skip
def test_the_interval_is_garwoods(count: int, low: float, high: float) -> None:
    assert limits(count) == pytest.approx((low, high), rel=3e-5, abs=5e-5)


def test_where_the_sum_ends_the_interval_goes_on() -> None:
    before, after = limits(SUMMED), limits(SUMMED + 1)
    assert 0.9 < after[0] - before[0] < 1.1 and 0.9 < after[1] - before[1] < 1.1


def test_a_rate_is_failures_a_device_year() -> None:
    found = rate(10, 50.0)
    assert (found.value, found.little) == (0.2, False)
    assert (found.low, found.high) == (pytest.approx(0.0959, abs=1e-4), pytest.approx(0.3678, abs=1e-4))


def test_short_watching_says_so_and_none_says_nothing() -> None:
    assert rate(1, LITTLE / 2).little and not rate(1, LITTLE).little
    assert rate(0, 0.0) == (None, None, None, True)
