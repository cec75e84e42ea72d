"""The ledger of spares: movements are facts, a balance is their sum, and so is the place of a serial number."""

from collections import Counter

from techdesk.desk.models import kept_id
from techdesk.desk.tx import Act, Tx
from techdesk.errors import Refused

TRANSIT = "00000000-0000-8000-8000-7472616e7369"
"""Where pieces are that were sent and not received yet. It is a location of movements only, and has no row of its own."""
NO_FIT = "not known to fit the ticket's device"


def move_stock(
    tx: Tx, act: Act, part_id: str, quantity: int, *, reason: str, from_id: str | None = None, to_id: str | None = None,
    ticket_id: str | None = None, serial: str | None = None, note: str | None = None, transfer_id: str | None = None,
) -> str | None:  # fmt: skip
    """Adds a movement. It is never refused for lack of stock: what was fitted was fitted, and the balance may be negative.
    Returns what is odd about it, in words, which its note says as well. Raises Refused for a serial of several pieces."""
    if serial is not None and quantity != 1:
        raise Refused(f"The serial number {serial} is of one piece, not of {quantity}: book each piece by itself.")
    odd = NO_FIT if ticket_id is not None and reason == "issue" and not _fits(tx, part_id, ticket_id) else None
    tx.append(
        "stock_movement",
        {"id": tx.fresh_id(), "part_id": part_id, "quantity": quantity, "from_id": from_id, "to_id": to_id,
         "reason": reason, "at": act.at, "ticket_id": ticket_id, "serial": serial, "transfer_id": transfer_id,
         "note": "; ".join(filter(None, (note, odd))) or None},
    )  # fmt: skip
    return odd


def balance(tx: Tx, part_id: str, location_id: str) -> int:
    """How many pieces of a part a location holds by the books."""
    arrived = tx.total("stock_movement", "quantity", part_id=part_id, to_id=location_id)
    left = tx.total("stock_movement", "quantity", part_id=part_id, from_id=location_id)
    return int(arrived - left)


def places(tx: Tx, part_id: str, serial: str) -> dict[str, int]:
    """Where the books have a serial number: for each location that it is not settled with, how often. One location with 1
    is as it should be, or none at all; less than 0 was taken from where it was not."""
    found: Counter[str] = Counter()
    for row in tx.find("stock_movement", serial=serial, part_id=part_id):
        for end, sign in (("to_id", 1), ("from_id", -1)):
            if row[end] is not None:
                found[str(row[end])] += sign * int(row["quantity"] or 0)
    return {place: count for place, count in sorted(found.items()) if count}


def _fits(tx: Tx, part_id: str, ticket_id: str) -> bool:
    """Whether a part fits the device of a ticket, as far as anybody has said: a part of which nothing is known fits all."""
    ticket = tx.get("ticket", ticket_id)
    device = tx.get("device", str(ticket["device_id"])) if ticket and ticket["device_id"] else None
    if device is None or device["model_id"] is None:
        return True
    models = {kept_id(tx, str(fit["model_id"])) for fit in tx.find("part_fit", part_id=part_id)}
    return not models or kept_id(tx, str(device["model_id"])) in models
