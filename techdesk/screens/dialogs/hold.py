"""Why it waits: one letter, or with a date and a note."""

from __future__ import annotations

from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.suggester import SuggestFromList
from textual.widgets import Input

from techdesk import clock
from techdesk.errors import BadInput
from techdesk.models.queries import suppliers
from techdesk.screens.dialogs.choices import Choice, Choices
from techdesk.screens.dialogs.dialog import Dialog, Field

REASONS = (
    Choice("parts", "parts", "the next visit brings them", "p"),
    Choice("caller", "caller", "the clock of the ticket stops", "c"),
    Choice("vendor", "vendor", "the clock of the ticket stops", "v"),
    Choice("next_visit", "next visit", "", "n"),
    Choice("change", "change", "to be approved first", "g"),
    Choice("problem", "problem", "its cause is looked for", "b"),
    Choice("release", "nothing any more", "back into the queue", "r"),
)


class Hold(NamedTuple):
    """What was chosen, or `release`; `until` is a date, YYYY-MM-DD."""

    reason: str
    until: str | None
    note: str | None
    supplier: str | None = None
    reference: str | None = None


class HoldDialog(Dialog[Hold | None]):
    """A letter is enough; a date and a note, typed before it, go with it."""

    KEYS = "One letter, or Enter   Tab to a date and a note   Esc leaves"

    def compose_fields(self) -> ComposeResult:
        yield Choices(REASONS, glyphs=self.desk.glyphs)
        yield Field("Until", Input(placeholder="2026-11-30, if known", id="until", compact=True))
        yield Field("Note", Input(placeholder="what is waited for", id="note", compact=True))
        yield Field("Supplier", Input(placeholder="who has it, with v", id="supplier", compact=True))
        yield Field("Number", Input(placeholder="the supplier's number for it", id="reference", compact=True))

    def on_mount(self) -> None:
        self.query_one(Choices).focus()
        self.ask(suppliers.known, self._offer)

    def _offer(self, names: tuple[str, ...]) -> None:
        self.query_one("#supplier", Input).suggester = SuggestFromList(names, case_sensitive=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.query_one(Choices).action_choose()

    @on(Choices.Chosen)
    def take(self, event: Choices.Chosen) -> None:
        """A reason was chosen."""
        until = self.query_one("#until", Input).value.strip()
        try:
            day = clock.parse_day_ahead(until, self.desk.now, self.desk.timezone) if until else None
        except BadInput as error:
            self.wrong(str(error))
            self.query_one("#until", Input).focus()
            return
        words = (self.query_one(f"#{name}", Input).value.strip() or None for name in ("note", "supplier", "reference"))
        self.dismiss(Hold(event.choice.value, day, *words))
