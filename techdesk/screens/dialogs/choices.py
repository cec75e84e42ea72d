"""A short list to choose one thing from: by arrows and Enter, by its letter, or with the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from techdesk.screens.chrome import key
from techdesk.screens.widgets.line import UNICODE, Glyphs
from techdesk.screens.widgets.safe_text import clip, fit


class Choice(NamedTuple):
    """One line: what is chosen, how it reads, a note beside it, and a letter that chooses it at once."""

    value: Any
    text: str
    note: str = ""
    letter: str = ""


class Choices(Widget, can_focus=True):
    """Draws the choices around the highlighted one. A letter chooses only while the list has the keys."""

    BINDING_GROUP_TITLE = "Choices"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,j", "move(1)", "choices.down", "Down", "The next one"),
        key("up,k", "move(-1)", "choices.up", "Up", "The one before"),
        key("enter", "choose", "choices.choose", "Choose", "Take this one"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choices--here", "choices--note"}
    DEFAULT_CSS = """
    Choices {
        height: auto;
        & > .choices--here { background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold; }
        & > .choices--note { color: $text-muted; }
    }
    """

    choices: reactive[tuple[Choice, ...]] = reactive((), layout=True)
    here: reactive[int] = reactive(0)

    @dataclass
    class Chosen(Message):
        """One was taken."""

        choice: Choice

    def __init__(self, choices: Sequence[Choice] = (), *, glyphs: Glyphs = UNICODE, empty_text: str = "") -> None:
        super().__init__()
        self.glyphs = glyphs
        self.empty_text = empty_text
        self.set_reactive(Choices.choices, tuple(choices))

    def show(self, choices: Sequence[Choice]) -> None:
        """Other choices; the first one is highlighted."""
        self.choices = tuple(choices)
        self.here = 0

    def get_content_height(self, container: Any, viewport: Any, width: int) -> int:
        """A line a choice."""
        return max(1, len(self.choices))

    def render(self) -> Text:
        if not self.choices:
            return Text(f"  {self.empty_text}", self.get_component_rich_style("choices--note"))
        top = self._top()
        lines = [self._line(index) for index in range(top, min(top + max(1, self.size.height), len(self.choices)))]
        return Text("\n", no_wrap=True).join(lines)

    def _top(self) -> int:
        """The first choice on the screen, such that the highlighted one is on it."""
        return max(0, self.here - max(1, self.size.height) + 1)

    def _line(self, index: int) -> Text:
        choice, width = self.choices[index], self.size.width
        sign = self.glyphs.cursor if index == self.here else " "
        letter = f"{choice.letter}  " if choice.letter else ""
        note = clip(choice.note, width // 2)
        room = width - len(letter) - 3 - (len(note) + 2 if note else 0)
        line = Text(f"{sign} {letter}", no_wrap=True).append(fit(choice.text, max(1, room)))
        if note:
            line.append(f"  {note}", self.get_component_rich_style("choices--note"))
        if index == self.here:
            style = self.get_component_rich_style("choices--here")
            return Text(fit(line.plain, width), style, no_wrap=True)
        return line

    def action_move(self, by: int) -> None:
        """Highlights another one."""
        self.here = max(0, min(self.here + by, len(self.choices) - 1))

    def action_choose(self) -> None:
        """Takes the highlighted one, if there is one."""
        if self.choices:
            self.post_message(self.Chosen(self.choices[self.here]))

    def on_key(self, event: events.Key) -> None:
        """A letter takes its choice at once."""
        for choice in self.choices:
            if choice.letter and event.character == choice.letter:
                event.stop()
                event.prevent_default()
                self.post_message(self.Chosen(choice))
                return

    def on_click(self, event: events.Click) -> None:
        """Takes the choice under the mouse."""
        index = self._top() + event.y
        if 0 <= index < len(self.choices):
            self.here = index
            self.action_choose()
