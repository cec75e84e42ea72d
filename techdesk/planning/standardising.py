"""The way to few models: which spares each odd model keeps on the shelves, and what it saves to be rid of models one by one.

A model that is not standard is **odd**. The spares that it forces one to carry are the parts that fit it and no other model
in use. Reducing assumes that each device of a dropped model is replaced by one of a model that stays, when its time comes, so
that the purchase is not counted; what is counted is the stock that then fits nothing any more. The next model is chosen
greedily: the one that frees most of it for each device to be replaced. Standard models stay, and so does the last model of a
category. Greedy is not always the best set: each step is the best one after those before it.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from techdesk.models.queries.models import ModelLine
from techdesk.models.queries.standardising import Held

NO_CATEGORY = "no category"


class Odd(NamedTuple):
    """A model that is not standard, with the parts that fit it alone: how many, what lies there, and what should be held."""

    model: ModelLine
    parts: list[Held]
    value: float
    target: float


class Step(NamedTuple):
    """A model to be dropped: `freed` is the value of the stock that fits nothing then, `target` what need not be held any
    more, `devices` how many are replaced; `models` are left, and the sums run from the first step."""

    model: ModelLine
    devices: int
    freed: float
    target: float
    models: int
    all_devices: int
    all_freed: float
    all_target: float


def odd_models(lines: Sequence[ModelLine], held: Sequence[Held]) -> list[Odd]:
    """The odd models in use, those that keep most on the shelves first."""
    used = {line.id for line in lines if line.devices}
    alone: dict[str, list[Held]] = {}
    for part in held:
        fits = part.models & used
        if len(fits) == 1:
            alone.setdefault(next(iter(fits)), []).append(part)
    found = []
    for line in lines:
        if line.devices and line.standing != "standard":
            parts = alone.get(line.id, [])
            found.append(Odd(line, parts, sum(p.value for p in parts), sum(p.target for p in parts)))
    return sorted(found, key=lambda each: (-each.target, -each.value, each.model.name))


def reduce_to(lines: Sequence[ModelLine], held: Sequence[Held], count: int) -> list[Step]:
    """The steps from the models in use down to `count` of them, or as far as it goes."""
    left = {line.id: line for line in lines if line.devices}
    kinds = Counter(line.category or NO_CATEGORY for line in left.values())
    by_model: dict[str, list[Held]] = {}
    fits: dict[str, int] = {}  # of the models that are left
    for part in held:
        fits[part.part_id] = len(part.models & left.keys())
        for id in part.models:
            by_model.setdefault(id, []).append(part)
    steps: list[Step] = []
    devices, freed, target = 0, 0.0, 0.0

    def gain(line: ModelLine) -> tuple[float, float]:
        alone = [part for part in by_model.get(line.id, ()) if fits[part.part_id] == 1]
        return sum(part.value for part in alone), sum(part.target for part in alone)

    def worth(line: ModelLine) -> tuple[float, bool, int, str]:
        return max(gain(line)) / line.devices, line.standing == "retiring", -line.devices, line.name

    while len(left) > count:
        may = [line for line in left.values()
               if line.standing != "standard" and kinds[line.category or NO_CATEGORY] > 1]  # fmt: skip
        if not may:
            break
        worst = max(may, key=worth)
        got = gain(worst)
        del left[worst.id]
        kinds[worst.category or NO_CATEGORY] -= 1
        for part in by_model.get(worst.id, ()):
            fits[part.part_id] -= 1
        devices, freed, target = devices + worst.devices, freed + got[0], target + got[1]
        steps.append(Step(worst, worst.devices, *got, len(left), devices, freed, target))
    return steps
