"""The log book: a page is typed or pasted, and beside it stands what each line becomes. An e-mail is one ticket."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static, TextArea

from techdesk.desk.tickets import LogTicket
from techdesk.models.files import Files
from techdesk.models.queries.capturing import Said, capture_page
from techdesk.models.queries.suggesting import suggestions
from techdesk.screens.chrome import key
from techdesk.screens.dialogs.dialog import Dialog
from techdesk.screens.widgets.capture_line import completion, half_typed
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.safe_text import fit
from techdesk.screens.writer import Group

DRAFT = "log book"
# Half-typed words are kept; a page of thousands of lines is where it was copied from.
MOST_KEPT = 100_000


class Becoming:
    """What the lines become, for the list."""

    def __init__(self, rows: Sequence[LogTicket]) -> None:
        self.rows = rows

    def count(self) -> int:
        """How many there are."""
        return len(self.rows)

    def page(self, start: int, limit: int) -> Sequence[LogTicket]:
        """Those from an index on."""
        return self.rows[start : start + limit]

    def index_of(self, key: str) -> int | None:
        """The place of one; they are new with every letter."""
        return None

    def holds(self, keys: frozenset[str]) -> frozenset[str]:
        """None of them can be marked."""
        return frozenset()


class Page(TextArea):
    """What is written down. Tab takes the end of a mark that is suggested; without one it goes on to the next field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("tab", "complete", "page.complete", "Complete", "Take what is suggested: a room, a tag, !urgent, ?how-to"),
    ]

    def half_typed(self) -> str | None:
        """The mark that is being typed at the end of the line where the cursor is."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        return half_typed(line) if column == len(line) else None

    def action_complete(self) -> None:
        """Tab."""
        if self.suggestion:
            self.insert(self.suggestion)
        else:
            self.screen.focus_next()


class LogBookDialog(Dialog[bool]):
    """Captures the page itself, and is left with True."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+s", "save", "page.save", "Capture", "Capture all of it"),
    ]
    KEYS = "Ctrl+S captures all   Esc leaves   @room alone: what follows is there"
    DEFAULT_CSS = """
    LogBookDialog {
        #frame { width: 100%; max-width: 118; height: 100%; }
        #page { height: 1fr; border: none; padding: 0; }
        #becomes { height: 1; color: $primary; text-style: bold; }
        #lines { height: 1fr; }
    }
    """

    def __init__(self, text: str | None = None) -> None:
        super().__init__("Log book: a line, a ticket")
        self._given = text
        self._becoming = 0
        self._saving = False

    def compose_fields(self) -> ComposeResult:
        text = str(self.desk.drafts.get(DRAFT).get("text", "")) if self._given is None else self._given
        yield Page(text, id="page", tab_behavior="focus")
        yield Static("", id="becomes", markup=False)
        lines: PagedList[LogTicket] = PagedList(
            Becoming(()), _draw, lambda row: row.id, glyphs=self.desk.glyphs, id="lines",
            empty_text="Each line becomes a ticket: @room #tag !urgent ?how-to say more. A pasted e-mail becomes one.",
        )  # fmt: skip
        lines.can_focus = False
        yield lines

    def on_mount(self) -> None:
        page = self.query_one(Page)
        page.focus()
        page.move_cursor(page.document.end)
        self._look()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        text = event.text_area.text
        if len(text) <= MOST_KEPT:
            self.desk.keep_draft(DRAFT, {"text": text})
        self._look()

    def on_text_area_selection_changed(self) -> None:
        # Elsewhere on the page it would end another word.
        page = self.query_one(Page)
        if page.suggestion and page.half_typed() is None:
            page.suggestion = ""

    def _look(self) -> None:
        """What becomes of the page as it is now; read at leisure, the latest letter counts."""
        page, visit = self.query_one(Page), self.desk.heading.visit
        text, typed, me, site = page.text, page.half_typed(), self.desk.heading.me, visit and visit.site_id

        def look(connection: sqlite3.Connection) -> tuple[tuple[LogTicket, ...], str | None]:
            ends = completion(typed, suggestions(connection, typed, site)) if typed else None
            return _tickets(connection, text, me), ends

        self.ask(look, lambda found: self._show(typed, *found))

    def _show(self, typed: str | None, found: tuple[LogTicket, ...], ends: str | None) -> None:
        page = self.query_one(Page)
        page.suggestion = ends[len(typed) :] if typed and ends and page.half_typed() == typed else ""
        mail = bool(found) and found[0].channel == "email"
        count = self._becoming = len(found)
        words = "one ticket, from an e-mail" if mail else f"{count:,} ticket{'' if count == 1 else 's'}"
        self.query_one("#becomes", Static).update(f"{self.desk.signs.so} {words}" if count else "")
        lines = self.query_one("#lines", PagedList)
        lines.set_source(Becoming(found))
        self.wrong("")

    def action_save(self) -> None:
        """Ctrl+S."""
        text = self.query_one(Page).text
        if not text.strip():
            self.wrong("There is nothing on the page yet: write a line, or leave with Esc.")
            return
        if self._saving:  # a long page takes seconds, and a second press must not take it down twice
            return
        self._saving = True
        self.query_one("#becomes", Static).update(f"{self.desk.signs.so} taking down {self._becoming:,} ...")
        self.run_worker(self._save(text), group="write")

    async def _save(self, text: str) -> None:
        me, path = self.desk.heading.me, self.desk.reads.path

        def order(connection: sqlite3.Connection) -> Group:
            return _commands(connection, text, me, Files(path))

        done = await self.desk.do(order)
        self._saving = False
        if done.outcomes:
            self.desk.keep_draft(DRAFT, {})
            self.dismiss(True)
            if self._becoming > 1:
                self.desk.say(f"Took down {self._becoming:,} tickets.", undo_hint=True)
        else:
            self.wrong(" ".join(done.refusals))


def _is_mail(text: str) -> bool:
    from techdesk.exchange.mail import looks_like_mail  # 20 ms that only a page pays

    return looks_like_mail(text)


def _tickets(connection: sqlite3.Connection, text: str, me: str | None) -> tuple[LogTicket, ...]:
    if _is_mail(text):
        from techdesk.exchange.mail import read_mail
        from techdesk.exchange.mailing import command

        mail = read_mail(text.encode("utf-8", "surrogateescape"))
        return (command(connection, mail, "mail", me, Said(), [name for name, _ in mail.files]),)
    return tuple(capture_page(connection, text, me=me, said=Said()))


def _commands(connection: sqlite3.Connection, text: str, me: str | None, files: Files) -> Group:
    if _is_mail(text):
        from techdesk.exchange.mail import read_mail
        from techdesk.exchange.mailing import take

        return take(connection, files, read_mail(text.encode("utf-8", "surrogateescape")), me, Said()).commands
    return tuple(capture_page(connection, text, me=me, said=Said()))


def _draw(row: LogTicket, width: int, selected: bool, marked: bool) -> Text:
    """What a line becomes: how urgent, where, and the words."""
    said: list[tuple[str, int]] = [
        ({"how_to": "how-to", "request": "request"}.get(row.kind, ""), 8),
        ("urgent" if row.urgency == 1 else f"urgency {row.urgency}" if row.urgency else "", 11),
        (row.room or "", 14),
        ("on a device" if row.device_id else "", 12),
    ]
    text = Text(no_wrap=True)
    room = width - (sum(cells for _, cells in said) if width >= 70 else 14)
    text.append(fit(" ".join(row.text.split()), max(10, room)))
    for words, cells in said if width >= 70 else said[2:3]:
        text.append(" " + fit(words, cells - 1), "dim")
    return text
