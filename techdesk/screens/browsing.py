"""What the areas with one list share: a line above, a filter, the list, and a card of the selected row beside it.

From 100 columns on the card stands beside the list, under that it is folded below. Enter goes into the card, which then
has the whole area where it was folded; Esc comes back.
"""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.widgets import Static

from techdesk.screens.area import Area
from techdesk.screens.reads import Question
from techdesk.screens.widgets.filter_line import FilterLine
from techdesk.screens.widgets.list_messages import Highlighted, Opened
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.pages import Source
from techdesk.screens.widgets.safe_text import safe_text

Row = TypeVar("Row")
BESIDE_FROM = 100
"""Columns from which on the card stands beside the list."""


class Browsing(Area, Generic[Row]):
    """An area with one list. A subclass writes `make_list`, `source`, `question`, `card`, and what is above."""

    AUTO_FOCUS = "#list"
    HORIZONTAL_BREAKPOINTS = [(0, "-folded"), (BESIDE_FROM, "-beside")]
    FILTER: ClassVar[str] = "words to look for"
    DEFAULT_CSS = """
    Browsing {
        #above { height: auto; max-height: 3; padding: 0 1; }
        #above.-empty { display: none; }
        #split { height: 1fr; }
        #beside { padding: 0 1; }
        &.-beside #split { layout: horizontal; }
        &.-beside #list { width: 3fr; }
        &.-beside #beside { width: 2fr; border-left: solid $panel; }
        &.-folded #list { height: 3fr; }
        &.-folded #beside { height: 2fr; border-top: solid $panel; }
        &.-folded.-reading #list { display: none; }
        #beside:focus { border-left: solid $primary; }
        &.-folded #beside:focus { border-left: none; border-top: solid $primary; }
    }
    """

    def make_list(self) -> PagedList[Row]:
        """The list, with id `list`."""
        raise NotImplementedError

    def source(self, filter: str) -> Source[Row]:
        """What the list shows under a filter's text."""
        raise NotImplementedError

    def question(self, row: Row) -> Question[Any]:
        """What to ask for the card of a row."""
        raise NotImplementedError

    def card(self, answer: Any) -> Text:
        """The card of a row, drawn from the answer."""
        raise NotImplementedError

    def compose_body(self) -> ComposeResult:
        yield Static("", id="above", classes="-empty", markup=False)
        yield FilterLine(self.FILTER)
        with Container(id="split"):
            yield self.make_list()
            with VerticalScroll(id="beside"):
                yield Static("", id="card", markup=False)

    @property
    def listing(self) -> PagedList[Row]:
        """The list."""
        return self.query_one("#list", PagedList)

    def above(self, text: Text | str) -> None:
        """Says something above the list; nothing hides the line."""
        line = self.query_one("#above", Static)
        line.update(text)
        line.set_class(not text, "-empty")

    def reload(self) -> None:
        self.listing.reload()
        if self.listing.selected_row is not None:
            self._ask_card(self.listing.selected_row)

    def on_paged_list_highlighted(self, event: Highlighted) -> None:
        if event.row is None:
            self.query_one("#card", Static).update("")
        else:
            self._ask_card(event.row)

    def _ask_card(self, row: Row) -> None:
        self.read("card", self.question(row), self._show_card)

    def _show_card(self, answer: Any) -> None:
        self.query_one("#card", Static).update(self.card(answer))

    # Enter and Esc

    def on_paged_list_opened(self, event: Opened) -> None:
        self.open_card()

    def open_card(self) -> None:
        """Goes into the card."""
        self.add_class("-reading")
        self.query_one("#beside").focus()

    def action_back(self) -> None:
        """Out of the card; then the filter away; then the marks."""
        line = self.query_one(FilterLine)
        if self.has_class("-reading"):
            self.remove_class("-reading")
        elif self.listing.marks:
            self.listing.clear_marks()
        elif line.value:
            line.clear_filter()
        else:
            super().action_back()
        self.listing.focus()

    # The filter

    def action_find(self) -> None:
        """/."""
        self.remove_class("-reading")
        self.query_one(FilterLine).open()

    @on(FilterLine.Narrowed)
    def narrow(self, event: FilterLine.Narrowed) -> None:
        """Shows what the text lets through."""
        self.listing.set_source(self.source(event.text))

    @on(FilterLine.Left)
    def leave_filter(self, event: FilterLine.Left) -> None:
        """Back to the list."""
        self.listing.focus()
        if event.entered and event.text:
            self.entered(event.text)

    def entered(self, text: str) -> None:
        """Enter was pressed in the filter."""

    @property
    def filter(self) -> str:
        """What narrows the list now."""
        return self.query_one(FilterLine).value


def heading(text: Text, words: str, note: str = "") -> None:
    """Adds a line that names what follows."""
    if text.plain:
        text.append("\n")
    text.append(f"{safe_text(words)}", "bold")
    text.append(f"  {safe_text(note)}\n" if note else "\n", "dim")


def fact(text: Text, name: str, value: object) -> None:
    """Adds a line with a fact, if there is one."""
    if value not in (None, "", 0):
        text.append(f"{name}  ", "dim").append(f"{safe_text(str(value))}\n")


def said(text: Text, words: str, style: str = "") -> None:
    """Adds a line of a stranger's words."""
    text.append(f"{safe_text(words)}\n", style)
