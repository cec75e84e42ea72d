"""A major incident elsewhere: stay, or go there and owe the rest of the visit."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from techdesk.screens.dialogs.choices import Choice, Choices
from techdesk.screens.dialogs.dialog import Dialog


class LeavingDialog(Dialog[Choice | None]):
    """Its choice's value is whether one leaves."""

    KEYS = "One letter, or Enter   Esc leaves it as it is"

    def __init__(self, title: str, site: str) -> None:
        super().__init__(title)
        self._site = site

    def compose_fields(self) -> ComposeResult:
        yield Choices(
            (
                Choice(False, f"I stay at {self._site}", "others go, or I do later", "s"),
                Choice(True, "I go there now", f"what is left here is carried, and owed to {self._site}", "g"),
            ),
            glyphs=self.desk.glyphs,
        )

    def on_mount(self) -> None:
        self.query_one(Choices).focus()

    @on(Choices.Chosen)
    def take(self, event: Choices.Chosen) -> None:
        """One was chosen."""
        self.dismiss(event.choice)
