"""Which of them stays: duplicates become one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from techdesk.models.queries.alike import open_like
from techdesk.models.queries.search import find_tickets
from techdesk.screens.dialogs.choices import Choice
from techdesk.screens.dialogs.picking import PickDialog, fits
from techdesk.screens.reads import Question

MOST = 8


class DuplicatesDialog(PickDialog):
    """Its choice's value is the id of the ticket that stays. Of several, one of them; of one, another that reads like it."""

    PLACEHOLDER = "the one that stays: its number or words"
    NOTHING = "No open ticket of the school reads like it: type its number or words of it."

    def __init__(self, tickets: list[tuple[str, str, str]]) -> None:
        """`tickets` as (id, ref, title)."""
        several = len(tickets) > 1
        super().__init__(
            f"{len(tickets)} become one: which stays?" if several else f"{tickets[0][1]} is a duplicate of"
        )
        self._tickets = sorted(tickets, key=lambda each: each[1])

    def question(self, text: str) -> Question[Sequence[Choice]]:
        own = self._tickets

        def ask(connection: sqlite3.Connection) -> list[Choice]:
            if len(own) > 1:
                return [Choice(id, f"{ref}  {title}") for id, ref, title in own if fits(text, ref, title)]
            id = own[0][0]
            said, site, room, device = connection.execute(
                "SELECT text, site_id, room, device_id FROM ticket WHERE id = ?", (id,)
            ).fetchone()
            like = open_like(connection, said, site, room=room, device_id=device, leave_out=id, limit=MOST)
            found = [
                Choice(each.id, f"{each.ref}  {each.title}", each.why)
                for each in like
                if fits(text, each.ref, each.title)
            ]
            if text and len(found) < MOST:
                known = {each.value for each in found} | {id}
                hits = find_tickets(connection, text, MOST)
                found += [Choice(hit.id, f"{hit.ref}  {hit.title}", hit.state) for hit in hits if hit.id not in known]
            return found

        return ask
