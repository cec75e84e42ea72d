"""What the keys of the problem board do: a proposal taken, a problem or change moved, edited, linked, given to somebody."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from techdesk.desk import changes, problems
from techdesk.models.queries.problem_board import BoardCard, BoardLine
from techdesk.screens.area import Area, key
from techdesk.screens.writer import Order

if TYPE_CHECKING:
    from techdesk.desk.commands import Command
    from techdesk.models.queries.proposals import Proposal
    from techdesk.screens.dialogs.choices import Choice
    from techdesk.screens.dialogs.moves import Move

# What `y` leads to.
ONWARD = {
    "problem": {"logged": "investigating", "investigating": "known_error", "known_error": "resolved",
                "change_raised": "resolved", "resolved": "closed"},
    "change": {"rfc": "approved", "approved": "planned", "planned": "implemented", "implemented": "closed"},
}  # fmt: skip
AGAIN = {"problem": "investigating", "change": "rfc"}
KEYS: list[BindingType] = [
    key("y", "accept", "problem.accept", "Accept", "Take what is proposed as a problem; bring one a step on"),
    key("m", "move", "problem.move", "Move", "To another state: one letter, with words if need be"),
    key("plus", "raise_change", "problem.change", "Change", "Ask for a change, of the problem that is selected"),
    key("p", "plan_tasks", "problem.tasks", "Tasks", "Put a preventive task on the next visit at every school of it"),
    key("J", "join", "ticket.join", "Join", "Link a ticket to the problem, or take one away"),
    key("e", "edit", "ticket.edit", "Edit", "Symptoms, cause, workaround; a change's window, way back, consent"),
    key("c", "close", "ticket.close", "Close", "Resolve a problem with how, its tickets too; close a change"),
    key("a", "assign", "ticket.assign", "Assign", "Who looks after the problem"),
    key("R", "reopen", "ticket.reopen", "Reopen", "Look at a problem again; ask for a change again"),
]


class ProblemKeys(Area):
    """A screen on which problems can be selected; it says which ones."""

    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def chosen(self) -> list[BoardLine]:
        """The marked rows, or else the selected one."""
        return []

    def did(self) -> None:
        """Something was done to them: marks may go."""

    def go_to(self, key: str) -> None:
        """Selects a row that was made."""

    def _some(self, *kinds: str) -> list[BoardLine]:
        """The chosen rows, if they are of these kinds; else it says why not."""
        rows = self.chosen()
        wrong = next((row for row in rows if row.kind not in kinds), None)
        if not rows:
            self.warn("There is nothing on the board: J in Tickets makes a problem of what is marked.")
        elif wrong is not None and wrong.kind == "proposal":
            self.warn("Only proposed yet: y takes it as a problem first.")
        elif wrong is not None:
            self.warn(f"{wrong.ref} is a {wrong.kind}: this key is for a {' or a '.join(kinds)}.")
        return [] if wrong is not None else rows

    def _one(self, *kinds: str) -> BoardLine | None:
        rows = self._some(*kinds)
        if len(rows) > 1:
            self.warn("One at a time: take the marks away with Esc, then select it.")
        return rows[0] if len(rows) == 1 else None

    def _perform(self, *orders: Order) -> None:
        self.desk.perform(*orders)
        self.did()

    def action_accept(self) -> None:
        """y."""
        rows = self.chosen()
        orders: list[Order] = [_taking(row.proposal) for row in rows if row.proposal is not None]
        for row in rows:
            onward = ONWARD.get(row.kind, {}).get(row.state)
            if onward == "resolved":
                self.warn(f"c resolves {row.ref}: it asks how.")
            elif onward is not None:
                orders.append(_moving(row, onward))
            elif row.proposal is None:
                self.warn(f"{row.ref} is {row.state.replace('_', ' ')}: there is nothing to accept.")
        if len(rows) == 1 and rows[0].proposal is not None:
            self.run_worker(self._take(_taking(rows[0].proposal)), group="write")
        elif orders:
            self._perform(*orders)

    async def _take(self, order: Order) -> None:
        """Makes a problem of a proposal, and goes to it."""
        done = await self.desk.do(order)
        if done.outcomes:
            self.did()
            self.go_to(f"problem:{done.outcomes[0].changed[0].id}")

    def action_move(self) -> None:
        """m."""
        rows = self._some("problem", "change")
        if not rows:
            return
        if len({(row.kind, row.state) for row in rows}) > 1:
            self.warn("The marked ones are in different states: move those of one state together.")
            return
        from techdesk.screens.dialogs.dialog import short_title
        from techdesk.screens.dialogs.moves import MoveDialog

        allowed = problems.ALLOWED if rows[0].kind == "problem" else changes.ALLOWED
        states = allowed[rows[0].state]
        if not states:
            self.warn(f"{rows[0].ref} is done with: it stays {rows[0].state}.")
            return

        def moved(move: Move | None) -> None:
            if move is not None:
                self._perform(*(_moving(row, move.state, move.note, move.despite) for row in rows))

        title = short_title("Move", [(row.ref, row.title) for row in rows])
        self.app.push_screen(MoveDialog(title, states, freeze="planned" in states), moved)

    def action_close(self) -> None:
        """c."""
        row = self._one("problem", "change")
        if row is None:
            return
        if row.kind == "change" or row.state == "resolved":
            self._perform(_moving(row, "closed"))
            return
        from techdesk.screens.dialogs.dialog import short_title
        from techdesk.screens.dialogs.resolve import Resolution, ResolveDialog

        def resolved(said: Resolution | None) -> None:
            if said is not None:
                self._perform(_moving(row, "resolved", said.how, close=said.close))

        self.app.push_screen(ResolveDialog(short_title("Resolve", [(row.ref, row.title)]), row.open), resolved)

    def action_reopen(self) -> None:
        """R."""
        rows = self._some("problem", "change")
        if rows:
            self._perform(*(_moving(row, AGAIN[row.kind]) for row in rows))

    def action_edit(self) -> None:
        """e."""
        row = self._one("problem", "change")
        if row is None:
            return
        from techdesk.models.queries import problem_board
        from techdesk.screens.dialogs import problem_fields

        def show(card: BoardCard | None) -> None:
            if card is not None:
                problem_fields.edit(self.desk, row, card.fields, self.did)

        self.read("edit", lambda connection: problem_board.card(connection, row), show)

    def action_raise_change(self) -> None:
        """+: of the problem that is selected, or of none."""
        from techdesk.screens.dialogs import problem_fields

        rows = self.chosen()
        problem_fields.raise_change(self.desk, rows[0] if rows and rows[0].kind == "problem" else None, self.did)

    def action_assign(self) -> None:
        """a."""
        rows = self._some("problem")
        if not rows:
            return
        from techdesk.screens.dialogs.assign import AssignDialog
        from techdesk.screens.dialogs.dialog import short_title

        def assign(chosen: Choice | None) -> None:
            if chosen is not None and chosen.value[0] == "owner":
                self._perform(*(problems.EditProblem(id=row.id, owner_id=chosen.value[1]) for row in rows))
            elif chosen is not None:
                self.warn("A problem is looked after by one person: choose a name.")

        self.app.push_screen(AssignDialog(short_title("Assign", [(row.ref, row.title) for row in rows])), assign)

    def action_join(self) -> None:
        """J."""
        row = self._one("problem")
        if row is None:
            return
        from techdesk.screens.dialogs.linking import LinkDialog

        def link(chosen: Choice | None) -> None:
            if chosen is not None:
                ticket_id, problem_id = chosen.value
                self._perform(problems.LinkTicket(ticket_id=ticket_id, problem_id=problem_id))

        self.app.push_screen(LinkDialog(row.id, row.ref), link)

    def action_plan_tasks(self) -> None:
        """p."""
        row = self._one("problem", "change")
        if row is None:
            return
        from techdesk.models.queries.problem_moves import preventing
        from techdesk.screens.dialogs.prompt import PromptDialog

        def planned(text: str | None) -> None:
            if text is None:
                return
            words, minutes = _with_minutes(text)
            self._perform(lambda connection: preventing(connection, row.kind, row.id, words, minutes))

        hint = "what is done at each school, then its minutes: Update the firmware 20"
        self.app.push_screen(PromptDialog(f"On the next visits, for {row.ref}", hint), planned)


def _taking(proposal: Proposal) -> Order:
    from techdesk.models.queries.problem_moves import taking  # what compares tickets, which only this needs

    return partial(taking, proposal=proposal)


def _moving(
    row: BoardLine, state: str, note: str | None = None, despite: str | None = None, *, close: bool = False
) -> Order:
    from techdesk.models.queries.problem_moves import moving_change, moving_problem

    def order(connection: sqlite3.Connection) -> tuple[Command, ...]:
        if row.kind == "problem":
            return moving_problem(connection, row.id, state, note, close=close)
        return moving_change(connection, row.id, state, note, despite)

    return order


def _with_minutes(text: str) -> tuple[str, int]:
    """`Update the firmware 20`: the words, and the minutes (15 where none are given)."""
    words, _, last = text.rpartition(" ")
    return (words, int(last)) if words and last.isdecimal() and 1 <= int(last) <= 480 else (text, 15)
