"""What is drawn of an item of the inbox, of an operation that waits, of news. Pure: rows in, lines out."""

from __future__ import annotations

from difflib import SequenceMatcher
from textwrap import wrap

from techdesk import clock
from techdesk.desk.inbox import kept
from techdesk.models.cards import FieldChoice, InboxCard, NewsLine, Origin, PendingLine
from techdesk.screens.browsing import Card
from techdesk.screens.glyphs import age_text, day_text
from techdesk.screens.widgets.safe_text import clip, fit

# Cells that a column needs; with less, mine, theirs and what is there now stand below each other.
LEAST_COLUMN = 16
NAME_CELLS = 13
MOST_LINES = 6


def settling(card: Card, found: InboxCard, width: int, timezone: str) -> None:
    """Mine, theirs and what is there now, field by field; words that differ stand in brackets. Of what was not done at all,
    what it said."""
    line = found.line
    if line.kind in ("rejected", "parked"):
        _not_done(card, found)
    else:
        _compared(card, found, (width - NAME_CELLS) // 3)
    card.blank()
    for name, origin in (("mine", found.mine), ("theirs", found.theirs)):
        said = _origin(origin, timezone)
        if said and (name == "mine" or line.kind in ("conflict", "merged")):
            card.line((fit(name, 7), "bold"), (said, card.ink.muted))
    if line.state != "open":
        card.line(("settled", "bold"), (kept(line.choice or ""), card.ink.muted))


def _not_done(card: Card, found: InboxCard) -> None:
    card.line((f"{card.ink.signs.late} {found.line.done}", card.ink.late))
    for field in found.fields:
        if field.name != "id":
            said = command_words(field.mine) if field.name == "operation" else field.mine
            card.line((fit(field.name.replace("_", " "), NAME_CELLS), card.ink.muted), (said, ""))
    if found.line.state == "open":
        card.line(("M does it again if it fits now, T puts it aside.", card.ink.muted))


def _compared(card: Card, found: InboxCard, column: int) -> None:
    if column >= LEAST_COLUMN:
        card.line((fit("", NAME_CELLS) + fit("mine (M)", column) + fit("theirs (T)", column) + " now", card.ink.accent))
    for field in found.fields:
        if column >= LEAST_COLUMN:
            _beside(card, field, column)
        else:
            _below(card, field)
    card.line(("so far", "bold"), (found.line.done, card.ink.muted))
    if found.line.state == "open":
        how = found.refusal or "M puts mine, T leaves theirs, e writes each field."
        card.line((how, card.ink.late if found.refusal else card.ink.muted))


def _origin(origin: Origin, timezone: str) -> str:
    when = "" if origin.at is None else f"{day_text(at := clock.local(origin.at, timezone))} {at:%H:%M}"
    return ", ".join(filter(None, (origin.by, when, f"on {origin.laptop}" if origin.laptop else "")))


def _beside(card: Card, field: FieldChoice, column: int) -> None:
    mine, theirs = brackets(field.mine, field.theirs)
    style = card.ink.late if field.mine != field.theirs else ""
    sides = [_lines(text, column - 2) for text in (mine, theirs, field.now)]
    for row in range(max(map(len, sides))):
        label = field.name.replace("_", " ") if row == 0 else ""
        cells = [side[row] if row < len(side) else "" for side in sides]
        card.line((fit(label, NAME_CELLS) + fit(cells[0], column) + fit(cells[1], column), style), (cells[2], ""))


def _below(card: Card, field: FieldChoice) -> None:
    mine, theirs = brackets(field.mine, field.theirs)
    card.line((field.name.replace("_", " "), "bold"))
    style = card.ink.late if field.mine != field.theirs else ""
    for name, text in (("M", mine), ("T", theirs), ("now", field.now)):
        card.line((f"  {name:<4}", card.ink.muted), (text, style if name != "now" else ""))


def _lines(text: str, cells: int) -> list[str]:
    """A text in lines of so many characters, cut after some."""
    return wrap(text, cells, max_lines=MOST_LINES, placeholder=" ...") or [""]


def brackets(mine: str, theirs: str) -> tuple[str, str]:
    """Two texts, each with the words that the other has not in brackets: seen without colour, and read aloud."""
    if mine == theirs or "-" in (mine, theirs):
        return mine, theirs
    words = mine.split(), theirs.split()
    told: tuple[list[str], list[str]] = ([], [])
    for tag, *bounds in SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        for side, (first, last) in enumerate((bounds[:2], bounds[2:])):
            part = " ".join(words[side][first:last])
            if part:
                told[side].append(part if tag == "equal" else f"[{part}]")
    return " ".join(told[0]), " ".join(told[1])


def waiting(card: Card, line: PendingLine, payload: list[tuple[str, str]], timezone: str) -> None:
    """An operation that waits to be sent, in words."""
    at = clock.local(line.at, timezone)
    sent = "was sent, and has not come back yet" if line.state == "sent" else "waits to be sent"
    card.line((f"{command_words(line.command)} {line.about or ''}", "bold"))
    card.line((f"{day_text(at)} {at:%H:%M}, number {line.dseq} of this laptop; it {sent}.", card.ink.muted))
    card.blank()
    for name, said in payload:
        card.line((fit(name.replace("_", " "), NAME_CELLS), card.ink.muted), (said, ""))


def telling(card: Card, line: NewsLine, timezone: str) -> None:
    """What somebody else did."""
    at = clock.local(line.at, timezone)
    card.line((line.ref, "bold"), (line.title, ""))
    card.line((line.site, card.ink.muted))
    card.blank()
    card.fact("what", f"{line.act}: {line.state.replace('_', ' ')}")
    card.fact("who", f"{line.by or 'not known'} on {line.laptop}")
    card.fact("when", f"{day_text(at)} {at:%H:%M}, {age_text(line.at, card.ink.now)} ago")
    card.fact("note", line.note)
    card.blank()
    card.line(("Enter opens the ticket.", card.ink.muted))


def newest(card: Card, lines: list[NewsLine]) -> None:
    """What others did last, two lines each."""
    for line in lines:
        act = f"{line.act}: {line.state.replace('_', ' ')}"
        card.line((f"{age_text(line.at, card.ink.now):>6}", card.ink.muted), (line.ref, "bold"), (act, ""),
                  (line.by or line.laptop, card.ink.muted))  # fmt: skip
        card.line((f"       {clip(line.note or line.title, 120)}", card.ink.muted))
    if not lines:
        card.line(("Nothing has come from other laptops yet.", card.ink.muted))


def command_words(name: str) -> str:
    """`ticket.close` as one says it: `close ticket`."""
    thing, _, verb = name.partition(".")
    return f"{verb} {thing.replace('_', ' ')}"
