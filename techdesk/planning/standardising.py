"""The way to few models: which spares each odd model keeps on the shelves, and what it saves to be rid of models one by one.

A model that is not standard is **odd**. The spares that it forces one to carry are the parts that fit it and no other model
in use. Reducing assumes that each device of a dropped model is replaced by one of a model that stays, when its time comes, so
that the purchase is not counted; what is counted is the stock that then fits nothing any more. The next model is chosen
greedily: the one that frees most of it for each device to be replaced. Standard models stay, and so does the last model of a
category. Greedy is not always the best set: each step is the best one after those before it.
"""

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
    found = []
    for line in lines:
        if line.devices and line.standing != "standard":
            parts = [part for part in held if part.models & used == {line.id}]
            found.append(Odd(line, parts, sum(p.value for p in parts), sum(p.target for p in parts)))
    return sorted(found, key=lambda each: (-each.target, -each.value, each.model.name))


def reduce_to(lines: Sequence[ModelLine], held: Sequence[Held], count: int) -> list[Step]:
    """The steps from the models in use down to `count` of them, or as far as it goes."""
    left = {line.id: line for line in lines if line.devices}
    by_model: dict[str, list[Held]] = {}
    for part in held:
        for id in part.models:
            by_model.setdefault(id, []).append(part)
    steps: list[Step] = []
    devices, freed, target = 0, 0.0, 0.0
    while len(left) > count:
        may = [line for line in left.values() if line.standing != "standard" and _others(line, left)]
        if not may:
            break
        gains = {line.id: _gain(line.id, by_model, left) for line in may}
        worst = max(may, key=lambda line: (_worth(gains[line.id]) / line.devices, line.standing == "retiring",
                                           -line.devices, line.name))  # fmt: skip
        del left[worst.id]
        gain = gains[worst.id]
        devices, freed, target = devices + worst.devices, freed + gain[0], target + gain[1]
        steps.append(Step(worst, worst.devices, *gain, len(left), devices, freed, target))
    return steps


def _others(line: ModelLine, left: dict[str, ModelLine]) -> bool:
    kind = line.category or NO_CATEGORY
    return any(other.id != line.id and (other.category or NO_CATEGORY) == kind for other in left.values())


def _gain(id: str, by_model: dict[str, list[Held]], left: dict[str, ModelLine]) -> tuple[float, float]:
    """What lies there and what should be held of the parts that fit no other model that is left."""
    alone = [part for part in by_model.get(id, ()) if part.models & left.keys() == {id}]
    return sum(part.value for part in alone), sum(part.target for part in alone)


def _worth(gain: tuple[float, float]) -> float:
    return max(gain)
