"""Minutes that no timer has counted: an engineer waited for, a call, a drive."""

from __future__ import annotations

from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from techdesk.screens.dialogs.choices import Choice, Choices
from techdesk.screens.dialogs.dialog import Dialog, Field
from techdesk.screens.dialogs.toggle import Toggle

MODES = (
    Choice("on_site", "on site", "", "o"),
    Choice("remote", "remote", "from afar", "r"),
    Choice("travel", "travel", "", "t"),
    Choice("waiting", "waiting", "for a supplier's engineer, for a room", "w"),
)


class Work(NamedTuple):
    """What was typed."""

    minutes: int
    mode: str
    proactive: bool
    note: str | None


class WorkDialog(Dialog[Work | None]):
    """Minutes and Enter are enough; how they were spent is one letter after Tab."""

    KEYS = "Enter keeps them   Tab, then one letter for how   Esc leaves"

    def compose_fields(self) -> ComposeResult:
        yield Field("Minutes", Input(placeholder="12", id="minutes", compact=True, restrict=r"[0-9]{0,4}"))
        yield Choices(MODES, glyphs=self.desk.glyphs)
        yield Field("Note", Input(placeholder="what for", id="note", compact=True))
        yield Field("Kind", Toggle("proactive", False, id="proactive"))

    def on_mount(self) -> None:
        self.query_one("#minutes", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.query_one(Choices).action_choose()

    @on(Choices.Chosen)
    def take(self, event: Choices.Chosen) -> None:
        """How they were spent, or Enter."""
        typed = self.query_one("#minutes", Input).value
        if not typed or not 0 < int(typed) <= 24 * 60:
            self.wrong("Type the minutes, 1 to 1440, or leave with Esc.")
            self.query_one("#minutes", Input).focus()
            return
        note = self.query_one("#note", Input).value.strip() or None
        self.dismiss(Work(int(typed), event.choice.value, self.query_one("#proactive", Toggle).on, note))
