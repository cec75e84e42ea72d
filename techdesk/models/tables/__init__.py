"""Every entity, one SQLModel class each: the single source of the schema, a module an area.

Moments are text in UTC (see `techdesk.clock`), dates text as YYYY-MM-DD, flags 0 or 1, quantities whole numbers, money in
the organisation's currency. References hold the id of the other row; nothing cascades, because a laptop may hold a row
whose neighbour is outside its scope. `python -m techdesk.server.next_step` writes the step that brings stores here.

A class in one of these modules is an entity by being there; a new module is imported here.
"""

from sqlalchemy import Column, ColumnDefault, DefaultClause
from sqlmodel import SQLModel

from techdesk.models.tables import (
    checklists,
    devices,
    dispatching,
    memory,
    people,
    problems,
    rotations,
    rules,
    stock,
    tickets,
    visits,
)
from techdesk.models.tables.entity import Entity

__all__ = [
    "ENTITIES",
    "Entity",
    "checklists",
    "columns",
    "devices",
    "dispatching",
    "memory",
    "people",
    "problems",
    "rotations",
    "rules",
    "stock",
    "tickets",
    "visits",
]

ENTITIES: tuple[type[Entity], ...] = tuple(Entity.__subclasses__())

# The daily verbs insert without SQLModel, so each default stands in the schema as well.
for _entity in ENTITIES:
    for _column in SQLModel.metadata.tables[str(_entity.__tablename__)].columns:
        if isinstance(_column.default, ColumnDefault) and _column.default.is_scalar:
            _column.server_default = DefaultClause(str(_column.default.arg))


def columns(table: str) -> list[Column[object]]:
    """The columns of a table, in order. Raises KeyError for a table that there is not."""
    return list(SQLModel.metadata.tables[table].columns)
