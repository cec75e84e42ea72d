"""Device models out of tables: their own lists, and the models that a list of devices names."""

from collections.abc import Iterator

from techdesk.desk.ids import named_id
from techdesk.desk.inventory import RecordModel
from techdesk.desk.models import kept, kept_id
from techdesk.desk.tx import Row, Tx, Value
from techdesk.exchange.importing import Given, Planned, Rejected
from techdesk.exchange.keeping import by_id, own_id
from techdesk.exchange.reading import Fault, Raw, Reader, Reading
from techdesk.exchange.values import is_yes


def importer(given: Given) -> "ModelImporter":
    """The importer of device models."""
    return ModelImporter(given.reader)


class ModelImporter:
    """A model is known by name, number and manufacturer together."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._seen: dict[str, int] = {}

    def plan(self, tx: Tx, raw: Raw) -> Planned:
        said = self._reader.said(raw.cells)
        reading = self._reader.read(raw.number, said)
        if reading.faults:
            raise Rejected(*reading.faults)
        name, number, maker = (reading.text(each) for each in ("name", "number", "manufacturer"))
        given = own_id(reading)
        current = by_id(tx, "device_model", given, _known(tx, str(name), number, maker), self._seen)
        id = str(current["id"]) if current else given or _id(str(name), number, maker)
        first = self._seen.setdefault(id, raw.number)
        if first != raw.number:
            why = f"this model stands already in row {first}, which was kept"
            raise Rejected(Fault(raw.number, self._reader.header("name"), str(name), why))
        if current is not None and current["merged_into"] is not None:
            return Planned(
                "unchanged", (), tuple(reading.warnings)
            )  # another spelling says nothing of the model itself
        getter = self._reader.getter("update_expiry")
        if getter is not None and is_yes(getter(said)):
            known = current["update_expiry"] if current else None
            reading.warnings += ended(self._reader, raw.number, "update_expiry", str(name), known)
            reading.values["update_expiry"] = known or self._reader.eve
        values = {name: value for name, value in reading.values.items() if name != "manufacturer"}
        changes: dict[str, Value] = {
            name: value for name, value in values.items() if current is None or current[name] != value
        }
        if maker and (current is None or _maker(tx, current) != maker.casefold()):
            changes["manufacturer"] = maker
        if not changes:
            return Planned("unchanged", (), tuple(reading.warnings))
        command = RecordModel(id=id, **changes)  # type: ignore[arg-type]
        return Planned("created" if current is None else "updated", (command,), tuple(reading.warnings))


def ended(reader: Reader, row: int, field: str, name: str, known: Value) -> list[Fault]:
    """What is to be said of a model whose updates a file says to have ended, not since when. `known`: until when it got them
    by the store."""
    if known and str(known) <= reader.eve:
        return []
    why = "its updates have ended, and the file does not say when: "
    why += f"{known} was kept" if known else f"{reader.eve} is noted"
    why += f"; say it better with  techdesk model expiry '{name}' DATE"
    return [Fault(row, reader.header(field), "true", why)]


def model_for(tx: Tx, reading: Reading, current: Row | None) -> tuple[str | None, RecordModel | None]:
    """The id of the model that a device's row names, and the command that makes it known if it is new.

    A list may give a model's name, its number, or both; one that has only the number is called by it. A device keeps the
    model that it has where the row says nothing against it; another spelling of a model is that model.
    """
    number, maker = reading.text("model_number"), reading.text("manufacturer")
    name = reading.text("model") or number
    if name is None:
        return None, None
    own = str(current["model_id"]) if current and current["model_id"] else None
    has = kept(tx, own) if own and tx.get("device_model", own) else None
    if (
        has
        and has["name"] == name
        and number in (None, has["number"])
        and (maker or "").casefold() in ("", _maker(tx, has))
    ):
        return own, None
    known = next(_known(tx, name, number, maker), None)
    if known is not None:
        id = kept_id(tx, str(known["id"]))
        return (own if has and has["id"] == id else id), None
    id = _id(name, number, maker)
    expiry = reading.text("update_expiry")
    return id, RecordModel(
        id=id, name=name, number=number, manufacturer=maker, category=reading.text("category"), update_expiry=expiry
    )


def _known(tx: Tx, name: str, number: str | None, maker: str | None) -> Iterator[Row]:
    """The models of just that name, number and manufacturer: what a row leaves out does not make two models one."""
    for model in tx.find("device_model", name=name):
        if model["number"] == number and _maker(tx, model) == (maker.casefold() if maker else None):
            yield model


def _maker(tx: Tx, model: Row) -> str | None:
    found = tx.get("manufacturer", str(model["manufacturer_id"])) if model["manufacturer_id"] else None
    return str(found["name"]).casefold() if found else None


def _id(name: str, number: str | None, maker: str | None) -> str:
    """A name in other letters is another model until somebody says that they are one: `queries.models.alike` offers it."""
    return named_id("device_model", (maker or "").casefold(), name, number or "")
