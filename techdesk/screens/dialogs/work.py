"""Minutes that no timer has counted: an engineer waited for, a call, a drive."""

from __future__ import annotations

from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from techdesk.errors import BadInput
from techdesk.models.rows import WorkEntry
from techdesk.screens.dialogs.choices import Choice, Choices
from techdesk.screens.dialogs.dialog import Dialog, Field
from techdesk.screens.dialogs.toggle import Toggle
from techdesk.screens.dialogs.whole import whole

MODES = (
    Choice("on_site", "on site", "", "o"),
    Choice("remote", "remote", "from afar", "r"),
    Choice("travel", "travel", "", "t"),
    Choice("waiting", "waiting", "for a supplier's engineer, for a room", "w"),
)


LETTERS = "123456789abcdefghilmnopqrstuvwyz"


class Work(NamedTuple):
    """What was typed."""

    minutes: int
    mode: str
    proactive: bool
    note: str | None


class WorkDialog(Dialog[Work | None]):
    """Minutes and Enter are enough; how they were spent is one letter after Tab. With an `entry` it is that one which is
    corrected, and 0 takes it back."""

    KEYS = "Enter keeps them   Tab, then one letter for how   Esc leaves"

    def __init__(self, title: str, entry: WorkEntry | None = None) -> None:
        super().__init__(title)
        self._entry = entry

    def compose_fields(self) -> ComposeResult:
        entry = self._entry
        minutes = str(entry.minutes) if entry else ""
        yield Field("Minutes", Input(minutes, placeholder="12", id="minutes", compact=True))
        modes = Choices(MODES, glyphs=self.desk.glyphs)
        if entry:
            modes.set_reactive(Choices.here, [each.value for each in MODES].index(entry.mode))
        yield modes
        yield Field("Note", Input(placeholder="what for", id="note", compact=True))
        yield Field("Kind", Toggle("proactive", bool(entry and entry.proactive), id="proactive"))

    def on_mount(self) -> None:
        self.query_one("#minutes", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.query_one(Choices).action_choose()

    @on(Choices.Chosen)
    def take(self, event: Choices.Chosen) -> None:
        """How they were spent, or Enter."""
        least = 0 if self._entry else 1
        try:
            minutes = whole(self.query_one("#minutes", Input).value, "Minutes")
        except BadInput:
            minutes = -1
        if not least <= minutes <= 24 * 60:
            self.wrong(f"Type the minutes, a whole number from {least} to 1440, or leave with Esc.")
            self.query_one("#minutes", Input).focus()
            return
        note = self.query_one("#note", Input).value.strip() or None
        self.dismiss(Work(minutes, event.choice.value, self.query_one("#proactive", Toggle).on, note))


class EntryDialog(Dialog[Choice | None]):
    """Which entry of minutes is corrected. Its choice's value is a WorkEntry."""

    KEYS = "Its number, or Enter   Esc leaves"

    def __init__(self, title: str, entries: list[WorkEntry]) -> None:
        super().__init__(title)
        self._entries = entries

    def compose_fields(self) -> ComposeResult:
        choices = [
            Choice(each, f"{each.minutes} min {each.mode.replace('_', ' ')}", f"{each.by or ''} {each.at[:10]}", letter)
            for each, letter in zip(self._entries, LETTERS, strict=False)
        ]
        yield Choices(choices, glyphs=self.desk.glyphs)

    def on_mount(self) -> None:
        self.query_one(Choices).focus()

    @on(Choices.Chosen)
    def take(self, event: Choices.Chosen) -> None:
        """One was chosen."""
        self.dismiss(event.choice)
