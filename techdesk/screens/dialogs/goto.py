"""Go to anything: a ticket, a device (a scanner types its tag and Enter), a site, a saved view, or a command by its name."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from textual.binding import Binding

from techdesk.models.queries.anything import anything
from techdesk.screens.dialogs.choices import Choice
from techdesk.screens.dialogs.picking import PickDialog, fits
from techdesk.screens.reads import Question


class Destination(NamedTuple):
    """Where to go: a kind of `models.queries.anything` with its value, or `command` with an action."""

    kind: str
    value: str


class GoTo(PickDialog):
    """Its choice's value is a Destination."""

    PLACEHOLDER = "a ticket, a device's tag, a site, a view, a command"
    KEYS = "Type or scan   ↑ ↓ choose   Enter goes there   Esc leaves"

    def __init__(self, commands: list[Choice]) -> None:
        super().__init__("Go to")
        self._commands = commands

    def question(self, text: str) -> Question[Sequence[Choice]]:
        commands = [each for each in self._commands if fits(text, each.text)]

        def ask(connection: sqlite3.Connection) -> list[Choice]:
            found = [
                Choice(Destination(each.kind, each.value), each.text, each.note) for each in anything(connection, text)
            ]
            return found + commands

        return ask


def commands(bindings: list[tuple[Binding, str]]) -> list[Choice]:
    """What can be done now, one line a binding: (binding, its key as shown)."""
    return [
        Choice(Destination("command", binding.action), f"{binding.description}: {binding.tooltip}", shown)
        for binding, shown in bindings
        if binding.id and not binding.id.startswith(("list.", "capture.", "goto.", "area.back"))
    ]
