"""The ledger of spares: movements are facts, a balance is their sum, and so is the place of a serial number."""

from collections import Counter
from collections.abc import Sequence

from techdesk.desk.labels import folded
from techdesk.desk.merging import tell
from techdesk.desk.models import kept_id
from techdesk.desk.tx import Act, Tx
from techdesk.errors import Refused

TRANSIT = "00000000-0000-8000-8000-7472616e7369"
"""Where pieces are that were sent and not received yet. It is a location of movements only, and has no row of its own."""
MOST_NAMED = 6
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


def is_free(tx: Tx, part_id: str, serial: str | None, from_id: str | None) -> bool | None:
    """Whether the books let somebody take a serial number: it is where it is taken from, or nowhere if it comes from the
    outside. None for pieces without one."""
    if serial is None:
        return None
    known = places(tx, part_id, serial)
    return all(count < 1 for count in known.values()) if from_id is None else known.get(from_id, 0) > 0


def claimed_twice(
    tx: Tx, act: Act, part_id: str, serial: str | None, ends: tuple[str | None, str | None], free: bool | None
) -> str:
    """Tells the author of a movement that another has taken its serial number meanwhile, which was `free` to its author. To
    be asked before the movement is added, which stays as it is: stock never blocks. Returns the outcome's kind."""
    if not (act.merging and free) or is_free(tx, part_id, serial, ends[0]):
        return "plain"
    taken = tx.find("stock_movement", order="at", serial=serial, part_id=part_id, from_id=ends[0])
    theirs = taken[-1] if taken else {"to_id": None, "author": None}
    there = theirs["to_id"]
    if there == TRANSIT:  # which has no name: where it is on its way to has one
        there = (tx.get("stock_transfer", str(theirs["transfer_id"])) or {}).get("to_id")
    done = f"{serial} had gone elsewhere before: both are in the books, say where it is with  techdesk part locate"
    mine, others = ({"serial": serial, "location_id": place} for place in (ends[1], there))
    tell(tx, act, "conflict", ("part", part_id), done, mine=mine, theirs=others, theirs_by=theirs["author"])
    return "conflict"


def spellings(tx: Tx, part_id: str, serial: str) -> list[str]:
    """A serial number as it is said, and as the books have it, however it is written."""
    written = {str(row["serial"]) for row in tx.find("stock_movement", part_id=part_id) if row["serial"] is not None}
    return sorted({serial, *(each for each in written if folded(each) == folded(serial))})


def use_part(
    tx: Tx, act: Act, part_id: str, quantity: int, *, from_id: str | None, ticket_id: str | None, note: str | None = None,
) -> tuple[str | None, str]:  # fmt: skip
    """Takes pieces out whose serial numbers are not said. Where a place holds no more of a serialised part than are taken,
    they go with their numbers; where it holds more, the review asks which went. Returns what is odd about the movement,
    and a sentence about the serial numbers, or ""."""
    part = tx.get("part", part_id) or {}
    there = serials_in(tx, part_id, from_id) if from_id and part.get("serialised") else []
    known = there if len(there) <= quantity else []
    unsaid = quantity - len(known)
    odd = None
    for serial, pieces in (*((each, 1) for each in known), *(((None, unsaid),) if unsaid else ())):
        odd = move_stock(tx, act, part_id, pieces, reason="issue", from_id=from_id, ticket_id=ticket_id, serial=serial,
                         note=note)  # fmt: skip
    if known:
        was, only = ("was", "it was the only one") if len(known) == 1 else ("were", "no others were")
        return odd, f" {part['sku']}: serial number {', '.join(known)} {was} taken, as {only} there."
    asked = (
        f" {part.get('sku')}: which serial number was taken is not said ({some_of(there)}): settle it in  techdesk part"
        " review."
    )
    return odd, asked if there else ""


def some_of(serials: Sequence[str]) -> str:
    """The first few of the serial numbers that are there."""
    return ", ".join(serials[:MOST_NAMED]) + (" ..." if len(serials) > MOST_NAMED else "")


def held_as(tx: Tx, part_id: str, serial: str, place: str | None) -> str:
    """A serial number as the books have it in a place, however it is said."""
    there = serials_in(tx, part_id, place) if place else []
    return serial if serial in there else next((each for each in there if folded(each) == folded(serial)), serial)


def serials_in(tx: Tx, part_id: str, place: str) -> list[str]:
    """The serial numbers of a part that the books have in a place."""
    found: Counter[str] = Counter()
    came = tx.find("stock_movement", part_id=part_id, to_id=place)
    for rows, sign in ((came, 1), (tx.find("stock_movement", part_id=part_id, from_id=place), -1)):
        for row in rows:
            if row["serial"] is not None:
                found[str(row["serial"])] += sign * int(row["quantity"] or 0)
    return sorted(serial for serial, count in found.items() if count > 0)


def _fits(tx: Tx, part_id: str, ticket_id: str) -> bool:
    """Whether a part fits the device of a ticket, as far as anybody has said: a part of which nothing is known fits all."""
    ticket = tx.get("ticket", ticket_id)
    device = tx.get("device", str(ticket["device_id"])) if ticket and ticket["device_id"] else None
    if device is None or device["model_id"] is None:
        return True
    models = {kept_id(tx, str(fit["model_id"])) for fit in tx.find("part_fit", part_id=part_id)}
    return not models or kept_id(tx, str(device["model_id"])) in models
