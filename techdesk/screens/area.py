"""The base of every screen that is worked in: the chrome around it, the one key map, and reads that keep up with the store.

A new area is a module `techdesk/screens/<mode>.py` with a class `<Name>Area(Area)`; its mode and name stand in
`chrome.AREAS`, its class in `app.HOMES`. It sets TITLE, TABLES and FOOTER, and writes three methods:

- `compose_body` yields the widgets between the two lines above and the status line below;
- `reload` asks again for what is shown: `self.read("slot", question, show)` runs `question(connection)` in a thread on a
  connection that cannot write, then `show(answer)` on the interface's thread. An answer that another question in the same
  slot has overtaken is dropped, an error is said in the status line. A PagedList reads by itself: give it a source
  that asks `self.desk.reads` and call its `reload()`;
- `action_...` for each key of the map below that has a meaning here. The keys are bound once, in this class, so that a
  key means the same in every area; one that an area does not define says so. A key that only one area needs goes into that
  area's own BINDINGS, with an id and a tooltip, and must not be one of those below or of the app's.

Things change by `self.desk.perform(command)` alone: it goes to the writer's thread, what it did is said below with the key
that takes it back, a refusal is said as a warning. `reload` is called by this class when the area is first shown and
whenever a table in TABLES was written, here, by the shell or by a sync; an area that sleeps reloads when it is next shown.

`self.desk` is the app: `now` (a moment), `timezone`, `heading` (the visit under way, who I am, what waits to be sent),
`signs` and `glyphs` (UNICODE or ASCII), `config`, `drafts`, `reads`, `open_story(kind, id)`.
`self.say(sentence)`, `self.warn(sentence)` write into the status line. Text by strangers is drawn through `safe_text`
(`clip`, `fit` of widgets/safe_text); rows of a PagedList are made safe by the list.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.screen import Screen

from techdesk.errors import TechdeskError
from techdesk.screens.capture_hint import CaptureHint
from techdesk.screens.chrome import AreaBar, KeyBar, VisitBar
from techdesk.screens.chrome import key as key
from techdesk.screens.reads import Question
from techdesk.screens.widgets.capture_line import CaptureLine
from techdesk.screens.widgets.list_messages import MarksChanged, ReadFailed
from techdesk.screens.widgets.marks import MARK_LIMIT
from techdesk.screens.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from techdesk.app import TechdeskApp

Answer = TypeVar("Answer")


@dataclass
class StoreChanged(Message):
    """Something was written: the tables and the ids of the rows. Empty sets: it is not known what."""

    tables: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()


@dataclass
class Answered(Message, bubble=False):
    """A read came back from its thread. For the area itself."""

    slot: str
    number: int
    answer: Any
    show: Callable[[Any], None]


class Area(Screen[None]):
    """A screen with its chrome. See the module for what a new one needs."""

    TITLE: ClassVar[str] = ""
    AUTO_FOCUS = "#list"
    BINDING_GROUP_TITLE = "Areas"
    TABLES: ClassVar[frozenset[str]] = frozenset()
    FOOTER: ClassVar[tuple[str, ...]] = ("capture.open", "list.open", "list.find", "goto.open", "desk.undo")
    BINDINGS: ClassVar[list[BindingType]] = [
        key("space", "timer", "ticket.timer", "Timer", "Start, switch or stop the timer; start a planned visit"),
        key("c", "close", "ticket.close", "Close", "Close the ticket, or all that are marked, with the fix"),
        key("h", "hold", "ticket.hold", "Hold", "Put on hold: then one letter for the reason"),
        key("a", "assign", "ticket.assign", "Assign", "Give to a technician or a role"),
        key("e", "edit", "ticket.edit", "Edit", "Triage: impact, urgency, room, site, words"),
        key("t", "note", "ticket.note", "Note", "Add words to the history"),
        key("R", "reopen", "ticket.reopen", "Reopen", "Open an ended ticket again"),
        key("slash", "find", "list.find", "Find", "Find in this list"),
        key("v", "views", "view.open", "Views", "Open a saved view of this list"),
        key("ctrl+s", "save_view", "view.save", "Save view", "Keep the filter of this list under a name"),
        key("o", "order", "list.order", "Order", "Sort this list another way"),
        key("w", "wrap", "visit.wrap", "Wrap", "End the visit under way; what is left is carried"),
        key("f5", "reload", "list.reload", "Read again", "Read again what is shown"),
        key("escape", "back", "area.back", "Back", "Back: leave a filter, marks, a message"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._stale = False
        self._numbers: dict[str, int] = {}
        self._waiting: dict[str, Callable[[], None]] = {}
        self._under_way: set[str] = set()

    @property
    def desk(self) -> TechdeskApp:
        """The app, by its own class."""
        return cast("TechdeskApp", self.app)

    # What an area writes

    def compose_body(self) -> ComposeResult:
        """The widgets of the area."""
        yield from ()

    def reload(self) -> None:
        """Asks again for what is shown."""

    # What it is given

    def compose(self) -> ComposeResult:
        config = self.desk.config
        yield AreaBar()
        yield VisitBar()
        with Container(id="body"):
            yield from self.compose_body()
        yield CaptureHint()
        yield CaptureLine(self.desk.suggest)
        yield StatusLine(
            seconds=config.message_seconds, undo_key=config.keys.get("desk.undo", "u"), ascii_only=config.ascii
        )
        yield KeyBar(self.FOOTER)

    def read(self, slot: str, question: Question[Answer], show: Callable[[Answer], None]) -> None:
        """Asks in a thread and shows the answer, unless another question was put in the same slot since. Questions of a
        slot never run beside each other: of those that wait, only the newest is asked."""
        number = self._numbers[slot] = self._numbers.get(slot, 0) + 1
        ask = partial(self._ask_in_thread, partial(self._ask, slot, number, question, show))
        if slot in self._under_way:
            self._waiting[slot] = ask
        else:
            self._under_way.add(slot)
            ask()

    def _ask_in_thread(self, work: Callable[[], None]) -> None:
        self.run_worker(work, group="read", thread=True)

    def _ask(self, slot: str, number: int, question: Question[Answer], show: Callable[[Answer], None]) -> None:
        answer: Answer | Exception
        try:
            answer = self.desk.reads.ask(question)
        except (TechdeskError, sqlite3.Error) as error:
            answer = error
        self.post_message(Answered(slot, number, answer, show))

    def on_answered(self, event: Answered) -> None:
        self._under_way.discard(event.slot)
        waiting = self._waiting.pop(event.slot, None)
        if waiting is not None:
            self._under_way.add(event.slot)
            waiting()
        if event.number != self._numbers[event.slot] or not self.is_attached or not self.children:
            return
        if isinstance(event.answer, Exception):
            self.warn(str(event.answer))
        else:
            event.show(event.answer)

    def on_mount(self) -> None:
        self.desk.areas.add(self)
        self.set_class(self.desk.config.ascii, "-ascii")
        self.reload()

    def on_unmount(self) -> None:
        self.desk.areas.discard(self)

    def on_screen_resume(self) -> None:
        if self._stale:
            self._stale = False
            self.reload()

    def store_changed(self, change: StoreChanged) -> None:
        """Reloads if what is shown may have changed: now, or when the area is next shown."""
        if change.tables and not change.tables & self.TABLES:
            return
        if self in self.app.screen_stack:
            self.reload()
        else:
            self._stale = True

    def say(self, sentence: str, undo_hint: bool = False) -> None:
        """Says what happened, with the key that takes it back if `undo_hint`."""
        self.query_one(StatusLine).say(sentence, undo_hint)

    def warn(self, sentence: str) -> None:
        """Says what went wrong or cannot be done, and why."""
        self.query_one(StatusLine).warn(sentence)

    # Capturing

    def open_capture(self) -> None:
        """Shows the capture line with what was half typed before, in whichever area."""
        line = self.query_one(CaptureLine)
        line.value = str(self.desk.drafts.get("capture").get("text", ""))
        line.open()

    def on_input_changed(self, event: CaptureLine.Changed) -> None:
        if isinstance(event.input, CaptureLine) and event.input.is_open:
            self.desk.keep_draft("capture", {"text": event.value})
            self.query_one(CaptureHint).look(event.value)

    def on_capture_line_captured(self, event: CaptureLine.Captured) -> None:
        self.desk.capture(event.text)

    def on_capture_line_left(self, event: CaptureLine.Left) -> None:
        self._numbers["hint"] = self._numbers.get("hint", 0) + 1  # what is still looked for comes too late
        self.query_one(CaptureHint).show(None)

    def on_capture_line_same_as(self, event: CaptureLine.SameAs) -> None:
        alike = self.query_one(CaptureHint).alike
        if alike is None:
            self.warn("Nothing that is open reads like it: Enter takes it down.")
        else:
            event.capture_line.take()
            self.desk.note_instead(alike.id, event.text)

    def on_capture_line_pasted_page(self, event: CaptureLine.PastedPage) -> None:
        self.desk.open_page(event.text)

    # Lists

    def on_paged_list_read_failed(self, event: ReadFailed) -> None:
        self.warn(str(event.error))

    def on_paged_list_marks_changed(self, event: MarksChanged) -> None:
        if event.full:
            self.warn(f"{MARK_LIMIT} rows are marked, and more cannot be: act on these first.")
        elif event.marks:
            self.say(f"{len(event.marks)} marked: what you do next is done to all of them.")

    # Keys that have no meaning here

    def cannot(self, id: str) -> None:
        """Says why the key with that binding id does nothing here."""
        tooltip = next((each.tooltip for each in bindings_of(type(self)) if each.id == id), "")
        where = "go to Today (1) or Tickets (2)" if id.startswith(("ticket.", "visit.")) else "go to Tickets (2)"
        self.warn(f"Not in {self.TITLE}: {tooltip[:1].lower()}{tooltip[1:]}. For that, {where}.")

    def action_timer(self) -> None:
        """Space."""
        self.cannot("ticket.timer")

    def action_close(self) -> None:
        """c."""
        self.cannot("ticket.close")

    def action_hold(self) -> None:
        """h."""
        self.cannot("ticket.hold")

    def action_assign(self) -> None:
        """a."""
        self.cannot("ticket.assign")

    def action_edit(self) -> None:
        """e."""
        self.cannot("ticket.edit")

    def action_note(self) -> None:
        """t."""
        self.cannot("ticket.note")

    def action_reopen(self) -> None:
        """R."""
        self.cannot("ticket.reopen")

    def action_find(self) -> None:
        """/."""
        self.cannot("list.find")

    def filter_by(self, line: str) -> None:
        """Shows what a filter line lets through; the palette opens sites and saved views with it."""
        self.cannot("list.find")

    def action_views(self) -> None:
        """v."""
        self.cannot("view.open")

    def action_save_view(self) -> None:
        """Ctrl+s."""
        self.cannot("view.save")

    def action_order(self) -> None:
        """o."""
        self.cannot("list.order")

    def action_wrap(self) -> None:
        """w, from everywhere: there is at most one visit under way."""
        self.desk.wrap_visit()

    def action_reload(self) -> None:
        """F5."""
        self.reload()

    def action_back(self) -> None:
        """Esc: stops a sync or an import under way; else there is nothing to leave but the message below."""
        if self.desk.syncing.stop():
            self.say("The sync stops; what is done stays, the rest waits here.")
        elif self.desk.importing.stop():
            self.say("The import stops after the rows that it is at.")
        else:
            self.query_one(StatusLine).clear()


def bindings_of(area: type[Area]) -> list[Binding]:
    """The keys of an area: those of all areas, and its own."""
    classes = [each for each in area.__mro__ if issubclass(each, Area) and "BINDINGS" in vars(each)]
    return [each for base in reversed(classes) for each in base.BINDINGS if isinstance(each, Binding)]
