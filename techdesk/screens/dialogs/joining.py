"""What a ticket is part of: a major incident that it ends with, or a problem that is behind it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from techdesk.models.queries.joining import Whole, wholes
from techdesk.screens.dialogs.choices import Choice
from techdesk.screens.dialogs.picking import PickDialog, fits
from techdesk.screens.reads import Question

NOTES = {"ticket": "it ends with that ticket", "major": "major incident: it ends with it", "problem": "problem"}


class Joined(NamedTuple):
    """What was chosen: `to` is ticket, problem, new (a problem of these), apart (of no ticket) or none (of no problem)."""

    to: str
    id: str | None = None


class JoinDialog(PickDialog):
    """Its choice's value is a Joined. Major incidents and problems first; any open ticket by its number or words."""

    PLACEHOLDER = "a major incident, a problem, or any ticket by its number"
    NOTHING = "Nothing fits."

    def __init__(self, title: str, ids: tuple[str, ...]) -> None:
        super().__init__(title)
        self._ids = ids

    def question(self, text: str) -> Question[Sequence[Choice]]:
        ids = self._ids
        many = f"these {len(ids)} tickets" if len(ids) > 1 else "this ticket"

        def ask(connection: sqlite3.Connection) -> list[Choice]:
            found = wholes(connection, ids, text)
            choices = [_apart(each) if each.joined else _choice(each) for each in found if _shown(each, text)]
            new = Choice(Joined("new"), f"A new problem behind {many}", "to be looked into")
            return [*choices, new] if fits(text, new.text) else choices

        return ask


def _shown(each: Whole, text: str) -> bool:
    return each.kind == "ticket" or fits(text, each.ref, each.title)


def _choice(each: Whole) -> Choice:
    kind = "problem" if each.kind == "problem" else "ticket"
    return Choice(Joined(kind, each.id), f"{each.ref}  {each.title}", NOTES[each.kind])


def _apart(each: Whole) -> Choice:
    to = "none" if each.kind == "problem" else "apart"
    return Choice(Joined(to), f"No more with {each.ref}  {each.title}", "stands for itself")
