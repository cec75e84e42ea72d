"""How a problem was resolved, and whether its tickets end with it."""

from __future__ import annotations

from typing import NamedTuple

from textual.app import ComposeResult
from textual.widgets import Input

from techdesk.screens.dialogs.dialog import Dialog, Field
from techdesk.screens.dialogs.toggle import Toggle


class Resolution(NamedTuple):
    """What was said; with `close` its open tickets are closed with the same words."""

    how: str
    close: bool


class ResolveDialog(Dialog[Resolution | None]):
    """One line, and a switch."""

    KEYS = "Enter resolves it   Tab, Space: its tickets too   Esc leaves"

    def __init__(self, title: str, open_tickets: int) -> None:
        super().__init__(title)
        self._open = open_tickets

    def compose_fields(self) -> ComposeResult:
        yield Field("How", Input(placeholder="what made it go away", id="how", compact=True))
        if self._open:
            yield Field(
                "Tickets", Toggle(f"close the {self._open} that are open with the same words", False, id="close")
            )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        how = event.value.strip()
        if not how:
            self.wrong("Say how it was resolved, or leave with Esc.")
            return
        self.dismiss(Resolution(how, any(each.on for each in self.query(Toggle))))
