"""Suppliers: whom to call, on which terms, how long they take, and what hangs on them."""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import BindingType

from techdesk.models.queries import suppliers
from techdesk.models.queries.suppliers import SupplierCard, SupplierRow
from techdesk.screens.area import key
from techdesk.screens.board import Board
from techdesk.screens.browsing import Card
from techdesk.screens.reads import Question
from techdesk.screens.supplier_card import tell_supplier
from techdesk.screens.widgets.safe_text import fit


class SuppliersScreen(Board[SupplierRow]):
    """Over any area; Esc goes back. `first` is the name to begin with."""

    TITLE: ClassVar[str] = "suppliers"
    BINDING_GROUP_TITLE = "Suppliers"
    TABLES: ClassVar[frozenset[str]] = frozenset(("supplier", "part", "repair", "licence", "device", "stock_movement"))
    FOOTER: ClassVar[tuple[str, ...]] = ("ticket.edit", "supplier.add", "list.find", "area.back", "desk.undo")
    WHAT: ClassVar[tuple[str, str]] = ("supplier", "suppliers")
    FILTER: ClassVar[str] = "a name, or words of what they do"
    EMPTY: ClassVar[str] = "No supplier is known, and nothing names one. + makes one known; Esc goes back."
    BINDINGS: ClassVar[list[BindingType]] = [
        key("plus", "add", "supplier.add", "New", "Make a supplier known"),
        key("e", "edit", "ticket.edit", "Edit", "Contacts, terms, services, days to delivery"),
    ]

    def __init__(self, first: str | None = None) -> None:
        super().__init__()
        self._first = first

    def on_mount(self) -> None:
        if self._first:
            self.listing.select(self._first.casefold())

    def rows_of(self, connection: sqlite3.Connection, filter: str) -> list[SupplierRow]:
        return suppliers.rows(connection, filter, self.desk.now)

    def key_of(self, row: SupplierRow) -> str:
        return row.name.casefold()

    def draw(self, row: SupplierRow, width: int, selected: bool, marked: bool) -> Text:
        ink = self.desk.ink
        text = Text(no_wrap=True).append(f"{ink.signs.late if row.overdue else ' '} ", ink.late)
        text.append(f"{fit(row.name, 22)} ", "bold")
        days = "" if row.lead_days is None else f"{row.lead_days} d"
        text.append(fit(days, 6), ink.muted)
        repairs = f"{row.repairs} in repair" + (f", {row.overdue} overdue" if row.overdue else "")
        text.append(fit(repairs if row.repairs else "", 23), ink.late if row.overdue else "")
        text.append(fit(f"{row.parts} parts" if row.parts else "", 10))
        words = row.contacts or ("not made known yet" if row.id is None else row.services or "")
        return text.append(fit(words.replace("\n", ", "), max(0, width - text.cell_len)), ink.muted)

    # The card

    def question(self, row: SupplierRow) -> Question[Any]:
        now = self.desk.now
        return lambda connection: suppliers.card(connection, row.name, now)

    def _show_card(self, answer: SupplierCard | None) -> None:
        if answer is not None:  # it was taken back meanwhile: the list shows another one in a moment
            super()._show_card(answer)

    def card_title(self, answer: SupplierCard) -> str:
        return answer.row.name

    def card(self, answer: SupplierCard, card: Card) -> None:
        ink = card.ink
        tell_supplier(answer.row, card, named=False)
        if answer.repairs:
            card.heading("Repairs")
        for each in answer.repairs:
            late = f"{ink.signs.late} overdue" if each.overdue else ""
            card.line((each.tag, "bold"), (each.state, ""), (each.reference, ""), (each.due and f"due {each.due}", ""),
                      (late, ink.late), (each.fault, ink.muted))  # fmt: skip
        if answer.parts:
            card.heading("Parts")
        for part in answer.parts:
            short = f"{ink.signs.late} short of {part.minimum}" if part.held < part.minimum else ""
            cost = "" if part.unit_cost is None else f"{part.unit_cost:.2f}"
            card.line(
                (part.sku, "bold"), (part.name, ""), (f"{part.held} held", ""), (cost, ink.muted), (short, ink.late)
            )

    # Keys

    def action_add(self) -> None:
        """+."""
        self._open(None, {})

    def action_edit(self) -> None:
        """e."""
        rows = self.chosen()
        if len(rows) != 1:
            self.warn("Select one supplier; + makes another one known.")
            return
        row = rows[0]
        said = {name: None if value is None else str(value) for name, value in row._asdict().items()}
        self._open(row.id, said)

    def _open(self, id: str | None, before: dict[str, str | None]) -> None:
        from techdesk.screens.dialogs.repair_fields import supplier_dialog

        self.app.push_screen(supplier_dialog(id, before))
