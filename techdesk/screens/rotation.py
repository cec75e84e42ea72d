"""The rotation over the visits: weeks, days and technicians as a grid; visits moved by keys, with the cost told before."""

from __future__ import annotations

import sqlite3
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from techdesk import clock
from techdesk.desk.rotations import DropRotation, day_words
from techdesk.models.queries import rotations
from techdesk.models.queries.rotations import PlanLine, RotationRow
from techdesk.planning import moving
from techdesk.planning.moving import Move
from techdesk.planning.planbook import PlanBook, opened
from techdesk.screens.area import key
from techdesk.screens.rotation_planning import RotationPlanning
from techdesk.screens.widgets.rotation_grid import Grid, Moved, RotationGrid
from techdesk.screens.widgets.safe_text import clip

EMPTY = (
    "No rotation is planned yet. It comes from agreements and wishes of the schools (techdesk agreement), and the working"
    " times and bases of technicians (techdesk technician). p plans a draft, as  techdesk plan make  does. Esc goes back."
)


class Opened(NamedTuple):
    """The rotations that can be looked at, the newest first, the one that is, and the week of its cycle that
    is under way."""

    rows: list[RotationRow]
    book: PlanBook | None
    week: int = 0


class Sheet(VerticalScroll, can_focus=False):
    """The grid scrolls, the keys stay with it."""


class RotationScreen(RotationPlanning):
    """Over the visits; Esc goes back."""

    TITLE: ClassVar[str] = "the rotation"
    BINDING_GROUP_TITLE = "The rotation"
    TABLES: ClassVar[frozenset[str]] = frozenset(
        (
            "rotation",
            "rotation_line",
            "site",
            "technician",
            "leave",
            "agreement",
            "site_wish",
            "travel_time",
            "calendar",
        )
    )
    FOOTER: ClassVar[tuple[str, ...]] = (
        "rotation.move", "rotation.publish", "rotation.plan", "rotation.compare", "rotation.year", "list.order",
        "rotation.week_next", "area.back", "desk.undo",
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        key("m", "move", "rotation.move", "Move", "Take a visit of a draft up; arrows, then Enter puts it down"),
        key("enter", "put", "rotation.put", "Put down", "Put down the visit that was taken up; else its school's year"),
        key("y", "publish", "rotation.publish", "Publish", "What comes of it on dates; then make it the plan in force"),
        key("C", "compare", "rotation.compare", "Compare", "This rotation beside the one in force, in figures"),
        key("Y", "year", "rotation.year", "Year", "The school's year: visited, planned, closed, owed"),
        key("D", "drop", "list.drop", "Drop", "Put a draft aside"),
        key("number_sign", "back", "rotation.open", "List", "Back to the list of visits"),
        key("right_square_bracket", "week(1)", "rotation.week_next", "Week on", "The same day a week later"),
        key("left_square_bracket", "week(-1)", "rotation.week_before", "Week back", "The same day a week earlier"),
    ]
    DEFAULT_CSS = """
    RotationScreen {
        #told { height: 3; padding: 0 1; }
        #sheet { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
        #short { height: auto; max-height: 5; padding: 0 1; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._opened = Opened([], None)
        self._chosen: str | None = None
        self._move: Move | None = None
        self._put_down: str | None = None

    def compose_body(self) -> ComposeResult:
        yield Static("", id="told", markup=False)
        with Sheet(id="sheet"):
            yield RotationGrid(id="list")
        yield Static("", id="short", markup=False)

    @property
    def grid(self) -> RotationGrid:
        """The grid."""
        return self.query_one("#list", RotationGrid)

    @property
    def book(self) -> PlanBook | None:
        """The rotation that is shown."""
        return self._opened.book

    def look_at(self, rotation_id: str) -> None:
        self._chosen = rotation_id

    def reload(self) -> None:
        chosen, now = self._chosen, self.desk.now

        def ask(connection: sqlite3.Connection) -> Opened:
            rows = rotations.rotations(connection, every=False)
            row = next((each for each in rows if each.id == chosen), rows[0] if rows else None)
            if row is None:
                return Opened(rows, None)
            book = opened(connection, row, now)
            return Opened(rows, book, book.week_on(clock.parse(now).date()))

        self.read("rotation", ask, self._show)

    def _show(self, found: Opened) -> None:
        self._opened = found
        book = found.book
        if book is None:
            self.query_one("#told", Static).update(EMPTY)
            self.grid.show(Grid((), (), 1))
            return
        self._chosen = book.row.id
        known = {line.id for line in book.lines}
        if self.grid.carried not in known:
            self.grid.carried = None
        going = {line.technician_id for line in book.lines}
        crew = [one for one in book.crew if one.id in going or (one.id not in book.book.lost and any(one.week))]
        self.grid.show(Grid(book.lines, crew, book.row.weeks, found.week), self._put_down)
        self._put_down = None
        short = [
            f"{self.desk.signs.late} {line.site}, {line.missing}: {line.why}" for line in book.lines if line.day is None
        ]
        more = [f"... and {len(short) - 3} more: techdesk plan show"] if len(short) > 4 else []
        said = "\n".join(clip(each, max(20, self.size.width - 3)) for each in (short[:3] + more if more else short))
        self.query_one("#short", Static).update(Text(said, self.desk.ink.late))
        self._tell()

    def on_moved(self, event: Moved) -> None:
        """The cursor has moved."""
        self._tell()

    def on_resize(self) -> None:
        """The lines above are cut to the width."""
        self._tell()

    def _tell(self) -> None:
        """The two lines above: the rotation, and the visit or the move."""
        book = self.book
        if book is None or not self.is_mounted:
            return
        row, dot, ink = book.row, f" {self.desk.signs.dot} ", self.desk.ink
        which = f"{self._number() + 1} of {len(self._opened.rows)}" if len(self._opened.rows) > 1 else ""
        driving = f"{row.travel:.0f} min of driving" if row.travel is not None else ""
        short = f"{row.missing} not met" if row.missing else ""
        days = f"{row.first} to {row.last}"
        head = dot.join(filter(None, (row.name, row.state, f"{row.visits} visits", driving, short, which, days)))
        width = max(20, self.size.width - 3)
        text = Text(clip(head, width), "bold", no_wrap=True)
        words, style = self._words(book)
        text.append("\n" + "\n".join(clip(part, width) for part in words), style or ink.muted)
        self.query_one("#told", Static).update(text)

    def _number(self) -> int:
        return next((number for number, row in enumerate(self._opened.rows) if row.id == self._chosen), 0)

    def _words(self, book: PlanBook) -> tuple[list[str], str]:
        """What is told of the cursor's visit, or of where a visit would go."""
        dot = f" {self.desk.signs.dot} "
        carried = self._carried(book)
        if carried is not None:
            self._move = self._costed(book, carried)
            cost, one = self._move.cost, self.grid.grid.crew[self.grid.place.row]
            day = self.grid.grid.columns[self.grid.place.column]
            bad = bool(cost.over or cost.against)
            sign = f"{self.desk.signs.late} " if bad else ""
            first = f"{carried.site} {self.desk.signs.so} {day_words(day)}, {one.name}"
            return [
                first,
                f"{sign}{cost.words()} (Enter puts it down)",
            ], self.desk.ink.late if bad else self.desk.ink.accent
        line = self.grid.grid.at(self.grid.place)
        if line is None:
            return ["Nobody is visited then." if book.lines else "It has no visits.", ""], ""
        starts = line.starts or 0
        ends = starts + line.minutes
        when = f"{starts // 60:02}:{starts % 60:02}{self.desk.signs.dash}{ends // 60:02}:{ends % 60:02}"
        return [
            dot.join((f"{line.code} {line.site}", day_words(line.day or 0), when, line.technician or "?")),
            line.why or "",
        ], ""

    def _carried(self, book: PlanBook) -> PlanLine | None:
        return next((line for line in book.lines if line.id == self.grid.carried), None)

    def _costed(self, book: PlanBook, line: PlanLine) -> Move:
        place, grid = self.grid.place, self.grid.grid
        school = next((each for each in book.schools if each.id == line.site_id), None)
        return moving.move(
            book.lines, line, grid.columns[place.column], grid.crew[place.row].id, book.crew, book.book, book.row.weeks,
            school.days if school else range(7), school.skills if school else frozenset(),
        )  # fmt: skip

    # Keys

    def action_move(self) -> None:
        """m: takes a visit up; what is not met is next once all are placed."""
        book, line = self.book, self.grid.grid.at(self.grid.place)
        if book is None or book.row.state != "draft":
            self.warn("Only a draft is moved: techdesk plan make --replan makes one of what is in force.")
            return
        if line is None:
            line = next((each for each in book.lines if each.day is None), None)
        if line is None:
            self.warn("No visit is there: go to one with the arrows, then m takes it up.")
            return
        self.grid.carried = line.id
        self.grid.redraw()
        self._tell()

    def action_put(self) -> None:
        """Enter."""
        if self.grid.carried is None or self._move is None:
            self.action_year()
            return
        self._put_down, self.grid.carried = self.grid.carried, None
        self.desk.perform(self._move.command)
        self.grid.redraw()
        self._tell()

    def action_back(self) -> None:
        """Esc: leaves the visit where it was, then goes back."""
        if self.stop_planning():
            return
        if self.grid.carried is None:
            self.app.pop_screen()
            return
        place = self.grid.grid.find(self.grid.carried)
        self.grid.carried = None
        self.grid.go(place or self.grid.place)

    def action_order(self) -> None:
        """o: the next rotation."""
        rows = self._opened.rows
        if len(rows) < 2:
            self.warn("There is no other rotation: techdesk plan make plans a draft.")
            return
        self._chosen = rows[(self._number() + 1) % len(rows)].id
        self.grid.carried = None
        self.reload()

    def action_week(self, by: int) -> None:
        """[ and ]."""
        self.grid.turn_week(by)

    def action_publish(self) -> None:
        """y: first what comes of it."""
        from techdesk.screens.rotation_told import PublishScreen

        if self.book is None or self.book.row.state != "draft":
            self.warn("It is in force already: o looks at another rotation.")
        else:
            self.app.push_screen(PublishScreen(self.book))

    def action_compare(self) -> None:
        """C."""
        from techdesk.screens.rotation_told import CompareScreen

        rows = self._opened.rows
        other = next((row for row in rows if row.state == "published" and row.id != self._chosen), None)
        other = other or next((row for row in rows if row.id != self._chosen), None)
        if self.book is None or other is None:
            self.warn("There is nothing to compare it with: techdesk plan make plans another draft.")
        else:
            self.app.push_screen(CompareScreen(self.book, other))

    def action_year(self) -> None:
        """Y."""
        from techdesk.screens.rotation_told import YearScreen

        line = self.grid.grid.at(self.grid.place)
        if line is None:
            self.warn("No visit is there: go to one with the arrows.")
        else:
            self.app.push_screen(YearScreen(line.site_id))

    def action_drop(self) -> None:
        """D."""
        if self.book is not None:
            self.desk.perform(DropRotation(rotation_id=self.book.row.id))
