"""The Devices area: the inventory a page at a time, with what is wrong with a device in words, and its card."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any, ClassVar, NamedTuple

from rich.text import Text

from techdesk import clock
from techdesk.errors import TechdeskError
from techdesk.models.cards import DeviceCard
from techdesk.models.device_filters import DeviceFilter, parse_devices
from techdesk.models.queries import inventory, names
from techdesk.models.rows import DeviceLine
from techdesk.screens.browsing import Browsing, Card
from techdesk.screens.device_keys import DeviceKeys, Kept
from techdesk.screens.glyphs import age_text, state_text
from techdesk.screens.reads import Question
from techdesk.screens.sources import Pages
from techdesk.screens.telling import Page
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.safe_text import fit

SOON_DAYS = 180


class InventoryArea(Browsing[DeviceLine], DeviceKeys):
    """Devices."""

    TITLE: ClassVar[str] = "Devices"
    TABLES: ClassVar[frozenset[str]] = frozenset(
        ("device", "device_model", "manufacturer", "site", "ticket", "part_fit", "device_event", "loan", "repair")
    )
    FOOTER: ClassVar[tuple[str, ...]] = (
        "list.open",
        "list.find",
        "device.move",
        "device.swap",
        "device.lend",
        "device.audit",
        "device.models",
        "capture.open",
        "goto.open",
        "desk.undo",
    )
    WHAT: ClassVar[tuple[str, str]] = ("device", "devices")
    FILTER: ClassVar[str] = "scan a tag, or words; site: room: model: faulty retiring"

    def make_list(self) -> PagedList[DeviceLine]:
        return PagedList(
            self.source(""), self._draw, lambda row: row.id, glyphs=self.desk.glyphs, id="list",
            empty_text="No device fits. An inventory comes in with Ctrl+L (Snipe-IT, GLPI, Google and Intune lists as they"
            " are); one alone with  techdesk device add TAG.",
        )  # fmt: skip

    def source(self, filter: str) -> Pages[DeviceLine]:
        said = parse_devices(filter)

        def chosen(connection: sqlite3.Connection) -> DeviceFilter:
            site_id = None
            if said.site:
                try:
                    site_id = names.site_id(connection, said.site)
                except TechdeskError:  # half typed, or no such site: nothing is there
                    site_id = ""
            return DeviceFilter(site_id, said.room, said.model, said.states, said.standing, said.words)

        return Pages(
            self.desk.reads,
            lambda connection: inventory.count(connection, chosen(connection)),
            lambda connection, start, limit: inventory.page(connection, chosen(connection), limit, start),
            lambda connection, id: inventory.index_of(connection, chosen(connection), id),
            lambda connection, ids: inventory.holds(connection, chosen(connection), ids),
        )

    def _draw(self, row: DeviceLine, width: int, selected: bool, marked: bool) -> Text:
        ink = self.desk.ink
        worry = worries(row, clock.local(ink.now, self.desk.timezone).date())
        text = Text(no_wrap=True).append(fit(row.tag or row.serial or row.name or "no tag", 10), "bold")
        text.append(f"{fit(row.model or 'model not known', 18)} ")
        text.append(fit(f"{row.open_tickets} open" if row.open_tickets else "", 8), "bold")
        text.append(fit(row.state.replace("_", " "), 11), ink.late if row.state == "faulty" else "")
        sign = f" {ink.signs.late} {worry[0].short}" if worry and worry[0].short else ""
        room = max(0, width - text.cell_len - (len(sign) if width >= 64 else 0))
        text.append(fit(", ".join(filter(None, (row.room or row.location, row.site))), room), ink.muted)
        return text.append(sign, ink.late) if width >= 64 else text

    # The card

    def question(self, row: DeviceLine) -> Question[Any]:
        id, today = row.id, self.desk.now
        return lambda connection: inventory.card(connection, id, today)

    def card_title(self, answer: DeviceCard) -> str:
        line = answer.line
        return (
            f"{line.tag or line.serial or line.name or 'no tag'} {self.desk.signs.dot} {line.state.replace('_', ' ')}"
        )

    def card(self, answer: DeviceCard, card: Card) -> None:
        line, fields, ink = answer.line, answer.fields, card.ink
        standing = f"({line.standing})" if line.standing else None
        card.line((answer.manufacturer, "bold"), (line.model or "model not known", "bold"), (standing, ink.muted))
        card.line((", ".join(filter(None, (line.site, line.room, answer.location))) or "no site yet", ""))
        for worry in worries(line, clock.local(ink.now, self.desk.timezone).date()):
            card.line((f"{ink.signs.late} {worry.words}", ink.late))
        for name, value in (("updates until", line.update_expiry), ("warranty until", line.warranty_end),
                            ("serial", line.serial), ("used by", fields["holder"]), ("bought", fields["bought"]),
                            ("last seen", str(fields["last_seen"] or "")[:10]), ("note", fields["note"])):  # fmt: skip
            card.fact(name, value)
        tell_life(answer, card, self.desk.config.hour_rate)
        card.heading("Tickets" if answer.tickets else "No ticket was ever about it")
        for each in answer.tickets:
            card.line((each.ref, "bold"), (f"P{each.priority}", ""), (state_text(each.state, each.hold_reason), ink.muted),
                      (each.title, ""), (f"{age_text(each.opened_at, ink.now)} ago", ink.muted))  # fmt: skip
        if answer.parts:
            card.heading("Parts that fit")
        for part in answer.parts:
            card.line((part.sku, "bold"), (part.name, ""))

    # Keys

    def kept(self) -> list[Kept]:
        rows = [self.listing.selected_row] if self.listing.selected_row else []
        marks = self.listing.marks
        if marks:
            shown = {row.id: row for row in rows}
            return [_kept(shown[id]) if id in shown else Kept(id, id[:8], "", None, None, None) for id in marks]
        return [_kept(row) for row in rows]

    def did(self) -> None:
        self.listing.clear_marks()

    def opened(self, key: str, row: DeviceLine) -> None:
        """Everything about the device."""
        self.desk.open_story("device", key)

    def entered(self, text: str) -> None:
        """A scanned tag: the device is selected, and its card is open."""

        def found(connection: sqlite3.Connection) -> str | None:
            row = connection.execute(
                "SELECT id FROM device WHERE tag IN (?, ?) OR serial IN (?, ?) LIMIT 2",
                (text.strip(), text.strip().upper()) * 2,
            ).fetchall()
            return str(row[0][0]) if len(row) == 1 else None

        self.read("scanned", found, self._scanned)

    def _scanned(self, id: str | None) -> None:
        if id is not None:
            self.listing.select(id)
            self.open_card()


def _kept(row: DeviceLine) -> Kept:
    return Kept(row.id, row.tag or row.serial or row.name or "?", row.state, row.site_id, row.site, row.room)


def tell_life(answer: DeviceCard, page: Page, hour_rate: float) -> None:
    """What a device has cost, and its loans and repairs that are under way."""
    if any(answer.cost):
        page.line(("cost so far", ""), (f"{answer.cost.total(hour_rate):.2f}", "bold"),
                  (f"{answer.cost.minutes} min of work", ""))  # fmt: skip
    for loan in answer.loans:
        if loan.ended_at is None:
            page.line((f"lent to {loan.borrower}", "bold"), (loan.due and f"until {loan.due}", ""), (loan.state, ""))
    for repair in answer.repairs:
        if repair.state != "closed":
            overdue = "overdue" if repair.overdue else ""
            page.line(
                (f"repair {repair.state}", "bold"), (repair.supplier, ""), (repair.reference, ""), (overdue, "bold")
            )


class Worry(NamedTuple):
    """Something to be thought of; without a `short` form it is no news for a list."""

    words: str
    short: str = ""


def worries(row: DeviceLine, today: date) -> list[Worry]:
    """What is to be thought of with a device, the worst first."""
    updates, warranty = _days_to(row.update_expiry, today), _days_to(row.warranty_end, today)
    found = []
    if updates is not None and updates < 0:
        found.append(Worry("gets no more updates", "no updates"))
    elif updates is not None and updates < SOON_DAYS:
        found.append(Worry(f"updates end in {updates} d", f"updates {updates} d"))
    if row.standing == "retiring":
        found.append(Worry("the model is retiring: do not repair it at any price", "retiring"))
    if warranty is not None and 0 <= warranty < SOON_DAYS:
        found.append(Worry(f"the warranty ends in {warranty} d", f"warranty {warranty} d"))
    elif warranty is not None and warranty < 0:
        found.append(Worry("out of warranty"))
    return found


def _days_to(day: str | None, today: date) -> int | None:
    """Days until a date; None for none, or for what an import took over that is no date."""
    try:
        return (date.fromisoformat(day[:10]) - today).days if day else None
    except ValueError:
        return None
