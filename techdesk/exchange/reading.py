"""A mapping applied to a file: from cells to the fields that the desk knows, with what could not be read."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from techdesk.desk.tx import Value
from techdesk.exchange import values
from techdesk.exchange.kinds import KINDS
from techdesk.exchange.mapping import Column, Mapping

Cells = Sequence[str]
# Cells repeat: what short ones say is looked up, up to so many of them.
SHORT, MOST_KNOWN, QUOTED = 40, 50_000, 60
# Gives a field's text from a row of cleaned cells; empty when the row does not say.
Getter = Callable[[Cells], str]


class Fault(NamedTuple):
    """What could not be used, or was odd: `row` as a spreadsheet numbers it, the header, the cell and the reason."""

    row: int
    column: str
    value: str
    why: str

    @property
    def said(self) -> str:
        """In a line: `row 3, serial 'None': ...`. Long values are cut."""
        value = f" '{self.value[:QUOTED]}{'…' if len(self.value) > QUOTED else ''}'" if self.value else ""
        column = f", {self.column}" if self.column else ""
        return f"row {self.row}{column}{value}: {self.why.rstrip('.')}."


@dataclass(slots=True)
class Raw:
    """One thing of the file before its cells are looked at: its row, or all the updates of it.

    key: what the source calls it. digest: changes when anything that the file says of it changes. updates: the number and
    the cells, as JSON, of each row that updates it (then it has no cells of its own).
    """

    number: int
    key: str
    digest: str
    cells: list[str] = field(default_factory=list)
    updates: list[tuple[int, str]] = field(default_factory=list)
    fault: str | None = None


@dataclass(slots=True)
class Reading:
    """What the file says of one thing. `extra` holds the columns that are kept without a meaning of ours."""

    number: int
    values: dict[str, Value] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        """The field as text; None when the file does not say."""
        value = self.values.get(name)
        return None if value is None else str(value)


_READ: dict[str, Callable[[str], Value]] = {
    "count": values.count,
    "money": values.money,
    "number": values.number,
    "flag": values.flag,
}


def bare(header: str) -> str:
    """A header without what people vary: case, blanks, underscores, dots."""
    return re.sub(r"[\W_]+", "", header.casefold()) or header.strip()


class Reader:
    """Reads rows of a file with these headers. `repaired` counts cells in which mojibake was undone. `eve` is the day before
    the import, by which was over what the file only says to be past."""

    def __init__(self, mapping: Mapping, headers: Sequence[str]) -> None:
        self.mapping, self.headers = mapping, headers
        self.eve = ""
        self.kind = KINDS[mapping.kind]
        self.repaired, self.tidied = 0, dict[str, int]()
        self._known: dict[str, str] = {}
        self._places: dict[str, int] = {}
        for place, header in enumerate(headers):
            self._places.setdefault(bare(header), place)
        self._used: set[int] = set()
        getters = [(column, self._getter(column)) for column in mapping.columns]
        self._getters = [(column, getter) for column, getter in getters if getter is not None]
        self._key = [self._key_place(name) for name in mapping.key]
        self._warn = [(self._places[bare(h)], h, rule) for h, rule in mapping.warn.items() if bare(h) in self._places]
        self._ignored = self._named_by(mapping.ignore)
        rest = (place for place in range(len(headers)) if place not in self._ignored)
        named = rest if mapping.extra is None else [self.place(h) for h in mapping.extra]
        self._extra = [place for place in named if place is not None and place not in self._used]
        self._wanted = sorted(self._used.union(self._extra, [place for place, _, _ in self._warn], self._of_events()))

    @property
    def matched(self) -> int:
        """How many of the file's columns the mapping knows."""
        return len(self._used)

    @property
    def known(self) -> int:
        """How many of the file's columns the mapping names, be it to leave them out."""
        return len(self._used | self._ignored)

    @property
    def fits(self) -> bool:
        """Whether the file has the columns that the mapping cannot do without."""
        return self.matched > 0 and all(
            any(self.place(header) is not None for header in choice) for choice in self.mapping.needs
        )

    @property
    def unused(self) -> list[str]:
        """The headers that mean nothing to the mapping."""
        taken = {*self._wanted, *self._key, *self._ignored}
        return [header for place, header in enumerate(self.headers) if place not in taken]

    def _named_by(self, headers: Sequence[str]) -> set[int]:
        """The columns under these headers; one that ends in * stands for all that begin so."""
        begins = tuple(bare(header) for header in headers if header.endswith("*"))
        whole = {bare(header) for header in headers if not header.endswith("*")}
        return {place for name, place in self._places.items() if name in whole or (begins and name.startswith(begins))}

    def place(self, header: str) -> int | None:
        """The column under that header."""
        return self._places.get(bare(header))

    def says(self, cell: str) -> str:
        """A cell, cleaned as the mapping says; empty when it holds a marker of what is missing."""
        known = self._known.get(cell)
        if known is not None:
            return known
        said = cell
        for cleaner in self.mapping.clean:
            cleaned = values.CLEANERS[cleaner](said)
            self.repaired += cleaner == "mojibake" and cleaned != said
            said = cleaned
        if self.mapping.strip:
            said = said.strip()
        if said.strip().casefold() in self.mapping.missing:
            said = ""
        if len(cell) <= SHORT and "mojibake" not in self.mapping.clean:
            if len(self._known) == MOST_KNOWN:
                self._known.clear()
            self._known[cell] = said
        return said

    def said(self, cells: Cells) -> list[str]:
        """The row's cells, cleaned; those that mean nothing stay empty."""
        row = [""] * len(cells)
        for place in self._wanted:
            row[place] = self.says(cells[place])
        return row

    def raw(self, number: int, cells: list[str], fault: str | None, seen: dict[bytes, int]) -> Raw:
        """A row as a thing of its own. `seen` counts rows of the same content, to tell those without a key apart."""
        content = sha256("\x1f".join(cells).encode("utf-8", "surrogatepass"))
        key = self.key(cells)
        if not key:
            mark = content.digest()[:8]
            seen[mark] = seen.get(mark, 0) + 1
            key = f"{content.hexdigest()[:32]}-{seen[mark]}"
        content.update(self.mapping.fingerprint.encode())
        return Raw(number, key, content.hexdigest()[:32], cells, fault=fault)

    def key(self, cells: Cells) -> str:
        """What the source calls the row's thing; empty when it does not say."""
        parts = [self.says(cells[place]) if place is not None else "" for place in self._key]
        return "\x1f".join(parts) if any(parts) else ""

    def read(self, number: int, said: list[str]) -> Reading:
        """The fields of a row of cleaned cells."""
        reading = Reading(number)
        for column, getter in self._getters:
            text = getter(said)
            if text:
                self._take(reading, column, text)
        for name in self.kind.needed:
            if name not in reading.values and not any(fault.column == self.header(name) for fault in reading.faults):
                reading.faults.append(Fault(number, self.header(name), "", "it is empty"))
        reading.extra = {self.headers[place]: said[place] for place in self._extra if said[place]}
        for place, header, (pattern, why) in self._warn:
            if pattern.search(said[place]):
                reading.warnings.append(Fault(number, header, said[place], why))
        return reading

    def getter(self, name: str) -> Getter | None:
        """What gives the text of one field."""
        return next((getter for column, getter in self._getters if column.field == name), None)

    def header(self, name: str) -> str:
        """The header that a field comes from, for people to find the cell."""
        for column in self.mapping.columns:
            if column.field == name:
                present = [h for h in (*column.sources, *column.join) if self.place(h) is not None]
                return self.headers[self._places[bare(present[0])]] if present else name.replace("_", " ")
        return name

    def value(self, column: Column, text: str) -> Value:
        """A field's text as the value that is stored. Raises ValueError saying why it cannot be."""
        type = self.kind.fields[column.field]
        if type == "text" or type == "integer":
            allowed = self.kind.choices.get(column.field)
            if allowed and text not in allowed:
                raise ValueError(f"it must be one of {', '.join(allowed)}, or stand in the mapping's values")
            return text if type == "text" else values.integer(text)
        if type == "moment":
            return values.moment(text, self.mapping.dates, self.mapping.timezone)
        if type == "until" and values.is_no(text):
            return None
        if type == "until" and values.is_yes(text):
            return self.eve or None
        if type in ("date", "until"):
            return values.day(text, self.mapping.dates)
        return _READ[type](text)

    def column(self, name: str) -> Column:
        """The mapping's entry for a field."""
        return next(column for column in self.mapping.columns if column.field == name)

    def _take(self, reading: Reading, column: Column, text: str) -> None:
        try:
            value = self.value(column, text)
            if value is not None:  # a date that is not known says nothing
                reading.values[column.field] = value
        except ValueError as error:
            reading.faults.append(Fault(reading.number, self.header(column.field), text, str(error)))

    def _of_events(self) -> list[int]:
        """The columns that say when and by whom an update was made."""
        events = self.mapping.events
        headers = () if events is None else (*events.order, events.at, *filter(None, (events.who,)))
        return [place for header in headers if (place := self.place(header)) is not None]

    def _key_place(self, name: str) -> int | None:
        for column in self.mapping.columns:
            if column.field == name:
                return next((place for h in column.sources if (place := self.place(h)) is not None), None)
        return self.place(name)

    def _getter(self, column: Column) -> Getter | None:
        """None when the file has none of the column's headers and the mapping no default."""
        given = self._combined(column)
        default = column.default
        if given is None:
            return None if default is None else lambda cells: default
        if column.values is None and not column.replace and default is None:
            return given

        def getter(cells: Cells) -> str:
            text = given(cells)
            return (self._translated(column, text) if text else "") or default or ""

        return getter

    def _translated(self, column: Column, text: str) -> str:
        for pattern, instead in column.replace:
            tidy = pattern.sub(instead, text)
            if tidy != text:
                header = self.header(column.field)
                self.tidied[header] = self.tidied.get(header, 0) + 1
                text = tidy
        if column.values is None:
            return text
        return column.values.get(text.casefold(), text if column.otherwise is None else column.otherwise)

    def _combined(self, column: Column) -> Getter | None:
        found = [place for h in (column.join or column.sources) if (place := self.place(h)) is not None]
        if not found:
            return None
        if not column.join:
            self._used.update(found)
            if len(found) == 1:
                only = found[0]
                return lambda cells: cells[only]
            return lambda cells: next((cells[place] for place in found if cells[place]), "")
        self._used.update(found)
        return lambda cells: column.glue.join(_distinct((cells[place] for place in found), column.glue))


def _distinct(texts: Iterable[str], glue: str) -> list[str]:
    """The texts that say something, each once. Of whole paragraphs, one with which a later one begins is left out."""
    kept: dict[str, str] = {}
    for text in texts:
        folded = " ".join(text.split()).casefold()
        if "\n" in glue:
            kept = {before: each for before, each in kept.items() if not folded.startswith(before)}
        if folded:
            kept.setdefault(folded, text)
    return list(kept.values())
