"""Small charts in characters. They say the same in black and white, so a number beside them is enough."""

from __future__ import annotations

from collections.abc import Sequence

_SPARKS = "▁▂▃▄▅▆▇█"
_ASCII_SPARKS = "_.-~=+*#"


def _cells(value: float, total: float, width: int) -> int:
    """How many of `width` cells show `value` of `total`; anything above nothing gets one, only all gets all."""
    if width <= 0 or total <= 0 or value <= 0:
        return 0
    if value >= total:
        return width
    return min(max(1, round(value / total * width)), max(1, width - 1))


def bar(value: float, total: float, width: int, ascii: bool = False) -> str:
    """`value` of `total` as `width` cells: ▓▓▓░░, or ###.. in ASCII. Beyond the total the bar is full."""
    full, rest = "#." if ascii else "▓░"
    filled = _cells(value, total, width)
    return full * filled + rest * (max(0, width) - filled)


def spark(values: Sequence[float], ascii: bool = False) -> str:
    """One cell a value, as high as its share of the largest; nothing at all is a space."""
    steps = _ASCII_SPARKS if ascii else _SPARKS
    largest = max(values, default=0)
    if largest <= 0:
        return " " * len(values)
    top = len(steps) - 1
    return "".join(steps[min(top, int(value / largest * top + 0.5))] if value > 0 else " " for value in values)


def stock_bar(balance: int, minimum: int, target: int, width: int, ascii: bool = False) -> str:
    """Stock against its target in `width` cells, with a stroke where the minimum is: ▓▓░│░░░.

    A gap before the stroke means that the stock is below the minimum, filled cells after it that it is
    above. Without a minimum, or with too little room, it is a plain bar.
    """
    whole = max(balance, minimum, target, 1)
    if minimum <= 0 or width < 3:
        return bar(balance, whole, width, ascii)
    room = width - 1
    at = min(_cells(minimum, whole, room), room)
    # Rounding must not draw a stock that is short as if it were enough, or the other way round.
    filled = _cells(balance, whole, room)
    if balance < minimum:
        filled = min(filled, at - 1)
    elif balance == minimum:
        filled = at
    full, rest, stroke = "#.|" if ascii else "▓░│"
    cells = full * filled + rest * (room - filled)
    return cells[:at] + stroke + cells[at:]


def interval_bar(low: float, value: float, high: float, most: float, width: int, ascii: bool = False) -> str:
    """An interval with its value on a scale from 0 to `most`, in `width` cells: `  ──┿───  `. What goes beyond the scale ends
    in an arrow."""
    line, dot, beyond = "-+>" if ascii else "─┿›"
    if width < 3 or most <= 0:
        return " " * max(0, width)

    def at(what: float) -> int:
        return min(width - 1, max(0, int(what / most * width)))

    cells = [" "] * width
    for cell in range(at(low), at(high) + 1):
        cells[cell] = line
    cells[at(value)] = dot
    if high > most * 1.001:
        cells[-1] = beyond
    return "".join(cells)
