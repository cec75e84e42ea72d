"""What the areas with one list share: a line above, a filter, the list, and a card of the selected row beside it.

From 100 columns on the card stands beside the list, under that it is folded below, and under 60 it is folded away. Enter
goes into the card, which then has the whole area where it was folded; Esc comes back.
"""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Static

from techdesk.screens.area import Area
from techdesk.screens.detail import Rule, Scroller
from techdesk.screens.reads import Question
from techdesk.screens.telling import Ink, Page
from techdesk.screens.widgets.filter_line import FilterLine
from techdesk.screens.widgets.list_messages import Counted, Highlighted, Opened
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.pages import Source

Row = TypeVar("Row")
BESIDE_FROM = 100
"""Columns from which on the card stands beside the list."""
BELOW_FROM = 60
"""Columns from which on it is shown below the list; under that only Enter shows it."""


class Card(Page):
    """A card: facts under headings."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self.ink = ink

    def heading(self, words: str, note: str = "") -> None:
        """A line that names what follows."""
        self.blank()
        self.line((words, f"bold {self.ink.accent}"), (note, self.ink.muted))

    def fact(self, name: str, value: object) -> None:
        """A line with a fact, if there is one."""
        if value not in (None, "", 0):
            self.line((name, self.ink.muted), (str(value), ""))


class Browsing(Area, Generic[Row]):
    """An area with one list. A subclass writes `make_list`, `source`, `question`, `card_title`, `card`, and what is above."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (BELOW_FROM, "-narrow"), (BESIDE_FROM, "-wide")]
    FILTER: ClassVar[str] = "words to look for"
    WHAT: ClassVar[tuple[str, str]] = ("row", "rows")
    DEFAULT_CSS = """
    Browsing {
        #above { height: auto; max-height: 4; padding: 0 1; }
        #above.-empty { display: none; }
        #split { height: 1fr; }
        &.-wide #split { layout: horizontal; }
        &.-wide #list { width: 60%; }
        &.-wide #beside { width: 1fr; }
        &.-narrow #beside { height: 45%; }
        &.-narrow.-reading #list, &.-narrow.-reading #list-rule { display: none; }
        &.-narrow.-reading #beside { height: 1fr; }
        &.-tiny #beside { display: none; }
        &.-tiny.-reading #list, &.-tiny.-reading #list-rule { display: none; }
        &.-tiny.-reading #beside { display: block; height: 1fr; }
        #card { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
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

    def card_title(self, answer: Any) -> str:
        """What stands in the rule above the card."""
        raise NotImplementedError

    def card(self, answer: Any, card: Card) -> None:
        """Fills the card of a row from the answer."""
        raise NotImplementedError

    def compose_body(self) -> ComposeResult:
        line = self.desk.signs.line
        yield Static("", id="above", classes="-empty", markup=False)
        yield FilterLine(self.FILTER)
        yield Rule(line, id="list-rule")
        with Container(id="split"):
            yield self.make_list()
            with Vertical(id="beside"):
                yield Rule(line, id="card-rule")
                with Scroller(id="card"):
                    yield Static("", id="card-text", markup=False)

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

    @on(Highlighted)
    def say_selected(self, event: Highlighted) -> None:
        """Another row is selected."""
        self.selected(event.row)

    def selected(self, row: Row | None) -> None:
        """Shows the card of a row, or none."""
        if row is None:
            self.query_one("#card-rule", Rule).say("")
            self.query_one("#card-text", Static).update("")
        else:
            self._ask_card(row)

    @on(Counted)
    def say_count(self, event: Counted) -> None:
        """How many there are, in the rule above the list."""
        self.recount()

    def recount(self) -> None:
        """Says again how many there are."""
        self.query_one("#list-rule", Rule).say(self.counted(self.listing.count or 0))

    def counted(self, count: int) -> str:
        """What the rule above the list says."""
        narrowed = f" {self.desk.signs.dot} {self.filter}" if self.filter else ""
        return f"{count:,} {self.WHAT[count != 1]}{narrowed}" if count else f"no {self.WHAT[1]}{narrowed}"

    def _ask_card(self, row: Row) -> None:
        self.read("card", self.question(row), self._show_card)

    def _show_card(self, answer: Any) -> None:
        card = Card(self.desk.ink)
        self.card(answer, card)
        self.query_one("#card-rule", Rule).say(self.card_title(answer))
        self.query_one("#card-text", Static).update(card.text)

    # Enter and Esc

    @on(Opened)
    def open_selected(self, event: Opened) -> None:
        """Enter, or a double click. Textual runs the handlers of every class, so an area overrides `opened` instead."""
        self.opened(event.key, event.row)

    def opened(self, key: str, row: Row) -> None:
        """What Enter does with a row."""
        self.open_card()

    def open_card(self) -> None:
        """Goes into the card."""
        self.add_class("-reading")
        self.query_one("#card").focus()

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
        self.recount()

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
