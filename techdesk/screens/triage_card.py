"""The card of a ticket in the triage queue: what is likely, what is like it, by when to begin, how its school waits."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from techdesk.desk.priority import IMPACTS, URGENCIES
from techdesk.desk.targets import clock_stopped, start_by
from techdesk.models.queries import tickets
from techdesk.models.queries.alike import Alike, open_like
from techdesk.models.queries.lasting import Lasting, lasting
from techdesk.models.queries.queue import Waits
from techdesk.models.queries.suggested import Suggestion, suggest
from techdesk.models.rows import TicketLine, TicketStory
from techdesk.models.sqlite import SqliteTx
from techdesk.screens.browsing import Card
from techdesk.screens.glyphs import due_text
from techdesk.screens.telling import ZONE, ticket_detail


class Looked(NamedTuple):
    """A ticket as triage sees it: `lasting` is how long work on it takes, `start_by` the last moment to begin it in time."""

    story: TicketStory
    suggestion: Suggestion
    alike: list[Alike]
    lasting: Lasting
    start_by: str | None


def look(row: TicketLine, connection: sqlite3.Connection) -> Looked:
    """Reads what the card tells of a ticket. Raises NotFound."""
    story = tickets.story(connection, row.id)
    fields = story.fields
    like = open_like(connection, str(fields["text"]), row.site_id, room=row.room, leave_out=row.id,
                     device_id=str(fields["device_id"]) if fields["device_id"] else None)  # fmt: skip
    found = suggest(connection, row.id) if row.state == "new" else Suggestion()
    kind = fields | {"category": found.category.value} if found.category else fields
    takes = lasting(connection, kind)
    return Looked(story, found, like, takes, start_by(SqliteTx(connection), fields, takes.minutes))


def tell(answer: Looked, waits: Waits, card: Card) -> None:
    """Fills the card."""
    line = answer.story.line
    if line.state == "new":
        _tell_suggestion(card, answer.suggestion)
    _tell_forecast(card, answer)
    for other in answer.alike:
        card.line(
            (f"Like {other.ref}", f"bold {card.ink.accent}"), (other.title, ""), (f"({other.why})", card.ink.muted)
        )
    against = waits.against(line.site_id)
    if line.site and against:
        days = waits.by_site[line.site_id]
        card.line((f"{line.site} waits {days:.0f} d", ""), (f"{against:.1f} times the median", card.ink.muted))
    card.blank()
    card.text.append_text(ticket_detail(answer.story, [], card.ink))


def _tell_forecast(card: Card, answer: Looked) -> None:
    """By when to begin, and how long it takes, with why."""
    takes = f"takes {answer.lasting.minutes} min: {answer.lasting.why}"
    if clock_stopped(answer.story.fields):
        card.line(("the clock stands while it is on hold", ""), (f"({takes})", card.ink.muted))
    elif answer.start_by and answer.start_by >= card.ink.now:
        by = due_text(answer.start_by, card.ink.now, answer.story.line.timezone or ZONE).removeprefix("due ")
        card.line((f"{card.ink.signs.late} late unless started by {by}", ""), (f"({takes})", card.ink.muted))
    elif answer.story.line.fix_due:
        card.line((takes, card.ink.muted))


def _tell_suggestion(card: Card, found: Suggestion) -> None:
    if not any(found):
        card.line(
            ("No suggestion:", card.ink.accent), ("too little like it was solved here; y takes it as it stands", "")
        )
        return
    card.line(("Likely", f"bold {card.ink.accent}"), ("y accepts all of it", card.ink.muted))
    names = {"impact": IMPACTS, "urgency": URGENCIES}
    for name, guess in found._asdict().items():
        if guess is not None:
            words = names[name][int(guess.value)] if name in names else guess.value
            card.line((f"  {name:<9}", card.ink.muted), (words, "bold"), (guess.why, card.ink.muted))
