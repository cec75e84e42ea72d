"""Which ticket a problem is behind: those that are like it first; one that is linked is taken away."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from techdesk.models.queries import problems
from techdesk.models.queries.search import find_tickets
from techdesk.screens.dialogs.choices import Choice
from techdesk.screens.dialogs.picking import PickDialog, fits
from techdesk.screens.reads import Question

MOST = 10


class LinkDialog(PickDialog):
    """Its choice's value is (ticket id, problem id), or (ticket id, None) for one that is taken away."""

    PLACEHOLDER = "a ticket: its number or words"
    NOTHING = "No ticket fits."

    def __init__(self, problem_id: str, ref: str) -> None:
        super().__init__(f"{ref} is behind")
        self._problem = problem_id

    def question(self, text: str) -> Question[Sequence[Choice]]:
        problem = self._problem

        def ask(connection: sqlite3.Connection) -> list[Choice]:
            linked = problems.tickets_of(connection, problem)
            known = {each["id"] for each in linked}
            found = (
                [(hit.id, hit.ref, hit.title, hit.state) for hit in find_tickets(connection, text, MOST)]
                if text
                else problems.candidates(connection, problem, MOST)
            )
            choices = [
                Choice((id, problem), f"{ref}  {title}", state.replace("_", " "))
                for id, ref, title, state in found
                if id not in known
            ]
            return choices + [
                Choice((each["id"], None), f"{each['ref']}  {each['title']}", "linked: Enter takes it away")
                for each in linked
                if fits(text, each["ref"], each["title"])
            ]

        return ask
