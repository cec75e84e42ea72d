"""Keys of a visit's tasks: carried, dropped, and what the school wants first."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from techdesk.models.rows import TaskLine, VisitLine
from techdesk.screens.chrome import key
from techdesk.screens.day import LEFT
from techdesk.screens.ticket_keys import TicketArea


class TaskKeys(TicketArea):
    """An area with a visit's tasks; a subclass says which ones are meant."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "minus",
            "carry",
            "task.carry",
            "Carry",
            "Carry what is marked, or selected, to the next visit, with a reason",
        ),
        key("D", "drop", "list.drop", "Drop", "Take what is marked, or selected, off the list, with a reason"),
        key("P", "agree", "visit.agree", "First", "What the school wants first: the marked tasks, or the selected one"),
    ]

    def task_targets(self) -> list[TaskLine]:
        """The tasks that a key is about."""
        raise NotImplementedError

    def visit_here(self) -> VisitLine | None:
        """The visit that they are of."""
        raise NotImplementedError

    def action_carry(self) -> None:
        """-."""
        self._leave("carried", "carried")

    def action_drop(self) -> None:
        """D."""
        self._leave("dropped", "off the list")

    def _leave(self, state: str, words: str) -> None:
        """Asks why the tasks are left out of this visit."""
        tasks = [task for task in self.task_targets() if task.state in LEFT]
        if not tasks:
            self.warn("There is nothing to be done here that could be left out.")
            return
        from techdesk.desk.visits import SetTask
        from techdesk.screens.dialogs.prompt import PromptDialog

        def given(reason: str | None) -> None:
            if reason:
                self.desk.perform(*(SetTask(task_id=task.id, state=state, reason=reason) for task in tasks))
                self.acted()

        self.app.push_screen(PromptDialog(f"Why is it {words}: {_named(tasks)}?", "the reason"), given)

    def action_agree(self) -> None:
        """P: the tasks come first, as somebody of the school wants it."""
        visit, tasks = self.visit_here(), self.task_targets()
        if visit is None or not tasks:
            self.warn("There is no visit under way with tasks to agree on: start one with Space.")
            return
        from techdesk.desk.bookings import AgreePriorities
        from techdesk.screens.dialogs.prompt import PromptDialog

        id, ids = visit.id, tuple(task.id for task in tasks)

        def agreed(name: str | None) -> None:
            if name:
                self.desk.perform(AgreePriorities(visit_id=id, agreed_with=name, task_ids=ids))
                self.acted()

        title = f"Who wants first: {_named(tasks)}?"
        self.app.push_screen(PromptDialog(title, "a name", value=visit.agreed_with or ""), agreed)


def _named(tasks: list[TaskLine]) -> str:
    return tasks[0].title if len(tasks) == 1 else f"{len(tasks)} tasks"
