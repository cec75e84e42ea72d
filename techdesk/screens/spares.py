"""The Spares area: what each location holds against what it should, the van first; every movement from the keyboard."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from rich.text import Text
from textual.binding import BindingType

from techdesk import clock
from techdesk.desk.spares import MoveStock
from techdesk.models.cards import LocationLine
from techdesk.models.queries import packing, spares, stock_books, visits
from techdesk.models.rows import PickLine, StockLine, VisitLine
from techdesk.models.stock_lines import TransferLine
from techdesk.screens.book_keys import BookKeys
from techdesk.screens.browsing import Browsing, Card
from techdesk.screens.chrome import key
from techdesk.screens.glyphs import Signs
from techdesk.screens.reads import Question
from techdesk.screens.shelf_card import Shelf, accepted, draw, shelf
from techdesk.screens.sources import Whole
from techdesk.screens.widgets.bars import stock_bar
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.safe_text import clip, fit

BAR = 12
SHORT = ("below", "short")


class Around(NamedTuple):
    """What stands above the list: locations, what the day may need, what is on its way, how much is to be settled."""

    locations: list[LocationLine]
    pick: list[PickLine]
    visits: list[VisitLine]
    coming: list[TransferLine]
    settle: int


class SparesArea(Browsing[StockLine], BookKeys):
    """Spares."""

    TITLE: ClassVar[str] = "Spares"
    TABLES: ClassVar[frozenset[str]] = frozenset(
        (
            "stock_movement",
            "stock_level",
            "stock_location",
            "part",
            "part_fit",
            "visit",
            "visit_task",
            "ticket",
            "technician",
            "stock_transfer",
            "stock_reservation",
            "stock_remark",
            "supplier",
        )
    )
    FOOTER: ClassVar[tuple[str, ...]] = (
        "part.issue", "part.receive", "list.move", "part.count", "part.location", "list.find", "desk.undo",
    )  # fmt: skip
    WHAT: ClassVar[tuple[str, str]] = ("part", "parts")
    FILTER: ClassVar[str] = "a SKU or words; short shows what is below its minimum"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("i", "issue", "part.issue", "Use", "Use pieces: for the ticket that is worked on, or another"),
        key("r", "receive", "part.receive", "Receive", "Take in pieces here, from a supplier"),
        key("m", "move", "list.move", "Move", "Move pieces to another location"),
        key("equals_sign", "count", "part.count", "Count", "Say how many are there; the books follow"),
        key("B", "sheet", "part.sheet", "Count sheet", "Count part after part; Esc ends it"),
        key("K", "pack", "part.pack", "Pack", "What the day's visits need: put it by, say that it is in the van"),
        key("y", "accept", "list.accept", "Accept", "Set the minimum and target that are suggested"),
        key("right,l", "location(1)", "part.location", "Place", "The next location"),
        key("left", "location(-1)", "part.location_before", "Place before", "The location before"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._around = Around([], [], [], [], 0)
        self._place: str | None = None

    def on_mount(self) -> None:
        """What Enter does hangs on the timer, which the heading knows."""
        self.watch(self.app, "heading", self.recount, init=False)

    def make_list(self) -> PagedList[StockLine]:
        return PagedList(
            self.source(""), self._draw, lambda row: row.id, glyphs=self.desk.glyphs, id="list",
            empty_text="Nothing is kept here yet. In the shell,  techdesk part add SKU NAME  makes a part known and"
            "  techdesk part receive SKU N  puts pieces into the van; techdesk import parts FILE  brings a whole list.",
        )  # fmt: skip

    def source(self, filter: str) -> Whole[StockLine]:
        words = filter.split()
        below = any(word.casefold() in SHORT for word in words)
        named = " ".join(word for word in words if word.casefold() not in SHORT)
        place = self._place

        def ask(connection: sqlite3.Connection) -> list[StockLine]:
            here = place or spares.van_of(connection, _me(connection))
            return spares.stock(connection, here, below=below, words=named) if here else []

        return Whole(self.desk.reads, ask, lambda row: row.id)

    def reload(self) -> None:
        super().reload()
        now = self.desk.now
        self.read("around", lambda connection: _around(connection, now), self._show_around)

    def _show_around(self, around: Around) -> None:
        self._around = around
        if self._place is None and around.locations:
            self._place = around.locations[0].id
        self._draw_above()
        self.recount()

    def counted(self, count: int) -> str:
        timer, dot = self.desk.heading.timer, self.desk.signs.dot
        takes = f" {dot} Enter takes one for {timer.ref}" if timer and self._is_mine(self._place) else ""
        return super().counted(count) + takes

    def _is_mine(self, location_id: str | None) -> bool:
        return any(each.mine for each in self._around.locations if each.id == location_id)

    def on_resize(self) -> None:
        self._draw_above()

    def _draw_above(self) -> None:
        width, signs = max(20, self.size.width - 2), self.desk.signs
        around = self._around
        lines = [_places(around.locations, self._place, width, signs)]
        if around.pick:
            lines.append(_pick_line(around.pick, width, signs))
        lines += [Text(clip(words, width), no_wrap=True) for words in _news(around, self._place, signs)]
        self.above(Text("\n", no_wrap=True).join(lines) if self._around.locations else "")

    def _draw(self, row: StockLine, width: int, selected: bool, marked: bool) -> Text:
        word = "check" if row.balance < 0 else "short" if row.balance < row.minimum else ""
        sign = self.desk.signs.late if word else " "
        ink = self.desk.ink
        text = Text(no_wrap=True).append(f"{sign} {fit(word, 6)}", ink.late).append(str(row.balance).rjust(4), "bold")
        if row.minimum or row.target:
            text.append(
                f" {stock_bar(row.balance, row.minimum, row.target, BAR, self.desk.config.ascii)}",
                ink.late if word else "",
            )
            text.append(f" {row.minimum}{self.desk.signs.dash}{row.target}".ljust(8), ink.muted)
        else:
            text.append(" " * (BAR + 9))
        text.append(f"{fit(row.sku, 12)} ", "bold")
        return text.append(fit(row.name, max(4, width - text.cell_len)))

    # The card

    def question(self, row: StockLine) -> Question[Any]:
        now = self.desk.now
        return lambda connection: shelf(connection, row, now)

    def card_title(self, answer: Shelf) -> str:
        return f"{answer.part.sku} {self.desk.signs.dot} {answer.line.balance} in {answer.line.location}"

    def card(self, answer: Shelf, card: Card) -> None:
        draw(answer, card, self.desk.timezone, self.desk.now, self.desk.config.ascii)

    # Keys

    def opened(self, key: str, row: StockLine) -> None:
        """Enter on a part of one's own van takes a piece for the ticket that is worked on; elsewhere it opens the history."""
        timer = self.desk.heading.timer
        if not self._is_mine(row.location_id):
            self.open_card()
        elif timer is None:
            self.action_issue()
        else:
            self._take(row, timer.ticket_id)

    def _take(self, row: StockLine, ticket_id: str) -> None:
        self.desk.perform(
            MoveStock(part_id=row.part_id, quantity=1, reason="issue", from_id=row.location_id, ticket_id=ticket_id)
        )

    def action_issue(self) -> None:
        """Asks how many, and for which ticket."""
        self._dialog("issue")

    def action_receive(self) -> None:
        """Asks how many came."""
        self._dialog("receive")

    def action_move(self) -> None:
        """Asks how many go where."""
        self._dialog("transfer")

    def action_count(self) -> None:
        """Asks how many are there."""
        self._dialog("count")

    def action_sheet(self) -> None:
        """Counts the parts of the list one after the other."""
        self._dialog("count", then=self._next_counted)

    def _next_counted(self, done: bool | None) -> None:
        last = self.listing.cursor + 1 >= (self.listing.count or 0)
        if done and not last:
            self.listing.action_move(1)
            self._dialog("count", then=self._next_counted)
        elif done:
            self.desk.area.say("That was the last part of the sheet.")

    def action_pack(self) -> None:
        """Shows what the day needs, and puts it by."""
        from techdesk.screens.dialogs.packing import PackDialog

        if not self._around.visits:
            self.warn(
                "There is no visit of yours today; in the shell,  techdesk part pick --day  packs for another day."
            )
            return
        self.app.push_screen(PackDialog(self._around.pick, self._around.visits))

    def action_accept(self) -> None:
        """Sets what is suggested for the part."""
        row = self.listing.selected_row
        if row is None:
            self.warn("There is no part here: techdesk part add SKU NAME  makes one known.")
            return
        now = self.desk.now
        self.desk.perform(lambda connection: accepted(connection, row, now))

    def _dialog(self, reason: str, then: Callable[[bool | None], None] | None = None) -> None:
        row = self.listing.selected_row
        if row is None:
            self.warn("There is no part here: techdesk part add SKU NAME  makes one known.")
            return
        from techdesk.screens.dialogs.stock import StockDialog

        places = [each for each in self._around.locations if each.id != row.location_id]
        if reason == "transfer" and not places:
            self.warn("There is no other location yet to move pieces to.")
            return
        coming = next((each for each in self._around.coming
                       if (each.part_id, each.to_id) == (row.part_id, row.location_id)), None)  # fmt: skip
        timer = self.desk.heading.timer
        dialog = StockDialog(reason, row, places, timer.ref if timer else "", coming if reason == "receive" else None)
        self.app.push_screen(dialog, then)

    def action_location(self, by: int) -> None:
        """Shows another location."""
        ids = [each.id for each in self._around.locations]
        if len(ids) < 2:
            self.warn("There is no other location yet.")
            return
        here = ids.index(self._place) if self._place in ids else 0
        self._place = ids[(here + by) % len(ids)]
        self.listing.set_source(self.source(self.filter))
        self._draw_above()
        self.recount()


def _me(connection: sqlite3.Connection) -> str | None:
    found = connection.execute("SELECT value FROM meta WHERE key = 'technician'").fetchone()
    return None if found is None else str(found[0])


def _around(connection: sqlite3.Connection, now: str) -> Around:
    """The locations, and what the technician's visits of the day may need, the missing first."""
    me = _me(connection)
    lines = visits.on_day(connection, clock.local(now, "Europe/London").date(), me)
    pick = packing.pick_for(connection, [line.id for line in lines], me, now=now) if lines else []
    return Around(spares.locations(connection, me), pick, lines, stock_books.transfers(connection),
                  len(stock_books.review(connection, now)))  # fmt: skip


def _news(around: Around, here: str | None, signs: Signs) -> list[str]:
    """What is on its way to the location that is shown, and how much of the books is to be settled."""
    coming = [f"{each.quantity} x {each.sku} from {each.source}" for each in around.coming if each.to_id == here]
    lines = [f"On its way here: {f' {signs.dot} '.join(coming)} (r takes it in)"] if coming else []
    if around.settle:
        lines.append(f"To settle: {around.settle} (Y shows it)")
    return lines


def _places(locations: list[LocationLine], here: str | None, width: int, signs: Signs) -> Text:
    """The locations around the one that is shown."""
    text = Text(no_wrap=True)
    at = next((index for index, each in enumerate(locations) if each.id == here), 0)
    for each in locations[max(0, at - 1) :]:
        name = clip(each.name, 26)
        shown = f" {signs.here if each.id == here else ' '}{name} "
        if text.cell_len + len(shown) > width - 8:
            break
        text.append(shown, "bold reverse" if each.id == here else "")
    more = f"{at + 1} of {len(locations)}"
    return text.append(more.rjust(max(0, width - text.cell_len)), "dim")


def _pick_line(pick: list[PickLine], width: int, signs: Signs) -> Text:
    """What today's visits may need against what the van holds."""
    words = []
    for line in pick:
        missing = line.needed > max(0, line.in_van)
        words.append(f"{line.needed} x {line.sku}{f' {signs.late} {max(0, line.in_van)} there' if missing else ''}")
    return Text(clip(f"Today may need: {f' {signs.dot} '.join(words)}", width), "bold", no_wrap=True)
