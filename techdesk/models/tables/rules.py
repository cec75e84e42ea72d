"""What the organisation has agreed: calendars, priorities with their targets, how tickets are closed."""

from sqlalchemy import Index
from sqlmodel import Field

from techdesk.models.tables.entity import Entity


class Calendar(Entity, table=True):
    """When a site, the sites of a cluster, or (neither given) all of the organisation are served. `hours` is a week as
    `desk.service_hours.week` reads it; `closed` and `special` are worked out from the entries, as JSON."""

    name: str
    cluster: str | None = Field(default=None, index=True)
    site_id: str | None = Field(default=None, index=True)
    hours: str | None = None
    closed: str | None = None
    special: str | None = None


class CalendarDay(Entity, table=True):
    """An entry of a calendar: what the days from `first` to `last` are. `source` and `source_key` name the entry of the file
    that it came from; `hours` are opening times of its own."""

    __tablename__ = "calendar_day"
    __table_args__ = (Index("calendar_day_when", "calendar_id", "first"),)
    calendar_id: str
    kind: str
    first: str
    last: str
    title: str
    hours: str | None = None
    source: str
    source_key: str


class Priorities(Entity, table=True):
    """The organisation's matrix and targets, as `desk.priority` reads them; one row, or none."""

    matrix: str | None = None
    target_1: str | None = None
    target_2: str | None = None
    target_3: str | None = None
    target_4: str | None = None
    target_5: str | None = None


class ClosingRules(Entity, table=True):
    """How the organisation closes tickets, as `desk.rules` reads it; one row, or none. `causes` are codes with commas."""

    __tablename__ = "closing_rules"
    causes: str | None = None
    reopen_days: int | None = None
    repeat_days: int | None = None
    survey_days: int | None = None
