"""A list that stays quick however long it is, with a cursor, marks, keys and a mouse."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from techdesk.screens.widgets import list_messages
from techdesk.screens.widgets.paged_drawing import PagedDrawing
from techdesk.screens.widgets.pages import Row


def _key(keys: str, action: str, name: str, description: str, tooltip: str) -> Binding:
    """A key of the list. They are in the help, not in the footer: everybody knows arrows."""
    return Binding(keys, action, description, show=False, id=f"list.{name}", tooltip=tooltip)


class PagedList(PagedDrawing[Row], inherit_bindings=False):
    """Rows of a `Source`: one is selected and opened, many are marked for doing one thing to all of them."""

    BINDING_GROUP_TITLE = "Lists"
    BINDINGS: ClassVar[list[BindingType]] = [
        _key("down,j", "move(1)", "down", "Down", "Select the next row"),
        _key("up,k", "move(-1)", "up", "Up", "Select the row before"),
        _key("pagedown", "page(1)", "page_down", "Page down", "Go down by a screen"),
        _key("pageup", "page(-1)", "page_up", "Page up", "Go up by a screen"),
        _key("home", "first", "first", "First", "Select the first row"),
        _key("end", "last", "last", "Last", "Select the last row"),
        _key("enter", "open", "open", "Open", "Open the selected row"),
        _key("x", "mark", "mark", "Mark", "Mark the row, or take its mark away"),
        _key("shift+down", "mark_move(1)", "mark_down", "Mark down", "Mark this row and the next"),
        _key("shift+up", "mark_move(-1)", "mark_up", "Mark up", "Mark this row and the one before"),
        _key("X", "mark_range", "mark_range", "Mark to here", "Mark all rows from the last mark to this row"),
        _key("ctrl+a", "mark_screen", "mark_screen", "Mark screen", "Mark or unmark all rows on the screen"),
    ]
    Opened = list_messages.Opened
    Highlighted = list_messages.Highlighted
    MarksChanged = list_messages.MarksChanged
    Counted = list_messages.Counted
    Missed = list_messages.Missed
    ReadFailed = list_messages.ReadFailed

    def action_move(self, rows: int) -> None:
        """Select the row `rows` further down, or up where negative."""
        self._select(self._cursor + rows)

    def action_page(self, screens: int) -> None:
        """Select the row a screen further down or up."""
        self._select(self._cursor + screens * self._lines)

    def action_first(self) -> None:
        """Select the first row."""
        self._select(0)

    def action_last(self) -> None:
        """Select the last row."""
        self._select((self._count or 1) - 1)

    def action_mark(self) -> None:
        """Mark the selected row, or take its mark away."""
        key = self.selected_key
        if key is not None:
            self._marks_changed(all_taken=self._marks.toggle(key))

    def action_mark_move(self, rows: int) -> None:
        """Mark the selected row and the one it moves to."""
        keys = [self.selected_key]
        self.action_move(rows)
        keys.append(self.selected_key)
        self._marks_changed(all_taken=self._marks.add(key for key in keys if key is not None))

    def action_mark_range(self) -> None:
        """Mark every row from the last marked one to the selected one."""
        if self._marks.anchor is None:
            self.action_mark()
            return
        self._reader.want_keys(self._marks.anchor, self._cursor)
        self._read_next()

    def action_mark_screen(self) -> None:
        """Mark every row on the screen, or unmark them where all are marked."""
        top = self.scroll_offset.y
        keys = [self._key_at(index) for index in range(top, top + self._lines)]
        self._marks_changed(all_taken=self._marks.toggle_all(key for key in keys if key is not None))

    def on_click(self, event: events.Click) -> None:
        """Select the row; with ctrl mark it, twice open it."""
        # A double click would otherwise select the text of the whole list.
        event.prevent_default()
        offset = event.get_content_offset(self)
        if offset is None or not self._count or self.scroll_offset.y + offset.y >= self._count:
            return
        self._select(self.scroll_offset.y + offset.y)
        if event.ctrl:
            self.action_mark()
        elif event.chain == 2:
            self.action_open()
