"""The pane beside a list: what one needs to know of the selected row, with its title in a rule above."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from techdesk.screens.chrome import key
from techdesk.screens.widgets.safe_text import clip


class Rule(Static):
    """A line across with words in it."""

    DEFAULT_CSS = "Rule { height: 1; width: 1fr; }"

    def __init__(self, sign: str, words: str = "", id: str | None = None) -> None:
        super().__init__("", id=id, markup=False)
        self.sign = sign
        self.words = words

    def say(self, words: str) -> None:
        """Other words."""
        self.words = words
        self.refresh()

    def render(self) -> Text:
        width = self.size.width
        said = f" {clip(self.words, width - 4)} " if self.words else ""
        text = Text(self.sign, no_wrap=True).append(said, "bold")
        return text.append(self.sign * max(0, width - text.cell_len))


class Scroller(VerticalScroll):
    """Text that j and k move too."""

    BINDING_GROUP_TITLE = "Reading"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,j", "scroll_down", "reading.down", "Down", "Further down"),
        key("up,k", "scroll_up", "reading.up", "Up", "Further up"),
    ]


class Detail(Scroller, can_focus=False):
    """The text of the pane; the wheel scrolls it, the keys stay with the list."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = Text()

    def compose(self) -> ComposeResult:
        yield Static("", id="detail-text", markup=False)

    def show(self, text: Text) -> None:
        """Another text; what is read on stands still if it is the same, and nothing is laid out anew."""
        if text != self._shown or text.spans != self._shown.spans:
            self._shown = text
            self.query_one("#detail-text", Static).update(text)

    def to_top(self) -> None:
        """Another thing is told of: from its beginning."""
        self.scroll_home(animate=False)
