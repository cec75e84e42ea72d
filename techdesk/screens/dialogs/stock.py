"""Pieces of a part that come, go, move or are counted."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from techdesk.desk.ids import new_id
from techdesk.desk.spares import MoveStock
from techdesk.desk.transfers import ReceiveTransfer, SendStock
from techdesk.errors import BadInput, NotFound, Refused
from techdesk.models.cards import LocationLine
from techdesk.models.queries import names, spares
from techdesk.models.rows import StockLine
from techdesk.models.stock_lines import TransferLine
from techdesk.screens.dialogs.dialog import Dialog, Field
from techdesk.screens.dialogs.whole import whole
from techdesk.screens.widgets.safe_text import clip

TITLES = {"issue": "Use", "receive": "Receive", "transfer": "Move", "count": "Count"}
PIECES = {"issue": "Pieces", "receive": "Pieces", "transfer": "Pieces", "count": "There are"}


class StockDialog(Dialog[bool]):
    """Does the movement itself and is left with True."""

    KEYS: ClassVar[str] = "Enter does it   Tab next   Esc leaves"

    def __init__(
        self, reason: str, line: StockLine, places: Sequence[LocationLine], ref: str, coming: TransferLine | None = None
    ) -> None:
        """`reason` is issue, receive, transfer or count; `places` are the other locations, `ref` the ticket worked on,
        `coming` what is on its way here and is received."""
        super().__init__(clip(f"{TITLES[reason]} {line.sku}  {line.name}", 70))
        self._reason = reason
        self._line = line
        self._places = places
        self._ref = ref
        self._coming = coming

    def compose_fields(self) -> ComposeResult:
        line, reason = self._line, self._reason
        coming = self._coming
        sent = f", {coming.quantity} on their way from {coming.source}" if coming else ""
        yield Static(clip(f"{line.location}: {line.balance} by the books{sent}", 70), id="before", markup=False)
        pieces = "" if reason == "count" else str(coming.quantity) if coming else "1"
        yield Field(PIECES[reason], Input(pieces, id="pieces", compact=True))
        if reason == "transfer":
            first = self._places[0].name if len(self._places) == 1 else ""
            known = SuggestFromList([each.name for each in self._places], case_sensitive=False)
            yield Field("To", Input(first, id="place", placeholder="a location", suggester=known, compact=True))
        if reason == "issue":
            yield Field("Ticket", Input(self._ref, id="ticket", placeholder="none", compact=True))
        yield Field("Note", Input(id="note", placeholder="why, or whose order", compact=True))

    def on_mount(self) -> None:
        self.query_one("#pieces", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        typed = {each.id or "": each.value.strip() for each in self.query(Input)}
        if self._reason == "count" and typed["pieces"] == str(self._line.balance):
            self.desk.area.say(f"{self._line.sku}: {self._line.balance}, as the books say.")
            self.dismiss(True)
        else:
            self.run_worker(self._do(typed), group="write")

    async def _do(self, typed: dict[str, str]) -> None:
        done = await self.desk.do(lambda connection: self._order(connection, typed))
        if done.refusals:
            self.wrong(" ".join(done.refusals))
        else:
            self.dismiss(True)

    def _order(self, connection: sqlite3.Connection, typed: dict[str, str]) -> MoveStock | SendStock | ReceiveTransfer:
        """The command for what was typed. Runs in the writer's thread. Raises BadInput, NotFound, Refused."""
        line, reason = self._line, self._reason
        if not typed["pieces"]:
            raise BadInput("How many? Type a number.")
        pieces, note = whole(typed["pieces"], PIECES[reason]), typed["note"] or None
        if self._coming:
            return ReceiveTransfer(transfer_id=self._coming.id, quantity=pieces, note=note)
        if reason == "count":
            pieces -= spares.balance(connection, line.part_id, line.location_id)
            if pieces == 0:
                raise Refused("The books say the same by now.")
        source: str | None = line.location_id
        target: str | None = None
        if reason == "receive" or (reason == "count" and pieces > 0):
            source, target = None, line.location_id
        elif reason == "transfer":
            if not typed["place"]:
                raise NotFound("Where to? Type the beginning of a location's name.")
            target = names.location_id(connection, typed["place"], self.desk.heading.me)
            if any(each.id == target and each.kind == "van" and not each.mine for each in self._places):
                # Somebody else's van: they receive it.
                return SendStock(id=new_id(), part_id=line.part_id, quantity=pieces, from_id=line.location_id,
                                 to_id=target, note=note)  # fmt: skip
        ticket = names.ticket_id(connection, typed["ticket"]) if typed.get("ticket") else None
        return MoveStock(part_id=line.part_id, quantity=abs(pieces), reason=reason, from_id=source, to_id=target,
                         ticket_id=ticket, note=note)  # fmt: skip
