"""What is told of a rotation at length: what comes of it on dates before it is published, beside another, a school's year."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.widgets import Static

from techdesk import clock
from techdesk.models.queries.rotations import RotationRow
from techdesk.models.queries.site_year import SiteYear, site_year
from techdesk.planning.booking import Bookings
from techdesk.planning.comparing import differences, measure, side_by_side
from techdesk.planning.cycle import Change
from techdesk.planning.planbook import PlanBook, opened
from techdesk.screens.area import key
from techdesk.screens.story import StoryScreen
from techdesk.screens.telling import Page
from techdesk.screens.widgets.rotation_grid import DAYS
from techdesk.screens.widgets.safe_text import fit

SIGNS = {"visited": ("●", "V"), "planned": ("○", "p"), "owed": ("⚠", "!"), "closed": ("×", "x"), "weekend": (" ", " ")}
MOST = 200


class PublishScreen(StoryScreen):
    """What a draft comes to on dates; y makes it the plan in force."""

    TITLE = "what comes of it"
    BINDING_GROUP_TITLE = "Publishing"
    FOOTER = ("rotation.publish", "area.back", "desk.undo")
    BINDINGS: ClassVar[list[BindingType]] = [
        key("y", "publish", "rotation.publish", "Publish", "Make it the plan in force: its visits are made"),
    ]

    def __init__(self, book: PlanBook) -> None:
        super().__init__(book.row.id)
        self._book = book
        self._booked: Bookings | None = None

    def reload(self) -> None:
        book, today = self._book, clock.parse(self.desk.now).date()
        self.read("booked", lambda connection: book.bookings(today), self._show)

    def _show(self, booked: Bookings) -> None:
        self._booked = booked
        page, ink = Page(), self.desk.ink
        page.line((self._book.row.name, "bold"), (f"comes to {len(booked.visits)} visits from today on.", ""))
        page.line(("y publishes it, Esc goes back.", ink.muted))
        page.blank()
        if booked.missed:
            page.line((f"{ink.signs.late} {len(booked.missed)} find no place", ink.late))
        for missed in booked.missed[:MOST]:
            page.line((f"  {missed.day:%a %d %b}", "bold"), (missed.line.site, ""), (missed.why, ink.muted))
        if booked.moved:
            page.line((f"{len(booked.moved)} are on another day than the cycle has them", ink.accent))
        for visit in booked.moved[:MOST]:
            when = f"{visit.planned:%a %d %b} {ink.signs.so} {visit.day:%a %d %b}"
            page.line((f"  {when}", "bold"), (visit.line.site, ""), (visit.why, ink.muted))
        for note in booked.notes[:MOST]:
            page.line((f"{ink.signs.late} {note}", ink.late))
        if not booked.moved and not booked.missed and not booked.notes:
            page.line(("Every visit is on the day that the cycle has for it.", ink.accent))
        self.query_one("#story-text", Static).update(page.text)

    def action_publish(self) -> None:
        """y."""
        if self._booked is None or not self._booked.visits:
            self.warn("It has no visit from today on: plan one for later days.")
            return
        self.app.pop_screen()
        self.desk.perform(self._book.publishing(self._booked))


class CompareScreen(StoryScreen):
    """Two rotations side by side."""

    TITLE = "two rotations"
    BINDING_GROUP_TITLE = "Comparing"
    TABLES: ClassVar[frozenset[str]] = frozenset(("rotation", "rotation_line"))
    FOOTER = ("area.back",)

    def __init__(self, book: PlanBook, other: RotationRow) -> None:
        super().__init__(book.row.id)
        self._book, self._other = book, other

    def reload(self) -> None:
        one, other, now = self._book, self._other, self.desk.now

        def ask(connection: sqlite3.Connection) -> tuple[PlanBook, PlanBook]:
            return opened(connection, other, now), opened(connection, one.row, now)

        self.read("compared", ask, lambda found: self._show(*found))

    def _show(self, before: PlanBook, after: PlanBook) -> None:
        figures = [measure(book.row, book.lines, book.crew, book.book) for book in (before, after)]
        page, ink = Page(), self.desk.ink
        width = max(12, (self.size.width - 34) // 2)
        page.line((fit("", 28), ""), (fit(figures[0].name, width), "bold"), (fit(figures[1].name, width), "bold"))
        for name, *values in side_by_side(figures):
            page.line((fit(name, 28), ink.muted), (fit(values[0], width), ""), (fit(values[1], width), ""))
        page.blank()
        changes = differences(before.lines, after.lines)
        page.line((f"{len(changes)} visits differ", ink.accent))
        sites = {line.site_id: line.site for line in (*before.lines, *after.lines)}
        people = {line.technician_id: line.technician for line in (*before.lines, *after.lines)}
        why = {(line.site_id, line.day): line.why for line in after.lines}
        for change in changes[:MOST]:
            said = f"{_slot(change, True, people)} {ink.signs.so} {_slot(change, False, people)}"
            reason = why.get((change.site, change.after.day)) if change.after else None
            page.line((f"  {fit(sites[change.site], 28)}", "bold"), (said, ""), (reason, ink.muted))
        self.query_one("#story-text", Static).update(page.text)


def _slot(change: Change, before: bool, people: dict[str | None, str | None]) -> str:
    visit = change.before if before else change.after
    if visit is None:
        return "not planned"
    return f"{DAYS[visit.day % 7]} {visit.day // 7 + 1} {people.get(visit.technician, '?')}"


class YearScreen(StoryScreen):
    """A school's year: a line a month, a sign a day."""

    TITLE = "the school's year"
    BINDING_GROUP_TITLE = "The year"
    TABLES: ClassVar[frozenset[str]] = frozenset(("visit", "site", "calendar", "calendar_day"))
    FOOTER = ("area.back", "capture.open", "goto.open")

    def reload(self) -> None:
        site_id, now = self.thing_id, self.desk.now
        self.read("year", lambda connection: site_year(connection, site_id, now), self._show)

    def _show(self, found: SiteYear) -> None:
        page, ink, today = Page(), self.desk.ink, clock.parse(self.desk.now).date()
        page.line((found.site, "bold"), (f"from {found.first:%B %Y}", ink.muted))
        page.blank()
        page.text.append_text(self._months(found, today))
        said = {name: f"{signs[self.desk.config.ascii]} {name}" for name, signs in SIGNS.items() if name != "weekend"}
        page.line(("  ".join(said.values()), ink.muted), (f"{ink.signs.dot} open", ink.muted))
        page.blank()
        count = {name: sum(each == name for each in found.days.values()) for name in ("visited", "planned", "owed")}
        page.line((f"{count['visited']} visited, {count['planned']} planned, {count['owed']} owed", "bold"))
        for visit in found.visits:
            when = clock.local(visit.planned_start, visit.timezone)
            page.line((f"  {when:%a %d %b %H:%M}", ""), (visit.state.replace("_", " "), ink.muted), (visit.technician, ""),
                      (visit.reason, ink.muted))  # fmt: skip
        self.query_one("#story-text", Static).update(page.text)

    def _months(self, found: SiteYear, today: date) -> Text:
        text, ink = Text(no_wrap=True), self.desk.ink
        month = found.first
        for _ in range(12):
            following = (month.replace(day=28) + timedelta(days=7)).replace(day=1)
            text.append(f"  {month:%b %Y}  ", "bold")
            day = month
            while day < following:
                word = found.days.get(day, "")
                sign = SIGNS[word][self.desk.config.ascii] if word else ink.signs.dot
                style = {"visited": "bold", "owed": ink.late, "planned": ink.accent}.get(word, ink.muted)
                text.append(sign, "reverse" if day == today else style)
                day += timedelta(days=1)
            text.append("\n")
            month = following
        return text.append("\n")
