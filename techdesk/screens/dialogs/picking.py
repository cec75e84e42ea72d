"""A dialog to pick one thing by its first letters: a line to type in, and what fits below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from techdesk.screens.chrome import key
from techdesk.screens.dialogs.choices import Choice, Choices
from techdesk.screens.dialogs.dialog import Dialog
from techdesk.screens.reads import Question


class PickDialog(Dialog[Choice | None]):
    """Asks `question(text)` with each letter. Enter takes the highlighted choice; pressed before the answer is here, as a
    scanner does, it takes the first choice of the answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "move(1)", "pick.down", "Down", "The next one"),
        key("up", "move(-1)", "pick.up", "Up", "The one before"),
    ]
    KEYS = "Type its first letters   Enter takes the marked one   Esc leaves"
    PLACEHOLDER: ClassVar[str] = ""
    NOTHING: ClassVar[str] = "Nothing fits."

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._enter_waits = False
        self._asked = ""
        self._shown: str | None = None

    def question(self, text: str) -> Question[Sequence[Choice]]:
        """What fits a text. The function that is returned runs in a thread."""
        raise NotImplementedError

    def compose_fields(self) -> ComposeResult:
        yield Input(placeholder=self.PLACEHOLDER, compact=True)
        yield Choices(glyphs=self.desk.glyphs, empty_text=self.NOTHING)

    def on_mount(self) -> None:
        self.query_one(Choices).can_focus = False
        self._find("")

    def on_input_changed(self, event: Input.Changed) -> None:
        self._enter_waits = False
        self._find(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self._shown == self._asked:
            self.query_one(Choices).action_choose()
        else:
            self._enter_waits = True

    @on(Choices.Chosen)
    def take(self, event: Choices.Chosen) -> None:
        """One was chosen."""
        self.dismiss(event.choice)

    def action_move(self, by: int) -> None:
        """Highlights another one."""
        self.query_one(Choices).action_move(by)

    def _find(self, text: str) -> None:
        self._asked = text
        self.ask(self.question(text.strip()), self._show)

    def _show(self, found: Sequence[Choice]) -> None:
        self._shown = self._asked
        choices = self.query_one(Choices)
        choices.show(found)
        if self._enter_waits:
            self._enter_waits = False
            choices.action_choose()


def fits(text: str, *names: str) -> bool:
    """Whether each word of the text begins a word of the names."""
    words = [word for name in names for word in name.casefold().split()]
    return all(any(word.startswith(part) for word in words) for part in text.casefold().split())
