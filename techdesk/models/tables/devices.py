"""Devices with their models and their life: events, loans, repairs, audits, licences."""

from sqlalchemy import Index, text
from sqlmodel import Field

from techdesk.models.tables.entity import Entity


class Manufacturer(Entity, table=True):
    """Who makes a model."""

    name: str = Field(index=True)


class DeviceModel(Entity, table=True):
    """A kind of device. `standing` is standard, tolerated or retiring; `update_expiry` a date. One with `merged_into` is
    another spelling of that model, and stays so that whatever names it means the other."""

    __tablename__ = "device_model"
    manufacturer_id: str | None = None
    name: str = Field(index=True)
    number: str | None = None
    category: str | None = None
    standing: str = "tolerated"
    update_expiry: str | None = None
    merged_into: str | None = Field(default=None, index=True)


class ModelApart(Entity, table=True):
    """Two models that read alike and are not the same: they are not offered as one again. Append only."""

    __tablename__ = "model_apart"
    model_id: str
    other_id: str


class Device(Entity, table=True):
    """One device, with where it stands and what it cost. Dates as YYYY-MM-DD. `holder` is a class or role, never a pupil.
    `site_id` is the school that it belongs to, also while it lies in the stock location `location_id`."""

    __table_args__ = (
        Index("device_label", text("coalesce(tag, serial, name, id)"), "id"),
        Index("device_walk", "site_id", text("coalesce(room, '')"), text("coalesce(tag, serial, name, id)"), "id"),
    )
    tag: str | None = Field(default=None, index=True)
    serial: str | None = Field(default=None, index=True)
    source_key: str | None = Field(default=None, index=True)
    name: str | None = None
    model_id: str | None = Field(default=None, index=True)
    site_id: str | None = None
    room: str | None = None
    holder: str | None = None
    bought: str | None = None
    cost: float | None = None
    supplier: str | None = None
    order_number: str | None = None
    warranty_end: str | None = None
    last_seen: str | None = None
    state: str = "in_service"
    note: str | None = None
    extra: str | None = None
    location_id: str | None = None
    certificate: str | None = None
    disposed_on: str | None = None


class DeviceEvent(Entity, table=True):
    """One line of a device's history: who did what with it, and the state it led to. Append only. `details` holds the fields
    that changed, as JSON."""

    __tablename__ = "device_event"
    __table_args__ = (Index("device_event_story", "device_id", "at", "id"),)
    device_id: str
    at: str
    laptop: str
    act: str
    state: str
    ticket_id: str | None = None
    note: str | None = None
    details: str | None = None


class Loan(Entity, table=True):
    """A device that is lent. `borrower` is a class or role, never a pupil; `due` a date. Overdue follows from it."""

    device_id: str = Field(index=True)
    borrower: str
    ticket_id: str | None = Field(default=None, index=True)
    repair_id: str | None = None
    lent_at: str
    due: str | None = None
    state: str = Field(default="out", index=True)
    ended_at: str | None = None


class Repair(Entity, table=True):
    """A device that a supplier is to put right (an RMA). `reference` is the supplier's number, `due` a date."""

    device_id: str = Field(index=True)
    fault: str
    supplier: str | None = None
    reference: str | None = None
    ticket_id: str | None = Field(default=None, index=True)
    due: str | None = None
    cost: float | None = None
    state: str = Field(default="draft", index=True)
    opened_at: str
    ended_at: str | None = None
    note: str | None = None


class Audit(Entity, table=True):
    """A walk through a room (or, without one, a site) in which the labels of all devices are scanned."""

    site_id: str = Field(index=True)
    room: str | None = None
    technician_id: str | None = None
    started_at: str
    ended_at: str | None = None
    missing: int = 0


class AuditScan(Entity, table=True):
    """A label that was scanned. Without a device nobody knows it: it is kept to be looked at later. `before` is what the scan
    changed on the device, as JSON."""

    __tablename__ = "audit_scan"
    audit_id: str = Field(index=True)
    device_id: str | None = Field(default=None, index=True)
    label: str
    at: str
    answer: str
    before: str | None = None


class Licence(Entity, table=True):
    """The right to use a product on so many seats until a date; from `warn_days` before it, it is said to expire."""

    product: str = Field(index=True)
    supplier: str | None = None
    seats: int | None = None
    starts: str | None = None
    expires: str | None = Field(default=None, index=True)
    warn_days: int = 60
    cost: float | None = None
    order_number: str | None = None
    note: str | None = None


class LicenceSite(Entity, table=True):
    """How many seats of a licence a site uses."""

    __tablename__ = "licence_site"
    licence_id: str = Field(index=True)
    site_id: str
    used: int = 0
