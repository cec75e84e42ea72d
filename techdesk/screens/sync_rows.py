"""The rows of the sync area's lists: an item to settle, an operation that waits, what somebody else did. Pure."""

from __future__ import annotations

import json

from rich.text import Text

from techdesk import clock
from techdesk.models.cards import NewsLine, PendingLine
from techdesk.models.rows import InboxLine
from techdesk.screens.glyphs import age_text, day_text
from techdesk.screens.inbox_card import command_words
from techdesk.screens.telling import Ink
from techdesk.screens.widgets.safe_text import fit

Row = InboxLine | PendingLine | NewsLine


def drawn(row: Row, width: int, ink: Ink, timezone: str, *, whose: bool) -> Text:
    """One row in so many cells; with `whose`, an item says whose it is."""
    if isinstance(row, NewsLine):
        return _news(row, width, ink)
    when = clock.local(row.at, timezone)
    moment = f"{day_text(when):>6} {when:%H:%M}  "
    text = Text(no_wrap=True)
    if isinstance(row, PendingLine):
        text.append(fit(row.about or "", 14), "bold").append(" ").append(fit(command_words(row.command), 18))
        return text.append(moment, ink.muted).append("sent" if row.state == "sent" else "", ink.muted)
    text.append(fit(row.ref or row.entity.replace("_", " "), 12), "bold")
    text.append(fit(row.choice or row.kind, 10), ink.late if row.kind != "merged" and row.state == "open" else "")
    text.append(moment, ink.muted)
    fields = _fields(row)
    said = f"{row.whose}: " if whose and row.whose else ""
    said += f"{fields}: {row.done}" if fields else row.done
    return text.append(fit(said, max(4, width - text.cell_len)))


def _news(row: NewsLine, width: int, ink: Ink) -> Text:
    text = Text(f"{ink.signs.online if row.new else ' '} ", no_wrap=True)
    text.append(fit(age_text(row.at, ink.now), 7), ink.muted).append(fit(row.ref, 9), "bold")
    text.append(fit(f"{row.act}: {row.state.replace('_', ' ')}", 20)).append(fit(row.by or row.laptop, 14), ink.muted)
    return text.append(fit(row.note or row.title, max(4, width - text.cell_len)))


def _fields(row: InboxLine) -> str:
    mine = json.loads(row.mine)
    if row.kind in ("rejected", "parked"):
        return command_words(str(mine.get("operation", "")))
    return ", ".join(name.replace("_", " ") for name in mine)
