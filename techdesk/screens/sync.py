"""The Sync area: what waits to be sent, what a sync could not settle alone, and what others did."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from rich.text import Text
from textual.binding import BindingType

from techdesk import clock
from techdesk.desk.inbox import SettleInbox
from techdesk.errors import TechdeskError
from techdesk.models.cards import NewsLine
from techdesk.models.queries import inbox
from techdesk.models.rows import InboxLine
from techdesk.models.store import Store
from techdesk.screens.browsing import Browsing, Card
from techdesk.screens.chrome import key
from techdesk.screens.glyphs import age_text, day_text
from techdesk.screens.reads import Question
from techdesk.screens.sources import Whole
from techdesk.screens.widgets.bars import bar
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.safe_text import clip, fit

if TYPE_CHECKING:
    from techdesk.sync.client import SyncStatus

NEWS = 30
OFFSET_SECONDS = 300
BAR = 24
LEAST_FREE_MB = 200


class Beside(NamedTuple):
    """What stands beside the inbox: the selected item, and the news."""

    line: InboxLine | None
    news: list[NewsLine]


class SyncArea(Browsing[InboxLine]):
    """Sync."""

    TITLE: ClassVar[str] = "Sync"
    TABLES: ClassVar[frozenset[str]] = frozenset(("inbox_item", "ticket_event", "ticket", "technician"))
    FOOTER: ClassVar[tuple[str, ...]] = (
        "sync.start",
        "list.open",
        "inbox.mine",
        "inbox.theirs",
        "capture.open",
        "desk.undo",
    )
    WHAT: ClassVar[tuple[str, str]] = ("item to settle", "items to settle")
    FILTER: ClassVar[str] = "a ticket or words"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("M", "settle('mine')", "inbox.mine", "Keep mine", "Put my values in place of theirs"),
        key("T", "settle('theirs')", "inbox.theirs", "Keep theirs", "Leave it as it is: theirs stay"),
    ]

    _status: SyncStatus | None = None
    _free: int = 0

    def make_list(self) -> PagedList[InboxLine]:
        return PagedList(
            self.source(""), self._draw, lambda row: row.id, glyphs=self.desk.glyphs, id="list",
            empty_text="Nothing waits for you. Where two people changed the same field while they were apart, the first one"
            " stands and the other comes here, to be kept or dropped: nothing is settled silently. s syncs from anywhere.",
        )  # fmt: skip

    def source(self, filter: str) -> Whole[InboxLine]:
        words = filter.casefold().split()

        def ask(connection: sqlite3.Connection) -> Sequence[InboxLine]:
            me = connection.execute("SELECT value FROM meta WHERE key = 'technician'").fetchone()
            lines = inbox.waiting(connection, None if me is None else str(me[0]))
            return [line for line in lines if all(word in " ".join(map(str, line)).casefold() for word in words)]

        return Whole(self.desk.reads, ask, lambda row: row.id)

    # How things stand

    def on_mount(self) -> None:
        for name in ("network", "heading", "minute"):
            self.watch(self.app, name, self.read_status, init=False)
        self.set_interval(0.25, self._draw_progress)

    def reload(self) -> None:
        super().reload()
        self.read_status()
        if self.listing.selected_row is None:
            self._ask_beside(None)

    def read_status(self) -> None:
        """Asks how things stand."""
        self.run_worker(self._ask_status, group="status", thread=True)

    def _ask_status(self) -> None:
        """In a thread. The network's libraries that this loads are needed for the next sync anyway."""
        from techdesk.sync.client import status

        path = Path(self.desk.reads.path)
        try:
            with Store(path) as store:
                found = status(store)
            free = shutil.disk_usage(path.parent).free // 1_000_000
        except (TechdeskError, OSError) as error:
            self.app.call_later(self.warn, str(error))
        else:
            self.app.call_later(self._show_status, found, free)

    def _show_status(self, found: SyncStatus, free: int) -> None:
        if self.is_attached:
            self._status, self._free = found, free
            self._draw_above()

    def _draw_progress(self) -> None:
        if self.desk.network == "syncing" and self.is_current:
            self._draw_above()

    def on_resize(self) -> None:
        self._draw_above()

    def _draw_above(self) -> None:
        if self._status is not None:
            self.above(_standing(self._status, self._free, self))

    # The inbox

    def _draw(self, row: InboxLine, width: int, selected: bool, marked: bool) -> Text:
        when, ink = clock.local(row.at, self.desk.timezone), self.desk.ink
        text = Text(no_wrap=True).append(fit(row.ref or row.entity.replace("_", " "), 12), "bold")
        text.append(fit(row.kind, 10), ink.late if row.kind != "merged" else "")
        text.append(f"{day_text(when):>6} {when:%H:%M}  ", ink.muted)
        fields = ", ".join(name.replace("_", " ") for name in json.loads(row.mine))
        return text.append(fit(f"{fields}: {row.done}" if fields else row.done, max(4, width - text.cell_len)))

    def selected(self, row: InboxLine | None) -> None:
        self._ask_beside(row)

    def _ask_beside(self, row: InboxLine | None) -> None:
        self.read("card", self._question(row), self._show_card)

    def question(self, row: InboxLine) -> Question[Any]:
        return self._question(row)

    def _question(self, row: InboxLine | None) -> Question[Beside]:
        def ask(connection: sqlite3.Connection) -> Beside:
            name = connection.execute("SELECT value FROM meta WHERE key = 'laptop_name'").fetchone()
            return Beside(row, inbox.news(connection, str(name[0]) if name else "laptop", NEWS))

        return ask

    def card_title(self, answer: Beside) -> str:
        return "What others did" if answer.line is None else f"{answer.line.ref or answer.line.entity}: mine and theirs"

    def card(self, answer: Beside, card: Card) -> None:
        if answer.line is not None:
            _settling(card, answer.line, self._card_cells())
            card.heading("What others did")
        for each in answer.news:
            ago = age_text(each.at, card.ink.now)
            act = "moved on" if each.act == "settle" else each.act
            card.line((f"{ago:>6}", card.ink.muted), (each.ref, "bold"), (f"{act}: {each.state.replace('_', ' ')}", ""),
                      (each.by or each.laptop, card.ink.muted))  # fmt: skip
            card.line((f"       {clip(each.note or each.title, 120)}", card.ink.muted))
        if not answer.news:
            card.line(("Nothing has come from other laptops yet.", card.ink.muted))

    def _card_cells(self) -> int:
        """Cells of a line of the card: known from the screen's width, before the card itself is laid out."""
        width = self.size.width
        return max(24, (width - width * 6 // 10 if self.has_class("-wide") else width) - 4)

    def action_settle(self, choice: str) -> None:
        """M or T: settles the marked items, or else the selected one."""
        targets = self.listing.targets
        if not targets:
            self.warn("Nothing waits to be settled.")
            return
        self.desk.perform(*(SettleInbox(item_id=id, choice=choice) for id in targets))
        self.listing.clear_marks()


def _standing(found: SyncStatus, free: int, area: SyncArea) -> Text:
    """How things stand, in two lines; while a sync runs, its bar in a third."""
    desk, dot = area.desk, f" {area.desk.signs.dot} "
    ink, width = desk.ink, max(20, area.size.width - 2)
    last = f"last sync {age_text(found.last_sync, ink.now)} ago" if found.last_sync else "never synced"
    where = (
        f"{found.server} ({found.organisation})"
        if found.server
        else "no server yet: techdesk enrol URL CODE  makes one known"
    )
    first = Text(clip(dot.join((where, last)), width), "bold", no_wrap=True)
    off = abs(found.offset)
    which = "behind" if found.offset > 0 else "ahead of"
    wrong = f"{desk.signs.late} " if off >= OFFSET_SECONDS else ""
    clock_text = f"{wrong}clock {off:.0f} s {which} the server's" if off >= 1 else "clock as the server's"
    disk = f"{desk.signs.late + ' ' if free < LEAST_FREE_MB else ''}{free / 1000:,.1f} GB free"
    files = (
        f"{found.files:,} {'photo or file' if found.files == 1 else 'photos and files'} to send" if found.files else ""
    )
    words = (f"{found.pending:,} to send", files, f"{found.inbox} to settle", clock_text if found.server else "", disk)
    lines = [first, Text(clip(dot.join(filter(None, words)), width), ink.muted, no_wrap=True)]
    if desk.network == "syncing":
        lines.append(_progress(area, width))
    return Text("\n", no_wrap=True).join(lines)


def _progress(area: SyncArea, width: int) -> Text:
    progress = area.desk.syncing.progress
    if progress is None:
        return Text("Syncing: waiting for the server's first answer. Esc stops it.", no_wrap=True)
    done, whole = progress.sent + progress.received, progress.to_send + progress.to_receive
    if progress.all_file_bytes:
        drawn = bar(progress.file_bytes, progress.all_file_bytes, BAR, area.desk.config.ascii)
        mb = f"{progress.file_bytes / 1e6:.1f} of {progress.all_file_bytes / 1e6:.1f} MB"
        return Text(clip(f"{drawn} Photos and files: {mb}. Esc stops it; the rest goes next time.", width), "bold")
    drawn = bar(done, whole, BAR, area.desk.config.ascii)
    said = f"{progress.sent} of {progress.to_send} sent, {progress.received} of {progress.to_receive} received. Esc stops it."
    return Text(clip(f"{drawn} {said}", width), "bold", no_wrap=True)


def _settling(card: Card, line: InboxLine, width: int) -> None:
    """Mine and theirs side by side, field by field."""
    mine, theirs = json.loads(line.mine), json.loads(line.theirs)
    name_cells = min(14, max([len(name) for name in (*mine, *theirs)], default=4) + 1)
    half = max(8, (width - name_cells - 1) // 2)
    who = f"theirs (T){f' by {line.theirs_by}' if line.theirs_by else ''}"
    card.line((fit("", name_cells) + fit("mine (M)", half), "bold"), (fit(who, half), "bold"))
    for name in dict.fromkeys((*mine, *theirs)):
        pair = [_value(values.get(name)) if name in values else "-" for values in (mine, theirs)]
        style = card.ink.late if pair[0] != pair[1] else ""
        rows = max(1, *(-(-len(each) // (half - 1)) for each in pair))
        for row in range(min(rows, 6)):
            label = name.replace("_", " ") if row == 0 else ""
            left, right = (each[row * (half - 1) : (row + 1) * (half - 1)] for each in pair)
            card.line((fit(label, name_cells) + fit(left, half), style), (fit(right, half), style))
    card.line((f"Done so far: {line.done}.", card.ink.muted))


def _value(value: object) -> str:
    """A field's value as words."""
    return "empty" if value in (None, "") else " ".join(str(value).split())
