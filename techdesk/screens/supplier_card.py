"""What is told of a supplier, wherever one stands on a card."""

from __future__ import annotations

from techdesk.models.queries.suppliers import SupplierRow
from techdesk.screens.browsing import Card


def tell_supplier(row: SupplierRow, card: Card, *, named: bool = True) -> None:
    """Whom to call, and on which terms; under its name, unless that stands above already."""
    how = "G, then e, makes it known" if named else "e makes it known"
    unknown = "" if row.id else f"not made known yet: {how}"
    if named:
        card.heading(row.name, unknown)
    elif unknown:
        card.line((unknown, card.ink.muted))
    for name, value in (("contacts", row.contacts), ("terms", row.terms), ("services", row.services),
                        ("with schools", row.experience),
                        ("delivers in", f"{row.lead_days} days" if row.lead_days is not None else None)):  # fmt: skip
        card.fact(name, value)
