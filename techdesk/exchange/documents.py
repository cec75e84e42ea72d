"""Inventory in JSON as rows under headers: what inventory agents send (the GLPI project's inventory format, version 1: one
document a device), and plain lists of records. One file, a folder of files, or a zip of them."""

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, Self

from techdesk.errors import BadInput
from techdesk.exchange.tabular import TableRow
from techdesk.exchange.values import is_identity

MOST_BYTES = 64 * 1024 * 1024
ITEM_TYPES = ("Unmanaged", "Computer", "Phone", "NetworkEquipment", "Printer")
NO_MAC = frozenset(("", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"))
# What of an inventory is read, by its path. What changes from hour to hour (free disk, uptime, who is logged in) is left
# out: it would make every import an update, and who uses a device is nobody's business here.
PATHS = (
    "deviceid", "itemtype", "tag", "content.versionclient", "content.bios.ssn", "content.bios.smodel",
    "content.bios.smanufacturer", "content.bios.assettag", "content.hardware.name", "content.hardware.uuid",
    "content.hardware.memory", "content.hardware.chassis_type", "content.operatingsystem.full_name",
    "content.network_device.type", "content.network_device.name", "content.network_device.model",
    "content.network_device.manufacturer", "content.network_device.serial", "content.network_device.assettag",
    "content.network_device.mac", "content.network_device.firmware", "content.network_device.location",
)  # fmt: skip
# Objects of which a document may have none; when it has one it must be an object.
OBJECTS = ("bios", "hardware", "operatingsystem", "network_device", "pagecounters")
Record = dict[str, Any]


class _Unusable(Exception):
    """Says, as a clause, why a document cannot be taken."""


class _Part(NamedTuple):
    """A document before it is read: what it is called and how to get it."""

    name: str
    size: int
    read: Callable[[], bytes]


class Documents:
    """What `tabular.Table` is for tables, for JSON: headers, notes and rows. Raises BadInput, one sentence.

    A document that cannot be used is a row with a fault that names its file.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.notes = path, list[str]()
        self._archive: zipfile.ZipFile | None = None
        self._parts = self._found()
        self.size, self._done = max(1, sum(part.size for part in self._parts)), 0
        self._first: list[Record | str] | None = None
        self.headers: tuple[str, ...] = (*PATHS, *_TOLD)
        if len(self._parts) == 1:
            self._first = self._records(self._parts[0])
            self._only(self._first)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._archive is not None:
            self._archive.close()

    def position(self) -> int:
        """How many of the `size` bytes have been read."""
        return min(self._done, self.size)

    def __iter__(self) -> Iterator[TableRow]:
        number = 0
        for part in self._parts:
            records = self._records(part) if self._first is None else self._first
            self._done += part.size
            for record in records:
                number += 1
                yield self._row(number, part.name, record)

    def _only(self, records: list[Record | str]) -> None:
        """A single file that is no inventory is refused, or is a list of plain records."""
        if all(isinstance(record, str) for record in records):
            raise BadInput(f"{self.path} {records[0] if records else 'holds no records: export it again'}.")
        plain = [record for record in records if isinstance(record, dict) and not _is_inventory(record)]
        if len(plain) == len(records) and len(records) != 1:
            self.headers = tuple(dict.fromkeys(str(name) for record in plain for name in record))
        elif plain and len(records) == 1:
            try:
                _check(plain[0])
            except _Unusable as error:
                raise BadInput(f"{self.path} is no inventory, {error}: send it again from the agent.") from None

    def _row(self, number: int, name: str, record: Record | str) -> TableRow:
        if isinstance(record, str):
            return TableRow(number, [""] * len(self.headers), f"{name} {record}")
        if self.headers[:1] != PATHS[:1] or len(self.headers) != len(PATHS) + len(_TOLD):
            return TableRow(number, [_text(record.get(header)) for header in self.headers])
        try:
            _check(record)
        except _Unusable as error:
            return TableRow(number, [""] * len(self.headers), f"{name} is no inventory: {error}")
        return TableRow(number, _cells(record))

    def _records(self, part: _Part) -> list[Record | str]:
        """What a file holds; a text instead says what is wrong with it."""
        if part.size > MOST_BYTES:
            return [f"is larger than {MOST_BYTES >> 20} MB: that is no inventory of one device"]
        try:
            data = json.loads(part.read().removeprefix(b"\xef\xbb\xbf") or b" ")
        except (ValueError, RecursionError) as error:
            why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error).rstrip(".")
            return [f"is not JSON ({why}): send it again"]
        except (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
            return [f"cannot be read ({error}): send it again"]
        if isinstance(data, dict) and isinstance(data.get("items"), list):
            data = data["items"]
        found = data if isinstance(data, list) else [data]
        return [
            each if isinstance(each, dict) else "holds something that is no record: send it again" for each in found
        ]

    def _found(self) -> list[_Part]:
        if self.path.is_dir():
            files = sorted(each for each in self.path.rglob("*.json") if each.is_file())
            parts = [_Part(str(file.relative_to(self.path)), file.stat().st_size, file.read_bytes) for file in files]
        elif zipfile.is_zipfile(self.path):
            parts = self._zipped()
        else:
            parts = [_Part(self.path.name, self.path.stat().st_size, self.path.read_bytes)]
        if not parts:
            raise BadInput(f"{self.path} holds no .json file: name a folder or a zip of inventories.")
        return parts

    def _zipped(self) -> list[_Part]:
        try:
            archive = self._archive = zipfile.ZipFile(self.path)
        except (OSError, zipfile.BadZipFile) as error:
            raise BadInput(f"{self.path} cannot be read ({error}): fetch it again.") from None
        members = sorted((each for each in archive.infolist() if each.filename.endswith(".json")),
                         key=lambda each: each.filename)  # fmt: skip
        return [_Part(each.filename, each.file_size, _reading(archive, each)) for each in members]


def _reading(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        with closing(archive.open(member)) as stream:
            return stream.read(MOST_BYTES + 1)

    return read


def is_json(path: Path) -> bool:
    """Whether a file begins as JSON does, whatever it is called."""
    with path.open("rb") as file:
        start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1] == b"{" or start[:2] in (b"[]", b"[{") or (start[:1] == b"[" and start[1:].lstrip()[:1] == b"{")


def _is_inventory(record: Record) -> bool:
    return isinstance(record.get("content"), dict) and "deviceid" in record


def _check(record: Record) -> None:
    """What the schema of the format needs, and what is read here of it. Raises _Unusable."""
    content = record.get("content")
    if not isinstance(record.get("deviceid"), str) or not record["deviceid"].strip():
        raise _Unusable("deviceid is missing")
    if not isinstance(content, dict):
        raise _Unusable("content is missing")
    if not isinstance(content.get("versionclient"), str):
        raise _Unusable("content.versionclient is missing")
    if record.get("itemtype") not in (None, *ITEM_TYPES):
        raise _Unusable(f"itemtype is '{_text(record['itemtype'])[:40]}', and must be one of {', '.join(ITEM_TYPES)}")
    for name in OBJECTS:
        if not isinstance(content.get(name, {}), dict):
            raise _Unusable(f"content.{name} is not an object")
    device = content.get("network_device")
    if device is not None and not isinstance(device.get("type"), str):
        raise _Unusable("content.network_device.type is missing")


def _cells(record: Record) -> list[str]:
    return [_text(_at(record, path)) for path in PATHS] + [tell(record["content"]) for tell in _TOLD.values()]


def _at(record: Record, path: str) -> object:
    found: Any = record
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _serial(content: Record) -> str:
    """The first serial number that a maker gave; else what stands there, so that it is said to be a placeholder."""
    bios, device = content.get("bios", {}), content.get("network_device", {})
    chassis = (each.get("serial") for each in _listed(content, "network_components") if each.get("type") == "chassis")
    given = (bios.get("ssn"), device.get("serial"), bios.get("enclosureserial"), *chassis)
    said = [_text(each) for each in given if each]
    return next(filter(is_identity, said), next(iter(said), ""))


def _listed(content: Record, name: str) -> list[Record]:
    found = content.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _macs(content: Record) -> str:
    real = (each for each in _listed(content, "networks") if not each.get("virtualdev"))
    return ", ".join(dict.fromkeys(mac for each in real if (mac := _text(each.get("mac")).lower()) not in NO_MAC))


def _batteries(content: Record) -> str:
    """Each with what is left of what it was made for."""
    words = []
    for each in _listed(content, "batteries"):
        new, now = each.get("capacity"), each.get("real_capacity")
        left = f" {round(100 * now / new)} %" if isinstance(new, int) and isinstance(now, int) and new > 0 else ""
        words.append(f"{_text(each.get('name')) or 'battery'}{left}")
    return ", ".join(words)


def _cartridges(content: Record) -> str:
    return ", ".join(
        f"{name} {_text(value)}" for each in _listed(content, "cartridges") for name, value in each.items()
    )


def _pages(content: Record) -> str:
    return ", ".join(f"{name} {_text(value)}" for name, value in content.get("pagecounters", {}).items())


# What is put together from several places of a document.
_TOLD: dict[str, Callable[[Record], str]] = {
    "serial": _serial,
    "mac addresses": _macs,
    "batteries": _batteries,
    "cartridges": _cartridges,
    "page counters": _pages,
    "inventoried": lambda content: _text(_at(content, "accesslog.logdate")),
}
