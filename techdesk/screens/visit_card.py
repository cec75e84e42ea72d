"""How a visit is drawn: its state as a glyph and a word, its card. Pure: rows in, text out."""

from __future__ import annotations

from rich.text import Text

from techdesk import clock
from techdesk.exchange.visit_sheet import sheet_text
from techdesk.models.queries.promises import VisitCard
from techdesk.screens.browsing import fact, heading, said
from techdesk.screens.glyphs import TASKS, day_text, due_text

STATES = {
    "planned": ("·", ".", "planned"),
    "confirmed": ("·", ".", "confirmed"),
    "travelling": ("→", ">", "on the way"),
    "on_site": ("▶", ">", "there now"),
    "wrapped": ("□", "=", "wrapped"),
    "signed": ("✓", "x", "signed"),
    "cancelled": ("×", "-", "called off"),
    "missed": ("×", "-", "missed"),
    "rebooked": ("↷", "~", "rebooked"),
}
"""State of a visit -> its glyph, the same in ASCII, and its word."""


def state_of(state: str, ascii: bool) -> tuple[str, str]:
    """The glyph and the word of a visit's state."""
    glyph, plain, word = STATES.get(state, ("?", "?", state.replace("_", " ")))
    return plain if ascii else glyph, word


def draw(card: VisitCard, now: str, ascii: bool) -> Text:
    """The site, what is to be done, what was promised; after the visit, its sheet."""
    text = Text()
    line, site = card.line, card.site
    start, end = (clock.local(each, line.timezone) for each in (line.planned_start, line.planned_end))
    said(text, f"{site.name} ({site.code})", "bold")
    glyph, word = state_of(line.state, ascii)
    said(text, f"{glyph} {word} · {start:%a} {day_text(start)} {start:%H:%M} to {end:%H:%M} · {line.technician or '?'}")
    if line.reason:
        said(text, f"because: {line.reason}")
    if card.sheet is not None:
        heading(text, "The sheet")
        said_all(text, sheet_text(card.sheet, now))
        return text
    fact(text, "address", ", ".join(filter(None, (site.address, site.postcode))))
    fact(text, "call", site.telephone)
    fact(text, "at the door", site.entry_notes)
    for contact in site.contacts[:4]:
        signs = ", may sign" if contact.may_sign else ""
        fact(text, "ask for", f"{contact.name} ({contact.role or 'contact'}{signs}) {contact.telephone or ''}".strip())
    _work(text, card, now, ascii)
    return text


def _work(text: Text, card: VisitCard, now: str, ascii: bool) -> None:
    if card.promised:
        heading(text, "Promised", f"{len(card.promised)} left from before")
        for each in card.promised:
            said(text, f"{each.ref or '-'} {each.title}")
            said(text, f"    {each.why}", "dim")
    if card.tasks:
        heading(text, "On the list", f"{card.line.done} of {card.line.tasks} done")
        for task in card.tasks:
            glyph = TASKS[task.state][1 if ascii else 0]
            name = f"{task.ref} P{task.priority} " if task.ref else ""
            said(text, f"{glyph} {task.room or 'anywhere'}: {name}{task.title}  {task.actual or task.estimate} min")
    elif card.waiting:
        heading(text, "Waiting there", "they become the list when the visit starts")
        for ticket in card.waiting:
            due = due_text(ticket.due, now, card.line.timezone)
            said(text, f"{ticket.ref} P{ticket.priority} {ticket.room or ''} {ticket.title} {due}".replace("  ", " "))
    else:
        heading(text, "Nothing waits there", "a good moment for what is preventive")


def said_all(text: Text, words: str) -> None:
    """Adds lines of words as they are, each made safe."""
    for each in words.splitlines():
        said(text, each)
