"""Saved views of a list."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from techdesk.screens.dialogs.choices import Choice
from techdesk.screens.dialogs.picking import PickDialog, fits
from techdesk.screens.reads import Question

ALWAYS = (
    Choice("", "Open, in triage order"),
    Choice("mine", "Mine", "mine"),
    Choice("on_hold", "On hold", "on_hold"),
    Choice("new", "Not triaged yet", "new"),
    Choice("closed sort:newest", "Closed, newest first", "closed sort:newest"),
)


class ViewsDialog(PickDialog):
    """Its choice's value is a filter line."""

    PLACEHOLDER = "a view"
    NOTHING = "No view is called so: Ctrl+S in the list keeps its filter under a name."

    def __init__(self, area: str) -> None:
        super().__init__("Views")
        self._area = area

    def question(self, text: str) -> Question[Sequence[Choice]]:
        area = self._area

        def ask(connection: sqlite3.Connection) -> list[Choice]:
            rows = connection.execute("SELECT filter, name FROM saved_view WHERE area = ? ORDER BY name, id", (area,))
            saved = [Choice(str(filter), str(name), str(filter)) for filter, name in rows]
            return [choice for choice in (*saved, *ALWAYS) if fits(text, choice.text)]

        return ask
