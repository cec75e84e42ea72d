"""A list over an area that is small enough to be read whole: Esc goes back to where one was."""

from __future__ import annotations

import sqlite3
from typing import ClassVar, TypeVar

from rich.text import Text

from techdesk.screens.browsing import Browsing
from techdesk.screens.sources import Whole
from techdesk.screens.widgets.paged_list import PagedList

Row = TypeVar("Row")


class Board(Browsing[Row]):
    """A subclass writes `rows_of`, `key_of`, `draw`, and what a `Browsing` needs for its card."""

    EMPTY: ClassVar[str] = "Nothing is here."
    UNFIT: ClassVar[str] = "Nothing fits. Esc takes the filter away."

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, Row] = {}

    def rows_of(self, connection: sqlite3.Connection, filter: str) -> list[Row]:
        """What a filter lets through. Runs in a thread."""
        raise NotImplementedError

    def key_of(self, row: Row) -> str:
        """What a row is known by."""
        raise NotImplementedError

    def draw(self, row: Row, width: int, selected: bool, marked: bool) -> Text:
        """A line of the list."""
        raise NotImplementedError

    def told(self) -> None:
        """The rows were read again: what stands above may be said anew."""

    def make_list(self) -> PagedList[Row]:
        return PagedList(
            self.source(""), self.draw, self.key_of, glyphs=self.desk.glyphs, id="list", empty_text=self.EMPTY
        )

    def source(self, filter: str) -> Whole[Row]:
        for listing in self.query("#list").results(PagedList):
            listing.empty_text = self.UNFIT if filter else self.EMPTY
        return Whole(self.desk.reads, lambda connection: self._read_rows(connection, filter), self.key_of)

    def _read_rows(self, connection: sqlite3.Connection, filter: str) -> list[Row]:
        rows = self.rows_of(connection, filter)
        self._rows = {self.key_of(row): row for row in rows}
        self.call_later(self._again)
        return rows

    def _again(self) -> None:
        if self.is_attached and self.children:
            self.recount()
            self.told()

    @property
    def rows(self) -> list[Row]:
        """The rows as they were read last."""
        return [*self._rows.values()]

    def chosen(self) -> list[Row]:
        """The marked rows, or else the selected one."""
        return [self._rows[key] for key in self.listing.targets if key in self._rows]

    def action_back(self) -> None:
        """Esc: out of the card, the filter away, the marks away, then back."""
        if self.listing.marks or self.filter or self.has_class("-reading"):
            super().action_back()
        else:
            self.app.pop_screen()
