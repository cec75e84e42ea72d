"""To which state a repair comes: one letter, or with words."""

from __future__ import annotations

from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from techdesk.screens.dialogs.choices import Choice, Choices
from techdesk.screens.dialogs.dialog import Dialog, Field

# state -> its letter, and what it means.
STATES = {
    "submitted": ("s", "the supplier knows of it"),
    "accepted": ("a", "the supplier takes it on"),
    "rejected": ("r", "the supplier does not take it on"),
    "shipped": ("h", "it is away; the device is in repair"),
    "returned": ("t", "it is back, and not tried yet"),
    "verified": ("v", "it works; the device is in use again"),
    "closed": ("c", "nothing more is to come of it"),
}


class RepairMove(NamedTuple):
    """What was chosen."""

    state: str
    note: str | None


class RepairStateDialog(Dialog[RepairMove | None]):
    """A letter is enough; words typed before it go with it."""

    KEYS = "One letter, or Enter   Tab to words that go with it   Esc leaves"

    def __init__(self, title: str, states: tuple[str, ...]) -> None:
        super().__init__(title)
        self._states = states

    def compose_fields(self) -> ComposeResult:
        choices = [Choice(each, each, note, letter) for each in self._states for letter, note in [STATES[each]]]
        yield Choices(choices, glyphs=self.desk.glyphs)
        yield Field("Note", Input(placeholder="what they said", id="note", compact=True))

    def on_mount(self) -> None:
        self.query_one(Choices).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.query_one(Choices).action_choose()

    @on(Choices.Chosen)
    def take(self, event: Choices.Chosen) -> None:
        """A state was chosen."""
        self.dismiss(RepairMove(event.choice.value, self.query_one("#note", Input).value.strip() or None))
