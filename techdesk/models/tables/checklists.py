"""Checklists, and the runs of them."""

from sqlalchemy import Index
from sqlmodel import Field

from techdesk.models.tables.entity import Entity


class Checklist(Entity, table=True):
    """What is checked again and again, as `desk.frequency` reads how often: at one site, at those of a cluster, at those that
    have a device of a model, or (none given) at all. `first_due` is the date of the first run, at once when empty."""

    name: str = Field(index=True)
    frequency: str
    site_id: str | None = Field(default=None, index=True)
    cluster: str | None = None
    service: str | None = None
    model_id: str | None = None
    first_due: str | None = None
    state: str = Field(default="active", index=True)


class ChecklistStep(Entity, table=True):
    """One thing to check. `evidence` is none, text, number or photo; `part_id` what the step is likely to need, so many;
    `minutes` how long it takes."""

    __tablename__ = "checklist_step"
    checklist_id: str = Field(index=True)
    rank: int = 0
    title: str
    room: str | None = None
    required: int = 1
    evidence: str = "none"
    part_id: str | None = None
    quantity: int = 1
    minutes: int = 5
    state: str = "active"


class ChecklistRun(Entity, table=True):
    """A checklist that is to be gone through at a site by a date. `ended_at` is when it was done or skipped, `carried` how
    many visits had no time for it. Overdue follows from `due`."""

    __tablename__ = "checklist_run"
    __table_args__ = (
        Index("checklist_run_place", "site_id", "checklist_id", "due"),
        Index("checklist_run_due", "due", "state"),
    )
    checklist_id: str
    site_id: str
    due: str
    state: str = "due"
    visit_id: str | None = None
    technician_id: str | None = None
    ended_at: str | None = None
    reason: str | None = None
    carried: int = 0


class ChecklistAnswer(Entity, table=True):
    """What a step came to: pass, fail or skip; of one device, where it failed on that. `evidence` is the text or the number
    that was asked for."""

    __tablename__ = "checklist_answer"
    run_id: str = Field(index=True)
    step_id: str
    result: str
    evidence: str | None = None
    note: str | None = None
    device_id: str | None = None
    ticket_id: str | None = None
    technician_id: str | None = None
    at: str
