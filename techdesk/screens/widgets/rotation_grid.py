"""A rotation as a grid: a row for each technician, a column for each day of the cycle, the schools in the cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Static

from techdesk.models.queries.rotations import Crew, PlanLine
from techdesk.screens.chrome import key
from techdesk.screens.widgets.safe_text import fit

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NAME, LEAST = 13, 9
"""Cells for a technician's name, and for a day at least."""


class Place(NamedTuple):
    """A cell: the number of the technician and that of the column, and the turn in it."""

    row: int
    column: int
    turn: int = 0


class Grid:
    """The cells of a rotation."""

    def __init__(self, lines: Sequence[PlanLine], crew: Sequence[Crew], weeks: int, week: int = 0) -> None:
        """`week` is the one that is looked at first, counted from 0."""
        planned = [line for line in lines if line.day is not None]
        self.crew = list(crew)
        self.weeks, self.week = weeks, week
        self.weekdays = sorted({(line.day or 0) % 7 for line in planned} | set(range(5)))
        self.columns = [week * 7 + day for week in range(weeks) for day in self.weekdays]
        self._cells: dict[tuple[str, int], list[PlanLine]] = {}
        for line in sorted(planned, key=lambda each: (each.rank, each.starts or 0, each.site)):
            self._cells.setdefault((line.technician_id or "", line.day or 0), []).append(line)

    def cell(self, row: int, column: int) -> list[PlanLine]:
        """The visits of a technician's day, in their turn."""
        if not (0 <= row < len(self.crew) and 0 <= column < len(self.columns)):
            return []
        return self._cells.get((self.crew[row].id, self.columns[column]), [])

    def at(self, place: Place) -> PlanLine | None:
        """The visit there, if there is one."""
        found = self.cell(place.row, place.column)
        return found[place.turn] if place.turn < len(found) else None

    def find(self, line_id: str) -> Place | None:
        """Where a visit is."""
        for row, one in enumerate(self.crew):
            for column, day in enumerate(self.columns):
                for turn, line in enumerate(self._cells.get((one.id, day), [])):
                    if line.id == line_id:
                        return Place(row, column, turn)
        return None

    def first(self) -> Place:
        """The first visit from the present week on, or the first cell."""
        begin = self.week * len(self.weekdays)
        for column in (*range(begin, len(self.columns)), *range(begin)):
            for row in range(len(self.crew)):
                if self.cell(row, column):
                    return Place(row, column)
        return Place(0, 0)

    def step(self, place: Place, down: int, right: int, cells: bool) -> Place:
        """The place so many steps down or right; by whole cells, or from visit to visit."""
        row, column, turn = place
        if right:
            return Place(row, min(max(0, column + right), len(self.columns) - 1))
        if not cells and 0 <= turn + down < len(self.cell(row, column)):
            return Place(row, column, turn + down)
        row = min(max(0, row + down), max(0, len(self.crew) - 1))
        if row == place.row:
            return place
        return Place(row, column, 0 if down > 0 or cells else max(0, len(self.cell(row, column)) - 1))


@dataclass
class Moved(Message):
    """The cursor is at another place."""

    place: Place


class RotationGrid(Static, can_focus=True):
    """Draws a grid, and moves a cursor in it with the arrows."""

    BINDING_GROUP_TITLE = "The grid"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("up,k", "step(-1, 0)", "grid.up", "Up", "The visit above"),
        key("down,j", "step(1, 0)", "grid.down", "Down", "The visit below"),
        key("left", "step(0, -1)", "grid.left", "Left", "The day before"),
        key("right", "step(0, 1)", "grid.right", "Right", "The day after"),
    ]
    DEFAULT_CSS = "RotationGrid { height: auto; width: 1fr; }"

    def __init__(self, id: str) -> None:
        super().__init__("", id=id, markup=False)
        self.grid = Grid((), (), 1)
        self.place = Place(0, 0)
        self.carried: str | None = None
        self._tops: list[int] = []

    def show(self, grid: Grid, follow: str | None = None) -> None:
        """Another grid; the cursor stays with its visit, or goes to the one to follow."""
        before = self.grid.at(self.place)
        wanted = follow or (before.id if before else None)
        found = grid.find(wanted) if wanted else None
        stays = before is None and bool(self.grid.crew) and self.place.row < len(grid.crew)
        self.grid = grid
        self.place = found or (self.place if stays else grid.first())
        self.redraw()

    def go(self, place: Place) -> None:
        """Puts the cursor there."""
        self.place = place
        self.redraw()
        self.post_message(Moved(place))

    def action_step(self, down: int, right: int) -> None:
        """An arrow."""
        self.go(self.grid.step(self.place, down, right, self.carried is not None))

    def turn_week(self, by: int) -> None:
        """To the same day of another week."""
        days = len(self.grid.weekdays)
        column = self.place.column + by * days
        if 0 <= column < len(self.grid.columns):
            self.go(Place(self.place.row, column))

    def on_resize(self) -> None:
        """The columns fit the width."""
        self.redraw()

    def redraw(self) -> None:
        """Draws the weeks that fit, that of the cursor among them."""
        if not self.grid.crew or not self.size.width:
            self.update("")
            return
        self.update(self._drawn(self.size.width))
        top = self._tops[self.place.row] if self.place.row < len(self._tops) else 0
        parent = self.parent
        if parent is not None and hasattr(parent, "scroll_to_region"):
            parent.scroll_to_region(Region(0, max(0, top - 1), 1, 4), animate=False, force=True)

    def _drawn(self, width: int) -> Text:
        days = len(self.grid.weekdays)
        shown = max(1, min(self.grid.weeks, (width - NAME) // (LEAST * days)))
        week = min(self.place.column // days, self.grid.weeks - shown)
        columns = range(week * days, (week + shown) * days)
        cells = max(4, (width - NAME) // len(columns))
        text = Text(no_wrap=True)
        text.append(" " * NAME)
        for column in columns:
            day = self.grid.columns[column]
            title = f"{DAYS[day % 7]} {day // 7 + 1}" if self.grid.weeks > 1 else DAYS[day % 7]
            text.append(fit(title, cells), "bold")
        self._tops, top = [], 1
        for row, one in enumerate(self.grid.crew):
            high = max(1, *(len(self.grid.cell(row, column)) for column in columns))
            if row == self.place.row and self.carried is not None:
                high = max(high, len(self.grid.cell(row, self.place.column)) + 1)
            self._tops.append(top)
            for turn in range(high):
                text.append("\n" + fit(one.name if turn == 0 else "", NAME), "bold" if turn == 0 else "")
                for column in columns:
                    self._cell(text, Place(row, column, turn), one, cells)
            top += high
        return text

    def _cell(self, text: Text, place: Place, one: Crew, cells: int) -> None:
        line = self.grid.at(place)
        here = place == self.place
        if self.carried is not None:
            last = len(self.grid.cell(place.row, place.column))
            here = (place.row, place.column) == self.place[:2] and place.turn == last
        off = not one.week[self.grid.columns[place.column] % 7]
        words = line.site if line else "+" if here and self.carried else "-" if off and place.turn == 0 else ""
        style = "reverse" if here else "dim italic" if line and line.id == self.carried else "dim" if not line else ""
        if line and line.why and not here and line.id != self.carried:
            style = "bold"
        text.append(fit(words, cells - 1), style)
        text.append(" ")
