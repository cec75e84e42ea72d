"""The problem board: incidents that keep coming back, problems by state with what helps, and changes; each with its story."""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar

from rich.text import Text

from techdesk.models.queries import problem_board
from techdesk.models.queries.problem_board import BoardCard, BoardLine
from techdesk.screens.browsing import Browsing, Card
from techdesk.screens.problem_card import state_words, tell_row
from techdesk.screens.problem_keys import ProblemKeys
from techdesk.screens.reads import Question
from techdesk.screens.sources import Whole
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.safe_text import fit

EMPTY = (
    "No problem is known, and nothing keeps coming back: three incidents of a month that are alike are proposed here as one."
    " In Tickets, mark tickets with x and press J to make a problem of them. Esc goes back."
)
UNFIT = "Nothing on the board fits. Esc takes the filter away; `all` in it looks at what has ended too."


class ProblemsScreen(Browsing[BoardLine], ProblemKeys):
    """Over any area; Esc goes back. `select` is the key of a row to begin with."""

    TITLE: ClassVar[str] = "Problems"
    BINDING_GROUP_TITLE = "Problems"
    TABLES: ClassVar[frozenset[str]] = frozenset(
        ("problem", "change", "change_site", "desk_event", "ticket", "device", "device_model", "site", "visit")
    )
    FOOTER: ClassVar[tuple[str, ...]] = (
        "problem.accept", "problem.move", "ticket.edit", "ticket.join", "problem.change", "ticket.close", "area.back",
        "desk.undo", "problem.tasks",
    )  # fmt: skip
    WHAT: ClassVar[tuple[str, str]] = ("on the board", "on the board")
    FILTER: ClassVar[str] = "words; known error, changes, all"

    def __init__(self, select: str | None = None) -> None:
        super().__init__()
        self._first = select
        self._rows: dict[str, BoardLine] = {}

    # The list

    def make_list(self) -> PagedList[BoardLine]:
        return PagedList(
            self.source(""), self._draw, lambda row: row.key, glyphs=self.desk.glyphs, id="list", empty_text=EMPTY
        )

    def source(self, filter: str) -> Whole[BoardLine]:
        for listing in self.query("#list").results(PagedList):
            listing.empty_text = UNFIT if filter else EMPTY
        return Whole(self.desk.reads, lambda connection: self._rows_of(connection, filter), lambda row: row.key)

    def _rows_of(self, connection: sqlite3.Connection, filter: str) -> list[BoardLine]:
        rows = problem_board.board(connection, filter, self.desk.now, also=self._first)
        self._rows = {row.key: row for row in rows}
        self.call_later(self.recount)  # states may have changed where the number of rows has not
        return rows

    def on_mount(self) -> None:
        if self._first is not None:
            self.listing.select(self._first)

    def counted(self, count: int) -> str:
        dot = f" {self.desk.signs.dot} "
        said = [
            f"{held} {name.replace('_', ' ')}" for name, held in problem_board.counts([*self._rows.values()]).items()
        ]
        narrowed = f"{dot}{self.filter}" if self.filter else ""
        return (dot.join(said) or "the problem board") + narrowed

    def _draw(self, row: BoardLine, width: int, selected: bool, marked: bool) -> Text:
        ink = self.desk.ink
        name = row.ref or ink.signs.so
        text = Text(no_wrap=True).append(fit(name, 11), "bold")
        text.append(fit(state_words(row), 15), ink.accent if row.kind == "proposal" else "")
        held = f"{row.open}/{row.tickets}" if row.kind == "problem" else str(row.tickets or "")
        if width >= 56:
            text.append(fit(held, 6), ink.late if row.open else ink.muted)
        right = 18 if width >= 90 else 0
        room = max(8, width - text.cell_len - right)
        text.append(fit(fit(row.title, room - 1), room))
        return text.append(fit(row.about or "", right), ink.muted)

    # The card

    def question(self, row: BoardLine) -> Question[Any]:
        return lambda connection: problem_board.card(connection, row)

    def _show_card(self, answer: BoardCard | None) -> None:
        if answer is not None:  # it was taken back meanwhile: the list shows another one in a moment
            super()._show_card(answer)

    def card_title(self, answer: BoardCard) -> str:
        line = answer.line
        return f" {self.desk.signs.dot} ".join(filter(None, (line.ref, state_words(line))))

    def card(self, answer: BoardCard, card: Card) -> None:
        tell_row(answer, card, self.desk.timezone)

    # Keys

    def chosen(self) -> list[BoardLine]:
        return [self._rows[key] for key in self.listing.targets if key in self._rows]

    def did(self) -> None:
        self.listing.clear_marks()

    def go_to(self, key: str) -> None:
        self.listing.select(key)

    def action_back(self) -> None:
        """Esc: out of the card, the filter away, the marks away, then back."""
        if self.listing.marks or self.filter or self.has_class("-reading"):
            super().action_back()
        else:
            self.app.pop_screen()
