"""States as a glyph and a word, and minutes and moments as people read them. Pure: rows in, text out."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from techdesk import clock

TASKS = {"todo": ("·", "."), "doing": ("▶", ">"), "done": ("✓", "x"), "carried": ("↷", "~"), "dropped": ("×", "-")}
"""State of a visit's task -> its glyph, and the same in ASCII."""

PAUSED = ("‖", "=")
"""A task that was begun while another one's timer runs."""


class Signs(NamedTuple):
    """The signs that stand for something, one cell each."""

    here: str = "▸"
    late: str = "⚠"
    running: str = "▶"
    online: str = "●"
    offline: str = "○"
    syncing: str = "⇅"
    dot: str = "·"
    line: str = "─"
    dash: str = "–"
    so: str = "→"


UNICODE = Signs()
ASCII = Signs(
    here=">", late="!", running=">", online="*", offline="o", syncing="~", dot="-", line="-", dash="-", so="->"
)  # fmt: skip


def minutes_text(minutes: int) -> str:
    """Minutes as one says them: `46 min`, `1 h 46`."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{hours} h {rest:02}" if hours else f"{rest} min"


def stopwatch(seconds: int) -> str:
    """Seconds that run: `0:07`, `12:40`, `1:02:03`."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def due_text(due: str | None, now: str, timezone: str) -> str:
    """When something is due, short: `late 3 d`, `due 10:40`, `due Thu 14:00`, `due 2 Mar`; empty without a time."""
    if due is None:
        return ""
    if due < now:
        return f"late {age_text(due, now)}"
    when, today = clock.local(due, timezone), clock.local(now, timezone)
    days = (when.date() - today.date()).days
    if days == 0:
        return f"due {when:%H:%M}"
    return f"due {when:%a %H:%M}" if days < 6 else f"due {day_text(when)}"


def age_text(start: str, now: str) -> str:
    """How long ago, in one unit: `5 min`, `3 h`, `12 d`."""
    minutes = clock.seconds_between(start, now) // 60
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"


def day_text(when: datetime) -> str:
    """A day without its year: `2 Mar`. (`%-d` is not known on Windows.)"""
    return f"{when.day} {when:%b}"


def state_text(state: str, hold_reason: str | None = None, *, over: bool = False) -> str:
    """A ticket's state as a word or two: `new`, `in progress`, `holds: parts`, and where its day is `over`, `back: parts`."""
    if state == "on_hold" and hold_reason and over:
        return f"back: {hold_reason.replace('_', ' ')}"
    if state == "on_hold" and hold_reason:
        return f"holds: {hold_reason.replace('_', ' ')}"
    return state.replace("_", " ")
