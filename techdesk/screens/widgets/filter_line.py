"""The line that narrows a list while one types. It shows as long as it narrows anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class FilterLine(Input):
    """Opened with `/`. Enter and ↓ go to the list, which stays narrowed; Esc takes the filter away."""

    BINDING_GROUP_TITLE = "Filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear_and_leave", "All", id="filter.clear", show=False, tooltip="Take the filter away"),
        Binding("down", "leave", "List", id="filter.leave", show=False, tooltip="Go to the list; the filter stays"),
    ]
    DEFAULT_CSS = """
    FilterLine { display: none; height: 1; padding: 0 1; border: none; }
    FilterLine.-open { display: block; }
    """

    @dataclass
    class Narrowed(Message):
        """Another text narrows the list."""

        text: str

    @dataclass
    class Left(Message):
        """The keys go back to the list. `entered`: with Enter, as a scanner does after a tag."""

        text: str
        entered: bool

    def __init__(self, placeholder: str, *, id: str = "filter") -> None:
        super().__init__(placeholder=placeholder, compact=True, select_on_focus=False, id=id)

    def open(self) -> None:
        """Shows the line and takes the keys."""
        self.add_class("-open")
        self.focus()

    def clear_filter(self) -> None:
        """Takes the filter away and hides the line."""
        self.value = ""
        self.remove_class("-open")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Narrowed(event.value))

    async def action_submit(self) -> None:
        """Enter."""
        self._leave(entered=True)

    def action_leave(self) -> None:
        """Down."""
        self._leave(entered=False)

    def action_clear_and_leave(self) -> None:
        """Esc."""
        self.clear_filter()
        self._leave(entered=False)

    def _leave(self, entered: bool) -> None:
        if not self.value:
            self.remove_class("-open")
        self.post_message(self.Left(self.value, entered))
