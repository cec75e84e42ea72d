"""Settling field by field: mine and theirs are one key away, and anything else can be written."""

from __future__ import annotations

import json
import sqlite3
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from techdesk.desk.inbox import SettleInbox
from techdesk.desk.tx import Value
from techdesk.models.cards import FieldChoice, InboxCard
from techdesk.models.queries.inbox import written
from techdesk.models.sqlite import SqliteTx
from techdesk.screens.chrome import key
from techdesk.screens.dialogs.dialog import Dialog, Field
from techdesk.screens.widgets.safe_text import clip, safe_text

EMPTY = "empty"


class SettleDialog(Dialog[bool]):
    """Settles the item itself and is left with True. Each field begins as it is now: theirs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("up,f2", "pick('mine')", "settle.mine", "Mine", "Mine for this field"),
        key("down,f3", "pick('now')", "settle.theirs", "Theirs", "Theirs for this field"),
    ]
    DEFAULT_CSS = "SettleDialog .settled { height: auto; }"
    KEYS = "\u2191 mine   \u2193 theirs   or type   Tab next   Enter keeps it   Esc leaves"

    def __init__(self, found: InboxCard) -> None:
        super().__init__(clip(f"Settle {found.line.ref or found.line.entity.replace('_', ' ')}", 60))
        self.found = found
        self.fields = [field for field in found.fields if field.choosable]

    def compose_fields(self) -> ComposeResult:
        with VerticalScroll(id="fields", can_focus=False):
            for field in self.fields:
                now = _text(field.now)
                with Vertical(classes="settled"):
                    yield Field(_label(field), Input(now, id=field.name, compact=True, select_on_focus=True))
                    for name, said in (("mine", field.mine), ("theirs", field.now)):
                        yield Static(f"{'':15}{name}: {clip(safe_text(said), 50)}", classes="hint", markup=False)

    def on_mount(self) -> None:
        if self.desk.config.ascii:
            self.query_one("#keys", Static).update(self.KEYS.replace("\u2191", "Up").replace("\u2193", "Down"))
        self.query(Input).first().focus()

    def action_pick(self, which: str) -> None:
        """Up and Down: mine or theirs in the field that has the keys."""
        for field in self.fields:
            input = self.query_one(f"#{field.name}", Input)
            if input.has_focus:
                input.value = _text(field.mine if which == "mine" else field.now)
                input.cursor_position = len(input.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        said = {field.name: self.query_one(f"#{field.name}", Input).value for field in self.fields}
        self.run_worker(self._save(said), group="write")

    async def _save(self, said: dict[str, str]) -> None:
        done = await self.desk.do(lambda connection: self._command(connection, said))
        if done.outcomes:
            self.dismiss(True)
        else:
            self.wrong(" ".join(done.refusals))

    def _command(self, connection: sqlite3.Connection, said: dict[str, str]) -> SettleInbox:
        """In the writer's thread: a field that is as it was stays theirs."""
        line = self.found.line
        item = SqliteTx(connection).get("inbox_item", line.id) or {}
        mine = json.loads(line.mine)
        values: dict[str, Value] = {}
        for field in self.fields:
            text = said[field.name]
            if text == _text(field.now):
                continue
            values[field.name] = (
                mine[field.name]
                if text == _text(field.mine)
                else written(connection, item, field.name, text, self.desk.heading.me)
            )
        if not values:
            return SettleInbox(item_id=line.id, choice="theirs")
        return SettleInbox(item_id=line.id, choice="edit", values=values)


def _label(field: FieldChoice) -> str:
    return field.name.removesuffix("_id").replace("_", " ").capitalize()


def _text(said: str) -> str:
    """A value as it is typed, on one line."""
    return "" if said == EMPTY else said
