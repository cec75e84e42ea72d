"""What every row has."""

from sqlalchemy import BigInteger, Integer
from sqlmodel import Field, SQLModel


class Entity(SQLModel):
    """What every row has. `n` is this store's own row number (full-text search hangs on it) and never travels."""

    n: int | None = Field(
        default=None,
        sa_type=BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
    )
    id: str = Field(unique=True)
    created_at: str
    updated_at: str
    author: str | None = None
    version: int = 1
