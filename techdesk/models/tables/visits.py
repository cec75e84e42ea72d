"""Visits and what is to be done in them."""

from sqlalchemy import Index
from sqlmodel import Field

from techdesk.models.tables.entity import Entity


class Visit(Entity, table=True):
    """Half a day at a site: planned, lived, signed. Times are moments, travel in minutes, mileage in miles.

    `displaced` is the visit debt: minutes of it that an emergency took, which the site is owed; `displaced_by` is the last
    such ticket. `rotation_id` is the rotation that it was published with. `agreed` is what the school and the technician
    said comes first, in words, and `agreed_with` who said so. `signed_how` is typed or paper. `instead_of` is the
    visit, missed or moved, that this one makes up for.
    """

    # The visit at which a technician is.
    __table_args__ = (Index("visit_now", "technician_id", "state"),)
    site_id: str = Field(index=True)
    technician_id: str
    planned_start: str = Field(index=True)
    planned_end: str
    actual_start: str | None = None
    actual_end: str | None = None
    travel_minutes: int | None = None
    mileage: float | None = None
    signatory: str | None = None
    signed_at: str | None = None
    summary: str | None = None
    state: str = "planned"
    reason: str | None = None
    displaced: int = 0
    displaced_by: str | None = None
    rotation_id: str | None = Field(default=None, index=True)
    confirmed_by: str | None = None
    set_off_at: str | None = None
    agreed_with: str | None = None
    agreed_at: str | None = None
    agreed: str | None = None
    signed_how: str | None = None
    instead_of: str | None = Field(default=None, index=True)


class VisitTask(Entity, table=True):
    """One thing to do in a visit: a ticket, the run of a checklist, or a step in words. `estimate` and `actual` are minutes,
    `agreed` its place among what the school wants first (1 is the first)."""

    __tablename__ = "visit_task"
    # What is last on a visit's list, without reading the list.
    __table_args__ = (Index("visit_task_rank", "visit_id", "rank"),)
    visit_id: str = Field(index=True)
    ticket_id: str | None = Field(default=None, index=True)
    title: str
    room: str | None = None
    rank: int = 0
    estimate: int = 15
    actual: int | None = None
    state: str = "todo"
    reason: str | None = None
    run_id: str | None = Field(default=None, index=True)
    agreed: int | None = None
