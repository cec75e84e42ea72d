"""What the desk has learned, and what one person keeps: articles, the inbox, saved views."""

from sqlmodel import Field

from techdesk.models.tables.entity import Entity


class Article(Entity, table=True):
    """How something is done or put right. `models` holds the ids of the device models that it is about, with commas between;
    `services` their names. `learned_from` is the ticket that taught it. `state` is draft or shared; either is everyone's."""

    title: str
    body: str
    models: str | None = None
    services: str | None = None
    category: str | None = None
    learned_from: str | None = Field(default=None, index=True)
    state: str = Field(default="draft", index=True)


class InboxItem(Entity, table=True):
    """An outcome that was not plain: what was mine, what is theirs (JSON), and what was done by default."""

    __tablename__ = "inbox_item"
    technician_id: str | None = Field(default=None, index=True)
    entity: str
    entity_id: str = Field(index=True)
    ref: str | None = None
    mid: str
    at: str
    kind: str
    done: str
    mine: str
    theirs: str
    theirs_by: str | None = None
    state: str = "open"
    choice: str | None = None


class SavedView(Entity, table=True):
    """A named filter of a list."""

    __tablename__ = "saved_view"
    area: str
    name: str
    filter: str
