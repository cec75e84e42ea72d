"""Spares: parts, where they lie, how they move, what is put by for whom, kits, and suppliers."""

from sqlalchemy import Index
from sqlmodel import Field

from techdesk.models.tables.entity import Entity


class Part(Entity, table=True):
    """A spare. `serialised` is 1 when each piece has a serial number."""

    sku: str = Field(index=True)
    name: str = Field(index=True)
    category: str | None = None
    unit_cost: float | None = None
    supplier: str | None = None
    serialised: int = 0


class PartFit(Entity, table=True):
    """A part fits a device model."""

    __tablename__ = "part_fit"
    part_id: str = Field(index=True)
    model_id: str = Field(index=True)


class StockLocation(Entity, table=True):
    """A store, a van or a site's cupboard. `latitude` and `longitude` say where a store is that stands at no site."""

    __tablename__ = "stock_location"
    name: str
    kind: str = "store"
    site_id: str | None = None
    technician_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class StockLevel(Entity, table=True):
    """How many of a part a location should hold: never fewer than `minimum`, filled up to `target`."""

    __tablename__ = "stock_level"
    __table_args__ = (Index("stock_level_place", "location_id", "part_id"),)
    part_id: str = Field(index=True)
    location_id: str = Field(index=True)
    minimum: int = 0
    target: int = 0


class StockMovement(Entity, table=True):
    """Pieces of a part that went from one location to another (either end may be the outside). Append only. `transfer_id` is
    the transfer that sent or received them; on their way they are at `desk.ledger.TRANSIT`, which is no row."""

    __tablename__ = "stock_movement"
    # A balance is summed from the index alone, without a look at the movements themselves.
    __table_args__ = (
        Index("stock_movement_in", "to_id", "part_id", "quantity"),
        Index("stock_movement_out", "from_id", "part_id", "quantity"),
        Index("stock_movement_story", "part_id", "at", "id"),
        Index("stock_movement_serial", "serial", "part_id"),
        Index("stock_movement_when", "reason", "at"),
        Index("stock_movement_came", "to_id", "at"),
    )
    part_id: str
    quantity: int
    from_id: str | None = None
    to_id: str | None = None
    reason: str
    at: str
    ticket_id: str | None = Field(default=None, index=True)
    serial: str | None = None
    note: str | None = None
    transfer_id: str | None = None


class StockRemark(Entity, table=True):
    """Why a count or a transfer differed, said afterwards. Append only."""

    __tablename__ = "stock_remark"
    movement_id: str = Field(index=True)
    words: str


class StockTransfer(Entity, table=True):
    """Pieces on their way between two locations: sent, then received, whole or with a difference."""

    __tablename__ = "stock_transfer"
    part_id: str
    quantity: int
    from_id: str
    to_id: str
    serial: str | None = None
    note: str | None = None
    sent_at: str
    state: str = Field(default="sent", index=True)
    received: int | None = None
    received_at: str | None = None
    difference: str | None = None


class StockReservation(Entity, table=True):
    """Pieces that a visit, a ticket or a day will need: put by at a location until a day (YYYY-MM-DD), then picked into the
    van `to_id`, and given back when they were not used."""

    __tablename__ = "stock_reservation"
    part_id: str
    quantity: int
    location_id: str = Field(index=True)
    to_id: str | None = None
    visit_id: str | None = Field(default=None, index=True)
    ticket_id: str | None = None
    until: str
    reason: str | None = None
    state: str = Field(default="open", index=True)


class Kit(Entity, table=True):
    """A named list of parts that one job takes."""

    name: str = Field(index=True)


class KitLine(Entity, table=True):
    """So many of a part are in a kit; none when `quantity` is 0."""

    __tablename__ = "kit_line"
    kit_id: str = Field(index=True)
    part_id: str
    quantity: int = 1


class Supplier(Entity, table=True):
    """Who sells or repairs. `services`, `contacts`, `terms` and `experience` (with schools) are words; `lead_days` are those
    from an order to its delivery. Parts, devices and tickets name it by its name."""

    name: str = Field(index=True)
    services: str | None = None
    contacts: str | None = None
    terms: str | None = None
    experience: str | None = None
    lead_days: int | None = None
