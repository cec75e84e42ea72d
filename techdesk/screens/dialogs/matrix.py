"""Impact and urgency in two digits, beside the published matrix."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from techdesk.desk.priority import IMPACTS, URGENCIES, Matrix
from techdesk.screens.dialogs.choices import Choice
from techdesk.screens.dialogs.dialog import Dialog


class MatrixDialog(Dialog[Choice | None]):
    """Its choice's value is (impact, urgency)."""

    KEYS = "A digit for the impact, one for the urgency   Esc leaves"

    def __init__(self, title: str, matrix: Matrix) -> None:
        super().__init__(title)
        self._matrix = matrix
        self._impact: int | None = None

    def compose_fields(self) -> ComposeResult:
        yield Static(self._table(), id="matrix")

    def on_key(self, event: events.Key) -> None:
        """The first digit is the impact, the second the urgency."""
        if event.character is None or event.character not in "1234":
            if event.key == "backspace":
                self._impact = None
                self.query_one("#matrix", Static).update(self._table())
            return
        event.stop()
        digit = int(event.character)
        if self._impact is not None:
            self.dismiss(Choice((self._impact, digit), f"{self._impact}{digit}"))
            return
        self._impact = digit
        self.query_one("#matrix", Static).update(self._table())

    def _table(self) -> Text:
        """The matrix; of the impact that was chosen, only its row."""
        text = Text(no_wrap=True)
        for impact, words in IMPACTS.items():
            here = self._impact in (None, impact)
            text.append(
                f"{self.desk.signs.here if self._impact == impact else ' '} {impact}  {words:<30}",
                "" if here else "dim",
            )
            ranks = "   ".join(f"{urgency}:P{rank}" for urgency, rank in enumerate(self._matrix[impact - 1], start=1))
            text.append(f"{ranks}\n", "bold" if here else "dim")
        text.append("\nUrgency  " + "   ".join(f"{each} {words}" for each, words in list(URGENCIES.items())[:2]))
        return text.append("\n         " + "   ".join(f"{each} {words}" for each, words in list(URGENCIES.items())[2:]))
