"""What is told of a supplier, wherever one stands on a card."""

from __future__ import annotations

from techdesk.models.queries.suppliers import SupplierRow
from techdesk.screens.browsing import Card


def tell_supplier(row: SupplierRow, card: Card) -> None:
    """Whom to call, and on which terms."""
    card.heading(row.name, "" if row.id else "not made known yet: G, then e")
    for name, value in (("contacts", row.contacts), ("terms", row.terms), ("services", row.services),
                        ("with schools", row.experience),
                        ("delivers in", f"{row.lead_days} days" if row.lead_days is not None else None)):  # fmt: skip
        card.fact(name, value)
