"""Sources of paged lists: a query that is asked page by page, and one whose answer is small enough to be read whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from techdesk.screens.reads import Question, Reads

Row = TypeVar("Row")


class Pages(Generic[Row]):
    """Rows of a query. Each function takes a connection first, and is called in a thread."""

    def __init__(
        self,
        reads: Reads,
        count: Question[int],
        page: Callable[[sqlite3.Connection, int, int], Sequence[Row]],
        index_of: Callable[[sqlite3.Connection, str], int | None],
        holds: Callable[[sqlite3.Connection, frozenset[str]], frozenset[str]],
    ) -> None:
        """`page(connection, start, limit)` gives rows from index `start` on, `index_of(connection, key)` a row's index,
        `holds(connection, keys)` the keys that are there."""
        self._reads = reads
        self._count = count
        self._page = page
        self._index_of = index_of
        self._holds = holds

    def count(self) -> int:
        """How many rows there are."""
        return self._reads.ask(self._count)

    def page(self, start: int, limit: int) -> Sequence[Row]:
        """Rows from an index on."""
        return self._reads.ask(lambda connection: self._page(connection, start, limit))

    def index_of(self, key: str) -> int | None:
        """Where the row with that key stands."""
        return self._reads.ask(lambda connection: self._index_of(connection, key))

    def holds(self, keys: frozenset[str]) -> frozenset[str]:
        """Those of these keys that are in the query."""
        return self._reads.ask(lambda connection: self._holds(connection, keys))


class Whole(Generic[Row]):
    """Rows that are read all at once: as many as a van has parts, or an inbox items. Read anew with each count."""

    def __init__(self, reads: Reads, question: Question[Sequence[Row]], key: Callable[[Row], str]) -> None:
        self._reads = reads
        self._question = question
        self._key = key
        self._rows: Sequence[Row] = ()

    def count(self) -> int:
        """How many rows there are; reads them."""
        self._rows = self._reads.ask(self._question)
        return len(self._rows)

    def page(self, start: int, limit: int) -> Sequence[Row]:
        """Rows from an index on, of the last count."""
        return self._rows[start : start + limit]

    def index_of(self, key: str) -> int | None:
        """Where the row with that key stands."""
        return next((index for index, row in enumerate(self._rows) if self._key(row) == key), None)

    def holds(self, keys: frozenset[str]) -> frozenset[str]:
        """Those of these keys that were there at the last count."""
        return keys.intersection(map(self._key, self._rows))
