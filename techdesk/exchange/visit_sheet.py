"""The visit's sheet, and the notes that are left at devices, as plain text."""

from techdesk.exchange.visit_page import FAILED, SKIPPED, Card, Item, Page, Section, cards, page
from techdesk.models.cards import VisitSheet

WIDTH = 72


def sheet_text(sheet: VisitSheet, now: str) -> str:
    """The sheet as lines of text; times on the site's clock. `now` is the moment that it is written."""
    made = page(sheet, now)
    lines = [f"Visit to {made.title} ({made.code})", "=" * WIDTH]
    lines += [made.address] if made.address else []
    lines += [f"{name:<12}{value}" for name, value in made.facts]
    lines.append("")
    for section in made.sections:
        lines += _section(section)
    if made.summary:
        lines += ["Summary", "-------", *(f"  {line}" for line in made.summary.splitlines()), ""]
    return "\n".join([*lines, *_foot(made)]) + "\n"


def doors_text(sheet: VisitSheet) -> str:
    """The notes at devices, one under the other."""
    return "\n".join(line for card in cards(sheet) for line in _card(card))


def _section(section: Section) -> list[str]:
    lines = [section.title, "-" * len(section.title)]
    lines += [f"  {section.note}"] if section.note else []
    for item in section.items:
        lines += [f"  {line}" for line in _item(section, item)]
    return [*lines, ""]


def _item(section: Section, item: Item) -> list[str]:
    """An item in one line, and in the next one what came of it."""
    if section.title in ("Parts", "Minutes", "Agreement"):
        return [f"{item.amount:>4} {item.ref}  {item.text}" if item.ref else f"{item.amount:>4}  {item.text}"]
    place = f"{item.place}: " if item.place else ""
    sign = {FAILED: "NOT RIGHT: ", SKIPPED: "left out: "}.get(item.mark, "") if section.title == "Checked" else ""
    name = f"{item.ref} " if item.ref else ""
    amount = f" ({item.amount})" if item.amount else ""
    line = f"{place}{sign}{name}{item.text}{amount}"
    return [line, f"    {item.more}"] if item.more else [line]


def _foot(made: Page) -> list[str]:
    if made.signature.words:
        return [made.signature.words]
    for_whom = f" ({made.signature.signers})" if made.signature.signers else ""
    return ["", f"Signed for the school{for_whom}: ______________________________", "", f"Written {made.written}"]


def _card(card: Card) -> list[str]:
    lines = ["+" + "-" * (WIDTH - 2), f"| {card.device}  {card.model}  {card.place}".rstrip()]
    for item in card.lines:
        lines += [f"|   {item.ref}  {item.text}", f"|     {item.more}"]
    return [*lines, f"| {card.foot}", ""]
