"""One line that says what just happened, and how to take it back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from techdesk.screens.widgets.safe_text import clip

LOG_LENGTH = 50
"""Messages that stay readable after the line went blank."""

WARNING_SECONDS_FACTOR = 2
"""A warning stays so many times longer: it was not asked for, so it is not looked for."""


@dataclass(frozen=True)
class Said:
    """A message and when it was said, in local time."""

    at: datetime
    text: str
    warning: bool = False
    undo_hint: bool = False


class StatusLine(Widget):
    """Shows the newest message for a while, then nothing. Never more than one line."""

    DEFAULT_CSS = """
    StatusLine {
        height: 1;
        width: 1fr;
        padding: 0 1;
        &.-warning { color: $text-warning; text-style: bold; }
    }
    """

    shown: reactive[Said | None] = reactive(None)
    """What the line says now, None while it is blank."""

    def __init__(
        self, *, seconds: float = 6.0, undo_key: str = "u", ascii_only: bool = False, id: str | None = None
    ) -> None:
        """`undo_key` is shown in the hint, so it should be the key that undo has in the key map."""
        super().__init__(id=id)
        self.seconds = seconds
        self.undo_key = undo_key
        self.ascii_only = ascii_only
        self._log: deque[Said] = deque(maxlen=LOG_LENGTH)
        self._timer: Timer | None = None

    @property
    def log_lines(self) -> list[Said]:
        """The last messages, oldest first."""
        return list(self._log)

    def say(self, message: str, undo_hint: bool = False) -> None:
        """Say what happened; with `undo_hint` also which key takes it back."""
        self._put(Said(datetime.now().astimezone(), message, undo_hint=undo_hint), self.seconds)

    def warn(self, message: str) -> None:
        """Say what went wrong or cannot be done, and why."""
        said = Said(datetime.now().astimezone(), message, warning=True)
        self._put(said, self.seconds * WARNING_SECONDS_FACTOR)

    def clear(self) -> None:
        """Go blank; the log stays."""
        self.shown = None

    def _put(self, said: Said, seconds: float) -> None:
        self._log.append(said)
        self.shown = said
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(seconds, self.clear)

    def watch_shown(self, shown: Said | None) -> None:
        self.set_class(shown is not None and shown.warning, "-warning")

    def render(self) -> Text:
        """The line, clipped such that the hint stays whole."""
        said = self.shown
        if said is None:
            return Text("")
        before = ""
        if said.warning:
            before = "! Warning: " if self.ascii_only else "⚠ Warning: "
        after = ""
        if said.undo_hint:
            after = f" {'-' if self.ascii_only else '·'} {self.undo_key} takes it back"
        room = self.size.width - cell_len(before) - cell_len(after)
        return Text(clip(before + clip(said.text, room) + after, self.size.width), no_wrap=True)
