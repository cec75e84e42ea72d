"""Which page a list reads next, and which answers come too late. No widget and no thread in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic

from techdesk.screens.widgets.pages import (
    PAGE_ROWS,
    PageCache,
    Row,
    Snapshot,
    Source,
    View,
    pages_between,
    read_keys,
    read_snapshot,
)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A page that was read: its number and up to PAGE_ROWS rows."""

    number: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Keys:
    """The keys of a range of rows."""

    keys: tuple[str, ...]


@dataclass(frozen=True)
class Failure:
    """What a read raised."""

    error: Exception


@dataclass(frozen=True)
class Read(Generic[Row]):
    """One numbered question to a source. `ask` blocks and is called in a thread."""

    source: Source[Row]
    generation: int
    ask: Callable[[], Snapshot[Row] | Page[Row] | Keys]

    def answer(self) -> Snapshot[Row] | Page[Row] | Keys | Failure:
        """What the source says."""
        try:
            return self.ask()
        except Exception as error:  # whatever a query raises, the screen must stay and say so
            return Failure(error)


class Reader(Generic[Row]):
    """Chooses one read at a time: a reload, a range of keys, what is on the screen, what is next to it."""

    def __init__(self, source: Source[Row], key_of: Callable[[Row], str]) -> None:
        self.source = source
        self.cache: PageCache[Row] = PageCache()
        self.busy = False
        self.error: Exception | None = None
        self._key_of = key_of
        self._generation = 0
        self._reload: View | None = View()
        self._range: tuple[str, int] | None = None

    def want_reload(self, key: str | None = None, *, anew: bool = False) -> None:
        """Have count, selection and visible pages read again; `key` names another row to select."""
        waiting = self._reload or View()
        key = key or waiting.key
        self._reload = View(key=key, reveal=key is not None, anew=anew or waiting.anew)
        self._generation += 1
        self._range = None
        self.error = None

    def want_source(self, source: Source[Row]) -> None:
        """Have another query read. What is shown stays until its answer is here."""
        self.source = source
        self.want_reload(anew=True)

    def want_keys(self, anchor: str, index: int) -> None:
        """Have the keys read from the row with the key `anchor` to the row at `index`, both included."""
        self._range = (anchor, index)

    def next_read(self, view: View, count: int | None) -> Read[Row] | None:
        """The read to start now, if any. `view` is what the screen shows, `count` the rows of the list."""
        if self.busy or self.error is not None:
            return None
        ask = self._next_question(view, count)
        if ask is None:
            return None
        self.busy = True
        return Read(self.source, self._generation, ask)

    def settle(
        self, read: Read[Row], answer: Snapshot[Row] | Page[Row] | Keys | Failure
    ) -> Snapshot[Row] | Page[Row] | Keys | Failure | None:
        """The answer if it still counts, else None.

        A snapshot of the same source counts even where a newer one is already asked for: otherwise a
        list under a stream of changes would never show any of them.
        """
        self.busy = False
        late = read.generation != self._generation and not isinstance(answer, Snapshot)
        if late or read.source is not self.source:
            return None
        if isinstance(answer, Failure):
            self.error = answer.error
        elif isinstance(answer, Page):
            self.cache.put(answer.number, answer.rows)
        return answer

    def _next_question(self, view: View, count: int | None) -> Callable[[], Snapshot[Row] | Page[Row] | Keys] | None:
        source, wanted = self.source, self._reload
        if wanted is not None:
            self._reload = None
            asked = replace(view, key=wanted.key or view.key, reveal=wanted.reveal, anew=wanted.anew)
            return partial(read_snapshot, source, asked)
        if self._range is not None:
            (anchor, index), self._range = self._range, None
            return lambda: Keys(tuple(read_keys(source, self._key_of, anchor, index)))
        number = _missing_page(self.cache, view, count)
        if number is None:
            return None
        return lambda: Page(number, tuple(source.page(number * PAGE_ROWS, PAGE_ROWS)))


def _missing_page(cache: PageCache[Row], view: View, count: int | None) -> int | None:
    """The first page that is not here: on the screen, of the selected row, after or before the screen."""
    if not count:
        return None
    seen = pages_between(view.top, min(view.top + view.height, count) - 1)
    wanted: list[int] = [*seen, view.cursor // PAGE_ROWS, seen.stop, seen.start - 1]
    last_page = (count - 1) // PAGE_ROWS
    for number in wanted:
        if 0 <= number <= last_page and number not in cache:
            return number
    return None
