"""The tickets of some months as they come in: when, where, who, what, and what will mend it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from techdesk.demo.days import school_days, some_time
from techdesk.demo.diary import Ids
from techdesk.demo.shapes import Device, Part, Person, Place, in_room
from techdesk.demo.troubles import Trouble, pick_fix, pick_trouble
from techdesk.demo.trust import Trust
from techdesk.demo.voices import Scene, ticket_text
from techdesk.desk.priority import priority

CHANNELS = {
    "teacher": ("log_book", "email", "corridor", "corridor", "portal"),
    "office": ("phone", "email", "email", "log_book"),
    "head": ("email", "corridor", "phone"),
    "digital": ("portal", "email", "corridor"),
    "site": ("phone", "corridor", "log_book"),
}
TWINS = 0.025
# How likely a ticket of each priority is to be open still.
PATIENCE = {1: 0.0001, 2: 0.15, 3: 0.6, 4: 1.0, 5: 1.2}


@dataclass
class Case:
    """One ticket. `ends` says what became of it; `twin` is the ticket that it repeats in other words."""

    id: str
    opened: datetime
    place: Place
    trouble: Trouble
    device: Device | None
    known_device: bool
    room: str
    person: Person
    channel: str
    impact: int
    urgency: int
    text: str
    cause: str
    fix: str
    minutes: int
    part: Part | None
    open: bool = False
    twin: "Case | None" = None

    @property
    def rank(self) -> int:
        """Its priority, 1 to 5."""
        return priority(self.impact, self.urgency)


def cases(rng: Random, ids: Ids, trust: Trust, parts: list[Part], span: tuple[date, date], number: int) -> list[Case]:
    """So many tickets from one day to another, in the order in which they came."""
    days = school_days(*span)
    moments = sorted(some_time(rng, rng.choice(days)) for _ in range(number))
    weights = [place.pupils**0.6 for place in trust.places]
    made: list[Case] = []
    for opened in moments:
        earlier = made[-1] if made and rng.random() < TWINS else None
        if earlier and earlier.twin is None and (opened - earlier.opened) < timedelta(days=3):
            scene = (earlier.place, earlier.trouble, earlier.device)
        else:
            earlier, place = None, rng.choices(trust.places, weights)[0]
            scene = (place, *pick_trouble(rng, place))
        made.append(_case(rng, ids, opened, scene, parts))
        made[-1].twin = earlier
    return sorted(made, key=lambda case: (case.opened, case.id))


def _case(
    rng: Random, ids: Ids, opened: datetime, what: tuple[Place, Trouble, Device | None], parts: list[Part]
) -> Case:
    place, trouble, device = what
    person = _reporter(rng, place, trouble, device)
    room = device.room if device else next((room for room in trouble.rooms if room in place.rooms), person.room)
    channel = "monitoring" if trouble.watched and rng.random() < 0.4 else rng.choice(CHANNELS[person.voice])
    impact, urgency = trouble.rank
    impact = min(4, max(1, impact + rng.choice((0, 0, 0, 0, 1, -1)))) if impact > 1 else impact
    urgency = min(4, max(1, urgency + rng.choice((0, 0, 0, 1, 1, -1)))) if urgency > 1 else urgency + rng.choice((0, 1))
    scene = Scene(place, trouble, device, room, person, channel, urgency, place.technician.first_name)
    fix, part = pick_fix(rng, trouble, device, parts)
    values: dict[str, Any] = {"sku": part.sku if part else "", "who": person.name, "in": in_room(room)}
    return Case(
        ids.at(opened), opened, place, trouble, device, rng.random() < 0.75, room, person, channel, impact, urgency,
        ticket_text(rng, scene), fix.cause, rng.choice(fix.how).format(**values), rng.randint(*fix.minutes), part,
    )  # fmt: skip


def _reporter(rng: Random, place: Place, trouble: Trouble, device: Device | None) -> Person:
    """Whoever works in the room, more often than not; else anybody whose voice suits the matter."""
    there = [person for person in place.people if device and person.room == device.room]
    if there and rng.random() < 0.6:
        return there[0]
    suited = [person for person in place.people if not trouble.voices or person.voice in trouble.voices]
    return rng.choice(suited or place.people)


def leave_open(rng: Random, made: list[Case], number: int, but: Place | None) -> None:
    """Marks so many tickets as not ended yet, the newer and the less pressing the likelier; none at the school `but`."""
    keys = []
    for position, case in enumerate(reversed(made)):
        if case.place is not but:
            weight = (2.0 ** (-position / max(1.0, len(made) / 12)) + 0.01) * PATIENCE[case.rank]
            keys.append((rng.random() ** (1 / weight), position, case))
    for _, _, case in sorted(keys, key=lambda key: key[:2], reverse=True)[:number]:
        case.open = True
