"""How a visit is drawn: its state as a glyph and a word, its card. Pure: rows in, text out."""

from __future__ import annotations

from techdesk import clock
from techdesk.exchange.visit_sheet import sheet_text
from techdesk.models.cards import ContactLine, SiteCard
from techdesk.models.queries.promises import VisitCard
from techdesk.screens.browsing import Card
from techdesk.screens.glyphs import TASKS, day_text, due_text

SAFEGUARDING = ("safeguard", "dsl", "child protection")
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


def title(card: VisitCard, dot: str) -> str:
    """`St Aidan's (2005) · Mon 23 Nov 08:00`."""
    start = clock.local(card.line.planned_start, card.line.timezone)
    return f"{card.site.name} ({card.site.code}) {dot} {start:%a} {day_text(start)} {start:%H:%M}"


def fill(page: Card, card: VisitCard, ascii: bool) -> None:
    """The site, what is to be done, what was promised; after the visit, its sheet."""
    line, site, ink = card.line, card.site, page.ink
    end = clock.local(line.planned_end, line.timezone)
    glyph, word = state_of(line.state, ascii)
    until = f"until {end:%H:%M}" if card.sheet is None else f"by {line.signatory}" if line.signatory else None
    page.line((f"{glyph} {word}", "bold"), (until, ink.muted), (f"{ink.signs.dot} {line.technician or '?'}", ""))
    page.fact("because", line.reason)
    if card.sheet is not None:
        page.heading("The sheet")
        page.words(sheet_text(card.sheet, ink.now))
        return
    for words, other in (("instead of", card.instead_of), ("made up for by", card.made_up)):
        if other is not None:
            start = clock.local(other.planned_start, other.timezone)
            page.fact(words, f"the visit of {start:%a} {day_text(start)}, {state_of(other.state, ascii)[1]}")
    page.fact("confirmed by", line.confirmed_by)
    page.fact(
        "agreed", f"with {line.agreed_with}{f': {line.agreed}' if line.agreed else ''}" if line.agreed_with else None
    )
    if line.state == "on_site":  # at the school one knows the way: what is left to do comes first
        _promised(page, card)
        _work(page, card, ascii)
        _place(page, site)
    else:
        _place(page, site)
        _promised(page, card)
        _work(page, card, ascii)


def _place(page: Card, site: SiteCard) -> None:
    """How one gets in, and whom one asks for."""
    page.heading("At the door")
    page.line((site.entry_notes, ""))
    worries = [contact for contact in site.contacts if _safeguards(contact)]
    for contact in [*worries, *(contact for contact in site.contacts if contact not in worries)][:3]:
        role = f"{contact.role or 'contact'}{', may sign' if contact.may_sign else ''}"
        page.line((contact.name, "bold"), (role, page.ink.muted), (contact.telephone, ""))
    page.line((", ".join(filter(None, (site.address, site.postcode, site.telephone))), page.ink.muted))


def _safeguards(contact: ContactLine) -> bool:
    """Whether one tells this person of what worries one about a child."""
    return any(word in (contact.role or "").casefold() for word in SAFEGUARDING)


def _promised(page: Card, card: VisitCard) -> None:
    if card.promised:
        page.heading("Promised", f"{len(card.promised)} left from before")
    for each in card.promised:
        page.line((each.ref or "-", "bold"), (each.title, ""), (each.why, page.ink.muted))


def _work(page: Card, card: VisitCard, ascii: bool) -> None:
    if card.tasks:
        page.heading("On the list", f"{card.line.done} of {card.line.tasks} done")
        for task in card.tasks:
            page.line(
                (TASKS[task.state][1 if ascii else 0], "bold" if task.state == "doing" else ""),
                (f"{task.room or 'anywhere'}:", page.ink.muted),
                (f"{task.ref} P{task.priority}" if task.ref else None, "bold"),
                (task.title, ""),
                (f"{task.actual or task.estimate} min", page.ink.muted),
            )
    elif card.waiting:
        page.heading("Waiting there", "they become the list when the visit starts")
        for ticket in card.waiting:
            due = due_text(ticket.due, page.ink.now, card.line.timezone)
            style = page.ink.late if due.startswith("late") else page.ink.muted
            page.line((ticket.ref, "bold"), (f"P{ticket.priority}", ""), (ticket.room, page.ink.muted), (ticket.title, ""),
                      (due, style))  # fmt: skip
    elif not card.due:
        page.heading("Nothing waits there", "a good moment for what is preventive")
    if card.due:
        page.heading("Due", "checklists come on the list when the visit starts")
    for run in card.due:
        page.line((run.name, "bold"), (f"since {run.due}", page.ink.muted),
                  (f"{page.ink.signs.late} carried {run.carried}x" if run.carried else None, page.ink.late),
                  (f"{run.minutes} min", page.ink.muted))  # fmt: skip
