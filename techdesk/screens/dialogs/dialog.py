"""What all dialogs share: a frame with a title, a line for what is wrong, a line for its keys, and reads in threads."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantBlur, DescendantFocus
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Label, Static

from techdesk.errors import TechdeskError
from techdesk.screens.chrome import key
from techdesk.screens.reads import Question
from techdesk.screens.widgets.safe_text import clip, safe_text

if TYPE_CHECKING:
    from techdesk.app import TechdeskApp

Result = TypeVar("Result")
Answer = TypeVar("Answer")


class Field(Horizontal):
    """A name and what it is the name of. The name of the one that has the keys is marked."""

    def __init__(self, name: str, *inside: Widget) -> None:
        self.label = Label(f"  {name}", markup=False)
        super().__init__(self.label, *inside)
        self.title = name

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        here = cast("TechdeskApp", self.app).signs.here
        self.label.update(f"{here} {self.title}")

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        self.label.update(f"  {self.title}")


class Dialog(ModalScreen[Result]):
    """A frame over an area. `None` is its result where it is left with Esc."""

    BINDING_GROUP_TITLE = "Dialogs"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "leave", "dialog.leave", "Leave", "Leave; what is typed is kept"),
    ]
    KEYS: ClassVar[str] = "Enter takes it   Esc leaves"

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._number = 0

    @property
    def desk(self) -> TechdeskApp:
        """The app, by its own class."""
        return cast("TechdeskApp", self.app)

    def compose_fields(self) -> ComposeResult:
        """What is between the title and the two lines below."""
        yield from ()

    def compose(self) -> ComposeResult:
        self.set_class(self.desk.config.ascii, "-ascii")
        with Vertical(id="frame"):
            yield Static(safe_text(self._title), id="title", markup=False)
            yield from self.compose_fields()
            yield Static("", id="wrong", markup=False)
            yield Static(self.KEYS, id="keys", markup=False)

    def wrong(self, sentence: str) -> None:
        """Says what is wrong, in the dialog; an empty sentence takes it away."""
        line = self.query_one("#wrong", Static)
        line.update(f"{self.desk.signs.late} {safe_text(sentence)}" if sentence else "")
        line.set_class(bool(sentence), "-shown")

    def ask(self, question: Question[Answer], show: Callable[[Answer], None]) -> None:
        """Asks the store in a thread; an answer that a later question has overtaken is dropped."""
        self._number += 1
        self.run_worker(partial(self._ask, self._number, question, show), thread=True)

    def _ask(self, number: int, question: Question[Any], show: Callable[[Any], None]) -> None:
        answer: Any
        try:
            answer = self.desk.reads.ask(question)
        except (TechdeskError, sqlite3.Error) as error:
            answer = error
        self.app.call_later(self._answered, number, answer, show)

    def _answered(self, number: int, answer: Any, show: Callable[[Any], None]) -> None:
        if number != self._number or not self.is_attached or not self.children:
            return
        if isinstance(answer, Exception):
            self.wrong(str(answer))
        else:
            show(answer)

    def action_leave(self) -> None:
        """Esc."""
        self.dismiss(None)


def short_title(verb: str, things: list[tuple[str, str]], width: int = 60) -> str:
    """`Close 4131-D  Six Chromebooks will not charge`, or `Close 3 tickets: 4131-D, 4102-A, 4110-F`."""
    if len(things) == 1:
        return clip(f"{verb} {things[0][0]}  {things[0][1]}", width)
    return clip(f"{verb} {len(things)} tickets: {', '.join(ref for ref, _ in things)}", width)
