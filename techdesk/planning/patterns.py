"""On which days of a cycle a site can be visited so often: the day patterns of its cadence, best spread first."""

from itertools import combinations
from math import comb

from techdesk.planning.cycle import Days, Site

MOST_PATTERNS = 60
ENUMERABLE = 20_000


def patterns_of(site: Site, days: int, week: int) -> list[tuple[Days, float]]:
    """The patterns of a site that its open days allow, each with how uneven it is (0: even spacing), the evenest first. An
    unevenness of 1 is a weekday that changes once. Empty when its cadence cannot be kept."""
    allowed = set(site.open_days)
    if site.patterns:
        return [(tuple(sorted(days_)), 0.0) for days_ in site.patterns if set(days_) <= allowed]
    if site.visits == 1:
        return [((day,), 0.0) for day in sorted(allowed)]
    if not 0 < site.visits <= len(allowed):
        return []
    ideal = days / site.visits
    apart = site.apart if site.apart is not None else max(1, int(ideal * 0.6))
    found = {p for p in _candidates(sorted(allowed), site.visits, days) if _gap(p, days) >= apart}
    judged = sorted((unevenness(pattern, days, week), pattern) for pattern in found)
    return [(pattern, cost) for cost, pattern in judged[:MOST_PATTERNS]]


def unevenness(pattern: Days, days: int, week: int) -> float:
    """How far a pattern is from the same weekdays at even distances; 0 when it is there."""
    visits = len(pattern)
    ideal = days / visits
    gaps = [after - before for before, after in zip(pattern, (*pattern[1:], pattern[0] + days), strict=True)]
    spread = sum(max(0.0, abs(gap - ideal) - 0.999) for gap in gaps) / ideal
    weekdays = {day % week for day in pattern}
    usual = max(1, -(-visits * week // days))  # visits a week that the cadence makes
    return spread + max(0, len(weekdays) - usual)


def _gap(pattern: Days, days: int) -> int:
    """The shortest distance between two visits, the next cycle's first included."""
    return min(after - before for before, after in zip(pattern, (*pattern[1:], pattern[0] + days), strict=True))


def _candidates(allowed: list[int], visits: int, days: int) -> set[Days]:
    if comb(len(allowed), visits) <= ENUMERABLE:
        return set(combinations(allowed, visits))
    return _spread(allowed, visits, days)


def _spread(allowed: list[int], visits: int, days: int) -> set[Days]:
    """Even spacing from each beginning, moved to the nearest open days, and the same with one visit a day off."""
    found: set[Days] = set()
    for begin in range(days):
        marks = [(begin + number * days / visits) % days for number in range(visits)]
        chosen: list[int] = []
        for mark in sorted(marks):
            chosen.append(_nearest([day for day in allowed if day not in chosen], mark, days))
        base = tuple(sorted(chosen))
        found.add(base)
        for index, day in enumerate(base):
            for other in (day - 1, day + 1):
                if other in allowed and other not in base:
                    found.add(tuple(sorted((*base[:index], other, *base[index + 1 :]))))
    return found


def _nearest(free: list[int], mark: float, days: int) -> int:
    return min(free, key=lambda day: (min(abs(day - mark), days - abs(day - mark)), day))
