"""The seeing half of a paged list: the lines on the screen, drawn from the pages that are here."""

from __future__ import annotations

from typing import ClassVar

from textual.selection import Selection
from textual.strip import Strip

from techdesk.screens.widgets.line import GUTTER, coloured, gutter_strip, message_strip, row_strip, with_selection
from techdesk.screens.widgets.paged_view import PagedView
from techdesk.screens.widgets.pages import Row


class PagedDrawing(PagedView[Row], inherit_bindings=False):
    """Draws a line at a time; a row whose page is on the way is a glyph until it is here."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "paged-list--cursor",
        "paged-list--marked",
        "paged-list--waiting",
        "paged-list--empty",
    }
    DEFAULT_CSS = """
    PagedDrawing {
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
