"""What a paged list reads: pages of rows from a source, and where cursor and scroll belong afterwards.

Nothing here touches a widget. The `read_*` functions run in a thread; the rest is plain arithmetic.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from techdesk.screens.widgets.marks import MARK_LIMIT

PAGE_ROWS = 100
"""Rows in a page."""

PAGES_KEPT = 20
"""Pages that stay in memory; the least recently drawn goes first."""

Row = TypeVar("Row")
RowOut = TypeVar("RowOut", covariant=True)


class Source(Protocol[RowOut]):
    """A query whose rows have an order and a key.

    All four block, and a list calls them from worker threads: never two at once, but not always from
    the same thread, so a connection must allow that.
    """

    def count(self) -> int:
        """How many rows there are."""
        ...

    def page(self, start: int, limit: int) -> Sequence[RowOut]:
        """Up to `limit` rows from index `start` (0 is the first)."""
        ...

    def index_of(self, key: str) -> int | None:
        """The index of the row with this key, or None where it is not in the query."""
        ...

    def holds(self, keys: frozenset[str]) -> frozenset[str]:
        """Those of these keys whose rows are in the query."""
        ...


class PageCache(Generic[Row]):
    """The pages that have been read: number -> up to PAGE_ROWS rows."""

    def __init__(self, pages: Mapping[int, Sequence[Row]] | None = None) -> None:
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict(pages or {})

    def __contains__(self, number: int) -> bool:
        return number in self._pages

    def put(self, number: int, rows: Sequence[Row]) -> None:
        """Keep a page, and let go of the one that was not used for longest."""
        self._pages[number] = rows
        self._pages.move_to_end(number)
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)

    def row(self, index: int) -> Row | None:
        """The row at `index`, or None while its page is not here."""
        number, offset = divmod(index, PAGE_ROWS)
        rows = self._pages.get(number)
        if rows is None or offset >= len(rows):
            return None
        self._pages.move_to_end(number)
        return rows[offset]

    def find(self, key: str, key_of: Callable[[Row], str]) -> int | None:
        """The index of the row with this key among the pages that are here."""
        for number, rows in self._pages.items():
            for offset, row in enumerate(rows):
                if key_of(row) == key:
                    return number * PAGE_ROWS + offset
        return None


def pages_between(first: int, last: int) -> range:
    """The numbers of the pages that hold the rows `first` to `last`, both included."""
    return range(first // PAGE_ROWS, last // PAGE_ROWS + 1)


@dataclass(frozen=True)
class View:
    """What a list shows when a reload is asked for."""

    cursor: int = 0
    """Index of the selected row."""
    key: str | None = None
    """Key of the selected row, None while it is not known."""
    top: int = 0
    """Index of the first row on the screen."""
    top_key: str | None = None
    """Key of that row."""
    height: int = 1
    """Lines on the screen."""
    marks: frozenset[str] = frozenset()
    """Keys of the marked rows."""
    anew: bool = False
    """True where another query takes over: a row that is not in it sends the cursor to the first row."""
    reveal: bool = False
    """True where the selected row is to be scrolled into view although it was not seen before."""


@dataclass(frozen=True)
class Snapshot(Generic[Row]):
    """One consistent answer to a reload."""

    view: View
    count: int
    found: bool
    """Whether the selected row is in the list."""
    cursor: int
    """Where the selected row is now, or the nearest index."""
    top: int
    """First index on the screen such that what is read stands still."""
    marks: frozenset[str]
    """The marks whose rows are still in the list."""
    pages: Mapping[int, Sequence[Row]] = field(default_factory=dict)


def place(view: View, count: int, cursor: int | None, top: int | None) -> tuple[int, int]:
    """(cursor, top) after a reload.

    `cursor` and `top` are the indexes that the selected and the top row were found at, or None. The
    selected row keeps its line on the screen, so that new rows above move nothing under the reader's
    eyes. Only a list at its very top stays there, because that is where news is looked for.
    """
    seen = view.top <= view.cursor < view.top + view.height
    if cursor is None and view.anew:
        return 0, 0
    moved = 0 if top is None else top - view.top
    new_cursor = max(0, min(view.cursor + moved, count - 1)) if cursor is None else cursor
    if not seen:
        new_top = view.top + moved
    elif view.top == 0 and not view.anew:
        new_top = 0
    else:
        new_top = new_cursor - (view.cursor - view.top)
    if seen or view.reveal:
        new_top = max(min(new_top, new_cursor), new_cursor - view.height + 1)
    return new_cursor, max(0, min(new_top, count - view.height))


def read_snapshot(source: Source[Row], view: View) -> Snapshot[Row]:
    """Ask again for the count, and for the pages of the selected row and of the screen."""
    count = source.count()
    found = source.index_of(view.key) if view.key is not None else None
    top_found = None
    if view.top > 0 and view.top_key is not None:
        top_found = source.index_of(view.top_key)
    cursor, top = place(view, count, found, top_found)
    pages = {}
    if count:
        seen = pages_between(top, min(top + view.height, count) - 1)
        for number in {*seen, cursor // PAGE_ROWS}:
            pages[number] = source.page(number * PAGE_ROWS, PAGE_ROWS)
    marks = source.holds(view.marks) if view.marks else view.marks
    return Snapshot(view, count, found is not None, cursor, top, marks, pages)


def read_keys(source: Source[Row], key_of: Callable[[Row], str], anchor: str, index: int) -> list[str]:
    """The keys from the row `anchor` to the row at `index`, both included.

    Cut at one more than can be marked, so that the marks notice that there were too many.
    """
    start = source.index_of(anchor)
    first, last = sorted((index if start is None else start, index))
    last = min(last, first + MARK_LIMIT)
    keys: list[str] = []
    for begin in range(first, last + 1, PAGE_ROWS):
        rows = source.page(begin, min(PAGE_ROWS, last + 1 - begin))
        keys.extend(key_of(row) for row in rows)
    return keys
