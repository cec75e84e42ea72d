"""What the ticket keys do, wherever a ticket is shown: Today, the list, a story."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import BindingType

from techdesk.clock import seconds_between
from techdesk.models.queries import tickets
from techdesk.models.queries.visits import running
from techdesk.models.rows import RunningTimer
from techdesk.screens.area import Area, key
from techdesk.screens.writer import Order

# The commands and dialogs are imported where a key asks for them: together 25 ms that the start does not wait for.
if TYPE_CHECKING:
    from techdesk.desk.holds import EscalateTicket
    from techdesk.desk.work import StartWork, StopWork
    from techdesk.screens.dialogs.choices import Choice
    from techdesk.screens.dialogs.hand_over import HandOver
    from techdesk.screens.dialogs.hold import Hold
    from techdesk.screens.dialogs.joining import Joined
    from techdesk.screens.dialogs.work import Work


class Target(NamedTuple):
    """A ticket that a key acts on."""

    id: str
    ref: str
    title: str


class TicketArea(Area):
    """An area in which tickets can be selected: it says which ones, and what to do once something was done to them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("W", "work", "ticket.work", "Minutes", "Keep minutes that no timer has counted: waiting, a call, a drive"),
        key(
            "exclamation_mark",
            "major",
            "ticket.major",
            "Major",
            "A major incident: it comes first; what it displaces is owed",
        ),
        key("delete", "withdraw", "ticket.cancel", "Withdraw", "End it without work: withdrawn, or sent by mistake"),
        key(
            "asterisk",
            "emergency",
            "ticket.emergency",
            "Send",
            "Send somebody now: the day's routes with this ticket taken in",
        ),
        key("J", "join", "ticket.join", "Join", "Part of a major incident, or of a problem; all that are marked"),
    ]

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

            self.run_worker(self._switch(order, me), group="write")

    async def _switch(self, order: Order, me: str | None) -> None:
        """Performs it; of a timer that was forgotten it asks the minutes."""
        done = await self.desk.do(order)
        self.acted()
        if done.refusals:
            self.read("timer", lambda connection: running(connection, me), self._ask_minutes)

    def _ask_minutes(self, timers: list[RunningTimer]) -> None:
        from techdesk.desk.timers import FORGOTTEN
        from techdesk.desk.work import StopWork
        from techdesk.screens.dialogs.prompt import PromptDialog

        timer = timers[0] if timers else None
        if timer is None or not timer.started_at or seconds_between(timer.started_at, self.desk.now) <= FORGOTTEN:
            return

        def stop(text: str | None) -> None:
            if text is not None and text.isdecimal():
                self.desk.perform(lambda _: StopWork(minutes=int(text)))
            elif text is not None:
                self.warn("These are no minutes: press Space again, and type a number.")

        hours = seconds_between(timer.started_at, self.desk.now) // 3600
        title = f"The timer of {timer.ref} ran for {hours} h: how long was the work?"
        self.app.push_screen(PromptDialog(title, "minutes"), stop)

    def action_emergency(self) -> None:
        """Shows the day's routes with the ticket taken in."""
        targets = self._chosen("send somebody for")
        if len(targets) > 1:
            self.warn("One emergency at a time: take the marks away with Esc, then select one ticket.")
        elif targets:
            from techdesk.screens.routes import RoutesScreen

            self.app.push_screen(RoutesScreen(targets[0].id))

    def action_work(self) -> None:
        """Asks for minutes that no timer has counted."""
        targets = self._chosen("keep minutes on")
        if targets:
            from techdesk.desk.work import LogWork
            from techdesk.screens.dialogs.dialog import short_title
            from techdesk.screens.dialogs.work import WorkDialog

            def keep(work: Work | None) -> None:
                if work is not None:
                    self._perform_each(
                        targets,
                        lambda id: LogWork(ticket_id=id, minutes=work.minutes, mode=work.mode, note=work.note,
                                           proactive=int(work.proactive)),
                    )  # fmt: skip

            self.app.push_screen(WorkDialog(short_title("Minutes on", [each[1:] for each in targets])), keep)

    def action_major(self) -> None:
        """Declares a major incident, at the top of the day."""
        targets = self._chosen("declare a major incident")
        if len(targets) > 1:
            self.warn("One of them is the major incident: take the marks away with Esc, then select it.")
        elif targets:
            id = targets[0].id
            self.read("major", lambda connection: tickets.line(connection, id).site_id, partial(self._declare, targets))

    def _declare(self, targets: list[Target], site_id: str | None) -> None:
        """Declares it; of one at another school than that of the visit under way it asks whether one goes there."""
        from techdesk.desk.majors import DeclareMajor

        visit = self.desk.heading.visit
        if visit is None or site_id is None or site_id == visit.site_id:
            self._perform_each(targets, lambda id: DeclareMajor(ticket_id=id))
            return
        from techdesk.screens.dialogs.dialog import short_title
        from techdesk.screens.dialogs.leaving import LeavingDialog

        def declare(chosen: Choice | None) -> None:
            if chosen is not None:
                self._perform_each(targets, lambda id: DeclareMajor(ticket_id=id, leave=chosen.value))

        title = short_title("Major incident", [each[1:] for each in targets])
        self.app.push_screen(LeavingDialog(title, visit.site), declare)

    def action_withdraw(self) -> None:
        """Asks why, and ends them."""
        targets = self._chosen("withdraw")
        if targets:
            from techdesk.desk.closing import CancelTicket
            from techdesk.screens.dialogs.dialog import short_title
            from techdesk.screens.dialogs.prompt import PromptDialog

            def withdraw(reason: str | None) -> None:
                if reason is not None:
                    self._perform_each(targets, lambda id: CancelTicket(ticket_id=id, reason=reason))

            title = short_title("Withdraw", [each[1:] for each in targets])
            self.app.push_screen(PromptDialog(title, "why it needs no work"), withdraw)

    def action_join(self) -> None:
        """Asks what they are part of."""
        targets = self._chosen("join to anything")
        if targets:
            from techdesk.screens.dialogs.dialog import short_title
            from techdesk.screens.dialogs.joining import JoinDialog

            def join(chosen: Choice | None) -> None:
                if chosen is not None:
                    joined: Joined = chosen.value
                    self.desk.perform(*_joining(targets, joined))
                    self.acted()

            title = short_title("Part of what:", [each[1:] for each in targets])
            self.app.push_screen(JoinDialog(title, tuple(each.id for each in targets)), join)

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
            from techdesk.screens.dialogs.dialog import short_title
            from techdesk.screens.dialogs.hold import HoldDialog

            def hold(chosen: Hold | None) -> None:
                if chosen is not None:
                    self._perform_each(
                        targets,
                        lambda id: _hold_of(id, chosen),
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
                if chosen is None:
                    return
                kind, who = chosen.value
                if kind == "owner":
                    self._perform_each(targets, lambda id: AssignTicket(ticket_id=id, owner_id=who))
                else:
                    self._hand_over(targets, who)

            self.app.push_screen(AssignDialog(short_title("Assign", [each[1:] for each in targets])), assign)

    def _hand_over(self, targets: list[Target], role: str) -> None:
        """Asks what the next one needs to know."""
        from techdesk.desk.tickets import AssignTicket
        from techdesk.screens.dialogs.dialog import short_title
        from techdesk.screens.dialogs.hand_over import HandOverDialog

        def hand(said: HandOver | None) -> None:
            if said is not None:
                self._perform_each(
                    targets,
                    lambda id: AssignTicket(ticket_id=id, role=role, tried=said.tried, needed=said.needed),
                )

        title = short_title(f"To {role}:", [each[1:] for each in targets])
        self.app.push_screen(HandOverDialog(title), hand)

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
            from techdesk.models.queries.reopening import again

            now = self.desk.now
            self._perform_each(targets, lambda id: lambda connection: again(connection, id, None, now))


def _joining(targets: list[Target], joined: Joined) -> list[Order]:
    """The commands that make tickets part of what was chosen."""
    from techdesk.desk.ids import new_id
    from techdesk.desk.majors import JoinTicket
    from techdesk.desk.problems import LinkTicket, LogProblem

    if joined.to == "new":
        return [LogProblem(id=new_id(), title=targets[0].title, ticket_ids=tuple(each.id for each in targets))]
    if joined.to in ("problem", "none"):
        return [LinkTicket(ticket_id=each.id, problem_id=joined.id) for each in targets]
    return [JoinTicket(ticket_id=each.id, parent_id=joined.id) for each in targets]


def _hold_of(id: str, chosen: Hold) -> Order:
    """A hold for a supplier that is named is an escalation; what waits for nothing any more is released."""
    if chosen.reason == "release":
        from techdesk.desk.holds import ReleaseTicket

        return ReleaseTicket(ticket_id=id, note=chosen.note)
    if chosen.reason == "vendor" and (chosen.supplier or chosen.reference):
        return partial(_escalation, id, chosen)
    from techdesk.desk.work import HoldTicket

    return HoldTicket(ticket_id=id, reason=chosen.reason, until=chosen.until, note=chosen.note)


def _escalation(id: str, chosen: Hold, connection: sqlite3.Connection) -> EscalateTicket:
    from techdesk.desk.holds import EscalateTicket
    from techdesk.models.queries.supplier_terms import spelled

    return EscalateTicket(ticket_id=id, supplier=spelled(connection, chosen.supplier), reference=chosen.reference,
                          promised=chosen.until, note=chosen.note)  # fmt: skip
