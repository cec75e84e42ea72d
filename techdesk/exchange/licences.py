"""Licences out of tables, with the seats that a site uses of them."""

from typing import Any

from techdesk.desk.commands import Command
from techdesk.desk.ids import named_id
from techdesk.desk.licences import RecordLicence, UseLicence, use_id
from techdesk.desk.tx import Row, Tx
from techdesk.exchange.importing import Given, Planned, Rejected
from techdesk.exchange.keeping import own_id
from techdesk.exchange.places import Places
from techdesk.exchange.reading import Fault, Raw, Reading

FIELDS = ("product", "supplier", "seats", "starts", "expires", "warn_days", "cost", "order_number", "note")


def importer(given: Given) -> "LicenceImporter":
    """The importer of licences."""
    return LicenceImporter(given)


class LicenceImporter:
    """A licence is known by product and key, or by its product alone where the table gives no keys. The key itself is a
    secret, and is not kept. One licence may stand in several rows, a site each."""

    def __init__(self, given: Given) -> None:
        self._reader, self._places = given.reader, Places(given.store, given.new_sites)
        self._seen: dict[tuple[str, str], int] = {}

    def plan(self, tx: Tx, raw: Raw) -> Planned:
        reading = self._reader.read(raw.number, self._reader.said(raw.cells))
        if reading.faults:
            raise Rejected(*reading.faults)
        commands, site = self._places.found(tx, reading.text("site"))
        if site is None and reading.text("site"):
            why = "no site has this code or name: import sites first, or in a shell make them known with --new-sites"
            raise Rejected(Fault(raw.number, self._reader.header("site"), reading.text("site") or "", why))
        id, current = self._known(tx, reading)
        first = self._seen.setdefault((id, site or ""), raw.number)
        if first != raw.number:
            why = f"this licence stands already in row {first}, which was kept"
            raise Rejected(Fault(raw.number, self._reader.header("product"), str(reading.values["product"]), why))
        self._in_order(reading)
        changes: dict[str, Any] = {
            name: value
            for name, value in reading.values.items()
            if name in FIELDS and (current is None or current[name] != value)
        }
        if changes:
            commands.append(RecordLicence(id=id, **changes))
        commands += self._used(tx, id, site, reading)
        what = "created" if current is None else "updated" if commands else "unchanged"
        return Planned(what, tuple(commands), tuple(reading.warnings))  # type: ignore[arg-type]

    def _known(self, tx: Tx, reading: Reading) -> tuple[str, Row | None]:
        product, key, given = str(reading.values["product"]), reading.text("key"), own_id(reading)
        id = given or named_id("licence", product.casefold(), (key or "").casefold())
        current = tx.get("licence", id)
        if current is None and given is None and key is None:
            alike = tx.find("licence", product=product, limit=2)
            current = alike[0] if len(alike) == 1 else None
        return (str(current["id"]) if current else id), current

    def _in_order(self, reading: Reading) -> None:
        """A first day after the last one is left out, and said."""
        starts, expires = reading.text("starts"), reading.text("expires")
        if starts and expires and expires < starts:
            del reading.values["starts"]
            why = f"it would begin after its end ({expires}): the first day was left out"
            reading.warnings.append(Fault(reading.number, self._reader.header("starts"), starts, why))

    def _used(self, tx: Tx, id: str, site: str | None, reading: Reading) -> list[Command]:
        used = reading.values.get("used")
        if site is None or used is None:
            return []
        known = tx.get("licence_site", use_id(id, site))
        if known is not None and known["used"] == used:
            return []
        return [UseLicence(id=use_id(id, site), licence_id=id, site_id=site, used=int(used))]
