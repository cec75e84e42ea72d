"""Files whose rows are updates of one thing: brought together by key, put in order, and told as a history."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

from techdesk.desk.history import Event
from techdesk.desk.tx import Value
from techdesk.errors import BadInput
from techdesk.exchange.documents import Documents
from techdesk.exchange.mapping import Column, Events
from techdesk.exchange.reading import Fault, Getter, Raw, Reader, Reading
from techdesk.exchange.tabular import Table, TableRow
from techdesk.exchange.values import moment

BATCH = 2000
# What the desk calls the act that led to a state.
ACTS = {
    "assigned": "assign", "in_progress": "start", "on_hold": "hold", "resolved": "resolve", "closed": "close",
    "reopened": "reopen", "cancelled": "cancel",
}  # fmt: skip


class Gathered:
    """The rows of a file, by key. They wait in a temporary database, which SQLite keeps on disk beyond a few megabytes and
    removes by itself, so that memory stays small however the file is ordered."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE row (key TEXT, number INTEGER, cells TEXT)")
        self.total = 0
        self.keyless: list[TableRow] = []

    def gather(self, table: Table | Documents, progress: Callable[[int], None]) -> None:
        """Reads the file to its end. `progress` is told how many of its bytes are read."""
        waiting: list[tuple[str, int, str]] = []
        self._database.execute("BEGIN")
        for row in table:
            self.total += 1
            key = self._reader.key(row.cells)
            if row.fault or not key:
                self.keyless.append(row._replace(fault=row.fault or "it does not say which ticket it belongs to"))
                continue
            waiting.append((key, row.number, json.dumps(row.cells)))
            if len(waiting) == BATCH:
                self._keep(waiting)
                progress(table.position())
        self._keep(waiting)
        self._database.execute("COMMIT")

    def _keep(self, waiting: list[tuple[str, int, str]]) -> None:
        try:
            self._database.executemany("INSERT INTO row VALUES (?, ?, ?)", waiting)
        except sqlite3.Error as error:
            raise BadInput(
                f"There is no room to sort the file ({error}): free space in the temporary folder."
            ) from error
        waiting.clear()

    def things(self) -> Iterator[Raw]:
        """Each thing with its updates, oldest first."""
        fingerprint = self._reader.mapping.fingerprint.encode()
        found = self._database.execute("SELECT key, number, cells FROM row ORDER BY key, number")
        for key, rows in groupby(found, key=lambda row: row[0]):
            group = list(rows)
            digest = sha256("\n".join(sorted(cells for _, _, cells in group)).encode())
            digest.update(fingerprint)
            updates = [(number, cells) for _, number, cells in group]
            yield Raw(group[0][1], str(key), digest.hexdigest()[:32], updates=updates)

    def close(self) -> None:
        self._database.close()


class _Watched(NamedTuple):
    """The fields that an update may change, and their values after it."""

    at: str
    who: str | None
    values: dict[str, Value]


class Historian:
    """Tells what the updates of one thing say: its fields in the end, and its history."""

    def __init__(self, reader: Reader, events: Events) -> None:
        self._reader = reader
        self._order = [self._needed(header) for header in events.order]
        self._at = self._needed(events.at)
        self._who = None if events.who is None else self._needed(events.who)
        # Each field of the history with what its texts are worth, which few of them there are.
        self._watched: list[tuple[Column, Getter, dict[str, Value]]] = [
            (reader.column(name), getter, {}) for name in events.history if (getter := reader.getter(name)) is not None
        ]

    def _needed(self, header: str) -> int:
        place = self._reader.place(header)
        if place is None:
            raise BadInput(
                f"The mapping '{self._reader.mapping.name}' needs a column '{header}', which the file lacks."
            )
        return place

    def read(self, raw: Raw) -> tuple[Reading, tuple[Event, ...]]:
        """The thing as its updates leave it, and the updates that changed something."""
        rows = [(number, self._reader.said(json.loads(cells))) for number, cells in raw.updates]
        rows.sort(key=lambda row: [self._rank(row[1][place]) for place in self._order])
        last = rows[0][1]
        for _, said in rows[1:]:
            last = [cell or before for cell, before in zip(said, last, strict=True)]
        reading = self._reader.read(rows[-1][0], last)
        watched = [self._watch(reading, number, said) for number, said in rows]
        return reading, tuple(_story([each for each in watched if each is not None]))

    def _rank(self, cell: str) -> tuple[int, int, str]:
        """Numbers by size, before times by time, before words."""
        if cell.isdecimal():
            return 0, int(cell), ""
        mapping = self._reader.mapping
        try:
            return 1, 0, moment(cell.strip(), mapping.dates, mapping.timezone)
        except ValueError:
            return 2, 0, cell

    def _watch(self, reading: Reading, number: int, said: list[str]) -> _Watched | None:
        values: dict[str, Value] = {}
        for column, getter, known in self._watched:
            text = getter(said)
            if not text:
                continue
            try:
                if text not in known:
                    known[text] = self._reader.value(column, text)
                values[column.field] = known[text]
            except ValueError as error:
                reading.faults.append(Fault(number, self._reader.header(column.field), text, str(error)))
        mapping = self._reader.mapping
        try:
            at = moment(said[self._at], mapping.dates, mapping.timezone)
        except ValueError as error:
            reading.faults.append(Fault(number, self._reader.headers[self._at], said[self._at], str(error)))
            return None
        return _Watched(at, (said[self._who] or None) if self._who is not None else None, values)


def _story(updates: list[_Watched]) -> Iterator[Event]:
    """A line for each update that changed something. What an update does not say stays as it was. Sources count in minutes
    or seconds: lines of one such moment are set a millisecond apart, so that they stay in order."""
    now: dict[str, Value] = {}
    same: Counter[str] = Counter()
    for place, update in enumerate(updates):
        changes = {name: value for name, value in update.values.items() if now.get(name) != value}
        if place and not changes:
            continue
        act = _act(place, changes, now)
        now |= changes
        state, _, reason = str(now.get("state", "new")).partition(" ")
        details: dict[str, Any] = {name: value for name, value in changes.items() if name != "state"}
        if reason and "state" in changes:
            details["hold_reason"] = reason
        told = json.dumps(details, ensure_ascii=False, sort_keys=True) if details else None
        at = f"{update.at[:-4]}{min(same[update.at], 999):03d}Z" if update.at.endswith(".000Z") else update.at
        same[update.at] += 1
        yield at, update.who, act, state, None, told


def _act(place: int, changes: dict[str, Value], before: dict[str, Value]) -> str:
    if place == 0:
        return "log"
    if "reopened" in changes and int(changes["reopened"] or 0) > int(before.get("reopened") or 0):
        return "reopen"
    act = ACTS.get(str(changes.get("state", "")).partition(" ")[0])
    if act is not None:
        return act
    return "assign" if changes.keys() & {"assigned_to", "owner", "group", "reassigned"} else "edit"
