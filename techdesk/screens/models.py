"""The models of the fleet: how many of each, which are standard, how often they fail, until when they get updates."""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import BindingType

from techdesk import clock
from techdesk.models.queries import models
from techdesk.models.queries.failures import Watched, watched
from techdesk.models.queries.models import ModelCard, ModelLine
from techdesk.planning.failing import Rate, rate
from techdesk.screens.area import key
from techdesk.screens.board import Board
from techdesk.screens.browsing import Card
from techdesk.screens.dialogs.choices import Choice
from techdesk.screens.reads import Question
from techdesk.screens.widgets.bars import bar, interval_bar, spark
from techdesk.screens.widgets.safe_text import fit

NOT_READ = Rate(None, None, None, True)
BAR, WIDE_FROM, SOON_DAYS = 12, 74, 180
ORDERS = ("devices", "failures", "updates", "name")


class ModelsScreen(Board[ModelLine]):
    """Over the devices; Esc goes back."""

    TITLE: ClassVar[str] = "models"
    BINDING_GROUP_TITLE = "Models"
    TABLES: ClassVar[frozenset[str]] = frozenset(
        ("device_model", "device", "manufacturer", "ticket", "repair", "part_fit", "model_apart", "problem")
    )
    FOOTER: ClassVar[tuple[str, ...]] = (
        "model.standing", "model.merge", "ticket.edit", "model.fleet", "list.order", "list.find", "area.back", "desk.undo",
    )  # fmt: skip
    WHAT: ClassVar[tuple[str, str]] = ("model", "models")
    FILTER: ClassVar[str] = "standard tolerated retiring, ended, alike, all; or words of its name"
    EMPTY: ClassVar[str] = (
        "No device has a model yet. They come with devices:  Ctrl+L takes an inventory in. Esc goes back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("z", "standing", "model.standing", "Standing", "Standard, tolerated or retiring; all that are marked"),
        key(
            "M",
            "merge",
            "model.merge",
            "Merge",
            "Make spellings one model: all that are marked, or this and one like it",
        ),
        key("e", "edit", "ticket.edit", "Expiry", "Until when it gets updates; all that are marked"),
        key("Y", "fleet", "model.fleet", "Fleet", "The way to few models, and what is replaced in which year"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._order = 0
        self._rates: dict[str, Rate] = {}
        self._most = 0.0

    def rows_of(self, connection: sqlite3.Connection, filter: str) -> list[ModelLine]:
        order = ORDERS[self._order]
        # Failures take most of the time, so they come after the first page.
        found = models.board(connection, filter, self.desk.now, failures=order == "failures")
        if order == "failures":
            found.sort(key=lambda row: -(rate(row.failures, row.years).value or 0.0))
        elif order == "updates":
            found.sort(key=lambda row: row.update_expiry or "9999")
        elif order == "name":
            found.sort(key=lambda row: row.name.casefold())
        return found

    def key_of(self, row: ModelLine) -> str:
        return row.id

    # The list

    def counted(self, count: int) -> str:
        dot, total = self.desk.signs.dot, sum(row.devices for row in self.rows)
        standard = sum(row.devices for row in self.rows if row.standing == "standard")
        share = f" {dot} {standard / total * 100:.0f} % of {total:,} devices are standard" if total else ""
        by = f" {dot} by {ORDERS[self._order]}" if self._order else ""
        return f"{super().counted(count)}{share}{by}"

    def told(self) -> None:
        now = self.desk.now
        self.read("rates", lambda connection: watched(connection, now), self._show_rates)
        self.read("alike", models.alike, self._say_alike)

    def _show_rates(self, seen: dict[str, Watched]) -> None:
        self._rates = {id: rate(each.failures, each.years) for id, each in seen.items()}
        self._most = max(
            (each.high for each in self._rates.values() if each.high is not None and not each.little), default=0.0
        )
        self.listing.refresh()

    def _say_alike(self, groups: list[models.Alike]) -> None:
        held = sum(1 + len(group.others) for group in groups)
        words = f"{held} models read as if they were {len(groups)}: /alike shows them, x marks, M makes them one"
        self.above(Text(fit(words, max(20, self.size.width - 2)), "bold", no_wrap=True) if groups else "")

    def draw(self, row: ModelLine, width: int, selected: bool, marked: bool) -> Text:
        ink, found = self.desk.ink, self._rates.get(row.id, NOT_READ)
        share = f"{row.devices / row.of * 100:3.0f} %" if row.of else "    -"
        right = Text(no_wrap=True).append(fit(row.standing, 10), ink.late if row.standing == "retiring" else "")
        right.append(f"{row.devices:>5,} ", "bold").append(f"{share} ")
        value = "    - " if found.value is None else f"{min(found.value, 99):5.2f} "
        right.append(value, ink.muted if found.little else "bold")
        right.append(self._interval(found), ink.muted if found.little else "")
        if width >= WIDE_FROM:
            words, worry = until(row.update_expiry, ink.now)
            right.append(f" {ink.signs.late if worry else ' '}", ink.late)
            right.append(fit(f" {words}", 14), ink.late if worry else ink.muted)
        return Text(no_wrap=True).append(fit(row.name, max(8, width - right.cell_len - 1)) + " ").append_text(right)

    def _interval(self, found: Rate) -> str:
        if found.value is None or found.low is None or found.high is None:
            return " " * BAR
        return interval_bar(found.low, found.value, found.high, self._most, BAR, self.desk.config.ascii)

    # The card

    def question(self, row: ModelLine) -> Question[Any]:
        id, now = row.id, self.desk.now
        return lambda connection: models.card(connection, id, now)

    def card_title(self, answer: ModelCard) -> str:
        return f"{answer.line.name} {self.desk.signs.dot} {answer.line.standing}"

    def card(self, answer: ModelCard, card: Card) -> None:
        tell_model(answer, card, self.desk.config.ascii)

    # Keys

    def action_order(self) -> None:
        """o: the next order."""
        self._order = (self._order + 1) % len(ORDERS)
        self.listing.reload()

    def action_standing(self) -> None:
        """z."""
        from techdesk.desk.inventory import RecordModel
        from techdesk.screens.dialogs.models import StandingDialog

        rows = self._some()

        def put(standing: str | None) -> None:
            if standing is not None:
                self.desk.perform(*(RecordModel(id=row.id, standing=standing) for row in rows))
                self.listing.clear_marks()

        if rows:
            self.app.push_screen(StandingDialog(f"{_named(rows)}: which standing?"), put)

    def action_edit(self) -> None:
        """e: a date, or `none`."""
        from techdesk.screens.dialogs.prompt import PromptDialog

        rows = self._some()

        def put(text: str | None) -> None:
            if text is not None:
                self.desk.perform(*(_until(row.id, text) for row in rows))
                self.listing.clear_marks()

        if rows:
            hint = "the last day of updates, as 2029-06-30; or none"
            before = rows[0].update_expiry or ""
            self.app.push_screen(PromptDialog(f"{_named(rows)}: updates until", hint, value=before), put)

    def action_merge(self) -> None:
        """M."""
        from techdesk.desk.models import MergeModels
        from techdesk.screens.dialogs.models import OneModelDialog

        rows = self._some()

        def put(chosen: Choice | None) -> None:
            if chosen is not None:
                others = tuple(row.id for row in rows if row.id != chosen.value)
                self.desk.perform(MergeModels(model_id=chosen.value, other_ids=others))
                self.listing.clear_marks()

        if rows:
            self.app.push_screen(OneModelDialog([(row.id, row.name, row.devices) for row in rows]), put)

    def action_fleet(self) -> None:
        """Y."""
        from techdesk.screens.fleet import FleetScreen

        self.app.push_screen(FleetScreen())

    def _some(self) -> list[ModelLine]:
        rows = self.chosen()
        if not rows:
            self.warn("There is no model here: select one, or take the filter away with Esc.")
        return rows


def until(expiry: str | None, now: str) -> tuple[str, bool]:
    """Until when there are updates, in 13 cells, and whether that is to be thought of."""
    if expiry is None:
        return "no end set", False
    if expiry < now[:10]:
        return f"ended {expiry[:7]}", True
    return expiry[:10], expiry <= clock.later(now, SOON_DAYS * 24 * 60)[:10]


def tell_model(answer: ModelCard, card: Card, ascii_only: bool) -> None:
    """Everything about a model."""
    line, ink = answer.line, card.ink
    card.line((line.manufacturer, "bold"), (line.name, "bold"), (line.number, ink.muted), (line.category, ink.muted))
    if line.update_expiry and line.update_expiry < ink.now[:10]:
        card.line((f"{ink.signs.late} gets no more updates since {line.update_expiry}", ink.late))
    else:
        card.fact("updates until", line.update_expiry)
    card.fact("also spelled", ", ".join(answer.spellings))
    card.fact("devices", f"{line.devices:,} of {line.of:,}" if line.devices else "none serves")
    found = rate(line.failures, line.years)
    if found.value is None or found.low is None or found.high is None:
        card.line(("No failure is known, and no time in which one could have been", ink.muted))
    else:
        card.heading("Failures", f"{line.failures} in {line.years:.1f} device-years")
        card.line((f"{found.value:.2f} a device-year", "bold"), (f"95 %: {found.low:.2f} to {found.high:.2f}", ""))
        if found.little:
            card.line(("That is little: wait before you go by it.", ink.muted))
        if line.failures:
            card.line(("12 months", ink.muted), (spark([count for _, count in answer.months], ascii_only), ""))
    most = max((count for _, count in answer.symptoms), default=0)
    for symptom, count in answer.symptoms:
        card.line((bar(count, most, 8, ascii_only), ""), (f"{count:>4}", "bold"), (symptom, ""))
    if answer.problems:
        card.heading("Problems")
    for ref, title, state, workaround in answer.problems:
        card.line((ref, "bold"), (title, ""), (state.replace("_", " "), ink.muted))
        if workaround:
            card.line((f"  {workaround}", ""))
    if answer.parts:
        card.heading("Parts that fit", "its own first")
    for part in answer.parts:
        only = "fits nothing else" if part.only else ""
        card.line((part.sku, "bold"), (part.name, ""), (f"{part.on_hand} there", ink.muted), (only, ink.accent))
    if answer.sites:
        card.heading("Where they are")
    most = max((count for _, _, count in answer.sites), default=0)
    for _, name, count in answer.sites:
        card.line((bar(count, most, 8, ascii_only), ""), (f"{count:>4}", "bold"), (name, ""))
    if answer.recent:
        card.heading("Incidents", "the newest first")
    for _, ref, title, opened_at, still in answer.recent:
        card.line((ref, "bold"), (opened_at[:10], ink.muted), (title, ""), ("open" if still else "", ink.late))


def _named(rows: list[ModelLine]) -> str:
    return rows[0].name if len(rows) == 1 else f"{len(rows)} models"


def _until(id: str, text: str) -> Any:
    """The command for a typed day. It runs in the writer's thread, where what cannot be read is refused."""

    def order(connection: sqlite3.Connection) -> Any:
        from techdesk.desk.inventory import RecordModel

        day = "" if text.casefold() == "none" else clock.parse_day(text).isoformat()
        return RecordModel(id=id, update_expiry=day)

    return order
