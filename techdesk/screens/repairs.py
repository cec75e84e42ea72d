"""What is away: repairs at suppliers from draft to closed, loans, and licences that run out; what to chase first."""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar

from rich.text import Text

from techdesk.models.queries import away
from techdesk.models.queries.away import AwayCard, AwayLine
from techdesk.screens.board import Board
from techdesk.screens.browsing import Card
from techdesk.screens.reads import Question
from techdesk.screens.repair_keys import RepairKeys
from techdesk.screens.supplier_card import tell_supplier
from techdesk.screens.widgets.safe_text import clip, fit


class RepairsScreen(Board[AwayLine], RepairKeys):
    """Over any area; Esc goes back."""

    TITLE: ClassVar[str] = "repairs and loans"
    BINDING_GROUP_TITLE = "Repairs and loans"
    TABLES: ClassVar[frozenset[str]] = frozenset(
        ("repair", "loan", "device", "device_model", "device_event", "licence", "licence_site", "supplier")
    )
    FOOTER: ClassVar[tuple[str, ...]] = (
        "repair.on", "repair.move", "ticket.edit", "supplier.open", "list.find", "area.back", "ticket.close", "desk.undo",
    )  # fmt: skip
    WHAT: ClassVar[tuple[str, str]] = ("away", "away")
    FILTER: ClassVar[str] = "overdue, repairs, loans, licences, all; or words"
    EMPTY: ClassVar[str] = (
        "Nothing is at a supplier, nothing is lent, and no licence runs out. In Devices, F sends one in and H lends one."
        " Esc goes back."
    )

    def rows_of(self, connection: sqlite3.Connection, filter: str) -> list[AwayLine]:
        return away.away(connection, filter, self.desk.now)

    def key_of(self, row: AwayLine) -> str:
        return row.key

    def did(self) -> None:
        self.listing.clear_marks()

    # The list

    def counted(self, count: int) -> str:
        dot = f" {self.desk.signs.dot} "
        kinds = [(name, sum(row.kind == kind for row in self.rows)) for name, kind in away.KINDS.items()]
        said = [f"{held} {name}" for name, held in kinds if held]
        late = sum(row.overdue for row in self.rows)
        said += [f"{self.desk.signs.late} {late} to chase"] if late else []
        return (dot.join(said) or "nothing is away") + (f"{dot}{self.filter}" if self.filter else "")

    def told(self) -> None:
        """Whom to chase, in one line."""
        chase: dict[str, int] = {}
        for row in self.rows:
            if row.overdue and row.kind != "licence":
                chase[row.who or "nobody named"] = chase.get(row.who or "nobody named", 0) + 1
        names = ", ".join(f"{who} ({held})" for who, held in sorted(chase.items(), key=lambda each: -each[1]))
        width = max(20, self.size.width - 2)
        self.above(Text(clip(f"To chase: {names}", width), self.desk.ink.late, no_wrap=True) if chase else "")

    def draw(self, row: AwayLine, width: int, selected: bool, marked: bool) -> Text:
        ink = self.desk.ink
        late = ink.signs.late if row.overdue else " "
        text = (
            Text(no_wrap=True)
            .append(f"{late} ", ink.late)
            .append(fit("licence" if row.licence else row.label, 11), "bold")
            .append(" ")
        )
        text.append(fit(row.state, 14), ink.late if row.state in ("rejected", "expired", "too few seats") else "")
        text.append(f"{fit(row.due or 'no day', 11)}", ink.late if row.overdue else ink.muted)
        who = fit(row.who or "nobody named", 17) + " " if width >= 64 else ""
        text.append(who, ink.accent if row.kind == "repair" else "")
        words = row.about or "" if row.loan else f"{row.label}: {row.words}" if row.licence else row.words
        return text.append(fit(words, max(4, width - text.cell_len)), ink.muted)

    # The card

    def question(self, row: AwayLine) -> Question[Any]:
        now = self.desk.now
        return lambda connection: away.card(connection, row, now)

    def card_title(self, answer: AwayCard) -> str:
        return f"{answer.line.label} {self.desk.signs.dot} {answer.line.kind} {answer.line.state}"

    def card(self, answer: AwayCard, card: Card) -> None:
        line, ink = answer.line, card.ink
        if line.overdue and line.due and not line.licence:
            card.line((f"{ink.signs.late} it should be done since {line.due}", ink.late))
        card.line((line.about, "bold"), (line.words, ""))
        repair, loan, licence = line.repair, line.loan, line.licence
        if repair:
            card.line(("under warranty" if repair.warranty else "not under warranty: it is to be paid", ""))
            for name, value in (("reference", answer.reference), ("due", line.due), ("noted", repair.opened_at[:10]),
                                ("ended", (repair.ended_at or "")[:10]), ("cost", repair.cost), ("ticket", repair.ref),
                                ("of", repair.site), ("lent meanwhile", repair.instead), ("note", answer.note)):  # fmt: skip
                card.fact(name, value)
        if loan:
            for name, value in (("lent", loan.lent_at[:10]), ("due", loan.due), ("back", (loan.ended_at or "")[:10]),
                                ("ticket", loan.ref), ("of", loan.site)):  # fmt: skip
                card.fact(name, value)
        if licence:
            card.fact("ended" if licence.state == "expired" else "until", licence.expires)
            card.fact("cost", None if licence.cost is None else f"{licence.cost:,.2f}")
            for site, used in licence.sites:
                card.line((str(used).rjust(5), "bold"), (site, ""))
        if answer.supplier:
            tell_supplier(answer.supplier, card)
        if answer.events:
            card.heading("History")
        for event in answer.events:
            card.line(
                (event.at[:10], ink.muted), (event.act, ""), (event.state.replace("_", " "), "bold"), (event.note, "")
            )
