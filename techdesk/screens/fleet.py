"""The fleet in figures: the share of standard models by school, the spares that odd models keep on the shelves, the way to
few models, and what is replaced in which year. The same as tables: techdesk report standard, techdesk report replacement."""

from __future__ import annotations

import sqlite3
from typing import ClassVar, NamedTuple

from textual.widgets import Static

from techdesk import clock
from techdesk.models.queries import models, standardising
from techdesk.models.queries.standardising import Share
from techdesk.planning import replacing
from techdesk.planning.replacing import Year
from techdesk.planning.standardising import Odd, Step, odd_models, reduce_to
from techdesk.screens.story import StoryScreen
from techdesk.screens.telling import Ink, Page
from techdesk.screens.widgets.bars import bar
from techdesk.screens.widgets.safe_text import fit

WIDTH, NAME, MOST = 10, 28, 12


class Fleet(NamedTuple):
    """What is told of the fleet."""

    shares: list[Share]
    odd: list[Odd] | None = None
    steps: list[Step] | None = None
    used: int = 0
    years: list[Year] | None = None


def fleet(connection: sqlite3.Connection, now: str) -> Fleet:
    """Reads all of it."""
    lines, parts = models.lines(connection, None), standardising.held(connection)
    odd, used = odd_models(lines, parts), sum(1 for line in lines if line.devices)
    years = replacing.plan(
        lines, standardising.ageing(connection), standardising.prices(connection), clock.parse(now).date()
    )
    return Fleet(standardising.shares(connection), odd, reduce_to(lines, parts, used - len(odd)), used, years)


class FleetScreen(StoryScreen):
    """Over the models; Esc goes back."""

    TITLE = "the fleet"
    BINDING_GROUP_TITLE = "The fleet"
    TABLES: ClassVar[frozenset[str]] = frozenset(
        ("device", "device_model", "part", "part_fit", "stock_movement", "stock_level", "site")
    )
    FOOTER = ("area.back", "capture.open", "goto.open", "desk.undo")

    def __init__(self) -> None:
        super().__init__("")
        self._whole: Fleet | None = None

    def reload(self) -> None:
        self.read("story", lambda connection: Fleet(standardising.shares(connection)), self._show_first)

    def _show_first(self, found: Fleet) -> None:
        """The first page, while the rest is read."""
        now = self.desk.now
        if self._whole:
            self._show(self._whole._replace(shares=found.shares))
        else:
            self._show(found)
        self.read("rest", lambda connection: fleet(connection, now), self._show_all)

    def _show_all(self, found: Fleet) -> None:
        self._whole = found
        self._show(found)

    def _show(self, found: Fleet) -> None:
        page = Page()
        tell_fleet(found, page, self.desk.ink, self.desk.config.ascii)
        self.query_one("#story-text", Static).update(page.text)


def tell_fleet(found: Fleet, page: Page, ink: Ink, ascii_only: bool) -> None:
    """All of it, a line each."""
    page.line(("What is standard, by school", ink.accent), ("the least first, with its devices", ink.muted))
    for each in found.shares:
        share = f"{each.standard / each.devices * 100:3.0f} %"
        retiring = f", {each.retiring} retiring" if each.retiring else ""
        rest = f"{each.devices:>4,} in {each.models} models{retiring}"
        page.line((f"  {fit(each.name, NAME)}", ""), (bar(each.standard, each.devices, WIDTH, ascii_only), ""),
                  (share, "bold"), (rest, ink.muted))  # fmt: skip
    if found.odd is not None and found.years is not None:
        _tell_odd(found.odd, page, ink, ascii_only)
        _tell_way(found, page, ink)
        _tell_years(found.years, page, ink, ascii_only)


def _tell_odd(found: list[Odd], page: Page, ink: Ink, ascii_only: bool) -> None:
    page.blank()
    page.line(("Spares that fit one odd model alone", ink.accent), ("what lies there, and what should", ink.muted))
    most = max((max(each.value, each.target) for each in found), default=0.0)
    for odd in (each for each in found[:MOST] if each.parts):
        chart = bar(max(odd.value, odd.target), most, WIDTH, ascii_only)
        page.line((f"  {fit(odd.model.name, NAME)}", ""), (chart, ""), (f"{odd.value:>9,.0f} {odd.target:>8,.0f}", "bold"),
                  (f"for {odd.model.devices}, {odd.model.standing}", ink.muted))  # fmt: skip
    if not any(each.parts for each in found):
        page.line(("  none", ink.muted))


def _tell_years(found: list[Year], page: Page, ink: Ink, ascii_only: bool) -> None:
    page.blank()
    page.line(("To be replaced", ink.accent), ("by end of updates, age, standing", ink.muted))
    most = max((each.cost for each in found), default=0.0)
    for year in found:
        reasons = ", ".join(f"{count} {reason}" for reason, count in year.reasons.items())
        unknown = f", {year.without_price} without a price" if year.without_price else ""
        page.line((f"  {fit(str(year.year or 'not known'), 9)}{year.devices:>5,} devices", ""),
                  (bar(year.cost, most, WIDTH, ascii_only), ""), (f"{year.cost:>9,.0f}", "bold"),
                  (f"{reasons}{unknown}", ink.muted))  # fmt: skip
    page.line(("In the shell:  techdesk report standard --to N,  techdesk report replacement --life YEARS", ink.muted))


def _tell_way(found: Fleet, page: Page, ink: Ink) -> None:
    if not found.steps:
        return
    last = found.steps[-1]
    page.blank()
    page.line(
        (f"From {found.used} models to {last.models}", ink.accent), ("what frees most for each device first", ink.muted)
    )
    for step in found.steps[:MOST]:
        page.line((f"  {fit(step.model.name, NAME)}", ""), (f"{step.devices:>5} to replace", ""),
                  (f"{max(step.all_freed, step.all_target):>9,.0f} freed so far", "bold"),
                  (f"{step.models} left", ink.muted))  # fmt: skip
    page.line(("  Each device is replaced when its time comes, by a model that stays.", ink.muted))
