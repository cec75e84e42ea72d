"""Parts out of tables, with what a place holds of them when techdesk begins to count."""

from techdesk.desk.commands import Command
from techdesk.desk.ids import named_id
from techdesk.desk.spares import MoveStock, RecordLocation, RecordPart, SetLevel
from techdesk.desk.tx import Tx
from techdesk.exchange.importing import Given, Planned, Rejected
from techdesk.exchange.keeping import by_id, own_id
from techdesk.exchange.places import Places
from techdesk.exchange.reading import Fault, Raw, Reading

FIELDS = ("sku", "name", "category", "unit_cost", "supplier", "serialised")


def importer(given: Given) -> "PartImporter":
    """The importer of parts."""
    return PartImporter(given)


class PartImporter:
    """A part is known by its SKU; one without is called by its name. One part may stand in several rows, a place each."""

    def __init__(self, given: Given) -> None:
        self._reader, self._places = given.reader, Places(given.store)
        self._seen: dict[tuple[str, str, str], int] = {}
        self._ids: set[str] = set()

    def plan(self, tx: Tx, raw: Raw) -> Planned:
        reading = self._reader.read(raw.number, self._reader.said(raw.cells))
        if reading.faults:
            raise Rejected(*reading.faults)
        values = {name: value for name, value in reading.values.items() if name in FIELDS}
        sku = str(values.setdefault("sku", values["name"]))
        place = reading.text("location") or ""
        given = own_id(reading)
        first = self._seen.setdefault((given or "", sku, place.casefold()), raw.number)
        if first != raw.number:
            why = f"this part stands already in row {first}, which was kept"
            raise Rejected(Fault(raw.number, self._reader.header("sku"), sku, why))
        current = by_id(tx, "part", given, tx.find("part", sku=sku), self._ids)
        id = str(current["id"]) if current else given or named_id("part", sku.casefold())
        self._ids.add(id)
        changes = {name: value for name, value in values.items() if current is None or current[name] != value}
        commands: list[Command] = []
        if changes:
            commands.append(RecordPart(id=id, **changes))  # type: ignore[arg-type]
        commands += self._stock(tx, id, place, reading)
        what = "created" if current is None else "updated" if commands else "unchanged"
        return Planned(what, tuple(commands), tuple(reading.warnings))  # type: ignore[arg-type]

    def _stock(self, tx: Tx, part_id: str, place: str, reading: Reading) -> list[Command]:
        """The opening stock of a place: booked once, and never again over what was counted and used since."""
        quantity, minimum = reading.values.get("quantity"), reading.values.get("minimum")
        if not place:
            if quantity:
                why = "no location says where they are, so they are not counted: name one in the file"
                reading.warnings.append(Fault(reading.number, self._reader.header("quantity"), str(quantity), why))
            return []
        if quantity is None and minimum is None:
            return []
        commands: list[Command] = []
        known = tx.find("stock_location", name=place, limit=1)
        location_id = str(known[0]["id"]) if known else named_id("stock_location", place.casefold())
        if not known:
            site = self._places.site(place)
            commands.append(RecordLocation(id=location_id, name=place, kind="site" if site else "store", site_id=site))
        level = tx.find("stock_level", part_id=part_id, location_id=location_id, limit=1)
        if minimum is not None and not level:
            target = reading.values.get("target") or minimum
            commands.append(SetLevel(id=named_id("stock_level", part_id, location_id), part_id=part_id,
                                     location_id=location_id, minimum=int(minimum), target=int(target)))  # fmt: skip
        moved = any(
            tx.find("stock_movement", limit=1, part_id=part_id, **{end: location_id}) for end in ("to_id", "from_id")
        )
        if quantity and int(quantity) > 0 and not moved:
            commands.append(MoveStock(part_id=part_id, quantity=int(quantity), reason="count", to_id=location_id,
                                      note="opening stock"))  # fmt: skip
        return commands
