"""Saved views of a list."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from techdesk.desk.views import SaveView
from techdesk.models.queries.views import DEFAULT, View, views
from techdesk.screens.chrome import key
from techdesk.screens.dialogs.choices import Choice, Choices
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

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+b", "begin", "view.begin", "Begin with it", "Begin the list with this view, or with none again"),
        key("ctrl+r", "remove", "view.remove", "Forget", "Forget this view, for everybody"),
    ]
    KEYS = "Enter opens   Ctrl+B begins with it   Ctrl+R forgets it   Esc leaves"
    PLACEHOLDER = "a view"
    NOTHING = "No view is called so: Ctrl+S in the list keeps its filter under a name."

    def __init__(self, area: str) -> None:
        super().__init__("Views")
        self._area = area
        self._saved: dict[str, View] = {}

    def question(self, text: str) -> Question[Sequence[Choice]]:
        area = self._area

        def ask(connection: sqlite3.Connection) -> list[Choice]:
            found = views(connection, area)
            self._saved = {each.name: each for each in found}
            saved = [
                Choice(each.filter, each.name, f"{'first: ' if each.default else ''}{each.filter}") for each in found
            ]
            return [choice for choice in (*saved, *ALWAYS) if fits(text, choice.text)]

        return ask

    def _here(self) -> View | None:
        """The saved view that is highlighted; without one it says so."""
        choices = self.query_one(Choices)
        chosen = choices.choices[choices.here].text if choices.choices else ""
        found = self._saved.get(chosen)
        if found is None:
            self.wrong("That is none of the saved views: only those can be forgotten, or begun with.")
        return found

    def action_begin(self) -> None:
        """Ctrl+b."""
        found = self._here()
        if found is not None:
            self.desk.remember(**{DEFAULT: None if found.default else found.name})
            begins = "all that is open" if found.default else found.name
            self.desk.say(f"The ticket list begins with {begins}.")
            self.dismiss(None)

    def action_remove(self) -> None:
        """Ctrl+r."""
        found = self._here()
        if found is not None:
            self.desk.perform(SaveView(area=self._area, name=found.name, filter=""))
            self.dismiss(None)
