"""What is asked about device models: which standing they get, and which of them stays when several are one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from techdesk.models.queries import models
from techdesk.screens.dialogs.choices import Choice, Choices
from techdesk.screens.dialogs.dialog import Dialog
from techdesk.screens.dialogs.picking import PickDialog, fits
from techdesk.screens.reads import Question

# standing -> its letter, and what it means.
STANDINGS = {
    "standard": ("s", "what is bought"),
    "tolerated": ("t", "stays while it works"),
    "retiring": ("r", "is replaced, and not repaired at any price"),
}
MOST = 8


class StandingDialog(Dialog[str | None]):
    """One letter is enough."""

    KEYS = "One letter, or Enter   Esc leaves"

    def compose_fields(self) -> ComposeResult:
        yield Choices(
            [Choice(word, word, note, letter) for word, (letter, note) in STANDINGS.items()], glyphs=self.desk.glyphs
        )

    def on_mount(self) -> None:
        self.query_one(Choices).focus()

    @on(Choices.Chosen)
    def take(self, event: Choices.Chosen) -> None:
        """One was chosen."""
        self.dismiss(event.choice.value)


class OneModelDialog(PickDialog):
    """Its choice's value is the id of the model that stays. Of several, one of them; of one, another that it is a spelling
    of: first those that read like it."""

    PLACEHOLDER: ClassVar[str] = "the one that stays: the beginning of its name"
    NOTHING: ClassVar[str] = "No model reads like it: type the beginning of another one's name."

    def __init__(self, chosen: Sequence[tuple[str, str, int]]) -> None:
        """`chosen` as (id, name, devices)."""
        several = len(chosen) > 1
        super().__init__(f"{len(chosen)} become one: which stays?" if several else f"'{chosen[0][1]}' is the same as")
        self._chosen = sorted(chosen, key=lambda each: -each[2])

    def question(self, text: str) -> Question[Sequence[Choice]]:
        own = self._chosen

        def ask(connection: sqlite3.Connection) -> list[Choice]:
            if len(own) > 1:
                return [Choice(id, name, f"{devices} devices") for id, name, devices in own if fits(text, name)]
            return _like(connection, own[0][0], text)

        return ask


def _like(connection: sqlite3.Connection, id: str, text: str) -> list[Choice]:
    """The models that read like one, then those that are called so."""
    found = []
    for group in models.alike(connection):
        names = [group.kept, *group.others]
        if id in (each.id for each in names):
            found = [Choice(each.id, each.name, f"{each.devices} devices, {each.why}") for each in names
                     if each.id != id and fits(text, each.name)]  # fmt: skip
    if text and len(found) < MOST:
        known = {each.value for each in found} | {id}
        rows = connection.execute("SELECT id, name, standing FROM device_model WHERE merged_into IS NULL ORDER BY name")
        found += [Choice(other, name, standing) for other, name, standing in rows if other not in known
                  and fits(text, name)][: MOST - len(found)]  # fmt: skip
    return found
