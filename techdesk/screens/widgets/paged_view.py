"""The knowing half of a paged list: what it reads, what it holds, and where the cursor is."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Generic

from rich.text import Text
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from techdesk.screens.widgets.line import UNICODE, Glyphs
from techdesk.screens.widgets.list_messages import (
    Answered,
    Counted,
    Highlighted,
    MarksChanged,
    Missed,
    Opened,
    ReadFailed,
)
from techdesk.screens.widgets.marks import Marks
from techdesk.screens.widgets.pages import PAGE_ROWS, PageCache, Row, Snapshot, Source, View
from techdesk.screens.widgets.reader import Failure, Keys, Page, Read, Reader

Draw = Callable[[Row, int, bool, bool], Text | Strip]
"""draw(row, width in cells, selected, marked), pure; the list adds the glyphs and the cursor's colour."""


class PagedView(ScrollView, Generic[Row], can_focus=True, inherit_bindings=False):
    """Holds pages of a `Source`, and keeps the selected row by its key; `PagedDrawing` draws them.

    Reads run in a thread, one at a time and numbered; an answer that was overtaken is dropped.
    """

    def __init__(
        self,
        source: Source[Row],
        draw: Draw[Row],
        key: Callable[[Row], str],
        *,
        empty_text: str = "Nothing here yet.",
        glyphs: Glyphs = UNICODE,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`empty_text` is the sentence drawn instead of rows. Reading starts when the list is mounted."""
        super().__init__(id=id, classes=classes)
        self.empty_text = empty_text
        self.glyphs = glyphs
        self._draw = draw
        self._key_of = key
        self._reader = Reader(source, key)
        self._marks = Marks()
        self._count: int | None = None
        self._cursor = 0
        self._announced: tuple[str | None, Row | None] | None = None
        self._open_when_read = False

    # What others ask

    @property
    def count(self) -> int | None:
        """Rows in the list, None until the first answer."""
        return self._count

    @property
    def cursor(self) -> int:
        """Index of the selected row."""
        return self._cursor

    @property
    def selected_row(self) -> Row | None:
        """The selected row, None in an empty list or while its page is on the way."""
        return self._reader.cache.row(self._cursor)

    @property
    def selected_key(self) -> str | None:
        """Key of the selected row, None where there is no such row yet."""
        return self._key_at(self._cursor)

    @property
    def marks(self) -> frozenset[str]:
        """Keys of the marked rows."""
        return self._marks.keys

    @property
    def targets(self) -> tuple[str, ...]:
        """What an action acts on: the marked rows, or else the selected one."""
        key = self.selected_key
        return tuple(sorted(self.marks)) or (() if key is None else (key,))

    def key_after(self, leaving: Collection[str]) -> str | None:
        """Key of the next row below the selected one that is not about to leave, or else above it; among those read."""
        below = range(self._cursor, self._cursor + 2 * PAGE_ROWS)
        above = range(self._cursor - 1, self._cursor - PAGE_ROWS, -1)
        keys = (self._key_at(index) for index in (*below, *above) if index >= 0)
        return next((key for key in keys if key is not None and key not in leaving), None)

    @property
    def busy(self) -> bool:
        """Whether a read is on the way."""
        return self._reader.busy

    # What others tell

    def reload(self) -> None:
        """Read again; selection, marks and what stands on the screen stay with their rows."""
        self._reader.want_reload()
        self._read_next()

    def select(self, key: str) -> None:
        """Read again and select the row with this key; posts `Missed` where it is not in the list."""
        self._reader.want_reload(key)
        self._read_next()

    def set_source(self, source: Source[Row]) -> None:
        """Show another query; a selected row that is in it stays selected, marks are taken away."""
        self._reader.want_source(source)
        self.clear_marks()
        self._read_next()

    def clear_marks(self) -> None:
        """Take all marks away."""
        if self.marks:
            self._marks.remove(self.marks)
            self._marks_changed(all_taken=True)

    # Reading

    def on_mount(self) -> None:
        self._read_next()

    def on_resize(self) -> None:
        self._scroll_to_cursor()
        self._read_next()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._read_next()

    @property
    def _lines(self) -> int:
        """Lines on the screen, at least one."""
        return max(1, self.scrollable_content_region.height)

    @property
    def _row_width(self) -> int:
        """Cells of a line, without the scrollbar."""
        return max(0, self.scrollable_content_region.width)

    def _view(self) -> View:
        top = self.scroll_offset.y
        return View(self._cursor, self.selected_key, top, self._key_at(top), self._lines, self.marks)

    def _key_at(self, index: int) -> str | None:
        row = self._reader.cache.row(index)
        return None if row is None else self._key_of(row)

    def _read_next(self) -> None:
        if not self.is_mounted:
            return
        read = self._reader.next_read(self._view(), self._count)
        if read is not None:
            self.run_worker(partial(self._ask, read), name="read", group="paged-list", thread=True)

    def _ask(self, read: Read[Row]) -> None:
        """Runs in a thread, so it only posts; the handler does the rest."""
        self.post_message(Answered(read, read.answer()))

    def on_paged_list_answered(self, event: Answered) -> None:
        answer = self._reader.settle(event.read, event.answer)
        if isinstance(answer, Snapshot):
            self._show(answer)
        elif isinstance(answer, Page):
            self.refresh()
            self._announce()
        elif isinstance(answer, Keys):
            self._marks_changed(all_taken=self._marks.add(answer.keys))
        elif isinstance(answer, Failure):
            self.refresh()
            self.post_message(ReadFailed(self, answer.error))
        self._read_next()

    def _show(self, snapshot: Snapshot[Row]) -> None:
        """Take a reload's answer over, together with what keys and wheel did while it was read."""
        asked = snapshot.view
        cache = PageCache(snapshot.pages)
        cursor, top = snapshot.cursor, snapshot.top
        if not (asked.anew or asked.reveal):
            top += self.scroll_offset.y - asked.top
            if self._cursor != asked.cursor:
                key = self.selected_key
                found = None if key is None else cache.find(key, self._key_of)
                if key is not None and found is None:
                    self._reader.want_reload()  # gone too far to be in this answer: ask from there
                    return
                cursor = self._cursor if found is None else found
        self._reader.cache = cache
        self._cursor = max(0, min(cursor, snapshot.count - 1))
        self._set_count(snapshot.count)
        self.scroll_to(y=top, animate=False, force=True)
        self.refresh()
        gone = asked.marks - snapshot.marks
        if gone & self.marks:
            self._marks.remove(gone)
            self._marks_changed(all_taken=True)
        if asked.reveal and asked.key is not None and not snapshot.found:
            self.post_message(Missed(self, asked.key))
        self._announce()

    def _set_count(self, count: int) -> None:
        changed, self._count = count != self._count, count
        if changed:
            self.virtual_size = Size(0, count)
            self.post_message(Counted(self, count))

    def _announce(self) -> None:
        """Post what is selected, once its row is here and unless it was said already."""
        row = self.selected_row
        if row is None and self._count:
            return
        said = (self.selected_key, row)
        if said != self._announced:
            self._announced = said
            self.post_message(Highlighted(self, *said))
        if self._open_when_read:
            self.action_open()

    # The cursor

    def _select(self, index: int) -> None:
        if not self._count:
            return
        before, self._cursor = self._cursor, max(0, min(index, self._count - 1))
        self._open_when_read = False
        self.refresh_line(before)
        self.refresh_line(self._cursor)
        self._scroll_to_cursor()
        self._announce()
        self._read_next()

    def _scroll_to_cursor(self) -> None:
        top = self.scroll_offset.y
        wanted = max(min(top, self._cursor), self._cursor - self._lines + 1)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)

    def action_open(self) -> None:
        """Post `Opened`; where the row is still on the way, as soon as it is here."""
        row = self.selected_row
        self._open_when_read = row is None and bool(self._count)
        if row is not None:
            self.post_message(Opened(self, self._key_of(row), row))

    def _marks_changed(self, *, all_taken: bool) -> None:
        self.refresh()
        self.post_message(MarksChanged(self, self.marks, not all_taken))
