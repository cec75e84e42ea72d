"""The Visits area: weeks of visits by day; what is promised at a site; plan, start, wrap, sign, call off."""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar, NamedTuple

from rich.text import Text
from textual.binding import BindingType

from techdesk import clock
from techdesk.models.queries import promises, visit_lists
from techdesk.models.queries.visit_lists import VisitFilter
from techdesk.models.rows import VisitLine
from techdesk.screens import visit_card
from techdesk.screens.browsing import Card
from techdesk.screens.chrome import key
from techdesk.screens.glyphs import day_text
from techdesk.screens.reads import Question
from techdesk.screens.sources import Pages
from techdesk.screens.visit_keys import VisitKeys
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.safe_text import clip, fit

OVER = ("signed", "cancelled", "missed", "rebooked")


class DayVisit(NamedTuple):
    """A visit in the list; `first` of its day, so that the day is named once."""

    line: VisitLine
    first: bool


def days_apart(connection: sqlite3.Connection, chosen: VisitFilter, start: int, limit: int) -> list[DayVisit]:
    """A page of visits that knows where days begin."""
    before = 1 if start else 0
    lines = visit_lists.page(connection, chosen, limit + before, start - before)
    days = [clock.local(line.planned_start, line.timezone).date() for line in lines]
    first = [index == 0 or days[index] != days[index - 1] for index in range(len(lines))]
    return [DayVisit(*each) for each in zip(lines[before:], first[before:], strict=True)]


class VisitsArea(VisitKeys[DayVisit]):
    """Visits."""

    TITLE: ClassVar[str] = "Visits"
    TABLES: ClassVar[frozenset[str]] = frozenset(("visit", "visit_task", "site", "contact", "ticket", "technician"))
    FOOTER: ClassVar[tuple[str, ...]] = (
        "list.open", "ticket.timer", "visit.plan", "rotation.open", "list.move", "visit.wrap", "visit.sign", "capture.open",
        "desk.undo",
    )  # fmt: skip
    WHAT: ClassVar[tuple[str, str]] = ("visit", "visits")
    FILTER: ClassVar[str] = "a school or a person; all shows everybody's"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("p", "plan", "visit.plan", "Plan", "Plan a visit"),
        key("number_sign", "rotation", "rotation.open", "Rotation", "The rotation: weeks, days, technicians as a grid"),
    ]

    def make_list(self) -> PagedList[DayVisit]:
        return PagedList(
            self.source(""), self._draw, lambda row: row.line.id, glyphs=self.desk.glyphs, id="list",
            empty_text="No visit is planned. p plans one: a school, a day, a time. On the day, Space starts it, and the"
            " school's open tickets become its list. (/ all shows what others have planned.)",
        )  # fmt: skip

    def source(self, filter: str) -> Pages[DayVisit]:
        words = filter.split()
        everybody = "all" in (word.casefold() for word in words)
        named = " ".join(word for word in words if word.casefold() != "all")

        def chosen(connection: sqlite3.Connection) -> VisitFilter:
            me = connection.execute("SELECT value FROM meta WHERE key = 'technician'").fetchone()
            return VisitFilter(None if everybody or me is None else str(me[0]), words=named)

        return Pages(
            self.desk.reads,
            lambda connection: visit_lists.count(connection, chosen(connection)),
            lambda connection, start, limit: days_apart(connection, chosen(connection), start, limit),
            lambda connection, id: visit_lists.index_of(connection, chosen(connection), id),
            lambda connection, ids: visit_lists.holds(connection, chosen(connection), ids),
        )

    def on_mount(self) -> None:
        """Begins at the visit under way, or the next one."""
        now = self.desk.now

        def here(connection: sqlite3.Connection) -> str | None:
            me = self.desk.heading.me
            line = visit_lists.nearest(connection, me, ("on_site",), now)
            ahead = visit_lists.upcoming(connection, now, 1, VisitFilter(me))
            return line.id if line else ahead[0].id if ahead else None

        self.read("here", here, lambda id: self.listing.select(id) if id else None)

    def counted(self, count: int) -> str:
        mine = "all" not in self.filter.casefold().split()
        return ("my " if mine and count else "") + super().counted(count)

    def _draw(self, row: DayVisit, width: int, selected: bool, marked: bool) -> Text:
        line = row.line
        start, end = (clock.local(each, line.timezone) for each in (line.planned_start, line.planned_end))
        glyph, word = visit_card.state_of(line.state, self.desk.config.ascii)
        over = self.desk.ink.muted if line.state in OVER else ""
        day = f"{start:%a} {day_text(start)}"
        text = Text(no_wrap=True).append(fit(day if row.first else "", 11), "bold")
        text.append(f"{start:%H:%M}{self.desk.signs.dash}{end:%H:%M}  ", over)
        text.append(fit(f"{glyph} {word}", 13), "bold" if line.state == "on_site" else over)
        tasks = f"{line.done}/{line.tasks}" if line.tasks else ""
        others = "all" in self.filter.casefold().split()
        who = clip(line.technician or "?", 12) if others and width >= 64 else ""
        room = width - text.cell_len - 6 - (14 if who else 0)
        text.append(fit(line.site, max(4, room)), over)
        text.append(tasks.rjust(6))
        return text.append(f"  {fit(who, 12)}") if who else text

    # The card

    def question(self, row: DayVisit) -> Question[Any]:
        id, now = row.line.id, self.desk.now
        return lambda connection: promises.visit_card(connection, id, now)

    def card_title(self, answer: promises.VisitCard) -> str:
        return visit_card.title(answer, self.desk.signs.dot)

    def card(self, answer: promises.VisitCard, card: Card) -> None:
        visit_card.fill(card, answer, self.desk.config.ascii)

    # Keys

    def line_of(self, row: DayVisit) -> VisitLine:
        return row.line

    def action_plan(self) -> None:
        """Asks where and when."""
        from techdesk.screens.dialogs.plan_visit import PlanVisitDialog

        row = self.listing.selected_row
        self.app.push_screen(PlanVisitDialog(row.line if row else None), self._planned)

    def _planned(self, id: str | None) -> None:
        if id:
            self.listing.select(id)

    def action_rotation(self) -> None:
        """#: the grid."""
        from techdesk.screens.rotation import RotationScreen

        self.app.push_screen(RotationScreen())
