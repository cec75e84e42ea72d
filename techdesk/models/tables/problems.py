"""What is behind incidents that keep coming back, and what is changed on purpose, with their history."""

from sqlmodel import Field

from techdesk.models.tables.entity import Entity


class Problem(Entity, table=True):
    """What is behind incidents that keep coming back. One with a cause or a workaround may be a known error."""

    ref: str = Field(index=True)
    title: str
    symptoms: str | None = None
    cause: str | None = None
    workaround: str | None = None
    service: str | None = None
    category: str | None = None
    model_id: str | None = Field(default=None, index=True)
    site_id: str | None = None
    owner_id: str | None = None
    state: str = Field(default="logged", index=True)
    resolution: str | None = None
    opened_at: str
    resolved_at: str | None = None


class Change(Entity, table=True):
    """What is to be done on purpose. `starts` and `ends` are its window; `consent` is the supplier's, in words."""

    ref: str = Field(index=True)
    title: str
    reason: str
    risk: str = "low"
    problem_id: str | None = Field(default=None, index=True)
    model_id: str | None = None
    affected: str | None = None
    starts: str | None = None
    ends: str | None = None
    back_out: str | None = None
    supplier: str | None = None
    consent: str | None = None
    decided_by: str | None = None
    decided_at: str | None = None
    state: str = Field(default="rfc", index=True)
    opened_at: str


class ChangeSite(Entity, table=True):
    """A site that a change is for. Append only."""

    __tablename__ = "change_site"
    change_id: str = Field(index=True)
    site_id: str


class DeskEvent(Entity, table=True):
    """One line of the history of a problem or a change: who did what, and the state it led to. Append only."""

    __tablename__ = "desk_event"
    problem_id: str | None = Field(default=None, index=True)
    change_id: str | None = Field(default=None, index=True)
    at: str
    laptop: str
    act: str
    state: str
    note: str | None = None
    details: str | None = None
