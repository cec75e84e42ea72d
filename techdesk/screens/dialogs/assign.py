"""Who is to have it: a technician or a role, by first letters."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from techdesk.desk.story import ROLES
from techdesk.screens.dialogs.choices import Choice
from techdesk.screens.dialogs.picking import PickDialog, fits
from techdesk.screens.reads import Question


class AssignDialog(PickDialog):
    """Its choice's value is ("owner", technician id) or ("role", name)."""

    PLACEHOLDER = "a technician or a role"
    NOTHING = "Nobody is called so."

    def question(self, text: str) -> Question[Sequence[Choice]]:
        me = self.desk.heading.me

        def ask(connection: sqlite3.Connection) -> list[Choice]:
            people = connection.execute(
                "SELECT id, name, code, (SELECT count(*) FROM ticket t WHERE t.owner_id = p.id AND t.open = 1)"
                " FROM technician p WHERE state = 'active' ORDER BY id IS NOT ?, name, id",
                (me,),
            )
            found = [
                Choice(("owner", id), f"{name} (me)" if id == me else str(name), f"{held} open")
                for id, name, code, held in people
                if fits(text, str(name), str(code or ""), "me" if id == me else "")
            ]
            return found + [Choice(("role", role), role, "role") for role in ROLES if fits(text, role)]

        return ask
