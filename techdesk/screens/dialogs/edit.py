"""Triage: what is set here is set, what is left is left. For several tickets at once, only what is filled in."""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static, TextArea

from techdesk.desk.priority import IMPACTS, MATRIX, URGENCIES, Matrix, priority, published
from techdesk.desk.tickets import KINDS, EditTicket
from techdesk.errors import BadInput
from techdesk.models.queries import names
from techdesk.models.sqlite import SqliteTx
from techdesk.screens.chrome import key
from techdesk.screens.dialogs.dialog import Dialog, Field, short_title
from techdesk.screens.writer import Order

PLAIN = ("category", "room", "reporter")
ASK = """
    SELECT t.impact, t.urgency, t.kind, t.category, t.room, t.reporter, s.code AS site, t.text, t.site_id
    FROM ticket t LEFT JOIN site s ON s.id = t.site_id WHERE t.id = ?
"""


class EditDialog(Dialog[bool]):
    """Edits the tickets itself and is left with True."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+s", "save", "edit.save", "Save", "Keep the changes, from any field"),
    ]
    KEYS = "Enter keeps it (Ctrl+S in the text)   Tab next   Esc leaves"

    def __init__(self, tickets: list[tuple[str, str, str]]) -> None:
        """`tickets` as (id, ref, title)."""
        super().__init__(short_title("Edit", [(ref, title) for _, ref, title in tickets]))
        self.ids = [id for id, _, _ in tickets]
        self._before: dict[str, str] = {}
        self._matrix = MATRIX

    def compose_fields(self) -> ComposeResult:
        with VerticalScroll(id="fields", can_focus=False):
            yield Field("Impact", _digit("impact"), Static("1 school  2 service  3 class  4 person", classes="hint"))
            yield Field(
                "Urgency",
                _digit("urgency"),
                Static("1 stopped  2 hindered  3 inconvenient  4 whenever", classes="hint"),
            )
            yield Static("", id="priority", markup=False)
            yield Field("Kind", _input("kind", suggester=SuggestFromList(KINDS)))
            yield Field("Category", _input("category"))
            yield Field("Room", _input("room"))
            yield Field("Reporter", _input("reporter"))
            yield Field("Site", _input("site", placeholder="code or name"))
            if len(self.ids) == 1:
                yield Field("Text", TextArea(id="text", compact=True, tab_behavior="focus"))

    def on_mount(self) -> None:
        self.query_one("#impact", Input).focus()
        self.ask(lambda connection: published(SqliteTx(connection)).matrix, self._rank_by)
        if len(self.ids) == 1:
            self.ask(lambda connection: _read(connection, self.ids[0]), self._show)

    def _rank_by(self, matrix: Matrix) -> None:
        self._matrix = matrix

    def _show(self, found: tuple[dict[str, str], list[str]]) -> None:
        self._before, rooms = found
        for input in self.query("#fields Input").results(Input):
            input.value = input.value or self._before.get(input.id or "", "")  # what is typed already stays
            if input.has_focus:
                input.select_all()
        self.query_one("#room", Input).suggester = SuggestFromList(rooms, case_sensitive=False)
        area = self.query_one(TextArea)
        area.text = self._before["text"]
        self._before["text"] = area.text.strip()  # as it is read back, so that only typing counts as a change

    def on_input_changed(self, event: Input.Changed) -> None:
        impact, urgency = (self.query_one(f"#{name}", Input).value for name in ("impact", "urgency"))
        known = ""
        if impact and urgency:
            meaning = f"{IMPACTS[int(impact)]}, {URGENCIES[int(urgency)]}"
            known = f"  Priority   P{priority(int(impact), int(urgency), self._matrix)}: {meaning}"
        self.query_one("#priority", Static).update(known)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_save()

    def action_save(self) -> None:
        """Keeps the changes."""
        changes = {name: value for name, value in self._typed().items() if value != self._before.get(name, "")}
        if not changes:
            self.dismiss(False)
            return
        try:
            orders = [self._order(id, changes) for id in self.ids]
        except BadInput as error:
            self.wrong(str(error))
            return
        self.run_worker(self._save(orders), group="write")

    async def _save(self, orders: list[Order]) -> None:
        done = await self.desk.do(*orders)
        if done.outcomes:
            self.dismiss(True)
        else:
            self.wrong(" ".join(done.refusals))

    def _typed(self) -> dict[str, str]:
        words = {each.id or "": each.value.strip() for each in self.query("#fields Input").results(Input)}
        for area in self.query(TextArea):
            words["text"] = area.text.strip()
        return words

    def _order(self, id: str, changes: dict[str, str]) -> Order:
        given: dict[str, Any] = {name: value for name, value in changes.items() if name != "site"}
        for name in ("impact", "urgency"):
            if name in given:
                given[name] = int(given[name]) if given[name] else None
        if not given.get("kind", "given"):
            del given["kind"]
        EditTicket(id=id, **given)  # raises BadInput before anything is done

        def order(connection: sqlite3.Connection) -> EditTicket:
            site = names.site_id(connection, changes["site"]) if changes.get("site") else None
            return EditTicket(id=id, **given, site_id=site)

        return order


def _read(connection: sqlite3.Connection, id: str) -> tuple[dict[str, str], list[str]]:
    """The fields as they are typed, and the rooms of the site."""
    cursor = connection.execute(ASK, (id,))
    row = cursor.fetchone() or (None,) * len(cursor.description)
    rooms = connection.execute("SELECT name FROM room WHERE site_id IS ? ORDER BY rank, id", (row[8],))
    fields = {
        column[0]: "" if value is None else str(value) for column, value in zip(cursor.description, row, strict=True)
    }
    return fields, [str(name) for (name,) in rooms]


def _input(id: str, **more: Any) -> Input:
    return Input(id=id, compact=True, select_on_focus=True, **more)


def _digit(id: str) -> Input:
    return _input(id, restrict=r"[1-4]?", classes="-digit")
