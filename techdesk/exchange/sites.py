"""Sites out of tables: every school of a list, told apart by code and, where two share one, by name and postcode."""

from techdesk.desk.ids import named_id
from techdesk.desk.people import RecordSite
from techdesk.desk.tx import Row, Tx, Value
from techdesk.exchange.importing import Given, Planned, Rejected
from techdesk.exchange.keeping import news, own_id
from techdesk.exchange.reading import Fault, Raw, Reader, Reading, bare


def importer(given: Given) -> "SiteImporter":
    """The importer of sites."""
    return SiteImporter(given.reader)


class SiteImporter:
    """Matches by code. One code with one name and postcode twice is one school; with two of either it is two."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._seen: dict[str, Reading] = {}

    def plan(self, tx: Tx, raw: Raw) -> Planned:
        reading = self._reader.read(raw.number, self._reader.said(raw.cells))
        if reading.faults:
            raise Rejected(*reading.faults)
        code = self._code(tx, reading)
        values: dict[str, Value] = {name: value for name, value in reading.values.items() if name != "id"}
        values["code"] = code
        rooms = tuple(filter(None, (room.strip() for room in str(values.pop("rooms", None) or "").split(";"))))
        given = own_id(reading)
        current = (tx.get("site", given) if given else None) or next(iter(tx.find("site", code=code, limit=1)), None)
        id = str(current["id"]) if current else given or named_id("site", code.casefold())
        missing = self._new_rooms(tx, current, rooms)
        changes = news(current, values, self._reader.mapping, raw.digest, reading.extra)
        warnings = tuple(reading.warnings)
        if not changes and not missing:
            return Planned("unchanged", (), warnings)
        command = RecordSite(id=id, rooms=missing, **changes)  # type: ignore[arg-type]
        return Planned("created" if current is None else "updated", (command,), warnings)

    def _code(self, tx: Tx, reading: Reading) -> str:
        """The row's code, made unique when another school of the file, or of the store, has it already."""
        name = str(reading.values["name"])
        code = given = str(reading.values.get("code") or name)
        count = 1
        while True:
            first = self._seen.get(code.casefold())
            if first is not None and _same_school(first, reading):
                raise Rejected(self._twice(reading, first, code))
            if first is None and (count == 1 or self._is_free_or_own(tx, code, name)):
                break
            count += 1
            code = f"{given}-{count}"
        if code != given:
            why = f"another school stands under this already: this one is kept as {code}"
            reading.warnings.append(Fault(reading.number, self._reader.header("code"), given, why))
        self._seen[code.casefold()] = reading
        return code

    def _is_free_or_own(self, tx: Tx, code: str, name: str) -> bool:
        return all(str(site["name"]).casefold() == name.casefold() for site in tx.find("site", code=code))

    def _twice(self, reading: Reading, first: Reading, code: str) -> Fault:
        differs = [
            f"{self._reader.header(name)} ('{first.values.get(name) or ''}' there, '{reading.values.get(name) or ''}' here)"
            for name in reading.values.keys() | first.values.keys()
            if reading.values.get(name) != first.values.get(name)
        ]
        differs += [name for name in reading.extra.keys() | first.extra.keys()
                    if reading.extra.get(name) != first.extra.get(name)]  # fmt: skip
        why = f"this school stands already in row {first.number}, which was kept"
        if differs:
            why += f"; this row differs in {', '.join(sorted(differs))}"
        return Fault(reading.number, self._reader.header("code"), code, why)

    def _new_rooms(self, tx: Tx, current: Row | None, rooms: tuple[str, ...]) -> tuple[str, ...]:
        if current is None or not rooms:
            return rooms
        known = {str(room["name"]).casefold() for room in tx.find("room", site_id=current["id"])}
        return tuple(room for room in rooms if room.casefold() not in known)


def _same_school(one: Reading, other: Reading) -> bool:
    """Whether two rows of one code mean one school; without a code of their own, the address has to agree as well."""
    agree = ("name", "postcode") if "code" in other.values else ("name", "postcode", "address")
    for field in agree:
        said = [bare(str(each.values[field])) for each in (one, other) if each.values.get(field)]
        if len(set(said)) > 1:
            return False
    return True
