"""Reservations: pieces that are put by for a visit, picked into the van, and given back when they were not used."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.ledger import move_stock
from techdesk.desk.merging import tell
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import NotFound, Refused

ALLOWED = {"open": ("picked", "released"), "picked": ("returned", "released"), "released": (), "returned": ()}


@dataclass(frozen=True, kw_only=True)
class ReservePart:
    """Puts pieces by at a location until a day (YYYY-MM-DD), for a visit or a ticket; `to_id` is the van that they go into.
    `id` hangs on the visit and the part, so that two who pack for the same visit meet; the later number stands."""

    NAME: ClassVar[str] = "reservation.make"
    VERSION: ClassVar[int] = 1
    id: str
    part_id: str
    quantity: int
    location_id: str
    until: str
    to_id: str | None = None
    visit_id: str | None = None
    ticket_id: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        checks.whole(self.quantity, "The number of pieces", 1, 1_000_000)


@dataclass(frozen=True, kw_only=True)
class SetReservation:
    """Says what became of a reservation: picked, returned or released. `quantity` is how many of them, all when None."""

    NAME: ClassVar[str] = "reservation.set"
    VERSION: ClassVar[int] = 1
    reservation_id: str
    state: str
    quantity: int | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.state, "The state", ("picked", "returned", "released"))
        if self.quantity is not None:
            checks.whole(self.quantity, "The number of pieces", 1, 1_000_000)


@handles(ReservePart)
def reserve_part(tx: Tx, command: ReservePart, act: Act) -> Outcome:
    part, row = tx.get("part", command.part_id), tx.get("stock_reservation", command.id)
    if part is None:
        raise NotFound("That part is not known here.")
    if row is not None and row["state"] == "picked":
        raise Refused(f"{row['quantity']} x {part['sku']} are picked for that already: return them first.")
    given = {name: getattr(command, name) for name in (
        "part_id", "quantity", "location_id", "until", "to_id", "visit_id", "ticket_id", "reason")}  # fmt: skip
    tx.put("stock_reservation", {"id": command.id, **given, "state": "open"})
    said = f"Reserved {command.quantity} x {part['sku']} until {command.until}."
    return Outcome((Changed(str(part["sku"]), "open", command.id),), said)


@merges(ReservePart)
def reserve_late(tx: Tx, command: ReservePart, act: Act, refusal: Refused) -> Outcome:
    """It was picked meanwhile: there is nothing left to put by, and its author is told."""
    row = tx.get("stock_reservation", command.id) or {}
    return _told(tx, act, command.part_id, refusal, {"state": "open", "quantity": command.quantity}, row)


@handles(SetReservation)
def set_reservation(tx: Tx, command: SetReservation, act: Act) -> Outcome:
    row = tx.get("stock_reservation", command.reservation_id)
    if row is None:
        raise NotFound("That reservation is not known here.")
    part = tx.get("part", str(row["part_id"])) or {}
    allowed = ALLOWED[str(row["state"])]
    if command.state not in allowed:
        raise Refused(
            f"The {row['quantity']} x {part.get('sku')} are {row['state']}: "
            + (f"they can be {' or '.join(allowed)}." if allowed else "nothing more is done with them.")
        )
    pieces = int(row["quantity"] or 0) if command.quantity is None else command.quantity
    if command.state == "picked":
        _carry(tx, act, row, pieces, (row["location_id"], row["to_id"]), "transfer")
    elif command.state == "returned":
        _carry(tx, act, row, min(pieces, int(row["quantity"] or 0)), (row["to_id"], row["location_id"]), "return")
    picked = {"quantity": pieces} if command.state == "picked" else {}
    tx.put("stock_reservation", {"id": row["id"], "state": command.state, **picked})
    said = f"{command.state.capitalize()}: {pieces} x {part.get('sku')}."
    return Outcome((Changed(str(part.get("sku")), command.state, str(row["id"])),), said)


def _carry(tx: Tx, act: Act, row: Row, pieces: int, way: tuple[object, object], reason: str) -> None:
    """Moves the pieces, where they were put by elsewhere than in the van that they are for."""
    source, target = way
    if source and target and source != target:
        move_stock(tx, act, str(row["part_id"]), pieces, reason=reason, from_id=str(source), to_id=str(target),
                   note="packed for a visit" if reason == "transfer" else "not used")  # fmt: skip


@merges(SetReservation)
def set_late(tx: Tx, command: SetReservation, act: Act, refusal: Refused) -> Outcome:
    """Somebody else was first: it is moved once, and who came later is told."""
    row = tx.get("stock_reservation", command.reservation_id) or {}
    return _told(tx, act, str(row.get("part_id")), refusal, {"state": command.state, "quantity": command.quantity}, row)


def _told(tx: Tx, act: Act, part_id: str, refusal: Refused, mine: Row, row: Row) -> Outcome:
    theirs = {"state": row.get("state"), "quantity": row.get("quantity")}
    tell(tx, act, "merged", ("part", part_id), "their reservation was kept", mine=mine, theirs=theirs,
         theirs_by=row.get("author"))  # fmt: skip
    return Outcome(said=str(refusal), kind="merged")
