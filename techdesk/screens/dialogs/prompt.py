"""One line of words: a note, the name of a view."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input

from techdesk.screens.dialogs.dialog import Dialog


class PromptDialog(Dialog[str | None]):
    """Its result is what was typed, never blank. With `draft`, half-typed words are kept under that name. `anew`: what is
    typed takes the place of `value`."""

    KEYS = "Enter keeps it   Esc leaves"

    def __init__(
        self, title: str, placeholder: str, *, value: str = "", draft: str | None = None, anew: bool = False
    ) -> None:
        super().__init__(title)
        self._placeholder = placeholder
        self._value = value
        self._draft = draft
        self._anew = anew

    def compose_fields(self) -> ComposeResult:
        kept = str(self.desk.drafts.get(self._draft).get("text", "")) if self._draft else ""
        yield Input(kept or self._value, placeholder=self._placeholder, compact=True, select_on_focus=self._anew)

    def on_input_changed(self, event: Input.Changed) -> None:
        if self._draft:
            self.desk.keep_draft(self._draft, {"text": event.value})

    def on_input_submitted(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if not text:
            self.wrong("There is nothing typed yet: write a few words, or leave with Esc.")
            return
        self.dismiss(text)
