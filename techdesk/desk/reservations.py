"""Reservations: pieces that are put by for a visit, picked into the van, and given back when they were not used."""

from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.ledger import balance, claimed_twice, held_as, is_free, move_stock, serials_in, some_of
from techdesk.desk.merging import tell
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput, NotFound, Refused

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
    """Says what became of a reservation: picked, returned or released. `quantity` is how many of them, all when None; its
    author returns no more than the van still holds, which may be 0. `serials` are the serial numbers of those pieces, where
    none are said the only ones there; `free` are those that its author saw there. The store fills in what is not said."""

    NAME: ClassVar[str] = "reservation.set"
    VERSION: ClassVar[int] = 2
    reservation_id: str
    state: str
    quantity: int | None = None
    serials: tuple[str, ...] = ()
    free: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        checks.one_of(self.state, "The state", ("picked", "returned", "released"))
        for serial in self.serials:
            checks.words(serial, "The serial number", longest=200)
        if self.quantity is not None:
            checks.whole(self.quantity, "The number of pieces", 0 if self.state == "returned" else 1, 1_000_000)
            if len(self.serials) > self.quantity:
                raise BadInput(
                    f"{len(self.serials)} serial numbers are said of {self.quantity} pieces: say one of each."
                )

    def seen(self, tx: Tx) -> dict[str, Any]:
        row = tx.get("stock_reservation", self.reservation_id)
        if row is None or self.state not in ALLOWED[str(row["state"])] or self.state == "released":
            return {}
        part, (source, target) = str(row["part_id"]), _way(row, self.state)
        wanted = int(row["quantity"] or 0) if self.quantity is None else self.quantity
        filled: dict[str, Any] = {}
        if self.state == "returned" and source:
            wanted = max(0, min(wanted, int(row["quantity"] or 0), balance(tx, part, source)))
            filled = {"quantity": wanted, "serials": self.serials[:wanted]}
        if source and target and source != target and (tx.get("part", part) or {}).get("serialised"):
            there = serials_in(tx, part, source)
            serials = tuple(dict.fromkeys(held_as(tx, part, each, source) for each in self.serials))[:wanted]
            if not serials and len(there) <= wanted:
                serials = tuple(there)
            free = tuple(each for each in serials if is_free(tx, part, each, source))
            filled |= {"serials": serials, "free": free}
        return filled


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
    held = int(row["quantity"] or 0)
    pieces = held if command.quantity is None else command.quantity
    if command.state == "returned":
        pieces = min(pieces, held)
    kind, serials = _carry(tx, act, row, command, pieces)
    counted = {} if command.state == "released" else {"quantity": pieces}
    tx.put("stock_reservation", {"id": row["id"], "state": command.state, **counted})
    said = f"{command.state.capitalize()}: {pieces} x {part.get('sku')}{_of_them(row, command, pieces)}{serials}"
    return Outcome((Changed(str(part.get("sku")), command.state, str(row["id"])),), said, kind)


def _way(row: Row, state: str) -> tuple[str | None, str | None]:
    """From where to where pieces go that are picked or returned."""
    ends = [None if row[end] is None else str(row[end]) for end in ("location_id", "to_id")]
    return (ends[1], ends[0]) if state == "returned" else (ends[0], ends[1])


def _of_them(row: Row, command: SetReservation, pieces: int) -> str:
    """How many of the picked ones those are that are returned, where it is not all."""
    return f" of {row['quantity']} picked" if command.state == "returned" and pieces < int(row["quantity"] or 0) else ""


def _carry(tx: Tx, act: Act, row: Row, command: SetReservation, pieces: int) -> tuple[str, str]:
    """Moves the pieces, where they were put by elsewhere than in the van that they are for. Returns the outcome's kind, and
    what is said of their serial numbers."""
    source, target = _way(row, command.state)
    if command.state == "released" or not source or not target or source == target or not pieces:
        return "plain", "."
    kind, part_id = "plain", str(row["part_id"])
    there = serials_in(tx, part_id, source)
    reason, note = ("transfer", "packed for a visit") if command.state == "picked" else ("return", "not used")
    known = command.serials[:pieces]
    for serial in known:
        claimed = claimed_twice(tx, act, part_id, serial, (source, target), serial in command.free)
        kind = kind if claimed == "plain" else claimed
        move_stock(tx, act, part_id, 1, reason=reason, from_id=source, to_id=target, serial=serial, note=note)
    unsaid = pieces - len(known)
    if unsaid:
        move_stock(tx, act, part_id, unsaid, reason=reason, from_id=source, to_id=target, note=note)
    named = f" ({', '.join(known)})." if known else "."
    left = [each for each in there if each not in known]
    if not unsaid or not left:
        return kind, named
    return kind, f"{named} Which serial number went is not said ({some_of(left)}): settle it in  techdesk part review."


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
