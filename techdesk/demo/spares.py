"""The spares: parts with their levels in the store and the vans, and the movements that keep them there."""

from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from techdesk.demo.days import at
from techdesk.demo.diary import Diary
from techdesk.demo.shapes import Part, Technician
from techdesk.demo.trust import Trust
from techdesk.demo.vocabulary import words
from techdesk.desk.spares import MoveStock, RecordPart, SetLevel

# What the laptop's van is left with on the eve: a part that today's visit needs more of, and one that ran out.
SHORT = {"PRT-USBC": 1, "PEN-AP9": 0, "TON-K3B": 2, "CHG-45C": 3}


class Use(NamedTuple):
    """Pieces that a closing takes from a technician's van."""

    when: datetime
    technician: Technician
    part: Part
    quantity: int


def stock(diary: Diary, rng: Random, trust: Trust, models: "dict[str, tuple[str, str]]", when: datetime) -> list[Part]:
    """Writes parts, levels and the first filling of store and vans. `models` are ids by (number, kind). Returns the parts."""
    parts = []
    for each in words("parts")["part"]:
        part = Part(diary.ids.at(when), each["sku"], each["name"], each["does"], tuple(each["fits"]), tuple(each["van"]),
                    tuple(each["store"]), bool(each.get("serialised")))  # fmt: skip
        fits = tuple(id for id, names in models.items() if set(names) & set(part.fits))
        diary.write(when, trust.me, RecordPart(
            id=part.id, sku=part.sku, name=part.name, category=part.does, unit_cost=each["cost"],
            supplier=each["supplier"], serialised=int(part.serialised) or None, models=fits))  # fmt: skip
        _level(diary, trust.me, part, trust.store, part.store, when)
        for technician in trust.technicians:
            _level(diary, technician, part, technician.van, part.van, when)
        parts.append(part)
    return parts


def _level(diary: Diary, who: Technician, part: Part, location: str, level: tuple[int, int], when: datetime) -> None:
    diary.write(when, who, SetLevel(id=diary.ids.at(when), part_id=part.id, location_id=location,
                                    minimum=level[0], target=level[1]))  # fmt: skip


class Ledger:
    """Keeps the books beside the diary, so that store and vans are filled when they must be."""

    def __init__(self, diary: Diary, trust: Trust) -> None:
        self._diary, self._trust = diary, trust
        self._held: dict[tuple[str, str], int] = {}
        self._serials: dict[tuple[str, str], list[str]] = {}
        self._made = 0

    def open(self, parts: list[Part], when: datetime) -> None:
        """Fills the store from the suppliers and the vans from the store."""
        for part in parts:
            self._receive(part, part.store[1] + 3 * part.van[1], when)
            for technician in self._trust.technicians:
                self._load(part, technician, part.van[1], when)

    def follow(self, rng: Random, uses: list[Use], until: datetime) -> None:
        """Goes through what was used, in the order of time, and fills a van on the morning on which it would run out."""
        for use in sorted(uses, key=lambda each: each.when):
            if use.when > until:
                break
            held = self._held.get((use.part.id, use.technician.van), 0)
            morning = at(use.when.date(), 7.4 + rng.random() / 4)
            if held < use.quantity and use.when > morning:
                # A van has one serialised piece at most, as a closing that does not say which took the only one.
                over = 0 if use.part.serialised else use.part.van[1]
                self._load(use.part, use.technician, over + use.quantity - held, morning)
            self._move(use.part, (use.technician.van, None), use.quantity)

    def settle(self, parts: list[Part], eve: datetime) -> None:
        """Leaves the books as a laptop finds them: short of some parts, and one van fewer than nothing of another."""
        me, colleague = self._trust.me, self._trust.technicians[-1]
        for part in parts:
            held = self._held.get((part.id, me.van), 0)
            left = SHORT.get(part.sku, held)
            if held > left:
                self._transfer(part, held - left, (me.van, colleague.van), me, eve, f"lent to {colleague.first_name}")
            elif held < left:
                self._load(part, me, left - held, eve - timedelta(hours=2))
        lead = next(part for part in parts if part.sku == "HDM-3")
        missing = max(0, self._held.get((lead.id, colleague.van), 0)) + 1
        fitted = MoveStock(part_id=lead.id, quantity=missing, reason="issue", from_id=colleague.van,
                           note="fitted without the books: count the van")  # fmt: skip
        self._diary.write(eve, colleague, fitted)

    def _receive(self, part: Part, quantity: int, when: datetime) -> None:
        store = self._trust.store
        came = self._move(part, (None, store), quantity)
        order = f"order PO-{when:%y%m}{len(self._held) % 90 + 10}"
        for pieces, serial in came:
            self._diary.write(when, self._trust.me, MoveStock(part_id=part.id, quantity=pieces, reason="receive",
                                                              to_id=store, serial=serial, note=order))  # fmt: skip

    def _load(self, part: Part, technician: Technician, quantity: int, when: datetime) -> None:
        """Takes pieces from the store into a van; the store orders what it lacks first."""
        if quantity < 1:
            return
        held = self._held.get((part.id, self._trust.store), 0)
        if held < quantity:
            self._receive(part, part.store[1] + quantity - held, when - timedelta(minutes=20))
        self._transfer(part, quantity, (self._trust.store, technician.van), technician, when, None)

    def _transfer(
        self, part: Part, quantity: int, way: tuple[str, str], who: Technician, when: datetime, note: str | None
    ) -> None:
        for pieces, serial in self._move(part, way, quantity):
            self._diary.write(when, who, MoveStock(part_id=part.id, quantity=pieces, reason="transfer", from_id=way[0],
                                                   to_id=way[1], serial=serial, note=note))  # fmt: skip

    def _move(self, part: Part, way: tuple[str | None, str | None], quantity: int) -> list[tuple[int, str | None]]:
        """Books pieces out of a place and into another; None is outside. Returns them as movements, (pieces, serial)."""
        source, target = ((part.id, place) if place else None for place in way)
        for key, sign in ((source, -1), (target, 1)):
            if key:
                self._held[key] = self._held.get(key, 0) + sign * quantity
        if not part.serialised:
            return [(quantity, None)]
        there = self._serials.setdefault(source, []) if source else [self._new() for _ in range(quantity)]
        taken, there[:quantity] = there[:quantity], []
        if target:
            self._serials.setdefault(target, []).extend(taken)
        unsaid = quantity - len(taken)
        return [*((1, serial) for serial in taken), *([(unsaid, None)] if unsaid else [])]

    def _new(self) -> str:
        self._made += 1
        return f"NM7{self._made * 7919 % 100_000:05d}"


def eve_of(day: date) -> datetime:
    """The end of the working day before."""
    before = day - timedelta(days=1)
    while before.weekday() > 4:
        before -= timedelta(days=1)
    return at(before, 15.9)
