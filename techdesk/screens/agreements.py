"""Agreements: what each school has bought, what this term has seen of it, and until when; noted, agreed, renewed, ended."""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import BindingType

from techdesk.desk.agreements import MoveAgreement, often
from techdesk.models.queries import agreements
from techdesk.models.queries.agreements import AgreementLine, Bought
from techdesk.screens.area import key
from techdesk.screens.board import Board
from techdesk.screens.browsing import Card
from techdesk.screens.dialogs.fields import FieldsDialog
from techdesk.screens.reads import Question
from techdesk.screens.widgets.safe_text import fit

WORRY = ("ended", "expiring", "draft")
MINUTES_FROM = 84
"""Columns from which on the minutes stand in the list too."""


class AgreementsScreen(Board[Bought]):
    """Over any area; Esc goes back."""

    TITLE: ClassVar[str] = "agreements"
    BINDING_GROUP_TITLE = "Agreements"
    TABLES: ClassVar[frozenset[str]] = frozenset(
        ("agreement", "site_wish", "site", "visit", "calendar", "calendar_day")
    )
    FOOTER: ClassVar[tuple[str, ...]] = (
        "ticket.edit", "agreement.renew", "agreement.wish", "list.accept", "list.find", "area.back", "desk.undo",
    )  # fmt: skip
    WHAT: ClassVar[tuple[str, str]] = ("school", "schools")
    FILTER: ClassVar[str] = "a school, a tier; or active, expiring, ended, draft, none"
    EMPTY: ClassVar[str] = "No school is known yet:  techdesk import sites FILE  brings them. Esc goes back."
    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "e",
            "edit",
            "ticket.edit",
            "Edit",
            "Visits and minutes a term, tier, price, until when; notes the first one",
        ),
        key("plus", "renew", "agreement.renew", "Renew", "Another agreement follows this one"),
        key(
            "W", "wish", "agreement.wish", "Wishes", "How often, how long, on which days, by whom the school is visited"
        ),
        key("y", "accept", "list.accept", "Agree", "A draft is agreed: it counts from now on"),
        key("D", "drop", "list.drop", "End", "The agreement ends now"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._term = ""

    def rows_of(self, connection: sqlite3.Connection, filter: str) -> list[Bought]:
        found = agreements.board(connection, filter, self.desk.now)
        self._term = f"term {found.first:%d %b} to {found.last:%d %b %Y}"
        return found.rows

    def key_of(self, row: Bought) -> str:
        return row.site_id

    def counted(self, count: int) -> str:
        return f"{super().counted(count)} {self.desk.signs.dot} {self._term}" if self._term else super().counted(count)

    def draw(self, row: Bought, width: int, selected: bool, marked: bool) -> Text:
        ink, line = self.desk.ink, row.line
        worry = ink.late if row.state in WORRY else ""
        right = Text(no_wrap=True)
        if line is not None:
            visits, minutes = (row.made.visits_made, row.made.minutes_made) if row.made else (0, 0)
            right.append(fit(line.tier or "", 12), ink.muted)
            right.append(fit(_of(visits, line.visits, "visits"), 13), "bold")
            if width >= MINUTES_FROM:
                right.append(fit(_of(minutes, line.minutes, "min"), 14))
        until = line.ends or "no end" if line else ""
        right.append(fit(until, 11), worry or ink.muted)
        right.append(fit(row.state if line else "nothing bought", 9 if line else 15), worry or ink.muted)
        text = Text(no_wrap=True).append(f"{ink.signs.late if worry else ' '} ", worry)
        return (
            text.append(fit(row.site, max(8, width - right.cell_len - 3)), "" if line else ink.muted)
            .append(" ")
            .append_text(right)
        )

    # The card

    def question(self, row: Bought) -> Question[Any]:
        return lambda connection: row

    def card_title(self, answer: Bought) -> str:
        return f"{answer.code} {answer.site}"

    def card(self, answer: Bought, card: Card) -> None:
        line, made, ink = answer.line, answer.made, card.ink
        if line is None:
            card.line(("Nothing is bought: e notes an agreement.", ink.muted))
        else:
            worry = line.state in WORRY
            card.line((f"{ink.signs.late if worry else ''} {line.state}".strip(), ink.late if worry else "bold"),
                      (f"{line.starts or 'the beginning'} to {line.ends or 'no end'}", ""), (line.tier, ""),
                      (line.provider, ink.muted))  # fmt: skip
        if made is not None:
            due = f", {made.visits_due} due by now" if made.visits_due else ""
            card.line(("this term", ink.muted), (f"{_of(made.visits_made, made.visits_bought, 'visits')} made{due},", ""),
                      (f"{made.visits_planned} planned", ""))  # fmt: skip
            share = "" if made.share is None else f", {made.share * 100:.0f} %"
            card.fact("delivered", f"{_of(made.minutes_made, made.minutes_bought, 'min')}{share}")
            card.fact("owed", f"{made.owed} min" if made.owed else None)
        wish = next((each.wish for each in answer.every if each.wish), None)
        card.fact("wishes", often(*wish) if wish else None)
        if line is not None:
            self._tell(line, card)
        others = [each for each in answer.every if each is not line]
        if others:
            card.heading("Before and after")
        for each in others:
            card.line(
                (f"{each.starts or '...'} to {each.ends or 'no end'}", ""), (each.state, ink.muted), (each.tier, "")
            )

    def _tell(self, line: AgreementLine, card: Card) -> None:
        card.fact("price", None if line.price is None else f"{line.price:.2f}")
        card.fact("included", line.included)
        card.fact("excluded", line.excluded)
        card.fact("targets", ", ".join(f"P{name[-1]} {said}" for name, said in line.targets))

    # Keys

    def _one(self) -> Bought | None:
        rows = self.chosen()
        if len(rows) != 1:
            self.warn(
                "Select one school." if not rows else "One at a time: take the marks away with Esc, then select it."
            )
            return None
        return rows[0]

    def action_edit(self) -> None:
        """e."""
        from techdesk.screens.dialogs.agreement_fields import agreement_dialog

        row = self._one()
        if row is not None:
            self.app.push_screen(agreement_dialog(row))

    def action_renew(self) -> None:
        """+."""
        from techdesk.screens.dialogs.agreement_fields import renewal_dialog

        row = self._one()
        if row is not None and row.line is None:
            self.warn(f"{row.site} has nothing to renew: e notes an agreement.")
        elif row is not None and row.line is not None:
            self.app.push_screen(renewal_dialog(row.line))

    def action_wish(self) -> None:
        """W."""
        from techdesk.screens.dialogs.agreement_fields import wished

        row = self._one()
        if row is not None:
            self.read("wished", lambda connection: wished(connection, row), self._ask_wishes)

    def _ask_wishes(self, dialog: FieldsDialog) -> None:
        self.app.push_screen(dialog)

    def action_accept(self) -> None:
        """y."""
        row = self._one()
        draft = next((line for line in row.every if line.state == "draft"), None) if row else None
        if draft is not None:
            self.desk.perform(MoveAgreement(agreement_id=draft.id, state="active"))
        elif row is not None:
            self.warn(f"{row.site} has no draft to agree: e notes an agreement.")

    def action_drop(self) -> None:
        """D."""
        row = self._one()
        if row is not None and row.line is None:
            self.warn(f"{row.site} has no agreement that could end.")
        elif row is not None and row.line is not None:
            self.desk.perform(MoveAgreement(agreement_id=row.line.id, state="ended"))


def _of(made: int, bought: int | None, word: str) -> str:
    """7/13 visits, or 7 visits where no number was bought."""
    return f"{made} {word}" if bought is None else f"{made}/{bought} {word}"
