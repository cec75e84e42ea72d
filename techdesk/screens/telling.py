"""What is drawn of tickets, devices, visits: rows in, text out. All words of strangers go through `safe_text`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.text import Text

from techdesk import clock
from techdesk.models.cards import DeviceCard
from techdesk.models.files import size_text
from techdesk.models.queries.device_story import DeviceEventLine, LoanLine, RepairLine
from techdesk.models.queries.surveys import answers
from techdesk.models.rows import DeviceLine, EventLine, PickLine, SupplierTerms, TicketStory
from techdesk.screens.glyphs import Signs, age_text, day_text, due_text, minutes_text, state_text
from techdesk.screens.widgets.safe_text import clip, safe_text

ZONE = "Europe/London"
MOST_LINES = 200
MOST_CHARACTERS = 20_000


class Ink(NamedTuple):
    """How things are drawn: the present moment, the signs, and three styles of the theme."""

    now: str
    signs: Signs
    late: str
    accent: str
    muted: str


class Page:
    """Text that grows by lines. Words are made safe here, and nowhere else."""

    def __init__(self) -> None:
        self.text = Text()

    def line(self, *parts: tuple[str | None, str]) -> None:
        """A line of (words, style); parts without words are left out."""
        said = [(safe_text(words), style) for words, style in parts if words]
        for number, (words, style) in enumerate(said):
            self.text.append(f"{' ' if number else ''}{words}", style)
        self.text.append("\n")

    def blank(self) -> None:
        """An empty line."""
        self.text.append("\n")

    def words(self, text: str, style: str = "") -> None:
        """Lines of a longer text, cut where it is too long for a screen."""
        shown = text[:MOST_CHARACTERS].splitlines()[:MOST_LINES]
        for line in shown:
            self.text.append(safe_text(line) + "\n", style)
        if len(text) > MOST_CHARACTERS or len(text.splitlines()) > MOST_LINES:
            self.line((f"... {len(text):,} characters in all: the shell's  techdesk show  tells them all.", "dim"))


def ticket_heading(story: TicketStory, ink: Ink) -> str:
    """`4131-D · P2 · due 10:40`."""
    line = story.line
    due = due_text(line.fix_due, ink.now, line.timezone or ZONE) if story.fields["open"] else ""
    return f" {ink.signs.dot} ".join(filter(None, (line.ref, f"P{line.priority}", due)))


def ticket_detail(story: TicketStory, pick: list[PickLine], ink: Ink) -> Text:
    """A ticket as one needs it standing in front of it: words, device, the van, what fixed the like."""
    page, line, fields = Page(), story.line, story.fields
    dot = f" {ink.signs.dot} "
    owner = line.owner or f"with {line.role}"
    if line.major:
        page.line((f"{ink.signs.late} MAJOR INCIDENT", ink.late))
    for name in ("tried", "needed"):
        if fields[name]:
            page.line((name.capitalize(), ink.accent), (str(fields[name]), "bold"))
    page.line((dot.join(filter(None, (line.room, line.reporter))) or line.site, "bold"))
    over = line.hold_until is not None and line.hold_until <= ink.now[:10]
    state = dot.join((state_text(line.state, line.hold_reason, over=over), owner, age_text(line.opened_at, ink.now)))
    page.line((state, ink.muted))
    if story.hours_of_others and fields["open"]:
        page.line((f"due by the organisation's hours: {line.site} has no service hours", ink.muted))
    if story.owed and fields["open"]:
        page.line((f"{ink.signs.late} {line.site} is owed {minutes_text(story.owed)} of visits", ink.late))
    _stands_with(page, story, ink)
    page.blank()
    page.words(str(fields["text"]))
    if fields["cold"]:
        page.line(("Closed cold: they were not told, or it was not tested", ink.late))
    if fields["resolution"]:
        page.line((f"Fix: {fields['resolution']}", "bold"))
    page.blank()
    _device(page, story.device, ink)
    _van(page, [part for part in pick if line.ref in part.refs], ink)
    _seen_before(page, story, ink)
    notes = [event for event in story.history if event.note and event.command not in ("attach", "detach")]
    if notes:
        last = notes[-1]
        said = f"{last.by or '?'} {age_text(last.at, ink.now)} ago: {last.note}"
        page.line(("Last said", ink.accent), (said, ""))
    return page.text


def _stands_with(page: Page, story: TicketStory, ink: Ink) -> None:
    """The supplier who has it, and the tickets that it goes with."""
    fields, links = story.fields, story.links
    said = (
        ("supplier", fields["supplier"]), ("their number", fields["supplier_ref"]), ("promised", fields["promised"]),
        ("until", fields["hold_until"] if not fields["promised"] else None), ("again after", links.repeat_of),
        ("came back as", ", ".join(links.repeated_as)), ("part of", links.part_of), ("its parts", ", ".join(links.children)),
        ("problem", links.problem),
    )  # fmt: skip
    words = f" {ink.signs.dot} ".join(f"{name} {value}" for name, value in said if value)
    if words:
        page.line((words, ink.muted))
    if story.supplier:
        _supplier(page, story.supplier, ink)


def _supplier(page: Page, supplier: SupplierTerms, ink: Ink) -> None:
    for name, value in (("Call", supplier.contacts), ("Terms", supplier.terms)):
        if value:
            page.line((name, ink.accent), (value, "bold" if name == "Call" else ""))


def _device(page: Page, device: DeviceLine | None, ink: Ink) -> None:
    if device is None:
        return
    name = device.tag or device.serial or device.name
    page.line((name, "bold"), (device.model, ""), (f"({device.standing})" if device.standing else None, ink.muted))
    if device.warranty_end:
        over = device.warranty_end < ink.now[:10]
        page.line(
            (f"warranty {'ended' if over else 'to'} {device.warranty_end}", ink.muted),
            (f"{ink.signs.dot} {device.open_tickets} open on it" if device.open_tickets > 1 else None, ink.muted),
        )
    page.blank()


def _van(page: Page, parts: list[PickLine], ink: Ink) -> None:
    for part in parts:
        short = part.in_van < part.needed
        held = f"{part.needed} needed, {max(part.in_van, 0)} in the van"
        sign = f"{ink.signs.late} " if short else ""
        page.line(("Part", ink.accent), (part.sku, "bold"), (f"{sign}{held}", ink.late if short else ""))
    if parts:
        page.blank()


def _seen_before(page: Page, story: TicketStory, ink: Ink) -> None:
    for error in story.known_errors:
        page.line(("Known error", ink.accent), (error.ref, "bold"), (clip(error.title, 60), ""))
        page.line((ink.signs.so, ink.accent), (" ".join(error.workaround.split()), "bold"))
    for each in story.articles:
        page.line(("Article", ink.accent), (clip(each.title, 70), "bold"))
    if story.known_errors or story.articles:
        page.blank()
    if not story.similar:
        return
    schools = len({other.site for other in story.similar if other.site})
    page.line((f"Seen before at {schools} schools:" if schools > 1 else "Seen before:", ink.accent))
    for other in story.similar:
        page.line((other.ref, "bold"), (clip(other.title, 70), ink.muted))
        if other.resolution:
            page.line((ink.signs.so, ink.accent), (" ".join(other.resolution.split()), ""))
    page.blank()


def whole_story(story: TicketStory, ink: Ink, holdings: Sequence[str] = ()) -> Text:
    """Everything about a ticket, the newest of its history first; `holdings` says where each of its files is."""
    page, line, fields = Page(), story.line, story.fields
    zone = line.timezone or ZONE
    page.line((ticket_heading(story, ink), f"bold {ink.accent}"), (str(fields["kind"]).replace("_", " "), ink.muted))
    page.line((line.site, ""))
    page.text.append_text(ticket_detail(story, [], ink))
    asked = {"also": ", ".join(story.aliases), "category": fields["category"], "tags": fields["tags"],
             "channel": fields["channel"], "cause": fields["cause"]}  # fmt: skip
    page.line((f" {ink.signs.dot} ".join(f"{name} {value}" for name, value in asked.items() if value), ink.muted))
    page.blank()
    if story.worklogs or story.parts:
        total = sum(each.minutes for each in story.worklogs)
        page.line((f"Work: {minutes_text(total)}", ink.accent))
        for log in story.worklogs:
            when = clock.local(log.at, zone)
            page.line((f"  {day_text(when):>6} {when:%H:%M}", ink.muted), (f"{log.minutes} min", "bold"),
                      (log.mode.replace("_", " "), ""), (log.by, ""), (log.note, ink.muted))  # fmt: skip
        for part in story.parts:
            page.line((f"  {part.quantity} x {part.sku}", "bold"), (part.name, ""))
        page.blank()
    for survey in story.surveys:
        page.line((f"Questions {survey.state}", ink.accent), (answers(survey), ""))
    if story.attachments:
        page.line(("Photos and files", ink.accent), ("f opens one, F puts one on", ink.muted))
        for each, holding in zip(story.attachments, holdings, strict=True):
            page.line(
                (f"  {each.name}", "bold"), (size_text(each.bytes), ""), (holding, ink.muted), (each.by, ink.muted)
            )
        page.blank()
    page.line(("History, the newest first", ink.accent))
    for event in reversed(story.history):
        _event(page, event, zone, ink)
    return page.text


def _event(page: Page, event: EventLine, zone: str, ink: Ink) -> None:
    when = clock.local(event.at, zone)
    changed = ""
    if event.details:
        details = json.loads(event.details)
        changed = ", ".join(f"{name} {value}" for name, value in details.items() if _worth_saying(name, value))
    page.line((f"  {day_text(when):>6} {when:%H:%M}", ink.muted), (event.command, "bold"), (event.by, ""),
              (f"on {event.device}", ink.muted), (event.note, ""), (changed, ink.muted))  # fmt: skip


def _worth_saying(name: str, value: object) -> bool:
    """Whether a changed field says something beside the event itself: no ids, no moments, nothing emptied."""
    return value is not None and not name.endswith(("_id", "_at", "_due")) and name not in ("open", "told_in_person")


def device_story(card: DeviceCard, ink: Ink, hour_rate: float) -> Text:
    """Everything about a device: where, what, what it has cost, its tickets, repairs, loans and history, parts that fit."""
    page, line, fields = Page(), card.line, card.fields
    page.line((line.tag or line.serial or line.name or "a device without a tag", f"bold {ink.accent}"))
    page.line((" ".join(filter(None, (card.manufacturer, line.model))) or "no model known", "bold"),
              (line.category, ""), (f"({line.standing})" if line.standing else None, ink.muted))  # fmt: skip
    where = (line.site, line.room, card.location, line.state.replace("_", " "))
    page.line((f" {ink.signs.dot} ".join(filter(None, where)), ""))
    page.blank()
    for name in (
        "serial",
        "name",
        "holder",
        "bought",
        "cost",
        "supplier",
        "warranty_end",
        "last_seen",
        "certificate",
        "note",
    ):
        if fields[name]:
            page.line((f"{name.replace('_', ' '):>13}", ink.muted), (str(fields[name]), ""))
    if line.update_expiry:
        page.line((f"{'updates until':>13}", ink.muted), (line.update_expiry, ""))
    if any(card.cost):
        cost = card.cost
        page.line((f"{'cost so far':>13}", ink.muted), (f"{cost.total(hour_rate):.2f}", "bold"), (
            f"bought {cost.bought:.2f}, parts {cost.parts:.2f}, {cost.minutes} min at {hour_rate:.2f} an hour,"
            f" repairs {cost.repairs:.2f}", ink.muted))  # fmt: skip
    for part in card.parts:
        page.line((f"{'fits':>13}", ink.muted), (part.sku, "bold"), (part.name, ""))
    page.blank()
    page.line((f"Tickets: {len(card.tickets)}", ink.accent))
    for ticket in card.tickets:
        page.line((f"  {ticket.ref}", "bold"), (f"P{ticket.priority}", ""),
                  (state_text(ticket.state, ticket.hold_reason), ink.muted), (ticket.title, ""))  # fmt: skip
    _device_life(page, card, ink)
    return page.text


def _device_life(page: Page, card: DeviceCard, ink: Ink) -> None:
    late = f"{ink.signs.late} overdue"
    for title, some in (("Repairs", card.repairs), ("Loans", card.loans), ("History, the newest first", card.events)):
        if some:
            page.blank()
            page.line((title, ink.accent))
        for each in some:
            _line_of_life(page, each, ink, late)


def _line_of_life(page: Page, each: DeviceEventLine | LoanLine | RepairLine, ink: Ink, late: str) -> None:
    if isinstance(each, RepairLine):
        page.line((f"  {each.opened_at[:10]}", ink.muted), (each.state, "bold"), (each.supplier, ""), (each.reference, ""),
                  ("under warranty" if each.warranty else None, ""), (each.due and f"due {each.due}", ""),
                  (late if each.overdue else "", ink.late), (each.fault, ink.muted))  # fmt: skip
    elif isinstance(each, LoanLine):
        page.line((f"  {each.lent_at[:10]}", ink.muted), (each.state, "bold"), (f"to {each.borrower}", ""),
                  (each.due and f"due {each.due}", ""), (late if each.state == "overdue" else "", ink.late))  # fmt: skip
    else:
        when = clock.local(each.at, ZONE)
        page.line((f"  {day_text(when):>6} {when:%H:%M}", ink.muted), (each.act, "bold"),
                  (each.state.replace("_", " "), ""), (each.ref, ""), (each.note, ""), (each.by, ink.muted))  # fmt: skip


def article_story(row: dict[str, Any], ink: Ink) -> Text:
    """An article, with what it is about and where it was learned."""
    page = Page()
    tell_article(row, page, ink)
    return page.text


def tell_article(row: dict[str, Any], page: Page, ink: Ink) -> None:
    """An article, put on a page."""
    page.line((row["title"], f"bold {ink.accent}"))
    page.line(("shared with everyone" if row["state"] == "shared" else "a draft: L shares it", ink.muted))
    for name in ("models", "services"):
        if row[name]:
            page.line((name, ink.muted), (", ".join(row[name]), ""))
    page.blank()
    page.words(row["body"])
    if row["learned_from"]:
        page.blank()
        page.line(("Learned from", ink.muted), (row["learned_from"], "bold"))
