"""What screens and nouns see of the ledger of spares beside balances: transfers, items to settle, values, reservations,
kits."""

from typing import NamedTuple


class TransferLine(NamedTuple):
    """Pieces on their way. `source` and `target` are names."""

    id: str
    part_id: str
    sku: str
    name: str
    quantity: int
    source: str | None
    to_id: str
    target: str | None
    sent_at: str
    by: str | None
    serial: str | None
    note: str | None


class ReviewLine(NamedTuple):
    """An item of the ledger to settle: `kind` is negative, serial, serials, transit or difference; `id` names it for
    `part explain` (a movement) and `part arrived` (a transfer), `what` says it and `next` what settles it."""

    kind: str
    id: str
    part_id: str
    sku: str
    location: str | None
    what: str
    next: str


class PlaceValue(NamedTuple):
    """What a location holds: kinds of parts, pieces, their value by unit cost, how many kinds are short, and how many have no
    cost."""

    id: str
    name: str
    kind: str
    parts: int
    pieces: int
    value: float
    short: int
    without_cost: int


class ReservationLine(NamedTuple):
    """Pieces put by: where, for which visit (its site and start), until which day."""

    id: str
    part_id: str
    sku: str
    name: str
    quantity: int
    location_id: str
    location: str | None
    to_id: str | None
    visit_id: str | None
    site: str | None
    starts: str | None
    until: str
    reason: str | None
    state: str


class KitLine(NamedTuple):
    """A part of a kit."""

    kit_id: str
    kit: str
    part_id: str
    sku: str
    name: str
    quantity: int
