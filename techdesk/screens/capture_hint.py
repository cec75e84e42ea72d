"""The line over the capture line that says, while one types, what is open already and may be the same. It never blocks."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, cast

from rich.text import Text

from techdesk.models.queries.alike import Alike, open_like
from techdesk.models.queries.capturing import capture
from techdesk.screens.chrome import Chrome
from techdesk.screens.reads import Question
from techdesk.screens.widgets.safe_text import clip

if TYPE_CHECKING:
    from techdesk.screens.area import Area

FEWEST_WORDS = 2


class CaptureHint(Chrome):
    """Hidden while there is nothing to say."""

    DEFAULT_CSS = """
    CaptureHint { display: none; padding: 0 1; }
    CaptureHint.-shown { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.alike: Alike | None = None

    def look(self, text: str) -> None:
        """Looks for what is open and may be the same as the text."""
        if len(text.split()) < FEWEST_WORDS:
            self.show(None)
        else:
            cast("Area", self.screen).read("hint", _question(text, self.desk.heading.me), self.show)

    def show(self, alike: Alike | None) -> None:
        """Names a ticket, or nothing."""
        self.alike = alike
        self.set_class(alike is not None, "-shown")
        self.refresh()

    def render(self) -> Text:
        if self.alike is None:
            return Text("")
        end = f"  Ctrl+O notes it there {self.desk.signs.dot} Enter takes it down anew"
        where = f" ({self.alike.room})" if self.alike.room else ""
        said = f"{self.desk.signs.here} Open already: {self.alike.ref} {self.alike.title}{where}"
        width = self.size.width
        if width < 100:
            end = "  Ctrl+O: that one"
        return Text(clip(said, max(20, width - len(end))), self.desk.ink.accent, no_wrap=True).append(end, "dim")


def _question(text: str, me: str | None) -> Question[Alike | None]:
    def ask(connection: sqlite3.Connection) -> Alike | None:
        said = capture(connection, text, me=me)
        found = open_like(connection, said.text, said.site_id, room=said.room, device_id=said.device_id, limit=1)
        return found[0] if found else None

    return ask
