"""How much to hold: from what was used, how long a refill takes, and what a missing piece costs.

Spares are used seldom and irregularly, so a mean and a normal distribution mislead. Uses are taken as a Poisson process whose
rate is not known but learned (gamma-Poisson, so that the demand over a time ahead is negative binomial): few uses leave much
doubt, and doubt is stock. Older uses count less, so that what nobody asks for any more goes (as in Teunter, Syntetos and
Babai 2011, who let the estimate fall also while nothing happens), and several pieces at once widen it. What to cover is the
newsvendor's ratio: the cost of a second trip against that of a piece which lies there.
"""

from collections.abc import Sequence
from math import ceil, exp, lgamma, log, sqrt
from typing import NamedTuple

from techdesk import clock
from techdesk.models.queries.demand import PartUse

HALF_LIFE = 180.0
"""Days after which a use counts half."""
POOL_DAYS = 60.0
"""What all locations use of a part counts like so many days of a location's own."""
HOLDING = 0.25
"""What it costs to hold a piece for a year, of its price: capital, loss, and getting old."""
TRIP = 60.0
"""What a second trip costs when nothing else is said, in the organisation's currency."""
UNKNOWN_COST = 20.0
"""The price of a piece that nobody has said."""
LEAST, MOST = 0.5, 0.995
"""Between these the share that is covered stays, whatever the costs say."""
ORDER = 8.0
"""What an order to a supplier costs, for each part on it."""
EARLY = 60
"""Before so many days are known, that nothing was used says nothing."""
LONGEST_BATCH = 90
"""So many days' use are ordered at once, at most."""


class Use(NamedTuple):
    """Pieces that were used together, so many days ago."""

    days_ago: float
    pieces: int


class Terms(NamedTuple):
    """How a location is filled: every `review` days (or sooner), `lead` days from the asking to the shelf; what a piece and a
    second trip cost; whether each filling is an order to a supplier."""

    lead: float
    review: float = 7.0
    unit_cost: float | None = None
    trip: float = TRIP
    ordered: bool = False


class Suggestion(NamedTuple):
    """What to hold. `rate` is the pieces expected a day, `cover` the share of refill times that the minimum sees through,
    `why` says it in words. `early`: too little is known to go by it."""

    minimum: int
    target: int
    rate: float
    cover: float
    why: str
    early: bool = False


def suggest(uses: Sequence[Use], history: float, terms: Terms, pool: float = 0.0) -> Suggestion:
    """What a location should hold of a part. `history` is how many days the uses are known for, `pool` the pieces a day that
    an average location uses of it."""
    clump = _clump(uses)
    seen = HALF_LIFE / log(2) * (1 - 0.5 ** (max(1.0, history) / HALF_LIFE))
    shape = (sum(use.pieces * 0.5 ** (use.days_ago / HALF_LIFE) for use in uses) + pool * POOL_DAYS) / clump
    rate = shape * clump / (seen + POOL_DAYS)
    if shape < 0.02 and history < EARLY:
        return Suggestion(0, 0, rate, 1.0, f"not used yet, and known for {_span(history)} only: too early to say", True)
    if shape < 0.02:
        return Suggestion(
            0, 0, rate, 1.0, f"not used here in {_span(history)}, and hardly anywhere: fetch it when it is needed"
        )
    ahead = terms.lead + terms.review
    wanted = _ratio(terms, ahead)
    events, cover = _quantile(shape, ahead / (seen + POOL_DAYS), wanted)
    minimum = ceil(events * clump - 1e-9)
    target = minimum + _batch(rate, terms) if minimum else 0
    why = _why(uses, history, terms, (minimum, cover, rate, pool))
    return Suggestion(minimum, target, rate, cover, why)


def for_use(use: PartUse, now: str, trip: float = TRIP, review: float = 7.0) -> Suggestion:
    """What a location should hold of a part, from what the store knows of its use at a moment."""
    used = [Use(clock.seconds_between(f"{day}T00:00:00.000Z", now) / 86400, pieces) for day, pieces in use.days]
    terms = Terms(use.lead, review, use.unit_cost, trip, ordered=use.kind == "store")
    return suggest(used, use.history, terms, use.pool)


def _clump(uses: Sequence[Use]) -> float:
    """How many pieces go at once, each piece asked: 1 when it is always one."""
    pieces = sum(use.pieces for use in uses)
    return sum(use.pieces**2 for use in uses) / pieces if pieces else 1.0


def _ratio(terms: Terms, ahead: float) -> float:
    """The share of refill times that it pays to cover."""
    over = (UNKNOWN_COST if terms.unit_cost is None else terms.unit_cost) * HOLDING * ahead / 365
    return min(MOST, max(LEAST, terms.trip / (terms.trip + over))) if terms.trip + over > 0 else LEAST


def _quantile(shape: float, times: float, wanted: float) -> tuple[int, float]:
    """The least number that a negative binomial (a Poisson whose rate is gamma, `shape` events in one and `times` of that
    ahead) stays within with the chance that is wanted, and that chance."""
    stay = 1 / (1 + times)
    chance = total = exp(shape * log(stay))
    number = 0
    while total < wanted and number < 10_000:
        number += 1
        chance = exp(
            lgamma(shape + number) - lgamma(shape) - lgamma(number + 1) + shape * log(stay) + number * log(1 - stay)
        )
        total += chance
    return number, min(1.0, total)


def _batch(rate: float, terms: Terms) -> int:
    """How many pieces above the minimum are filled up: what goes until the next filling; by the square root formula where
    each filling is an order."""
    use = rate * terms.review
    if terms.ordered:
        cost = max(0.5, UNKNOWN_COST if terms.unit_cost is None else terms.unit_cost)
        use = max(use, min(sqrt(2 * rate * 365 * ORDER / (HOLDING * cost)), rate * LONGEST_BATCH))
    return round(use)


def _why(uses: Sequence[Use], history: float, terms: Terms, found: tuple[int, float, float, float]) -> str:
    minimum, cover, rate, pool = found
    pieces = sum(use.pieces for use in uses)
    words = [f"{pieces} used here in {_span(history)}"] if pieces else [f"none used here in {_span(history)}"]
    if not pieces and pool > 0:
        words[0] += ", but elsewhere"
    words[0] += f": one in about {_span(1 / rate)}"
    most = max((use.pieces for use in uses), default=1)
    if most > 1:
        words.append(f"up to {most} at once")
    words.append(f"filled again within {_span(terms.lead + terms.review)}")
    price = "an unknown price" if terms.unit_cost is None else f"{terms.unit_cost:,.2f}"
    paid = f"a second trip costs {terms.trip:,.0f}, a piece {price}"
    if minimum:
        return f"{'; '.join(words)}; {paid}: {minimum} {'is' if minimum == 1 else 'are'} enough {cover:.0%} of the time"
    return f"{'; '.join(words)}; {paid}: it pays to go without, none is missed {cover:.0%} of the time"


def _span(days: float) -> str:
    """A time as people say it."""
    if days < 14:
        return f"{round(days)} day{'' if round(days) == 1 else 's'}"
    if days < 90:
        return f"{round(days / 7)} weeks"
    return f"{round(days / 30.4)} months" if days < 730 else f"{round(days / 365)} years"
