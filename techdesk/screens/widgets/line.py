"""One line of a list as the terminal gets it: glyphs that say what colour also says, and only safe text."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from techdesk.screens.widgets.safe_text import ELLIPSIS, clip, safe_text

GUTTER = 3
"""Cells before each row: the cursor's glyph, the mark's glyph, a space."""


@dataclass(frozen=True)
class Glyphs:
    """What stands in the gutter, one cell each, so that no state is told by colour alone."""

    cursor: str = "▶"
    """The selected row, where keys go to this list."""
    cursor_away: str = "▷"
    """The selected row, while keys go elsewhere."""
    mark: str = "●"
    """A marked row."""
    waiting: str = "·"
    """A row whose page is on the way."""


UNICODE = Glyphs()
ASCII = Glyphs(cursor=">", cursor_away="-", mark="*", waiting=".")


def row_strip(drawn: Text | Strip, width: int, console: Console) -> Strip:
    """What a draw function gave, made safe and exactly `width` cells wide."""
    segments = drawn.render(console) if isinstance(drawn, Text) else drawn
    # Control segments would reach the terminal as they are, so only text passes.
    strip = Strip([Segment(safe_text(text), style) for text, style, control in segments if not control and text])
    if strip.cell_length > width:
        strip = Strip.join([strip.crop(0, max(0, width - 1)), Strip([Segment(clip(ELLIPSIS, width))])])
    return strip.adjust_cell_length(width)


def gutter_strip(cursor: str, mark: str) -> Strip:
    """The cells before a row; an empty glyph is a space."""
    return Strip([Segment(f"{cursor or ' '}{mark or ' '} ", Style())], GUTTER)


def coloured(strip: Strip, below: Style, above: Style | None = None) -> Strip:
    """The strip with `below` where its own styles say nothing, and `above` over them."""
    return Strip(
        [Segment(text, below + (style or Style()) + (above or Style())) for text, style, _control in strip],
        strip.cell_length,
    )


def message_strip(sentence: str, y: int, width: int, console: Console, style: Style) -> Strip:
    """Line `y` of a sentence that stands where rows would, wrapped and indented by the gutter."""
    lines = Text(safe_text(sentence)).wrap(console, max(1, width - GUTTER))
    text = lines[y].plain if y < len(lines) else ""
    return Strip([Segment(" " * GUTTER + text, style)]).adjust_cell_length(width, style)


def with_selection(strip: Strip, start: int, end: int, style: Style) -> Strip:
    """The strip with the characters `start` to `end` (-1: all that follow) drawn as selected by the mouse."""
    text = strip.text
    before = cell_len(text[:start])
    upto = strip.cell_length if end == -1 else cell_len(text[:end])
    left, middle, right = (
        strip.crop(0, before),
        strip.crop(before, upto),
        strip.crop(upto, strip.cell_length),
    )
    return Strip.join([left, coloured(middle, Style(), style), right])
