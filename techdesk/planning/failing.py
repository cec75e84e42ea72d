"""How often a model fails: failures a device-year, with the interval that so few or so many failures leave open.

Failures are counted as a Poisson process. The interval is Garwood's exact one (F. Garwood, Fiducial limits for the Poisson
distribution, Biometrika 28, 1936): its ends are the rates at which so many failures, or more, or fewer, would be seen in
2.5 % of cases. Up to `SUMMED` failures they are solved from the sum itself; beyond, Wilson and Hilferty's cube root (1931) is
taken, whose ends are there within 3 in 100,000 of the exact ones.
"""

from functools import lru_cache
from math import exp, sqrt
from statistics import NormalDist
from typing import NamedTuple

CONFIDENCE = 0.95
SUMMED = 100
LITTLE = 5.0
"""With fewer device-years than these a rate says little."""


class Rate(NamedTuple):
    """Failures a device-year, between `low` and `high`; None where nothing was watched. `little`: too short to go by."""

    value: float | None
    low: float | None
    high: float | None
    little: bool


def rate(failures: int, years: float) -> Rate:
    """The rate of so many failures in so many device-years."""
    if years <= 0:
        return Rate(None, None, None, True)
    low, high = limits(failures)
    return Rate(failures / years, low / years, high / years, years < LITTLE)


@lru_cache(maxsize=1 << 12)
def limits(count: int) -> tuple[float, float]:
    """Between which means a count lies, at 95 %."""
    tail = (1 - CONFIDENCE) / 2
    if count > SUMMED:
        return _cube_root(count, -1), _cube_root(count + 1, 1)
    low = 0.0 if count == 0 else _mean(count - 1, 1 - tail)
    return low, _mean(count, tail)


def _mean(count: int, share: float) -> float:
    """The mean at which at most `count` are seen in that share of cases, by bisection: the sum falls as the mean grows."""
    low, high = 0.0, count + 6 * sqrt(count + 1) + 6
    # 40 halvings leave less than a thousand-millionth of the width.
    for _ in range(40):
        middle = (low + high) / 2
        term = total = exp(-middle)
        for number in range(1, count + 1):
            term *= middle / number
            total += term
        low, high = (middle, high) if total > share else (low, middle)
    return (low + high) / 2


def _cube_root(count: int, sign: int) -> float:
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    return count * (1 - 1 / (9 * count) + sign * z / (3 * sqrt(count))) ** 3
