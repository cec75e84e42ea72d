"""A page of fields: a problem, a change, an article. What is set here is set, what is left is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.suggester import SuggestFromList
from textual.widgets import Input, TextArea

from techdesk.errors import BadInput
from techdesk.screens.chrome import key
from techdesk.screens.dialogs.dialog import Dialog, Field
from techdesk.screens.writer import Order

PREFIX = "field-"
"""Before the id of each field, because the parts of a dialog have names too."""


class Asked(NamedTuple):
    """A field: its name in the command, what it is called, what to type, whether it has lines, and what completes it."""

    name: str
    label: str
    hint: str = ""
    lines: bool = False
    known: tuple[str, ...] = ()


class FieldsDialog(Dialog[bool]):
    """Makes a command of the fields that were changed, has it done, and is left with True. Half-typed words are kept under
    `draft`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+s", "save", "fields.save", "Save", "Keep it, from any field"),
    ]
    KEYS = "Enter keeps it (Ctrl+S in the text)   Tab next   Esc leaves"

    def __init__(
        self,
        title: str,
        fields: Sequence[Asked],
        order: Callable[[dict[str, str]], Order],
        *,
        before: Mapping[str, str | None] | None = None,
        draft: str,
    ) -> None:
        """`order` makes the command of what was changed; it may raise BadInput. An emptied field is an empty text."""
        super().__init__(title)
        self._fields = fields
        self._order = order
        self._draft = draft
        self._saving = False
        self._before = {each.name: _plain((before or {}).get(each.name)) for each in fields}

    def compose_fields(self) -> ComposeResult:
        kept = self.desk.drafts.get(self._draft)
        with VerticalScroll(id="fields", can_focus=False):
            for each in self._fields:
                value = str(kept.get(each.name, self._before[each.name]))
                yield Field(each.label, _lines(each, value) if each.lines else _line(each, value))

    def on_mount(self) -> None:
        for area in self.query(TextArea):
            area.move_cursor(area.document.end)
        self.query_one(f"#{PREFIX}{self._fields[0].name}").focus()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def keep_draft(self) -> None:
        """Half-typed words survive."""
        self.desk.keep_draft(self._draft, dict(self._changes()))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_save()

    def action_save(self) -> None:
        """Keeps what was changed."""
        changes = self._changes()
        if self._saving:  # a second press before the first is done
            return
        if not changes:
            self.wrong("Nothing is changed yet: type something, or leave with Esc.")
            return
        try:
            order = self._order(changes)
        except BadInput as error:
            self.wrong(str(error))
            return
        self._saving = True
        self.run_worker(self._save(order), group="write")

    async def _save(self, order: Order) -> None:
        done = await self.desk.do(order)
        self._saving = False
        if done.outcomes:
            self.desk.keep_draft(self._draft, {})
            self.dismiss(True)
        else:
            self.wrong(" ".join(done.refusals))

    def _changes(self) -> dict[str, str]:
        typed = {str(each.id): each.value for each in self.query("#fields Input").results(Input)}
        typed |= {str(each.id): each.text for each in self.query("#fields TextArea").results(TextArea)}
        plain = {id.removeprefix(PREFIX): _plain(value) for id, value in typed.items()}
        return {name: value for name, value in plain.items() if value != self._before[name]}


def _plain(value: str | None) -> str:
    """As it is read back from a field, so that only typing counts as a change."""
    return "\n".join((value or "").splitlines()).strip()


def _line(asked: Asked, value: str) -> Input:
    suggester = SuggestFromList(asked.known, case_sensitive=False) if asked.known else None
    return Input(
        value, placeholder=asked.hint, id=PREFIX + asked.name, compact=True, select_on_focus=False, suggester=suggester
    )


def _lines(asked: Asked, value: str) -> TextArea:
    return TextArea(value, placeholder=asked.hint, id=PREFIX + asked.name, compact=True, tab_behavior="focus")
