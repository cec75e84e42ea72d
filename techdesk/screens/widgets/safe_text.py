"""Text that strangers wrote, brought to a width in cells for drawing."""

from __future__ import annotations

from typing import Literal

from rich.cells import cell_len, set_cell_size, split_graphemes

from techdesk.safe_text import safe_text

__all__ = ["ELLIPSIS", "clip", "fit", "safe_text"]

ELLIPSIS = "…"


def clip(text: str, width: int) -> str:
    """`text`, safe to draw and at most `width` cells wide; what does not fit ends in `…`."""
    if width <= 0:
        return ""
    safe = safe_text(text)
    if cell_len(safe) <= width:
        return safe
    kept = 0
    end = 0
    for _start, stop, cells in split_graphemes(safe)[0]:
        if kept + cells > width - 1:
            break
        kept += cells
        end = stop
    return safe[:end] + ELLIPSIS


def fit(text: str, width: int, align: Literal["left", "right"] = "left") -> str:
    """`text`, safe to draw and exactly `width` cells wide: clipped with `…`, or padded with spaces."""
    clipped = clip(text, width)
    if align == "right":
        return " " * (width - cell_len(clipped)) + clipped
    return set_cell_size(clipped, width) if width > 0 else ""
