"""Until when models get updates, out of lists of many models, most of which nobody here has.

A row whose name reads the same as a model of the store, but for case, signs, makers and the like, is about that model. One
that only resembles it is offered in a warning, with the command that takes it; nothing is guessed, and no model is made.
"""

from collections import defaultdict
from typing import NamedTuple

from techdesk.desk.inventory import RecordModel
from techdesk.desk.tx import Tx
from techdesk.exchange.importing import Given, Planned, Rejected
from techdesk.exchange.models import ended
from techdesk.exchange.reading import Fault, Raw, Reading
from techdesk.exchange.values import day, is_no, is_yes
from techdesk.models.queries.spellings import SAME, Spelling, alike, spelling


class _Known(NamedTuple):
    spelling: Spelling
    model_id: str


def importer(given: Given) -> "ExpiryImporter":
    """The importer of ends of support."""
    return ExpiryImporter(given)


class ExpiryImporter:
    """A date is taken; `false` says that no end is known, and `true` that it is past: by the day before the import."""

    def __init__(self, given: Given) -> None:
        self._reader = given.reader
        self._models: dict[tuple[str, ...], list[_Known]] | None = None
        self._said: dict[str, tuple[int, str]] = {}

    def plan(self, tx: Tx, raw: Raw) -> Planned:
        reading = self._reader.read(raw.number, self._reader.said(raw.cells))
        if reading.faults:
            raise Rejected(*reading.faults)
        until = self._until(reading)
        if until == "":
            return Planned("unchanged")
        same, near = self._named(tx, reading)
        commands, warnings = [], []
        for id in same:
            model = tx.get("device_model", id) or {}
            first, said = self._said.setdefault(id, (reading.number, until or ""))
            if until is None:
                known = model.get("update_expiry")
                if not known:
                    commands.append(RecordModel(id=id, update_expiry=self._reader.eve))
                warnings += ended(self._reader, reading.number, "until", str(model["name"]), known)
            elif said != until:
                why = f"row {first} said {said} of this model, which was kept: look at both"
                warnings.append(Fault(reading.number, self._reader.header("until"), until, why))
            elif model.get("update_expiry") != until:
                commands.append(RecordModel(id=id, update_expiry=until))
        for id in near:
            model = tx.get("device_model", id) or {}
            if not model.get("update_expiry") or (until and model["update_expiry"] != until):
                warnings.append(self._offer(reading, str(model["name"]), until, near=True))
        return Planned("updated" if commands else "unchanged", tuple(commands), tuple(warnings))

    def _until(self, reading: Reading) -> str | None:
        """The last day; empty when no end is known, None when it is past and nobody says when."""
        text = str(reading.values["until"])
        if is_no(text):
            return ""
        if is_yes(text):
            return None
        try:
            return day(text, self._reader.mapping.dates)
        except ValueError as error:
            raise Rejected(Fault(reading.number, self._reader.header("until"), text, f"{error}, yes or no")) from None

    def _named(self, tx: Tx, reading: Reading) -> tuple[list[str], list[str]]:
        """The models that a row names, and those that it may mean."""
        if self._models is None:
            self._models = _known(tx)
        name = str(reading.values["name"])
        product = (reading.text("product") or "").replace("-", " ").replace("_", " ").split()
        lacking = [word for word in product if word.casefold() not in name.casefold()]
        name = " ".join((*lacking, name))
        row = spelling(name, reading.text("manufacturer"))
        found = {known.model_id: alike(row, known.spelling) for known in self._models.get(row.figures, ())}
        same = [id for id, why in found.items() if why == SAME]
        return same, [] if same else [id for id, why in found.items() if why]

    def _offer(self, reading: Reading, name: str, until: str | None, near: bool = False) -> Fault:
        may = f"this may be the model '{name}'; if it is, " if near else f"this is the model '{name}': "
        ended = "" if until else "its updates have ended, and the file does not say when: "
        why = f"{may}{ended}say so with  techdesk model expiry '{name}' {until or 'DATE'}"
        return Fault(reading.number, self._reader.header("name"), str(reading.values["name"]), why)


def _known(tx: Tx) -> dict[tuple[str, ...], list[_Known]]:
    """All spellings of the models of the store, by their figures."""
    makers = {str(row["id"]): str(row["name"]) for row in tx.find("manufacturer")}
    found: dict[tuple[str, ...], list[_Known]] = defaultdict(list)
    for row in tx.find("device_model"):
        said = spelling(str(row["name"]), makers.get(str(row["manufacturer_id"])))
        found[said.figures].append(_Known(said, str(row["merged_into"] or row["id"])))
    return found
