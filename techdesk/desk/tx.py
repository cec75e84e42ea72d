"""The port that handlers see. Memory, SQLite and PostgreSQL implement it, under one contract suite."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

Value = str | int | float | None
Row = dict[str, Value]


class Write(NamedTuple):
    """What a command did to one row.

    before: the old values of the columns that changed; None when the row was made.
    after: the new values of the same columns; None when the row was removed (then `before` is the whole row).
    """

    table: str
    id: str
    before: Row | None
    after: Row | None


class Tx(Protocol):
    """One open transaction over the tables of `techdesk.models.tables`. Rows are dicts of column to value."""

    def get(self, table: str, id: str) -> Row | None:
        """The row with that id."""

    def find(self, table: str, *, order: str = "id", limit: int | None = None, **equal: Value) -> list[Row]:
        """Rows whose columns equal the given values (None matches an empty column), by `order` ascending, then id;
        with a minus before the column (`-rank`) the other way round."""

    def total(self, table: str, column: str, **equal: Value) -> float:
        """The sum of a column over the rows that match; 0 when none does."""

    def put(self, table: str, row: Mapping[str, Value]) -> None:
        """Makes the row `row["id"]`, or changes the given columns of it. A put that changes nothing writes nothing."""

    def append(self, table: str, row: Mapping[str, Value]) -> None:
        """Adds a fact. A fact that is there already stays as it is."""

    def delete(self, table: str, id: str) -> None:
        """Removes a row, if there."""

    def fresh_id(self) -> str:
        """An id for a row that the act under way makes: the next in a series that hangs on the act alone."""

    def savepoint(self) -> AbstractContextManager[None]:
        """A part of the transaction that is taken back, alone, when an error leaves it."""


class Act(NamedTuple):
    """Who does it, where and when: what a handler may know beside its command and the Tx."""

    mid: str
    at: str
    actor: str | None
    laptop: str
    # True where an operation is run after others have been put before it: on the server, and in a rebase.
    merging: bool = False
