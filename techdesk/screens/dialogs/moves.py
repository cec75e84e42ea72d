"""To which state a problem, a change or a repair comes: one letter, or with words."""

from __future__ import annotations

from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from techdesk.screens.dialogs.choices import Choice, Choices
from techdesk.screens.dialogs.dialog import Dialog, Field

# state -> letter, how it is chosen, what it means.
STATES: dict[str, tuple[str, str, str]] = {
    "logged": ("l", "logged", "nobody looks at it"),
    "investigating": ("i", "investigating", "its cause is looked for"),
    "known_error": ("k", "known error", "its cause or what helps is known, and shown on tickets"),
    "change_raised": ("g", "change raised", "a change has been asked for"),
    "resolved": ("r", "resolved", "what waits for it is open again"),
    "rfc": ("f", "asked for", "again"),
    "approved": ("a", "approved", "a coordinator's word"),
    "rejected": ("x", "rejected", "a coordinator's word"),
    "planned": ("p", "planned", "its window is agreed"),
    "implemented": ("m", "implemented", "what waits for it is open again"),
    "backed_out": ("b", "backed out", "the way back was taken"),
    "closed": ("c", "closed", ""),
}
REPAIR_STATES: dict[str, tuple[str, str, str]] = {
    "submitted": ("s", "submitted", "the supplier knows of it"),
    "accepted": ("a", "accepted", "the supplier takes it on"),
    "rejected": ("r", "rejected", "the supplier does not take it on"),
    "shipped": ("h", "shipped", "it is away; the device is in repair"),
    "returned": ("t", "returned", "it is back, and not tried yet"),
    "verified": ("v", "verified", "it works; the device is in use again"),
    "closed": ("c", "closed", "nothing more is to come of it"),
}


class Move(NamedTuple):
    """What was chosen."""

    state: str
    note: str | None
    despite: str | None = None


class MoveDialog(Dialog[Move | None]):
    """A letter is enough; words typed before it go with it."""

    KEYS = "One letter, or Enter   Tab to words that go with it   Esc leaves"

    def __init__(
        self,
        title: str,
        states: tuple[str, ...],
        *,
        known: dict[str, tuple[str, str, str]] = STATES,
        freeze: bool = False,
    ) -> None:
        """`states` to choose from, as `known` names them; with `freeze` it is asked why it may fall into an exam freeze."""
        super().__init__(title)
        self._choices = [Choice(each, text, note, letter) for each in states for letter, text, note in [known[each]]]
        self._freeze = freeze

    def compose_fields(self) -> ComposeResult:
        yield Choices(self._choices, glyphs=self.desk.glyphs)
        yield Field("Note", Input(placeholder="why, or how", id="note", compact=True))
        if self._freeze:
            yield Field("Despite", Input(placeholder="why in an exam freeze, if it is", id="despite", compact=True))

    def on_mount(self) -> None:
        self.query_one(Choices).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.query_one(Choices).action_choose()

    @on(Choices.Chosen)
    def take(self, event: Choices.Chosen) -> None:
        """A state was chosen."""
        words = {each.id: each.value.strip() or None for each in self.query(Input)}
        self.dismiss(Move(event.choice.value, words.get("note"), words.get("despite")))
