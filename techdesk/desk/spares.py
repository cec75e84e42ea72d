"""Spares: parts, where they are kept, and the ledger of their movements. A balance is the sum of movements."""

from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.ledger import claimed_twice, held_as, is_free, move_stock, use_part
from techdesk.desk.merging import FieldEdit, edit_fields
from techdesk.desk.models import kept_id
from techdesk.desk.tx import Act, Tx
from techdesk.errors import BadInput, NotFound, Refused

REASONS = ("receive", "issue", "transfer", "return", "count", "write_off")
LOCATION_KINDS = ("store", "van", "site")


@dataclass(frozen=True, kw_only=True)
class RecordPart(FieldEdit):
    """Makes or changes a part; `models` are the ids of device models that it fits, added to those known."""

    NAME: ClassVar[str] = "part.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "part"
    REQUIRED: ClassVar[tuple[str, ...]] = ("sku", "name")
    sku: str | None = None
    name: str | None = None
    category: str | None = None
    unit_cost: float | None = None
    supplier: str | None = None
    serialised: int | None = None
    models: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        checks.finite(self.unit_cost, "The unit cost")

    def changes(self) -> dict[str, str | int | float | None]:
        return {name: value for name, value in super().changes().items() if name != "models"}


@dataclass(frozen=True, kw_only=True)
class RecordLocation(FieldEdit):
    """Makes or changes a stock location: a store, a van, a site's cupboard. A store is fetched from on the way where its
    site, or its latitude and longitude in degrees, say where it is."""

    NAME: ClassVar[str] = "location.record"
    VERSION: ClassVar[int] = 2
    TABLE: ClassVar[str] = "stock_location"
    name: str | None = None
    kind: str | None = None
    site_id: str | None = None
    technician_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    def __post_init__(self) -> None:
        if self.kind is not None:
            checks.one_of(self.kind, "The kind of location", LOCATION_KINDS)
        for name, bound in (("latitude", 90.0), ("longitude", 180.0)):
            degrees = getattr(self, name)
            if degrees is not None and not -bound <= degrees <= bound:
                raise BadInput(f"The {name} is {degrees}: it must lie between -{bound:.0f} and {bound:.0f} degrees.")


@dataclass(frozen=True, kw_only=True)
class SetLevel(FieldEdit):
    """Sets how many of a part a location should hold: never fewer than `minimum`, filled up to `target`; a target of 0 is
    none, and it is filled up to the minimum."""

    NAME: ClassVar[str] = "level.set"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "stock_level"
    REQUIRED: ClassVar[tuple[str, ...]] = ("part_id", "location_id")
    part_id: str | None = None
    location_id: str | None = None
    minimum: int | None = None
    target: int | None = None

    def __post_init__(self) -> None:
        for name in ("minimum", "target"):
            if getattr(self, name) is not None:
                checks.whole(getattr(self, name), f"The {name}", 0, 100_000)


@dataclass(frozen=True, kw_only=True)
class MoveStock:
    """Moves pieces of a part; a location that is None is the outside (a supplier, a fitted device, a bin).

    `free` says whether its author saw the serial number where it is taken from; the store fills it in.
    """

    NAME: ClassVar[str] = "stock.move"
    VERSION: ClassVar[int] = 1
    part_id: str
    quantity: int
    reason: str
    from_id: str | None = None
    to_id: str | None = None
    ticket_id: str | None = None
    serial: str | None = None
    note: str | None = None
    free: bool | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.reason, "The reason", REASONS)
        checks.whole(self.quantity, "The number of pieces", 1, 1_000_000)
        if self.from_id == self.to_id:
            raise BadInput("A movement needs two places: say where the pieces come from and where they go.")

    def seen(self, tx: Tx) -> dict[str, Any]:
        return {"free": is_free(tx, self.part_id, self.serial, self.from_id)}


@handles(RecordPart)
def record_part(tx: Tx, command: RecordPart, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    fits = (
        {kept_id(tx, str(fit["model_id"])) for fit in tx.find("part_fit", part_id=command.id)}
        if command.models
        else set()
    )
    for model_id in command.models:
        if kept_id(tx, model_id) not in fits:
            tx.append("part_fit", {"id": tx.fresh_id(), "part_id": command.id, "model_id": model_id})
    row = tx.get("part", command.id)
    return outcome._replace(
        changed=(Changed(str(row["sku"]), "known", command.id),) if row else (),
        said=f"{row['sku']}: {row['name']}." if row else "",
    )


@handles(RecordLocation)
def record_location(tx: Tx, command: RecordLocation, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    row = tx.get("stock_location", command.id)
    if row is None:
        return outcome
    there = row["site_id"] is not None or None not in (row["latitude"], row["longitude"])
    said = f"{row['name']} is known as a {row['kind']}{', and routes can pass it' if there else ''}."
    return outcome._replace(changed=(Changed(str(row["name"]), "", command.id),), said=said)


@handles(SetLevel)
def set_level(tx: Tx, command: SetLevel, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    level = tx.get("stock_level", command.id)
    part = tx.get("part", str(level["part_id"])) if level else None
    if level is None or part is None:
        return outcome
    minimum, target = int(level["minimum"] or 0), int(level["target"] or 0)
    # What was said elsewhere stands: two edits may only cross together, and an older techdesk took any two numbers.
    if 0 < target < minimum and not act.merging:
        raise Refused(
            f"{part['sku']} would be filled up to {target} and never be fewer than {minimum}: "
            "say a target that is no less than the minimum."
        )
    said = f"{part['sku']}: at least {level['minimum']}, filled up to {level['target']}."
    return outcome._replace(changed=(Changed(str(part["sku"]), "level", command.id),), said=said)


@handles(MoveStock)
def perform_move(tx: Tx, command: MoveStock, act: Act) -> Outcome:
    part = tx.get("part", command.part_id)
    if part is None:
        raise NotFound("That part is not known here.")
    serial = command.serial and held_as(tx, command.part_id, command.serial, command.from_id)
    kind = claimed_twice(tx, act, command.part_id, serial, (command.from_id, command.to_id), command.free)
    serials = ""
    if command.reason == "issue" and command.serial is None and command.to_id is None:
        odd, serials = use_part(tx, act, command.part_id, command.quantity, from_id=command.from_id,
                                ticket_id=command.ticket_id, note=command.note)  # fmt: skip
    else:
        odd = move_stock(tx, act, command.part_id, command.quantity, from_id=command.from_id, to_id=command.to_id,
                         reason=command.reason, ticket_id=command.ticket_id, serial=serial, note=command.note)  # fmt: skip
    noted = f" It is {odd}: that is noted." if odd else ""
    verb = command.reason.replace("_", " ")
    said = f"{verb.capitalize()}: {command.quantity} x {part['sku']}.{noted}{serials}"
    return Outcome((Changed(str(part["sku"]), verb, command.part_id),), said, kind)
