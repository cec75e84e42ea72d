"""What the ticket keys do, wherever a ticket is shown: Today, the list, a story."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from techdesk.models.queries.visits import running
from techdesk.screens.area import Area
from techdesk.screens.writer import Order

# The commands and dialogs are imported where a key asks for them: together 25 ms that the start does not wait for.
if TYPE_CHECKING:
    from techdesk.desk.work import StartWork, StopWork
    from techdesk.screens.dialogs.choices import Choice
    from techdesk.screens.dialogs.hold import Hold


class Target(NamedTuple):
    """A ticket that a key acts on."""

    id: str
    ref: str
    title: str


class TicketArea(Area):
    """An area in which tickets can be selected: it says which ones, and what to do once something was done to them."""

    def targets(self) -> list[Target]:
        """The marked tickets, or else the selected one; empty when there is none."""
        return []

    def to_close(self) -> list[Target]:
        """What `c` means here."""
        return self.targets()

    def acted(self) -> None:
        """Something was done to the targets: marks may go."""

    def _chosen(self, verb: str, targets: list[Target] | None = None) -> list[Target]:
        """The targets; without any it says so."""
        targets = self.targets() if targets is None else targets
        if not targets:
            self.warn(f"There is no ticket to {verb} here: select one, or capture one with n.")
        return targets

    def _perform_each(self, targets: list[Target], order: Callable[[str], Order]) -> None:
        self.desk.perform(*(order(target.id) for target in targets))
        self.acted()

    def action_timer(self) -> None:
        """Starts the timer on the ticket, switches it over, or stops it where it runs there."""
        targets = self._chosen("work on")
        if len(targets) > 1:
            self.warn("One timer runs at a time: take the marks away with Esc, then select one ticket.")
        elif targets:
            from techdesk.desk.work import StartWork, StopWork

            id, me = targets[0].id, self.desk.heading.me

            def order(connection: sqlite3.Connection) -> StartWork | StopWork:
                timers = running(connection, me)
                return StopWork() if timers and timers[0].ticket_id == id else StartWork(ticket_id=id)

            self._perform_each(targets, lambda _: order)

    def action_close(self) -> None:
        """Asks for the fix."""
        targets = self._chosen("close", self.to_close())
        if targets:
            from techdesk.screens.dialogs.close import CloseDialog

            def closed(done: bool | None) -> None:
                if done:
                    self.acted()

            self.app.push_screen(CloseDialog([(each.id, each.ref, each.title) for each in targets]), closed)

    def action_hold(self) -> None:
        """Asks why it waits."""
        targets = self._chosen("put on hold")
        if targets:
            from techdesk.desk.work import HoldTicket
            from techdesk.screens.dialogs.dialog import short_title
            from techdesk.screens.dialogs.hold import HoldDialog

            def hold(chosen: Hold | None) -> None:
                if chosen is not None:
                    self._perform_each(
                        targets,
                        lambda id: HoldTicket(ticket_id=id, reason=chosen.reason, until=chosen.until, note=chosen.note),
                    )

            self.app.push_screen(HoldDialog(short_title("Hold", [each[1:] for each in targets])), hold)

    def action_assign(self) -> None:
        """Asks who is to have it."""
        targets = self._chosen("assign")
        if targets:
            from techdesk.desk.tickets import AssignTicket
            from techdesk.screens.dialogs.assign import AssignDialog
            from techdesk.screens.dialogs.dialog import short_title

            def assign(chosen: Choice | None) -> None:
                if chosen is not None:
                    kind, who = chosen.value
                    given = {"owner_id": who} if kind == "owner" else {"role": who}
                    self._perform_each(targets, lambda id: AssignTicket(ticket_id=id, **given))

            self.app.push_screen(AssignDialog(short_title("Assign", [each[1:] for each in targets])), assign)

    def action_edit(self) -> None:
        """Triage."""
        targets = self._chosen("edit")
        if targets:
            from techdesk.screens.dialogs.edit import EditDialog

            def edited(done: bool | None) -> None:
                if done:
                    self.acted()

            self.app.push_screen(EditDialog([(each.id, each.ref, each.title) for each in targets]), edited)

    def action_note(self) -> None:
        """Asks for words."""
        targets = self._chosen("note on")
        if targets:
            from techdesk.desk.tickets import NoteTicket
            from techdesk.screens.dialogs.dialog import short_title
            from techdesk.screens.dialogs.prompt import PromptDialog

            draft = f"note {targets[0].id}"

            def note(text: str | None) -> None:
                if text is not None:
                    self._perform_each(targets, lambda id: NoteTicket(ticket_id=id, text=text))
                    self.desk.keep_draft(draft, {})

            title = short_title("Note on", [each[1:] for each in targets])
            self.app.push_screen(PromptDialog(title, "what happened, what was agreed", draft=draft), note)

    def action_reopen(self) -> None:
        """Opens ended tickets again."""
        targets = self._chosen("reopen")
        if targets:
            from techdesk.desk.closing import ReopenTicket

            self._perform_each(targets, lambda id: ReopenTicket(ticket_id=id))
