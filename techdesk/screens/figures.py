"""How well the desk serves, over the screen: each figure as a small chart and as the number beside it."""

from __future__ import annotations

import sqlite3

from rich.text import Text
from textual.widgets import Static

from techdesk import clock
from techdesk.models.queries.fairness import Fairness, fairness
from techdesk.models.queries.figures import Figure, Report, Span, report, value_text
from techdesk.screens.glyphs import minutes_text
from techdesk.screens.story import StoryScreen
from techdesk.screens.telling import Ink
from techdesk.screens.widgets.bars import bar, spark
from techdesk.screens.widgets.safe_text import fit

DAYS = 365
WIDTH = 14
NAME = 32
MOST_SITES = 12
LONG = 1.5
"""From so many medians on a wait is marked."""


class FiguresScreen(StoryScreen):
    """The figures of the last year, of all that this laptop holds. The same as a table: techdesk report."""

    TITLE = "the figures"
    BINDING_GROUP_TITLE = "Figures"
    TABLES = frozenset(("ticket", "worklog", "survey", "visit", "site"))
    FOOTER = ("area.back", "capture.open", "goto.open", "desk.undo")

    def __init__(self) -> None:
        super().__init__("")

    def reload(self) -> None:
        now = self.desk.now
        span = Span(clock.later(now, -DAYS * 24 * 60), clock.later(now, 1))

        def ask(connection: sqlite3.Connection) -> tuple[Report, list[Fairness]]:
            return report(connection, span, now), fairness(connection, now)

        self.read("story", ask, lambda answer: self._show(*answer))

    def _show(self, found: Report, sites: list[Fairness]) -> None:
        text = figures_text(found, self.desk.ink, self.desk.config.ascii)
        text.append_text(fairness_text(sites, self.desk.ink, self.desk.config.ascii))
        self.query_one("#story-text", Static).update(text)


def figures_text(found: Report, ink: Ink, ascii_only: bool) -> Text:
    """All figures, a line each."""
    text = Text()
    text.append("The last year, of all that is here; in the shell:  techdesk report\n\n", ink.muted)
    for figure in found.figures:
        _line(text, figure, ink, ascii_only)
    text.append("\nWhat is open, by age\n", ink.accent)
    most = max(band.tickets for band in found.backlog)
    for band in found.backlog:
        text.append(f"  {band.name:<{NAME}}{bar(band.tickets, most, WIDTH, ascii_only)} {band.tickets:>9,}\n")
    if found.months:
        text.append("\nBy month\n", ink.accent)
        names = f"{found.months[0].month} to {found.months[-1].month}"
        rows = (
            ("closed", [float(each.closed) for each in found.months], f"{sum(each.closed for each in found.months):,}"),
            ("satisfied with the work", [each.satisfied / each.answers if each.answers else 0 for each in found.months],
             f"{sum(each.answers for each in found.months):,} answers"),
        )  # fmt: skip
        for name, values, total in rows:
            text.append(f"  {name:<{NAME}}{spark(values, ascii_only):<{WIDTH}} {total:>9}\n")
        text.append(f"  {'':<{NAME}}{names}\n", ink.muted)
    ways = ", ".join(f"{count} {way.replace('_', ' ')}" for way, count in found.collected.items())
    text.append("\nAnswers: ", ink.accent).append(f"{ways}\n")
    return text


def fairness_text(sites: list[Fairness], ink: Ink, ascii_only: bool) -> Text:
    """The schools that are owed something or wait longest, a line each."""
    text = Text()
    text.append("\nFair to every school: the wait in days, and in medians; what is owed of visits\n", ink.accent)
    most = max((each.waits for each in sites), default=0.0)
    for each in sites[:MOST_SITES]:
        text.append(f"  {fit(each.site, NAME - 1)} {bar(each.waits, most, WIDTH, ascii_only)} {each.waits:>7.1f} d")
        text.append(f"  {each.against:.1f} x", ink.late if each.against >= LONG else ink.muted)
        if each.owed:
            by = f", taken by {each.by}" if each.by else ""
            text.append(f"\n      {ink.signs.late} {minutes_text(each.owed)} owed{by}", ink.late)
            text.append(f", {minutes_text(each.booked)} booked" if each.booked else "", ink.muted)
        text.append("\n")
    if len(sites) > MOST_SITES:
        text.append(f"  and {len(sites) - MOST_SITES} more: techdesk report fairness\n", ink.muted)
    return text


def _line(text: Text, figure: Figure, ink: Ink, ascii_only: bool) -> None:
    chart = " " * WIDTH if not figure.whole else bar(figure.part, figure.whole, WIDTH, ascii_only)
    text.append(f"  {figure.name:<{NAME}}{chart} ").append(f"{value_text(figure):>9}", "bold")
    of = "" if not figure.whole else f"  {figure.part:,.0f} of {figure.whole:,.0f}"
    text.append(f"{of}\n", ink.muted)
