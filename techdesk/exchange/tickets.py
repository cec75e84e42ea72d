"""Tickets out of tables: with the history that an event log tells, or the little that one row does."""

import json
from dataclasses import fields

from techdesk.desk.history import COLUMNS, Event, ImportTicket
from techdesk.desk.ids import named_id
from techdesk.desk.priority import priority, published
from techdesk.desk.story import ENDED
from techdesk.desk.tickets import EditTicket
from techdesk.desk.tx import Row, Tx, Value
from techdesk.exchange.events import ACTS, Historian
from techdesk.exchange.importing import Given, Planned, Rejected
from techdesk.exchange.keeping import own_id
from techdesk.exchange.places import People, Places, device
from techdesk.exchange.reading import Fault, Raw, Reader, Reading
from techdesk.models.store import Store

EDITABLE = frozenset(field.name for field in fields(EditTicket)) - {"id", "base"}
ENDINGS = ("resolved_at", "closed_at", "resolution", "cause")
UNTRIAGED = ("new", "triaged")


def importer(given: Given) -> "TicketImporter":
    """The importer of tickets."""
    return TicketImporter(given.store, given.reader, given.historian, given.at)


class TicketImporter:
    """Keeps a ticket's identity by its source and key. A ticket of this desk's own, in a table that `export` wrote, is
    known by its id: what was changed in the table is an edit."""

    def __init__(self, store: Store, reader: Reader, historian: Historian | None, at: str) -> None:
        self._reader, self._historian, self._at = reader, historian, at
        self._places, self._people = Places(store), People(store)
        self._seen: dict[str, int] = {}

    def plan(self, tx: Tx, raw: Raw) -> Planned:
        source = self._reader.mapping.source
        id = named_id("ticket", source, raw.key)
        first = self._seen.setdefault(raw.key, raw.number)
        if first != raw.number:
            raise Rejected(self._fault(raw, "ref", raw.key, f"it stands already in row {first}: that one was kept"))
        current = tx.get("ticket", id)
        if current is not None and current["source_digest"] == raw.digest:
            return Planned("unchanged")
        reading, events = self._read(raw)
        if reading.faults:
            raise Rejected(*reading.faults)
        ours = own_id(reading)
        if source == "techdesk":
            id = ours or id
            known = tx.get("ticket", id) or next(iter(tx.find("ticket", limit=1, ref=reading.text("ref") or "")), None)
            if known is not None:
                return self._edit(tx, known, reading)
        columns = self._columns(tx, reading, current)
        columns |= {"source": columns.get("source", source), "source_key": columns.get("source_key", raw.key),
                    "source_digest": columns.get("source_digest", raw.digest)}  # fmt: skip
        events = events or _life(columns, reading)
        command = ImportTicket(id=id, columns=columns, events=events, ref="" if columns.get("ref") else None)
        return Planned("created" if current is None else "updated", (command,), tuple(reading.warnings))

    def _read(self, raw: Raw) -> tuple[Reading, tuple[Event, ...]]:
        if self._historian is not None:
            return self._historian.read(raw)
        return self._reader.read(raw.number, self._reader.said(raw.cells)), ()

    def _columns(self, tx: Tx, reading: Reading, current: Row | None) -> dict[str, Value]:
        """The ticket's columns as the desk names them."""
        said = reading.values
        columns = {name: value for name, value in said.items() if name in COLUMNS}
        state, _, reason = str(said.get("state", "new")).partition(" ")
        columns["state"] = state
        if state == "on_hold":
            columns["hold_reason"] = reason or said.get("hold_reason")
        # An audit log tells in every row how things ended, even where they have not yet.
        for name in () if state in ("closed", "cancelled") else ("closed_at",) if state == "resolved" else ENDINGS:
            columns.pop(name, None)
        if "priority" not in said and (current is None or said.keys() & {"impact", "urgency"}):
            columns["priority"] = priority(
                int(said.get("impact") or 3), int(said.get("urgency") or 3), published(tx).matrix
            )
        if "opened_at" not in said:
            columns["opened_at"] = self._at if current is None else current["opened_at"]
        columns.setdefault("channel", "import")
        return columns | self._references(tx, reading)

    def _references(self, tx: Tx, reading: Reading) -> dict[str, Value]:
        """Site, device and owner, where the desk knows them; what it does not know is said, and the place kept as room."""
        found: dict[str, Value] = {}
        place, tag, owner = (reading.text(name) for name in ("site", "device", "owner"))
        if place:
            found["site_id"] = self._places.site(place)
            if found["site_id"] is None:
                found["room"] = " / ".join(filter(None, (place, reading.text("room"))))
                self._warn(reading, "site", place, "no site has this code or name: it was kept as the room")
        if tag:
            found["device_id"] = device(tx, tag)
            if found["device_id"] is None:
                self._warn(reading, "device", tag, "no device has this tag or serial: import devices first")
        if owner or reading.text("assigned_to"):
            found["owner_id"] = self._people.technician(owner or reading.text("assigned_to"))
            if owner and found["owner_id"] is None:
                self._warn(reading, "owner", owner, "no technician has this name or code")
        return {name: value for name, value in found.items() if value is not None}

    def _edit(self, tx: Tx, current: Row, reading: Reading) -> Planned:
        """A ticket that is here already, in a table that was exported from here."""
        columns = self._columns(tx, reading, current)
        differs = {name: value for name, value in columns.items() if value != current[name] and name != "channel"}
        edits = {name: value for name, value in differs.items() if name in EDITABLE}
        for name in sorted(differs.keys() - EDITABLE - {"priority"}):
            self._warn(reading, name, str(differs[name]), "an import does not change this of a ticket that is here")
        if not edits:
            return Planned("unchanged", (), tuple(reading.warnings))
        command = EditTicket(id=str(current["id"]), **edits)  # type: ignore[arg-type]
        return Planned("updated", (command,), tuple(reading.warnings))

    def _warn(self, reading: Reading, field: str, value: str, why: str) -> None:
        reading.warnings.append(Fault(reading.number, self._reader.header(field), value, why))

    def _fault(self, raw: Raw, field: str, value: str, why: str) -> Fault:
        return Fault(raw.number, self._reader.header(field), value.replace("\x1f", " "), why)


def _life(columns: dict[str, Value], reading: Reading) -> tuple[Event, ...]:
    """The history that one row tells: when it came, when it was answered, when it ended."""
    state = str(columns["state"])
    opened, resolved, closed = (columns.get(name) for name in ("opened_at", "resolved_at", "closed_at"))
    lines: list[Event] = [
        (str(opened), reading.text("reporter"), "log", state if state in UNTRIAGED else "new", None, None)
    ]
    by = reading.text("assigned_to") or reading.text("owner")
    if by or reading.text("group"):
        details = {name: reading.text(name) for name in ("group", "assigned_to") if reading.text(name)}
        lines.append(
            (str(opened), None, "assign", "assigned", None, json.dumps(details, sort_keys=True) if details else None)
        )
    if columns.get("responded_at") and state not in UNTRIAGED:
        lines.append((str(columns["responded_at"]), by, "start", "in_progress", None, None))
    if resolved and state in ENDED:
        lines.append((str(resolved), by, "resolve", "resolved", None, None))
    if state not in (*UNTRIAGED, "resolved"):
        lines.append((str(closed or resolved or opened), by, ACTS[state], state, None, None))
    return tuple(lines)
