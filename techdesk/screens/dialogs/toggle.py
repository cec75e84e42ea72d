"""Yes or no, as a word between brackets, so that it reads without colour."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from techdesk.screens.chrome import key


class Toggle(Widget, can_focus=True):
    """`[x] told in person`."""

    BINDING_GROUP_TITLE = "Switches"
    BINDINGS: ClassVar[list[BindingType]] = [key("space", "flip", "toggle.flip", "Switch", "On or off")]
    DEFAULT_CSS = """
    Toggle { height: 1; width: auto; }
    Toggle:focus { text-style: reverse; }
    """

    on: reactive[bool] = reactive(False, layout=True)

    class Flipped(Message):
        """It is the other way round now."""

        def __init__(self, toggle: Toggle) -> None:
            super().__init__()
            self.toggle = toggle

    def __init__(self, text: str, on: bool, *, id: str) -> None:
        super().__init__(id=id)
        self.text = text
        self.set_reactive(Toggle.on, on)

    def render(self) -> str:
        return f"\\[{'x' if self.on else ' '}] {self.text}"

    def action_flip(self) -> None:
        """The other way round."""
        self.on = not self.on
        self.post_message(self.Flipped(self))

    def on_click(self) -> None:
        self.action_flip()
