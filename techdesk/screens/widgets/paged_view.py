"""The seeing half of a paged list: what it reads, what it shows, and where the cursor is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar, Generic

from rich.text import Text
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from techdesk.screens.widgets.line import (
    GUTTER,
    UNICODE,
    Glyphs,
    coloured,
    gutter_strip,
    message_strip,
    row_strip,
    with_selection,
)
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
from techdesk.screens.widgets.pages import PageCache, Row, Snapshot, Source, View
from techdesk.screens.widgets.reader import Failure, Keys, Page, Read, Reader

Draw = Callable[[Row, int, bool, bool], Text | Strip]
"""draw(row, width in cells, selected, marked), pure; the list adds the glyphs and the cursor's colour."""


class PagedView(ScrollView, Generic[Row], can_focus=True, inherit_bindings=False):
    """Draws the lines on the screen from pages of a `Source`, and keeps the selected row by its key.

    Reads run in a thread, one at a time and numbered; an answer that was overtaken is dropped.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "paged-list--cursor",
        "paged-list--marked",
        "paged-list--waiting",
        "paged-list--empty",
    }
    DEFAULT_CSS = """
    PagedView {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & > .paged-list--cursor { background: $block-cursor-blurred-background; }
        & > .paged-list--marked { text-style: bold; }
        & > .paged-list--waiting, & > .paged-list--empty { color: $text-muted; }
        &:focus > .paged-list--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
        }
    }
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

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One line of the screen; `y` counts from the widget's top."""
        index, width = self.scroll_offset.y + y, self._row_width
        empty_style = self.get_component_rich_style("paged-list--empty")
        if self._count is None and self._reader.error is not None:
            sentence = f"This list could not be read: {self._reader.error}"
            return message_strip(sentence, y, width, self.app.console, empty_style)
        if self._count == 0:
            return message_strip(self.empty_text, y, width, self.app.console, empty_style)
        if self._count is None or index >= self._count:
            return Strip.blank(width, self.rich_style)
        strip = self._row_line(index, width)
        selection = self.text_selection
        span = None if selection is None else selection.get_span(index)
        if span is not None:
            strip = with_selection(strip, *span, self.screen.get_component_rich_style("screen--selection"))
        return strip.apply_offsets(0, index)

    def _row_line(self, index: int, width: int) -> Strip:
        selected = index == self._cursor
        cursor = "" if not selected else self.glyphs.cursor if self.has_focus else self.glyphs.cursor_away
        row = self._reader.cache.row(index)
        if row is None:
            waiting = Strip.join([gutter_strip(cursor, ""), gutter_strip(self.glyphs.waiting, "")])
            style = self.get_component_rich_style("paged-list--waiting")
            return coloured(waiting.adjust_cell_length(width), self.rich_style, style)
        marked = self._key_of(row) in self.marks
        drawn = self._draw(row, max(0, width - GUTTER), selected, marked)
        body = row_strip(drawn, max(0, width - GUTTER), self.app.console)
        strip = Strip.join([gutter_strip(cursor, self.glyphs.mark if marked else ""), body])
        above = None
        if selected:
            above = self.get_component_rich_style("paged-list--cursor")
        elif marked:
            above = self.get_component_rich_style("paged-list--marked")
        return coloured(strip, self.rich_style, above)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text the mouse selected, from the rows that are here."""
        top = self.scroll_offset.y
        first = top if selection.start is None else selection.start.y
        last = top + self._lines - 1 if selection.end is None else selection.end.y
        lines = []
        for index in range(first, min(last, (self._count or 0) - 1) + 1):
            span = selection.get_span(index)
            if span is not None and self._reader.cache.row(index) is not None:
                text = self._row_line(index, self._row_width).text
                lines.append((text[span[0] :] if span[1] == -1 else text[span[0] : span[1]]).rstrip())
        return "\n".join(lines), "\n"

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
