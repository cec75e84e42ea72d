"""What the next one needs to know: asked when a ticket goes to a role."""

from __future__ import annotations

from typing import NamedTuple

from textual.app import ComposeResult
from textual.widgets import Input

from techdesk.screens.dialogs.dialog import Dialog, Field


class HandOver(NamedTuple):
    """What was tried, and what is needed; None where nothing was said."""

    tried: str | None
    needed: str | None


class HandOverDialog(Dialog[HandOver | None]):
    """Two lines; Enter hands over, also with nothing typed."""

    KEYS = "Enter hands it over   Tab next   Esc leaves it where it is"

    def compose_fields(self) -> ComposeResult:
        yield Field("Tried", Input(placeholder="what did not help", id="tried", compact=True))
        yield Field(
            "Needed", Input(placeholder="what is needed: a right, a part, a decision", id="needed", compact=True)
        )

    def on_mount(self) -> None:
        self.query_one("#tried", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        tried, needed = (self.query_one(f"#{name}", Input).value.strip() or None for name in ("tried", "needed"))
        self.dismiss(HandOver(tried, needed))
