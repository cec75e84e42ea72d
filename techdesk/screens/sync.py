"""The Sync area: what a sync could not settle alone, what waits to be sent, and what others did: a list that [ and ] turn."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import BindingType

from techdesk.desk.commands import Command
from techdesk.desk.inbox import SettleInbox, again
from techdesk.errors import TechdeskError
from techdesk.models.cards import InboxCard, NewsLine, PendingLine
from techdesk.models.inbox_filters import parse_inbox
from techdesk.models.queries import inbox, pending
from techdesk.models.rows import InboxLine
from techdesk.models.sqlite import SqliteTx
from techdesk.screens import inbox_card, sync_rows
from techdesk.screens.browsing import Browsing, Card
from techdesk.screens.chrome import key
from techdesk.screens.reads import Question
from techdesk.screens.sources import Pages, Whole
from techdesk.screens.standing import Standing, ask_standing, drawn
from techdesk.screens.sync_rows import Row
from techdesk.screens.widgets.filter_line import FilterLine
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.pages import Source
from techdesk.screens.writer import Order

NEWS = 500
BESIDE = 20
LISTS = ("inbox", "outbox", "news")
EMPTY = {
    "inbox": "Nothing waits for you. Where two people changed the same field while they were apart, the first one stands and"
    " the other comes here, to be kept, dropped or written anew: nothing is settled silently. s syncs from anywhere;"
    " ] shows what waits to be sent, then what others did.",
    "outbox": "Nothing waits to be sent: the server has confirmed all that was done here. ] shows what others did.",
    "news": "Nothing has come from other laptops yet. What colleagues do to tickets stands here after a sync, the latest"
    " first.",
}
UNFIT = "Nothing here fits this filter. Esc takes it away."


class SyncArea(Browsing[Row]):
    """Sync."""

    TITLE: ClassVar[str] = "Sync"
    TABLES: ClassVar[frozenset[str]] = frozenset(
        ("inbox_item", "ticket_event", "ticket", "technician", "site", "device", "contact", "part")
    )
    FOOTER: ClassVar[tuple[str, ...]] = (
        "sync.start", "inbox.mine", "inbox.theirs", "ticket.edit", "list.open", "sync.next_list", "desk.undo", "inbox.all",
    )  # fmt: skip
    FILTER: ClassVar[str] = "conflict rejected site:2005 ticket who:all since:2026-11-20 settled words"
    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "M", "settle('mine')", "inbox.mine", "Mine", "Keep mine: put my values in place; do again what was not done"
        ),
        key("T", "settle('theirs')", "inbox.theirs", "Theirs", "Keep theirs: leave it as it is, or put it aside"),
        key("A", "settle_all", "inbox.all", "All theirs", "Keep theirs in all that the filter lets through"),
        key(
            "right_square_bracket",
            "turn(1)",
            "sync.next_list",
            "Turn",
            "To settle, to send, from others: the next list",
        ),
        key("left_square_bracket", "turn(-1)", "sync.list_before", "Turn back", "The list before"),
    ]

    _standing: Standing | None = None
    _shown = "inbox"

    def make_list(self) -> PagedList[Row]:
        return PagedList(
            self.source(""), self._draw, lambda row: row.id, glyphs=self.desk.glyphs, id="list", empty_text=EMPTY["inbox"],
        )  # fmt: skip

    def source(self, filter: str) -> Source[Row]:
        for listing in self.query("#list").results(PagedList):
            listing.empty_text = UNFIT if filter else EMPTY[self._shown]
        if self._shown == "outbox":
            return Pages[Row](
                self.desk.reads,
                lambda connection: pending.count(connection, filter),
                lambda connection, start, limit: pending.page(connection, filter, limit, start),
                lambda connection, id: pending.index_of(connection, filter, id),
                lambda connection, ids: pending.holds(connection, filter, ids),
            )
        if self._shown == "news":
            return Whole[Row](self.desk.reads, lambda connection: _news(connection, filter), lambda row: row.id)
        return Whole[Row](self.desk.reads, lambda connection: _items(connection, filter), lambda row: row.id)

    def action_turn(self, by: int) -> None:
        """[ and ]: another list in the same place."""
        self._shown = LISTS[(LISTS.index(self._shown) + by) % len(LISTS)]
        self.remove_class("-reading")
        self.query_one(FilterLine).clear_filter()
        self.listing.set_source(self.source(""))
        self.recount()

    def counted(self, count: int) -> str:
        """The three lists with their figures; the one that is shown is marked."""
        waits = self.desk.heading.to_send
        names = {
            "inbox": f"{self.desk.heading.inbox:,} to settle",
            "outbox": f"{waits:,} to send",
            "news": "from others",
        }
        narrowed = self.filter if self.has_filter else ""
        names[self._shown] = f"{self.desk.signs.here}{names[self._shown]}" + (
            f" ({count:,}: {narrowed})" if narrowed else ""
        )
        return "  ".join(names.values())

    @property
    def has_filter(self) -> bool:
        """Whether something narrows the list."""
        return bool(self.filter)

    # How things stand

    def on_mount(self) -> None:
        for name in ("network", "heading", "minute"):
            self.watch(self.app, name, self.read_status, init=False)
        self.set_interval(0.25, self._draw_progress)

    def reload(self) -> None:
        super().reload()
        self.read_status()

    def read_status(self) -> None:
        """Asks how things stand."""
        if not self.children:  # the app is closing
            return
        self.recount()
        self.run_worker(self._ask_status, group="status", thread=True)

    def _ask_status(self) -> None:
        try:
            standing = ask_standing(Path(self.desk.reads.path))
        except (TechdeskError, OSError) as error:
            self.app.call_later(self.warn, str(error))
        else:
            self.app.call_later(self._show_status, standing)

    def _show_status(self, standing: Standing) -> None:
        if self.is_attached:
            self._standing = standing
            self._draw_above()

    def _draw_progress(self) -> None:
        if self.desk.network == "syncing" and self.is_current:
            self._draw_above()

    def on_resize(self) -> None:
        self._draw_above()

    def _draw_above(self) -> None:
        if self._standing is not None and self.children:  # none are left while the app closes
            self.above(drawn(self._standing, self))

    # The rows

    def _draw(self, row: Row, width: int, selected: bool, marked: bool) -> Text:
        return sync_rows.drawn(row, width, self.desk.ink, self.desk.timezone, whose="who:" in self.filter)

    def selected(self, row: Row | None) -> None:
        """The card of a row; while nothing is to settle, what others did last."""
        if row is None and self._shown == "inbox":
            self.read("card", lambda connection: _news(connection, "")[:BESIDE], self._show_card)
        else:
            super().selected(row)

    def question(self, row: Row) -> Question[Any]:
        if isinstance(row, InboxLine):
            return lambda connection: inbox.card(connection, row.id)
        if isinstance(row, PendingLine):
            return lambda connection: (row, pending.payload(connection, row))
        return lambda connection: row

    def card_title(self, answer: Any) -> str:
        if isinstance(answer, list):
            return "What others did"
        if isinstance(answer, InboxCard):
            what = "mine and theirs" if answer.line.kind in ("conflict", "merged") else "not done"
            return f"{answer.line.ref or answer.line.entity.replace('_', ' ')}: {what}"
        return "What it says" if isinstance(answer, tuple) and isinstance(answer[0], PendingLine) else "What was done"

    def card(self, answer: Any, card: Card) -> None:
        zone = self.desk.timezone
        if isinstance(answer, list):
            inbox_card.newest(card, answer)
        elif isinstance(answer, InboxCard):
            inbox_card.settling(card, answer, self._card_cells(), zone)
        elif isinstance(answer, NewsLine):
            inbox_card.telling(card, answer, zone)
        else:
            line, payload = answer
            inbox_card.waiting(card, line, payload, zone)

    def _card_cells(self) -> int:
        """Cells of a line of the card: known from the screen's width, before the card itself is laid out."""
        width = self.size.width
        return max(24, (width - width * 6 // 10 if self.has_class("-wide") else width) - 4)

    def opened(self, key: str, row: Row) -> None:
        if isinstance(row, NewsLine):
            self.desk.open_story("ticket", row.ticket_id)
        else:
            self.open_card()

    # Settling

    def action_settle(self, choice: str) -> None:
        """M or T: settles the marked items, or else the selected one; the next one is selected by then."""
        targets = self.listing.targets if self._shown == "inbox" else ()
        if not targets:
            self.warn("Nothing waits to be settled here.")
            return
        self.remove_class("-reading")
        self.listing.focus()
        self.desk.perform(*(order(id, choice) for id in targets))
        self.listing.clear_marks()

    def action_settle_all(self) -> None:
        """A: theirs, in all that the filter lets through."""
        if self._shown != "inbox" or not self.listing.count:
            self.warn("Nothing waits to be settled here.")
            return
        filter = self.filter
        self.read("all", lambda connection: _items(connection, filter), self._settle_all)

    def _settle_all(self, lines: Sequence[InboxLine]) -> None:
        self.desk.perform(*(order(line.id, "theirs") for line in lines if line.state == "open"))
        self.listing.clear_marks()

    def action_edit(self) -> None:
        """e: what each field is to be."""
        row = self.listing.selected_row
        if not isinstance(row, InboxLine):
            self.warn("Nothing waits to be settled here.")
            return
        self.read("edit", self.question(row), self._open_edit)

    def _open_edit(self, found: InboxCard) -> None:
        from techdesk.screens.dialogs.settle import SettleDialog

        if found.refusal:
            self.warn(found.refusal)
        elif found.line.state != "open":
            self.warn("That item is settled: u takes back what was done last.")
        else:
            self.app.push_screen(SettleDialog(found))

    def action_note(self) -> None:
        """t, which is Note everywhere: here one may have meant T."""
        self.warn("t notes on a ticket, in Today (1) or Tickets (2). T, with Shift, keeps theirs.")


def order(id: str, choice: str) -> Order:
    """What M and T do to an item: what was not done at all is done again, by a command of its own, before it is settled."""

    def commands(connection: sqlite3.Connection) -> Command | tuple[Command, ...]:
        item = SqliteTx(connection).get("inbox_item", id) or {}
        if choice == "mine" and item.get("kind") in ("rejected", "parked") and item["state"] == "open":
            return (again(item), SettleInbox(item_id=id, choice="again"))
        return SettleInbox(item_id=id, choice=choice)

    return commands


def _me(connection: sqlite3.Connection) -> str | None:
    found = connection.execute("SELECT value FROM meta WHERE key = 'technician'").fetchone()
    return None if found is None else str(found[0])


def _items(connection: sqlite3.Connection, filter: str) -> list[InboxLine]:
    me = _me(connection)
    try:
        only = inbox.chosen(connection, parse_inbox(filter), me)
    except TechdeskError:  # a name half typed, or of nobody: nothing is there
        return []
    return inbox.waiting(connection, me, only)


def _news(connection: sqlite3.Connection, filter: str) -> list[NewsLine]:
    name = connection.execute("SELECT value FROM meta WHERE key = 'laptop_name'").fetchone()
    return inbox.news(connection, str(name[0]) if name else "laptop", NEWS, filter)
