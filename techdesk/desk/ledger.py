"""The ledger of spares: movements are facts, a balance is their sum."""

from techdesk.desk.tx import Act, Tx


def move_stock(
    tx: Tx, act: Act, part_id: str, quantity: int, *, reason: str, from_id: str | None = None, to_id: str | None = None,
    ticket_id: str | None = None, serial: str | None = None, note: str | None = None,
) -> None:  # fmt: skip
    """Adds a movement. It is never refused for lack of stock: what was fitted was fitted, and the balance may be negative."""
    tx.append(
        "stock_movement",
        {"id": tx.fresh_id(), "part_id": part_id, "quantity": quantity, "from_id": from_id, "to_id": to_id,
         "reason": reason, "at": act.at, "ticket_id": ticket_id, "serial": serial, "note": note},
    )  # fmt: skip


def balance(tx: Tx, part_id: str, location_id: str) -> int:
    """How many pieces of a part a location holds by the books."""
    arrived = tx.total("stock_movement", "quantity", part_id=part_id, to_id=location_id)
    left = tx.total("stock_movement", "quantity", part_id=part_id, from_id=location_id)
    return int(arrived - left)
