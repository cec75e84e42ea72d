"""Counting: a count sheet's differences to the books, why they are, and where a serial number really is."""

from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.ledger import balance, move_stock, places, spellings
from techdesk.desk.merging import tell
from techdesk.desk.tx import Act, Tx
from techdesk.errors import BadInput, NotFound, Refused

EXPLAINED = ("count", "write_off")


@dataclass(frozen=True, kw_only=True)
class CountStock:
    """A count sheet: for parts of a location, how many are there, and why that differs from the books (or None).

    `books` is what the books said to whoever counted; the store fills it in. The difference to it is what is booked, also
    after others' movements were put before: so what two people did adds up, in any order.
    """

    NAME: ClassVar[str] = "stock.count"
    VERSION: ClassVar[int] = 1
    location_id: str
    lines: tuple[tuple[str, int, str | None], ...]
    books: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple((part, counted, why) for part, counted, why in self.lines))
        if not self.lines:
            raise BadInput("Nothing was counted: write at least one part with its number.")
        if len({part for part, _, _ in self.lines}) != len(self.lines):
            raise BadInput("A part stands on the sheet twice: add its two numbers up.")
        for _, counted, why in self.lines:
            checks.whole(counted, "The number of pieces", 0, 1_000_000)
            if why is not None:
                checks.legible(why, "The reason", longest=500)
        if self.books is not None and len(self.books) != len(self.lines):
            raise BadInput("The books must say a number for each line of the sheet.")

    def seen(self, tx: Tx) -> dict[str, Any]:
        return {"books": tuple(balance(tx, part, self.location_id) for part, _, _ in self.lines)}


@dataclass(frozen=True, kw_only=True)
class ExplainCount:
    """Says why a count, or what was written off, differed. Who says it first is kept."""

    NAME: ClassVar[str] = "stock.explain"
    VERSION: ClassVar[int] = 1
    movement_id: str
    words: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", checks.words(self.words, "The reason", longest=500))


@dataclass(frozen=True, kw_only=True)
class FindSerial:
    """Says where the piece with a serial number is: the books then have it there alone, or nowhere (None)."""

    NAME: ClassVar[str] = "serial.found"
    VERSION: ClassVar[int] = 1
    part_id: str
    serial: str
    location_id: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "serial", checks.words(self.serial, "The serial number", longest=200))


@handles(CountStock)
def count_stock(tx: Tx, command: CountStock, act: Act) -> Outcome:
    books = command.books or tuple(balance(tx, part, command.location_id) for part, _, _ in command.lines)
    changed, said = [], []
    for (part_id, counted, why), booked in zip(command.lines, books, strict=True):
        part = tx.get("part", part_id)
        if part is None:
            raise NotFound("A part of the count sheet is not known here: sync first.")
        if counted == booked:
            continue
        ends = {"to_id": command.location_id} if counted > booked else {"from_id": command.location_id}
        move_stock(tx, act, part_id, abs(counted - booked), reason="count", note=why, **ends)
        changed.append(Changed(str(part["sku"]), "count", part_id))
        said.append(f"{part['sku']} {counted - booked:+d}{'' if why else ' (not explained yet)'}")
    words = f"{len(said)} differ: {', '.join(said)}." if said else "all as the books say."
    return Outcome(tuple(changed), f"Counted {len(command.lines)}: {words}")


@handles(ExplainCount)
def explain_count(tx: Tx, command: ExplainCount, act: Act) -> Outcome:
    row = tx.get("stock_movement", command.movement_id)
    if row is None:
        raise NotFound("That movement is not known here: see  techdesk part review.")
    if row["reason"] not in EXPLAINED:
        raise Refused("Only a count, or what was written off, is explained: a movement like this one says itself why.")
    known = row["note"] or next((each["words"] for each in tx.find("stock_remark", movement_id=row["id"])), None)
    if known:
        raise Refused(f"That difference is explained already: {known}.")
    tx.append("stock_remark", {"id": tx.fresh_id(), "movement_id": row["id"], "words": command.words})
    part = tx.get("part", str(row["part_id"])) or {}
    return Outcome((Changed(str(part.get("sku")), "explained", str(row["id"])),), f"Explained: {command.words}.")


@merges(ExplainCount)
def explain_late(tx: Tx, command: ExplainCount, act: Act, refusal: Refused) -> Outcome:
    """Somebody else has explained it: theirs stays, and both can be read."""
    row = tx.get("stock_movement", command.movement_id) or {}
    tell(tx, act, "merged", ("part", str(row.get("part_id"))), "their explanation was kept",
         mine={"explanation": command.words}, theirs={"explanation": str(refusal)})  # fmt: skip
    return Outcome(said=str(refusal), kind="merged")


@handles(FindSerial)
def find_serial(tx: Tx, command: FindSerial, act: Act) -> Outcome:
    part = tx.get("part", command.part_id)
    if part is None:
        raise NotFound("That part is not known here.")
    note = command.note or "found by its serial number"
    for serial in spellings(tx, command.part_id, command.serial):
        booked = places(tx, command.part_id, serial)
        here = command.location_id if serial == command.serial else None
        for place in sorted({*booked, *filter(None, (here,))}):
            for _ in range(abs(more := int(place == here) - booked.get(place, 0))):
                ends = {"to_id": place} if more > 0 else {"from_id": place}
                move_stock(tx, act, command.part_id, 1, reason="count", serial=serial, note=note, **ends)
    where = tx.get("stock_location", command.location_id) if command.location_id else None
    said = f"in {where['name']}" if where else "nowhere any more" if command.location_id is None else "there"
    changed = (Changed(str(part["sku"]), "found", command.part_id),)
    return Outcome(changed, f"{part['sku']} {command.serial} is {said}.")
