"""The pick list of the day: what the visits need, where the rest is, and that it is put by and in the van."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from techdesk.desk.commands import Command
from techdesk.desk.reservations import SetReservation
from techdesk.errors import Refused
from techdesk.models.queries import packing, reserving
from techdesk.models.rows import PickLine, VisitLine
from techdesk.screens.chrome import key
from techdesk.screens.dialogs.dialog import Dialog
from techdesk.screens.widgets.safe_text import clip, fit
from techdesk.screens.writer import Order

WIDTH = 70


class PackDialog(Dialog[bool]):
    """Shows the list; does what is asked itself."""

    KEYS: ClassVar[str] = "Enter puts it by   p picked: it is in the van   Esc leaves"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "reserve", "pack.reserve", "Put by", "Put by what is needed"),
        key("p", "picked", "pack.picked", "Picked", "What was put by is in the van now"),
    ]
    DEFAULT_CSS = "PackDialog #lines { height: auto; max-height: 14; }"

    def __init__(self, lines: Sequence[PickLine], visits: Sequence[VisitLine]) -> None:
        super().__init__(f"Pack for {', '.join(dict.fromkeys(each.site for each in visits))}")
        self._lines = lines
        self._visits = list(visits)

    def compose_fields(self) -> ComposeResult:
        text = Text("\n", no_wrap=True).join(_line(each, self.desk.signs.late) for each in self._lines)
        with VerticalScroll(id="lines"):
            yield Static(text if self._lines else "Nothing is likely to be needed.", markup=False)

    def on_mount(self) -> None:
        self.query_one("#lines").focus()

    def action_reserve(self) -> None:
        """Puts by what each visit needs."""
        now, me = self.desk.now, self.desk.heading.me

        def order(connection: sqlite3.Connection) -> tuple[Command, ...]:
            found = packing.to_reserve(connection, self._visits, me, (), now)
            if not found:
                raise Refused("Nothing more can be put by: it is put by already, or it must be ordered.")
            return tuple(found)

        self.run_worker(self._do(order), group="write")

    def action_picked(self) -> None:
        """Says that what was put by is in the van."""
        ids, me = {each.id for each in self._visits}, self.desk.heading.me

        def order(connection: sqlite3.Connection) -> tuple[Command, ...]:
            found = [each for each in reserving.reservations(connection, me, ("open",)) if each.visit_id in ids]
            if not found:
                raise Refused("Nothing is put by for today: Enter puts it by.")
            return tuple(SetReservation(reservation_id=each.id, state="picked") for each in found)

        self.run_worker(self._do(order), group="write")

    async def _do(self, order: Order) -> None:
        done = await self.desk.do(order)
        if done.refusals:
            self.wrong(" ".join(done.refusals))
        else:
            self.dismiss(True)


def _line(line: PickLine, late: str) -> Text:
    """A part: how many are needed and there, and where the rest is."""
    held = max(0, line.in_van)
    sign = late if held < line.needed else " "
    rest = packing.where_from(line)
    text = f"{sign} {fit(line.sku, 12)} {held} of {line.needed}  {rest or line.name}"
    put_by = f"  ({line.reserved} put by)" if line.reserved else ""
    return Text(clip(text, WIDTH - len(put_by)) + put_by, "bold" if sign == late else "", no_wrap=True)
