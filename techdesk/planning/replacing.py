"""When devices are replaced, and what it costs: by age, the end of updates, warranty and standing, year by year.

A device is due on the earliest of: the end of its model's updates; the end of its life, `life` years from its purchase and
not before its warranty ends; and, when its model is retiring, the end of its warranty, or at once without one. What is due
already is due this year. A device of which neither a purchase nor an end of updates is known has no year, and is counted
by itself.

A new device costs what devices of standard models of its category cost: the median of the purchases of the last three years,
or else of all; without one, of the category's other models; without that, its own price. What has no price is counted.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from statistics import median
from typing import NamedTuple

from techdesk.models.queries.models import ModelLine
from techdesk.models.queries.standardising import Ageing

LIFE = 5.0
RECENT = 3 * 365
REASONS = ("updates", "age", "standing")


class Year(NamedTuple):
    """Devices due in a year (None: nobody knows), what that costs, how many of them have no price, for which reasons, and of
    which models: (name, devices), the most first."""

    year: int | None
    devices: int
    cost: float
    without_price: int
    reasons: dict[str, int]
    models: list[tuple[str, int]]


class Due(NamedTuple):
    """The day on which a device is due, and why."""

    day: date
    reason: str


def plan(
    lines: Sequence[ModelLine], devices: Sequence[Ageing], prices: Sequence[tuple[str | None, str, str | None, float]],
    today: date, life: float = LIFE,
) -> list[Year]:  # fmt: skip
    """The years in which devices are due, the soonest first; those without a year last."""
    models = {line.id: line for line in lines}
    asked: dict[str | None, float | None] = {}
    by_category: dict[str | None, list[tuple[str | None, str, str | None, float]]] = {}
    for purchase in prices:
        by_category.setdefault(purchase[0], []).append(purchase)
    years: dict[int | None, list[tuple[str, str, int, float | None]]] = {}
    # Few ends of updates, and devices that were bought together: most ask for a day that was found before.
    found: dict[tuple[str | None, bool, str | None, str | None], Due | None] = {}
    for group in devices:
        model = models.get(group.model_id or "")
        category = model.category if model else None
        if category not in asked:
            asked[category] = price(category, by_category.get(category, ()), today)
        asks = (
            model and model.update_expiry,
            bool(model and model.standing == "retiring"),
            group.bought,
            group.warranty_end,
        )
        if asks not in found:
            found[asks] = due_day(group, model, today, life)
        due = found[asks]
        cost = asked[category] if asked[category] is not None else group.cost
        year = None if due is None else max(due.day, today).year
        years.setdefault(year, []).append(
            (model.name if model else "no model", due.reason if due else "", group.devices, cost)
        )
    return [_year(year, years[year]) for year in sorted(years, key=lambda each: (each is None, each))]


def due_day(group: Ageing, model: ModelLine | None, today: date, life: float) -> Due | None:
    """When devices are due; None where nothing says when."""
    warranty = _day(group.warranty_end)
    found = []
    updates = _day(model.update_expiry) if model else None
    if updates is not None:
        found.append(Due(updates, "updates"))
    bought = _day(group.bought)
    if bought is not None:
        end = bought + timedelta(days=life * 365.25)
        found.append(Due(max(end, warranty) if warranty else end, "age"))
    if model is not None and model.standing == "retiring":
        found.append(Due(warranty if warranty and warranty > today else today, "standing"))
    return min(found, key=lambda each: (max(each.day, today), REASONS.index(each.reason))) if found else None


def price(
    category: str | None, prices: Sequence[tuple[str | None, str, str | None, float]], today: date
) -> float | None:
    """What a new device of a category costs; None when no purchase says."""
    own = [each for each in prices if each[0] == category and category is not None]
    standard = [each for each in own if each[1] == "standard"]
    since = (today - timedelta(days=RECENT)).isoformat()
    recent = [each for each in standard if (each[2] or "") >= since]
    chosen = recent or standard or own
    return round(float(median(each[3] for each in chosen)), 2) if chosen else None


def _year(year: int | None, groups: list[tuple[str, str, int, float | None]]) -> Year:
    reasons: dict[str, int] = {}
    models: dict[str, int] = {}
    for name, reason, devices, _ in groups:
        models[name] = models.get(name, 0) + devices
        if reason:
            reasons[reason] = reasons.get(reason, 0) + devices
    return Year(
        year,
        sum(devices for _, _, devices, _ in groups),
        round(sum(devices * cost for _, _, devices, cost in groups if cost is not None), 2),
        sum(devices for _, _, devices, cost in groups if cost is None),
        {reason: reasons[reason] for reason in REASONS if reason in reasons},
        sorted(models.items(), key=lambda each: (-each[1], each[0])),
    )


@lru_cache(maxsize=1 << 13)
def _day(text: str | None) -> date | None:
    """A date; None for none, or for what an import took over that is no date."""
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
