"""The card of a part at a location: what is there, what was used, what should be held by that, and every movement."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from techdesk import clock
from techdesk.desk.ids import named_id
from techdesk.desk.spares import SetLevel
from techdesk.errors import Refused
from techdesk.models.cards import MovementLine, PartCard
from techdesk.models.queries import demand, spares
from techdesk.models.rows import StockLine
from techdesk.planning import stocking
from techdesk.screens.browsing import Card
from techdesk.screens.glyphs import day_text
from techdesk.screens.widgets.bars import spark

MODELS = 4
"""So many models that a part fits are named on its card."""
REASONS = {
    "receive": "received", "issue": "used", "transfer": "moved", "return": "came back", "count": "counted",
    "write_off": "written off",
}  # fmt: skip


class Shelf(NamedTuple):
    """A part at a location with its history, and what it uses; `use` is None where there is nothing to go by."""

    line: StockLine
    part: PartCard
    movements: list[MovementLine]
    use: demand.PartUse | None


def shelf(connection: sqlite3.Connection, row: StockLine, now: str) -> Shelf:
    """Reads the card of a row."""
    used = demand.uses(connection, now, row.location_id, row.part_id)
    return Shelf(row, spares.part(connection, row.part_id),
                 spares.movements(connection, row.part_id, row.location_id), used[0] if used else None)  # fmt: skip


def accepted(connection: sqlite3.Connection, row: StockLine, now: str) -> SetLevel:
    """The command that sets what is suggested. Raises Refused when there is nothing to set."""
    found = demand.uses(connection, now, row.location_id, row.part_id)
    hold = stocking.for_use(found[0], now) if found else None
    if hold is not None and hold.early:
        raise Refused(f"{row.sku} is {hold.why}.")
    if hold is None or (hold.minimum, hold.target) == found[0].level:
        raise Refused("It is set as it is suggested already." if hold else "There is no use of this part to go by yet.")
    id = spares.level_id(connection, row.part_id, row.location_id) or named_id(
        "stock_level", row.part_id, row.location_id
    )
    return SetLevel(id=id, part_id=row.part_id, location_id=row.location_id, minimum=hold.minimum, target=hold.target)


def draw(answer: Shelf, card: Card, timezone: str, now: str, ascii: bool) -> None:
    """Fills the card."""
    row, part = answer.line, answer.part
    card.line((part.name, "bold"))
    if row.target or row.minimum:
        card.line((f"at least {row.minimum}, filled up to {row.target}", card.ink.muted))
    if row.balance < 0:
        card.line(("More were used than the books knew: count them with =.", card.ink.late))
    more = f" and {len(part.models) - MODELS} more" if len(part.models) > MODELS else ""
    card.fact("fits", ", ".join(part.models[:MODELS]) + more)
    card.fact("from", " at ".join(filter(None, (part.supplier, f"{part.unit_cost:.2f}" if part.unit_cost else ""))))
    card.heading("Movements" if answer.movements else "Never moved", "the latest first" if answer.movements else "")
    for each in answer.movements[:3]:
        _movement(card, each, row.location_id, timezone)
    _forecast(answer, card, now, ascii)
    if len(answer.movements) > 3:
        card.heading("Before that")
    for each in answer.movements[3:]:
        _movement(card, each, row.location_id, timezone)


def _forecast(answer: Shelf, card: Card, now: str, ascii: bool) -> None:
    """What was used month by month, what is expected, and what to hold by it with the reason."""
    if answer.use is None:
        return
    hold, months = stocking.for_use(answer.use, now), demand.by_month(answer.use.days, now)
    card.heading("Forecast", f"{hold.rate * 28:.1f} in 4 weeks")
    if any(months):
        card.line(("12 months", card.ink.muted), (spark(months, ascii), ""), (f"{sum(months)} used", ""))
    if hold.early:
        card.line((hold.why, card.ink.muted))
        return
    same = (hold.minimum, hold.target) == answer.use.level
    note = "as it is set" if same else "y sets it"
    card.line((f"hold at least {hold.minimum}, fill up to {hold.target}", "bold"), (note, card.ink.muted))
    card.line((hold.why, card.ink.muted))


def _movement(card: Card, each: MovementLine, here: str, timezone: str) -> None:
    """One movement, as seen from a location."""
    when = clock.local(each.at, timezone)
    gained = each.target_id == here
    other = each.source if gained else each.target
    words = " ".join(filter(None, (
        REASONS.get(each.reason, each.reason),
        f"{'from' if gained else 'to'} {other}" if other else "",
        f"for {each.ref}" if each.ref else "",
        each.serial or "",
    )))  # fmt: skip
    count = f"{'+' if gained else '-'}{each.quantity}"
    card.line((f"{day_text(when):>6}", card.ink.muted), (f"{count:>4}", "bold"), (words, ""), (each.by, card.ink.muted))
    if each.note:
        card.line((f"            {each.note}", card.ink.muted))
