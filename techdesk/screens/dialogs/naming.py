"""A category or a service by its first letters: one that is in use, or a new one as it is typed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from techdesk.screens.dialogs.choices import Choice
from techdesk.screens.dialogs.picking import PickDialog, fits
from techdesk.screens.reads import Question

MOST = 12


class NameDialog(PickDialog):
    """Its choice's value is a tuple of the one name; `column` is `category` or `service`."""

    PLACEHOLDER = "its first letters, or a new one"

    def __init__(self, title: str, column: str) -> None:
        super().__init__(title)
        self._column = column

    def question(self, text: str) -> Question[Sequence[Choice]]:
        column = self._column

        def ask(connection: sqlite3.Connection) -> list[Choice]:
            rows = connection.execute(
                f"SELECT {column}, count(*) AS held FROM ticket WHERE {column} IS NOT NULL GROUP BY {column}"
                f" ORDER BY held DESC, {column}"
            )
            found = [Choice((name,), str(name), f"{held:,}") for name, held in rows if fits(text, str(name))][:MOST]
            new = text and all(each.text.casefold() != text.casefold() for each in found)
            return [*found, Choice((text,), text, "a new one")] if new else found

        return ask
