"""The Devices area: the inventory a page at a time, with what is wrong with a device in words, and its card."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any, ClassVar

from rich.text import Text

from techdesk import clock
from techdesk.errors import TechdeskError
from techdesk.models.cards import DeviceCard
from techdesk.models.device_filters import DeviceFilter, parse_devices
from techdesk.models.queries import inventory, names
from techdesk.models.rows import DeviceLine
from techdesk.screens.browsing import Browsing, fact, heading, said
from techdesk.screens.glyphs import age_text, state_text
from techdesk.screens.reads import Question
from techdesk.screens.sources import Pages
from techdesk.screens.widgets.list_messages import Opened
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.safe_text import clip, fit

SOON_DAYS = 180


class InventoryArea(Browsing[DeviceLine]):
    """Devices."""

    TITLE: ClassVar[str] = "Devices"
    TABLES: ClassVar[frozenset[str]] = frozenset(
        ("device", "device_model", "manufacturer", "site", "ticket", "part_fit")
    )
    FOOTER: ClassVar[tuple[str, ...]] = (
        "list.open",
        "list.find",
        "list.mark",
        "capture.open",
        "goto.open",
        "desk.undo",
    )
    FILTER: ClassVar[str] = "scan a tag, or words; site: room: model: faulty retiring"

    def make_list(self) -> PagedList[DeviceLine]:
        return PagedList(
            self.source(""), self._draw, lambda row: row.id, glyphs=self.desk.glyphs, id="list",
            empty_text="No device fits. An inventory comes in with  techdesk import devices FILE  (Snipe-IT, GLPI, Google and"
            " Intune lists as they are); one alone with  techdesk device add TAG.",
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
        )

    def _draw(self, row: DeviceLine, width: int, selected: bool, marked: bool) -> Text:
        worry = worries(row, clock.local(self.desk.now, self.desk.timezone).date())
        text = Text(fit(row.tag or row.serial or row.name or "no tag", 11), "bold", no_wrap=True)
        text.append(fit(row.model or "model not known", 20), "not bold")
        tickets = f"{row.open_tickets} open" if row.open_tickets else ""
        text.append(fit(tickets, 8), "bold")
        text.append(fit(row.state.replace("_", " "), 11), "bold" if row.state == "faulty" else "not bold")
        sign = f" {self.desk.signs.late} {worry[0]}" if worry else ""
        place = " ".join(filter(None, (row.room, f"({row.site_code})" if row.site_code else "")))
        room = max(0, width - text.cell_len)
        text.append(fit(place, max(room - len(sign), min(room, 8))), "not bold")
        if sign and room > 8:
            text.append(clip(sign, max(0, width - text.cell_len)), "bold")
        return text

    # The card

    def question(self, row: DeviceLine) -> Question[Any]:
        id = row.id
        return lambda connection: inventory.card(connection, id)

    def card(self, answer: DeviceCard) -> Text:
        line, fields, signs = answer.line, answer.fields, self.desk.signs
        text = Text()
        said(text, f"{line.tag or line.name or line.serial or line.id}  {line.state.replace('_', ' ')}", "bold")
        said(text, ", ".join(filter(None, (line.site, line.room))) or "no site yet")
        for worry in worries(line, clock.local(self.desk.now, self.desk.timezone).date()):
            said(text, f"{signs.late} {worry}", "bold")
        fact(text, "model", " ".join(filter(None, (answer.manufacturer, line.model, f"({line.standing})"
                                                   if line.standing else ""))))  # fmt: skip
        for name, value in (("updates until", line.update_expiry), ("warranty until", line.warranty_end),
                            ("serial", line.serial), ("used by", fields["holder"]), ("bought", fields["bought"]),
                            ("last seen", str(fields["last_seen"] or "")[:10]), ("note", fields["note"])):  # fmt: skip
            fact(text, name, value)
        fact(text, "parts that fit", ", ".join(f"{part.sku} {part.name}" for part in answer.parts))
        heading(text, "Tickets" if answer.tickets else "No ticket was ever about it")
        for each in answer.tickets:
            age = age_text(each.opened_at, self.desk.now)
            said(
                text, f"{each.ref} P{each.priority} {state_text(each.state, each.hold_reason)} {each.title}  {age} ago"
            )
        return text

    # Keys

    def on_paged_list_opened(self, event: Opened) -> None:
        """Everything about the device."""
        self.desk.open_story("device", event.key)

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


def worries(row: DeviceLine, today: date) -> list[str]:
    """What is to be thought of with a device, the worst first, in words."""
    updates, warranty = _days_to(row.update_expiry, today), _days_to(row.warranty_end, today)
    found = []
    if updates is not None and updates < SOON_DAYS:
        found.append("no more updates" if updates < 0 else f"updates end in {updates} d")
    if row.standing == "retiring":
        found.append("retiring model")
    if warranty is not None and warranty < SOON_DAYS:
        found.append("out of warranty" if warranty < 0 else f"warranty ends in {warranty} d")
    return found


def _days_to(day: str | None, today: date) -> int | None:
    """Days until a date; None for none, or for what an import took over that is no date."""
    try:
        return (date.fromisoformat(day[:10]) - today).days if day else None
    except ValueError:
        return None
