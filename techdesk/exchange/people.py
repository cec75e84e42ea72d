"""Technicians, and the contacts of sites, out of tables."""

from typing import Any

from techdesk.desk.commands import Command
from techdesk.desk.ids import named_id
from techdesk.desk.people import RecordContact, RecordTechnician
from techdesk.desk.tx import Row, Tx
from techdesk.exchange.importing import Given, Planned, Rejected
from techdesk.exchange.keeping import by_id, own_id
from techdesk.exchange.places import Places
from techdesk.exchange.reading import Fault, Raw, Reading

TECHNICIAN = ("name", "code", "role", "email", "skills", "base_latitude", "base_longitude", "working_days", "state")
CONTACT = ("name", "role", "channel", "telephone", "email", "may_sign")


def importer(given: Given) -> "PeopleImporter":
    """The importer of people."""
    return PeopleImporter(given)


class PeopleImporter:
    """A technician is known by e-mail, code or name; a contact by name at a site. A row with a site is a contact, unless it
    says what it is."""

    def __init__(self, given: Given) -> None:
        self._reader, self._places = given.reader, Places(given.store, given.new_sites)
        self._seen: dict[str, int] = {}

    def plan(self, tx: Tx, raw: Raw) -> Planned:
        reading = self._reader.read(raw.number, self._reader.said(raw.cells))
        if reading.faults:
            raise Rejected(*reading.faults)
        parts = (reading.text("first_name"), reading.text("last_name"))
        name = reading.text("name") or " ".join(filter(None, parts))
        if not name:
            raise Rejected(Fault(raw.number, self._reader.header("name"), "", "it is empty"))
        reading.values["name"] = name
        kind = reading.text("kind") or ("contact" if reading.text("site") else "technician")
        commands, site = self._site(tx, reading) if kind == "contact" else ([], None)
        id, current, changes = self._contact(tx, reading, site) if site else self._technician(tx, reading)
        first = self._seen.setdefault(id, raw.number)
        if first != raw.number:
            why = f"this person stands already in row {first}, which was kept"
            raise Rejected(Fault(raw.number, self._reader.header("name"), name, why))
        if not changes:
            return Planned("unchanged")
        commands.append((RecordContact if kind == "contact" else RecordTechnician)(id=id, **changes))
        return Planned("created" if current is None else "updated", tuple(commands), tuple(reading.warnings))

    def _site(self, tx: Tx, reading: Reading) -> tuple[list[Command], str]:
        place = reading.text("site")
        commands, site = self._places.found(tx, place)
        if site is None:
            why = "no site has this code or name: contacts belong to one; import sites first, or in a shell give --new-sites"
            raise Rejected(Fault(reading.number, self._reader.header("site"), place or "", why))
        return commands, site

    def _contact(self, tx: Tx, reading: Reading, site: str) -> tuple[str, Row | None, dict[str, Any]]:
        name = str(reading.values["name"])
        given = own_id(reading)
        namesakes = (row for row in tx.find("contact", site_id=site) if str(row["name"]).casefold() == name.casefold())
        current = by_id(tx, "contact", given, namesakes, self._seen)
        id = str(current["id"]) if current else given or named_id("contact", site, name.casefold())
        return id, current, self._changes(current, reading, CONTACT) | self._changes_of_site(current, site)

    def _technician(self, tx: Tx, reading: Reading) -> tuple[str, Row | None, dict[str, Any]]:
        given = own_id(reading)
        alike: list[Row] = []
        for column in ("email", "code", "name"):
            equal: dict[str, Any] = {column: reading.text(column)}
            alike += tx.find("technician", **equal) if equal[column] else []
        current = by_id(tx, "technician", given, alike, self._seen)
        name = reading.text("email") or reading.text("code") or str(reading.values["name"])
        id = str(current["id"]) if current else given or named_id("technician", name.casefold())
        return id, current, self._changes(current, reading, TECHNICIAN)

    def _changes(self, current: Row | None, reading: Reading, fields: tuple[str, ...]) -> dict[str, Any]:
        values = {name: value for name, value in reading.values.items() if name in fields}
        return {name: value for name, value in values.items() if current is None or current[name] != value}

    def _changes_of_site(self, current: Row | None, site: str) -> dict[str, Any]:
        return {} if current is not None and current["site_id"] == site else {"site_id": site}
