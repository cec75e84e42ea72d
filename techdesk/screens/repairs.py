"""What is at suppliers and what is lent, those that are due first."""

from __future__ import annotations

import sqlite3
from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from techdesk.models.queries import device_story, licences
from techdesk.models.queries.device_story import LoanLine, RepairLine
from techdesk.models.queries.licences import LicenceLine
from techdesk.screens.area import Area
from techdesk.screens.detail import Scroller
from techdesk.screens.telling import Page

Lists = tuple[list[RepairLine], list[LoanLine], list[LicenceLine]]


class RepairsScreen(Area):
    """A text that follows the store."""

    TITLE = "repairs and loans"
    AUTO_FOCUS = "#story"
    TABLES: ClassVar[frozenset[str]] = frozenset(("repair", "loan", "device", "licence", "licence_site"))
    FOOTER: ClassVar[tuple[str, ...]] = ("area.back", "goto.open", "desk.undo")

    def compose_body(self) -> ComposeResult:
        with Scroller(id="story"):
            yield Static("", id="story-text", markup=False)

    def reload(self) -> None:
        today = self.desk.now

        def ask(connection: sqlite3.Connection) -> Lists:
            repairs = device_story.repairs(connection, today)
            return repairs, device_story.loans(connection, today), licences.to_think_of(connection, today)

        self.read("story", ask, lambda found: self._show(*found))

    def _show(self, repairs: list[RepairLine], loans: list[LoanLine], worries: list[LicenceLine]) -> None:
        page, ink = Page(), self.desk.ink
        late = f"{ink.signs.late} overdue"
        page.line((f"At suppliers: {len(repairs)}", ink.accent), (
            "begin one with  techdesk device repair TAG --fault WHAT", ink.muted))  # fmt: skip
        for each in repairs:
            warranty = "warranty" if each.warranty else "to be paid"
            page.line((f"  {each.tag}", "bold"), (each.model, ""), (each.state, ""), (each.supplier, ""),
                      (each.reference, ""), (warranty, ink.muted), (each.due and f"due {each.due}", ""),
                      (late if each.overdue else "", ink.late), (each.instead and f"lent: {each.instead}", ""))  # fmt: skip
            page.line((f"    {each.fault}", ink.muted))
        page.blank()
        page.line((f"Lent: {len(loans)}", ink.accent))
        for loan in loans:
            page.line((f"  {loan.tag}", "bold"), (loan.model, ""), (f"to {loan.borrower}", ""), (loan.site, ink.muted),
                      (loan.due and f"due {loan.due}", ""), (late if loan.state == "overdue" else "", ink.late))  # fmt: skip
        if worries:
            page.blank()
            page.line(("Licences to think of", ink.accent))
        for line in worries:
            over = line.seats is not None and line.used > line.seats
            seats = f"{line.used} of {'any' if line.seats is None else line.seats} seats"
            page.line((f"  {line.product}", "bold"), (f"{line.state} {line.expires or ''}".strip(), ""), (seats, ""),
                      (f"{ink.signs.late} too many" if over else "", ink.late))  # fmt: skip
        self.query_one("#story-text", Static).update(page.text)

    def action_back(self) -> None:
        """Esc: to where one was."""
        self.app.pop_screen()
