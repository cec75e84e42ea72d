"""Devices out of tables: known again by serial number, then asset tag, then the source's own id."""

from typing import Any

from techdesk.desk.ids import named_id
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.tx import Row, Tx, Value
from techdesk.exchange.events import Historian
from techdesk.exchange.importing import Planned, Rejected
from techdesk.exchange.keeping import news, own_id
from techdesk.exchange.models import model_for
from techdesk.exchange.places import Places
from techdesk.exchange.reading import Fault, Raw, Reader, Reading
from techdesk.exchange.values import is_identity
from techdesk.models.store import Store

OF_THE_MODEL = ("manufacturer", "model", "model_number", "category", "update_expiry")


def importer(store: Store, reader: Reader, historian: Historian | None, at: str) -> "DeviceImporter":
    """The importer of devices."""
    return DeviceImporter(store, reader)


class DeviceImporter:
    """A serial that firmware makes up is no identity. A tag that sits on a device with another serial does not make the two
    one device."""

    def __init__(self, store: Store, reader: Reader) -> None:
        self._reader, self._places = reader, Places(store)
        self._seen: dict[str, int] = {}

    def plan(self, tx: Tx, raw: Raw) -> Planned:
        reading = self._reader.read(raw.number, self._reader.said(raw.cells))
        if reading.faults:
            raise Rejected(*reading.faults)
        self._without_placeholder(reading)
        id, current = self._known(tx, reading, raw)
        self._not_twice(id, reading)
        values = {name: value for name, value in reading.values.items() if name not in ("site", *OF_THE_MODEL)}
        self._place(reading, values)
        model_id, made = model_for(tx, reading, current)
        if model_id is not None:
            values["model_id"] = model_id
        changes: dict[str, Any] = news(current, values, self._reader.mapping, raw.digest, reading.extra)
        warnings = tuple(reading.warnings)
        if not changes and current is not None:
            return Planned("unchanged", (), warnings)
        commands = (*((made,) if made else ()), RecordDevice(id=id, **changes))
        return Planned("created" if current is None else "updated", commands, warnings)

    def _without_placeholder(self, reading: Reading) -> None:
        serial = reading.text("serial")
        if serial is not None and not is_identity(serial):
            header = self._reader.header("serial")
            reading.extra[header] = serial
            del reading.values["serial"]
            reading.warnings.append(
                Fault(reading.number, header, serial, "this serial number is a placeholder: it is not used")
            )

    def _known(self, tx: Tx, reading: Reading, raw: Raw) -> tuple[str, Row | None]:
        """The id of the row's device, and the device if it is here."""
        given = own_id(reading)
        known = tx.get("device", given) if given else None
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
                return str(device["id"]), device
        if given is not None:
            return given, None
        name = next(column for column in ("serial", "tag", "source_key") if reading.text(column))
        return named_id("device", name, str(reading.values[name])), None

    def _not_twice(self, id: str, reading: Reading) -> None:
        first = self._seen.setdefault(id, reading.number)
        if first != reading.number:
            column = next((name for name in ("serial", "tag") if reading.text(name)), "name")
            why = f"this device stands already in row {first}, which was kept"
            raise Rejected(Fault(reading.number, self._reader.header(column), reading.text(column) or "", why))

    def _place(self, reading: Reading, values: dict[str, Value]) -> None:
        """The device's site, where the desk knows it; else the text is kept beside, and said."""
        place = reading.text("site")
        if place is None:
            return
        header = self._reader.header("site")
        site = self._places.site(place)
        if site is None:
            reading.extra[header] = place
            why = "no site has this code or name: it was kept beside; import sites first"
            reading.warnings.append(Fault(reading.number, header, place, why))
        else:
            values["site_id"] = site
