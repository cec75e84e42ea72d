"""What goes wrong in schools, and what mends it."""

from functools import cache
from random import Random
from typing import Any, NamedTuple

from techdesk.demo.shapes import Device, Part, Place
from techdesk.demo.vocabulary import words

FILES = ("troubles_mobile", "troubles_rooms", "troubles_wider")


class Fix(NamedTuple):
    """What mended it: `part` is what a spare must do for it, minutes are (least, most)."""

    cause: str
    minutes: tuple[int, int]
    how: tuple[str, ...]
    part: str | None


class Trouble(NamedTuple):
    """A kind of fault, request or question. `on` are the kinds of device that have it, none for what hangs on no device.

    rank is (impact, urgency); remote is how many in ten are settled from afar; `watched` ones are also seen by monitoring.
    """

    on: tuple[str, ...]
    kind: str
    symptom: str
    category: str
    service: str | None
    weight: int
    rank: tuple[int, int]
    short: tuple[str, ...]
    said: tuple[str, ...]
    fixes: tuple[Fix, ...]
    things: tuple[str, ...]
    rooms: tuple[str, ...]
    voices: tuple[str, ...]
    remote: int
    watched: bool


@cache
def troubles() -> tuple[Trouble, ...]:
    """All of them."""
    return tuple(_trouble(each) for name in FILES for each in words(name)["trouble"])


def _trouble(data: dict[str, Any]) -> Trouble:
    fixes = tuple(
        Fix(each["cause"], tuple(each["minutes"]), tuple(each["how"]), each.get("part")) for each in data["fix"]
    )
    return Trouble(
        tuple(data["on"]), data.get("kind", "incident"), data["symptom"], data["category"], data.get("service"),
        data["weight"], tuple(data["rank"]), tuple(data["short"]), tuple(data["said"]), fixes,
        tuple(data.get("thing", ())), tuple(data.get("room", ())), tuple(data.get("voices", ())), data.get("remote", 1),
        bool(data.get("watched")))  # fmt: skip


def pick_trouble(rng: Random, place: Place) -> tuple[Trouble, Device | None]:
    """Something that goes wrong at a school, with the device that it happens to."""
    every = troubles()
    while True:
        trouble = rng.choices(every, [each.weight for each in every])[0]
        if not trouble.on:
            return trouble, None
        having = [device for kind in trouble.on for device in place.of_kind(kind)]
        if having:
            return trouble, rng.choice(having)


def pick_fix(rng: Random, trouble: Trouble, device: Device | None, parts: list[Part]) -> tuple[Fix, Part | None]:
    """A fix that suits the device, with the spare that it takes."""
    suited: list[tuple[Fix, Part | None]] = []
    for fix in trouble.fixes:
        if fix.part is None:
            suited.append((fix, None))
        elif device is not None:
            suited += [(fix, part) for part in parts if part.does == fix.part and part.suits(device.model)][:1]
    return rng.choice(suited)
