"""Transfers in two steps: one van sends, pieces are on their way, the other receives them, whole or with a difference."""

from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.ledger import TRANSIT, claimed_twice, is_free, move_stock
from techdesk.desk.merging import tell
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput, NotFound, Refused


@dataclass(frozen=True, kw_only=True)
class SendStock:
    """Sends pieces to another location; they are on their way until somebody receives them there. `free` is as with
    `MoveStock`."""

    NAME: ClassVar[str] = "transfer.send"
    VERSION: ClassVar[int] = 1
    id: str
    part_id: str
    quantity: int
    from_id: str
    to_id: str
    serial: str | None = None
    note: str | None = None
    free: bool | None = None

    def __post_init__(self) -> None:
        checks.whole(self.quantity, "The number of pieces", 1, 1_000_000)
        if self.from_id == self.to_id:
            raise BadInput("A transfer needs two places: say where the pieces go.")

    def seen(self, tx: Tx) -> dict[str, Any]:
        return {"free": is_free(tx, self.part_id, self.serial, self.from_id)}


@dataclass(frozen=True, kw_only=True)
class ReceiveTransfer:
    """Takes in what was sent; `quantity` is how many came, all when it is None. `note` says why not all came, or more."""

    NAME: ClassVar[str] = "transfer.receive"
    VERSION: ClassVar[int] = 1
    transfer_id: str
    quantity: int | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if self.quantity is not None:
            checks.whole(self.quantity, "The number of pieces", 0, 1_000_000)
        if self.note is not None:
            object.__setattr__(self, "note", checks.legible(self.note, "The note", longest=500) or None)


@handles(SendStock)
def send_stock(tx: Tx, command: SendStock, act: Act) -> Outcome:
    part, place = tx.get("part", command.part_id), tx.get("stock_location", command.to_id)
    if part is None:
        raise NotFound("That part is not known here.")
    kind = claimed_twice(tx, act, command.part_id, command.serial, (command.from_id, command.to_id), command.free)
    sent = {name: getattr(command, name) for name in ("part_id", "quantity", "from_id", "to_id", "serial", "note")}
    move_stock(tx, act, command.part_id, command.quantity, reason="transfer", from_id=command.from_id, to_id=TRANSIT,
               serial=command.serial, note=command.note, transfer_id=command.id)  # fmt: skip
    tx.put("stock_transfer", {"id": command.id, **sent, "sent_at": act.at, "state": "sent"})
    name = place["name"] if place else "another location"
    said = f"Sent {command.quantity} x {part['sku']} to {name}: they are on their way until they are received there."
    return Outcome((Changed(str(part["sku"]), "sent", command.id),), said, kind)


@handles(ReceiveTransfer)
def receive_transfer(tx: Tx, command: ReceiveTransfer, act: Act) -> Outcome:
    row = tx.get("stock_transfer", command.transfer_id)
    if row is None:
        raise NotFound("That transfer is not known here: sync, or take the pieces in with  techdesk part receive.")
    part = tx.get("part", str(row["part_id"])) or {}
    if row["state"] != "sent":
        raise Refused(
            f"These {row['quantity']} x {part.get('sku')} were received already, on {str(row['received_at'])[:10]}: "
            "they are not booked twice."
        )
    sent = int(row["quantity"] or 0)
    came = sent if command.quantity is None else command.quantity
    if came != sent and not command.note:
        raise Refused(f"{sent} x {part.get('sku')} were sent and {came} came: say why they differ, with -m.")
    if row["serial"] is not None and came > 1:
        raise Refused(f"One piece was sent, {row['serial']}: take in the others by themselves.")
    _book(tx, act, row, came, command.note)
    tx.put("stock_transfer", {"id": row["id"], "state": "received", "received": came, "received_at": act.at,
                              "difference": command.note if came != sent else None})  # fmt: skip
    differs = f", {came - sent:+d}: {command.note}" if came != sent else ""
    said = f"Received {came} x {part.get('sku')}{differs}."
    return Outcome((Changed(str(part.get("sku")), "received", str(row["id"])),), said)


def _book(tx: Tx, act: Act, row: Row, came: int, note: str | None) -> None:
    """What came goes to its place; what was lost on the way is written off, and what came too much was found."""
    sent, part, to = int(row["quantity"] or 0), str(row["part_id"]), str(row["to_id"])
    serial = None if row["serial"] is None else str(row["serial"])
    for quantity, reason, source, target in (
        (min(sent, came), "transfer", TRANSIT, to),
        (sent - came, "write_off", TRANSIT, None),
        (came - sent, "count", None, to),
    ):
        if quantity > 0:
            move_stock(tx, act, part, quantity, reason=reason, from_id=source, to_id=target, serial=serial, note=note,
                       transfer_id=str(row["id"]))  # fmt: skip


@merges(ReceiveTransfer)
def receive_late(tx: Tx, command: ReceiveTransfer, act: Act, refusal: Refused) -> Outcome:
    """Somebody else has received it before: that stands, it is booked once, and this one is told."""
    row = tx.get("stock_transfer", command.transfer_id) or {}
    mine = {"received": row.get("quantity") if command.quantity is None else command.quantity, "note": command.note}
    theirs = {"received": row.get("received"), "note": row.get("difference")}
    same = mine["received"] == theirs["received"]
    done = "it was received already, and is booked once" + ("" if same else ": count the part, the numbers differ")
    tell(tx, act, "merged", ("part", str(row.get("part_id"))), done, mine=mine, theirs=theirs,
         theirs_by=row.get("author"))  # fmt: skip
    return Outcome(said=str(refusal), kind="merged")
