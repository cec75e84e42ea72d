"""Devices out of tables: known again by serial number, then asset tag, then the source's own id."""

from typing import Any

from techdesk.desk.commands import Command
from techdesk.desk.ids import named_id
from techdesk.desk.inventory import OfferDevice, RecordDevice
from techdesk.desk.labels import folded
from techdesk.desk.tx import Row, Tx, Value
from techdesk.exchange.importing import Given, Planned, Rejected
from techdesk.exchange.keeping import news, own_id
from techdesk.exchange.models import model_for
from techdesk.exchange.places import Places
from techdesk.exchange.reading import Fault, Raw, Reading
from techdesk.exchange.values import is_identity, is_placeholder
from techdesk.models.store import Store

OF_THE_MODEL = ("manufacturer", "model", "model_number", "category", "update_expiry")


def importer(given: Given) -> "DeviceImporter":
    """The importer of devices."""
    return DeviceImporter(given)


class Spellings:
    """How the serials and tags that are here are written, by what is left of them however they are written.
    Read once, since the store finds them as they are written only."""

    def __init__(self, store: Store) -> None:
        self._known: dict[tuple[str, str], dict[str, None]] = {}
        for serial, tag in store.connection.execute("SELECT serial, tag FROM device ORDER BY n"):
            self._add("serial", serial)
            self._add("tag", tag)

    def of(self, column: str, text: str) -> str:
        """As it is written already, if it is: exactly so, or else as it was first; else without the blanks."""
        known = self._known.get((column, folded(text)), {})
        return next((each for each in (text, text.strip()) if each in known), next(iter(known), text.strip()))

    def learn(self, reading: Reading) -> None:
        """Takes in those of a row."""
        self._add("serial", reading.text("serial"))
        self._add("tag", reading.text("tag"))

    def _add(self, column: str, text: str | None) -> None:
        if text:
            self._known.setdefault((column, folded(text)), {})[text] = None


class DeviceImporter:
    """A serial that firmware makes up is no identity. A tag that sits on a device with another serial does not make the two
    one device. A device that the file has at another site stays where it is, and is offered in the inbox."""

    def __init__(self, given: Given) -> None:
        self._reader, self._places = given.reader, Places(given.store, given.new_sites)
        self._moves, self._file = given.moves, given.file
        self._spelled = Spellings(given.store)
        self._seen: dict[str, int] = {}

    def plan(self, tx: Tx, raw: Raw) -> Planned:
        reading = self._reader.read(raw.number, self._reader.said(raw.cells))
        if reading.faults:
            raise Rejected(*reading.faults)
        self._without_placeholders(reading)
        id, current = self._known(tx, reading, raw)
        self._not_twice(id, reading)
        values = {name: value for name, value in reading.values.items() if name not in ("site", *OF_THE_MODEL)}
        commands = self._place(tx, reading, values)
        model_id, made = model_for(tx, reading, current)
        commands += [made] if made else []
        if model_id is not None:
            values["model_id"] = model_id
        changes: dict[str, Any] = news(current, values, self._reader.mapping, raw.digest, reading.extra)
        if not changes and current is not None:
            return Planned("unchanged", (), tuple(reading.warnings))
        if current is not None and changes.get("site_id") and current["site_id"] and not self._moves:
            return self._elsewhere(tx, current, changes, reading)
        self._spelled.learn(reading)
        commands.append(RecordDevice(id=id, **changes))
        return Planned("created" if current is None else "updated", tuple(commands), tuple(reading.warnings))

    def _elsewhere(self, tx: Tx, current: Row, changes: dict[str, Any], reading: Reading) -> Planned:
        """The device is at another site by the file: the row waits until somebody has chosen. An offer is made once."""
        here = tx.get("site", str(current["site_id"]))
        why = f"the device is at {here['name'] if here else 'another site'} here: it stays, and the inbox offers to move it"
        reading.warnings.append(Fault(reading.number, self._reader.header("site"), reading.text("site") or "", why))
        offer = OfferDevice(device_id=str(current["id"]), site_id=str(changes["site_id"]), room=reading.text("room"),
                            source=self._file)  # fmt: skip
        return Planned("unchanged", (offer,), tuple(reading.warnings))

    def _without_placeholders(self, reading: Reading) -> None:
        for name, words in (("serial", "serial number"), ("tag", "tag")):
            text = reading.text(name)
            if text is None or (is_identity(text) if name == "serial" else not is_placeholder(text)):
                continue
            header = self._reader.header(name)
            reading.extra[header] = text
            del reading.values[name]
            reading.warnings.append(
                Fault(reading.number, header, text, f"this {words} is a placeholder: it is not used")
            )

    def _spell(self, reading: Reading, known: Row | None) -> None:
        """Blanks at the ends are no part of a serial or tag, and one that is here in another case is meant, unless the row
        names its device by id: then it may correct the spelling."""
        for column, words in (("serial", "serial number"), ("tag", "tag")):
            text = reading.text(column)
            if text is None or (known is not None and known[column] == text):
                continue
            spelled = self._spelled.of(column, text) if known is None else text.strip()
            if spelled != text.strip():
                why = f"this {words} is spelled {spelled} here, and that was kept"
                reading.warnings.append(Fault(reading.number, self._reader.header(column), text, why))
            reading.values[column] = spelled

    def _known(self, tx: Tx, reading: Reading, raw: Raw) -> tuple[str, Row | None]:
        """The id of the row's device, and the device if it is here."""
        given = own_id(reading)
        known = tx.get("device", given) if given else None
        self._spell(reading, known)
        if known is not None:
            return str(known["id"]), known
        serial, tag = reading.text("serial"), reading.text("tag")
        if given is None and serial is None and tag is None and reading.text("source_key") is None:
            reading.values["source_key"] = raw.key
            if not reading.values.keys() & {"name", "model"}:
                raise Rejected(
                    Fault(reading.number, self._reader.header("serial"), "", "nothing says which device this is")
                )
        for column in ("serial", "tag", "source_key"):
            text = reading.text(column)
            equal: dict[str, Any] = {column: text}
            for device in tx.find("device", **equal) if text else ():
                if given is not None and device["id"] in self._seen:
                    continue
                if column != "serial" and serial and device["serial"] and device["serial"] != serial:
                    why = f"the device with serial {device['serial']} has this {column.replace('_', ' ')} too: look at both"
                    reading.warnings.append(Fault(reading.number, self._reader.header(column), str(text), why))
                    continue
                self._taken_tag(tx, device, reading)
                return str(device["id"]), device
        if given is not None:
            return given, None
        name = next(column for column in ("serial", "tag", "source_key") if reading.text(column))
        return named_id("device", name, str(reading.values[name])), None

    def _taken_tag(self, tx: Tx, device: Row, reading: Reading) -> None:
        """A device keeps its tag where the row's sits on another device already."""
        tag = reading.text("tag")
        others = tx.find("device", tag=tag, limit=2) if tag and tag != device["tag"] else []
        if any(other["id"] != device["id"] for other in others):
            del reading.values["tag"]
            why = "another device has this tag: it was left out, look at both"
            reading.warnings.append(Fault(reading.number, self._reader.header("tag"), str(tag), why))

    def _not_twice(self, id: str, reading: Reading) -> None:
        first = self._seen.setdefault(id, reading.number)
        if first != reading.number:
            column = next((name for name in ("serial", "tag") if reading.text(name)), "name")
            why = f"this device stands already in row {first}, which was kept"
            raise Rejected(Fault(reading.number, self._reader.header(column), reading.text(column) or "", why))

    def _place(self, tx: Tx, reading: Reading, values: dict[str, Value]) -> list[Command]:
        """The device's site, where the desk knows it or is to make it known; else the text is kept beside, and said."""
        place = reading.text("site")
        if place is None:
            return []
        header = self._reader.header("site")
        named, below = self._places.split(place)
        commands, site = self._places.found(tx, named)
        if below is not None and reading.text("room") is None:
            values["room"] = below
        if site is None:
            reading.extra[header] = place
            why = (
                "no site has this code or name: it was kept beside; import sites first, or in a shell give --new-sites"
            )
            reading.warnings.append(Fault(reading.number, header, place, why))
        else:
            values["site_id"] = site
        return commands
