"""Files out: tables of the store as CSV or JSON, row by row, so that a store of any size can be written."""

import csv
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from techdesk.desk.ledger import TRANSIT
from techdesk.errors import BadInput
from techdesk.exchange import snipeit
from techdesk.exchange.values import neutral
from techdesk.exchange.visit_calendar import calendar
from techdesk.models.store import Store

SCHEMA = 1
FORMATS = ("csv", "json", "ics", "snipeit")

# What of a site, a device and a person is said where another row refers to it: what `import` finds it by again.
_SITE = """(SELECT code FROM site WHERE site.id = {0}.site_id) AS site,
        (SELECT name FROM site WHERE site.id = {0}.site_id) AS site_name"""
_DEVICE = "(SELECT coalesce(tag, serial, id) FROM device WHERE device.id = {0}.device_id) AS device"
_TECHNICIAN = "(SELECT name FROM technician WHERE technician.id = {})"
_PLACE = f"iif({{0}} = '{TRANSIT}', 'in transit', (SELECT name FROM stock_location WHERE stock_location.id = {{0}}))"

SQL = {
    "tickets": f"""SELECT id, ref, kind, state, hold_reason, hold_until, priority, impact, urgency, text,
        {_SITE.format("ticket")}, room, reporter, service,
        (SELECT coalesce(tag, serial, id) FROM device WHERE device.id = device_id) AS device, symptom, category, tags,
        channel, {_TECHNICIAN.format("owner_id")} AS owner, role, opened_at, respond_due, fix_due,
        responded_at, resolved_at, closed_at, resolution, cause, told_in_person, reopened, source, source_key, source_digest
        FROM ticket ORDER BY n""",
    "sites": """SELECT id, code, name, cluster, trust, phase, address, postcode, telephone, website, latitude, longitude,
        timezone, pupils, entry_notes, state, (SELECT group_concat(name, '; ') FROM
        (SELECT name FROM room WHERE room.site_id = site.id ORDER BY rank, n)) AS rooms, extra FROM site ORDER BY n""",
    "devices": f"""SELECT device.id, tag, serial, source_key, device.name, manufacturer.name AS manufacturer,
        m.name AS model, number AS model_number, category, {_SITE.format("device")}, room, holder, device.state,
        bought, cost, supplier, order_number, warranty_end, last_seen, note, extra FROM device
        LEFT JOIN model_of AS m ON m.id = device.model_id
        LEFT JOIN manufacturer ON manufacturer.id = manufacturer_id ORDER BY device.n""",
    "models": """SELECT device_model.id, device_model.name, number, category, manufacturer.name AS manufacturer, standing,
        update_expiry FROM device_model LEFT JOIN manufacturer ON manufacturer.id = manufacturer_id
        WHERE merged_into IS NULL ORDER BY device_model.n""",
    "parts": """SELECT id, sku, name, category, unit_cost, supplier, serialised,
        (SELECT coalesce(sum(CASE WHEN to_id IS NULL THEN 0 ELSE quantity END), 0)
              - coalesce(sum(CASE WHEN from_id IS NULL THEN 0 ELSE quantity END), 0)
         FROM stock_movement WHERE part_id = part.id) AS on_hand FROM part ORDER BY n""",
    "stock": """SELECT part.id, sku, part.name, category, unit_cost, supplier, serialised, stock_location.name AS location,
        coalesce(stock_balance.quantity, 0) AS quantity, minimum, target
        FROM (SELECT part_id, location_id FROM stock_balance WHERE quantity <> 0
              UNION SELECT part_id, location_id FROM stock_level) held
        JOIN part ON part.id = held.part_id JOIN stock_location ON stock_location.id = held.location_id
        LEFT JOIN stock_balance ON stock_balance.part_id = part.id AND stock_balance.location_id = held.location_id
        LEFT JOIN stock_level ON stock_level.part_id = part.id AND stock_level.location_id = held.location_id
        ORDER BY part.n, stock_location.n""",
    "licences": f"""SELECT licence.id, product, supplier, seats, starts, expires, warn_days, cost, order_number, note,
        {_SITE.format("licence_site")}, used FROM licence LEFT JOIN licence_site ON licence_id = licence.id
        ORDER BY licence.n, licence_site.n""",
    "suppliers": "SELECT id, name, services, contacts, terms, experience, lead_days FROM supplier ORDER BY n",
    "repairs": f"""SELECT id, {_DEVICE.format("repair")}, fault, supplier, reference, state, opened_at, due, ended_at, cost,
        (SELECT ref FROM ticket WHERE ticket.id = ticket_id) AS ticket, note FROM repair ORDER BY n""",
    "loans": f"""SELECT id, {_DEVICE.format("loan")}, borrower, lent_at, due, state, ended_at,
        (SELECT ref FROM ticket WHERE ticket.id = ticket_id) AS ticket FROM loan ORDER BY n""",
    "people": f"""SELECT id, 'technician' AS kind, name, code, role, email, NULL AS telephone, NULL AS channel,
        NULL AS may_sign, NULL AS site, NULL AS site_name, skills, base_latitude, base_longitude, working_days, state
        FROM technician UNION ALL SELECT id, 'contact', name, NULL, role, email, telephone, channel, may_sign,
        {_SITE.format("contact")}, NULL, NULL, NULL, NULL, NULL FROM contact""",
    "visits": f"""SELECT id, {_SITE.format("visit")}, {_TECHNICIAN.format("technician_id")} AS technician, planned_start,
        planned_end, actual_start, actual_end, travel_minutes, mileage, signatory, signed_at, summary, state, reason
        FROM visit ORDER BY planned_start, id""",
    "worklogs": f"""SELECT id, (SELECT ref FROM ticket WHERE ticket.id = ticket_id) AS ticket, visit_id AS visit,
        {_TECHNICIAN.format("technician_id")} AS technician, start, minutes, mode, proactive, note
        FROM worklog ORDER BY start, id""",
    "movements": f"""SELECT stock_movement.id, at, sku, name AS part, quantity, {_PLACE.format("from_id")} AS "from",
        {_PLACE.format("to_id")} AS "to", reason, (SELECT ref FROM ticket WHERE ticket.id = ticket_id) AS ticket, serial, note
        FROM stock_movement LEFT JOIN part ON part.id = part_id ORDER BY at, stock_movement.id""",
}


def run(store: Store, kind: str, format: str, out: TextIO) -> int:
    """Writes all rows of a kind. Returns how many.

    csv: a header and a row each; a text that a spreadsheet would take for a formula gets an apostrophe, which `import`
    takes off again. json: {"schema": 1, "kind": kind, "items": [...], "total": n}. ics: visits as a calendar. snipeit:
    devices and parts as CSV for Snipe-IT's import. Open `out` with newline="".
    A kind may also be the name of a table of the store, whose rows then go out as they are.
    """
    plain = SQL.get(kind) or _of_table(store, kind)
    allowed = [*FORMATS[:2], *(["ics"] if kind == "visits" else ()), *(["snipeit"] if kind in snipeit.SQL else ())]
    if format not in allowed:
        raise BadInput(f"{kind} cannot be exported as '{format}': it must be one of {', '.join(allowed)}.")
    if format == "ics":
        return calendar(store, out)
    cursor = store.connection.execute(snipeit.SQL[kind] if format == "snipeit" else plain)
    names = [each[0] for each in cursor.description]
    return _json(kind, names, cursor, out) if format == "json" else _csv(names, cursor, out)


def _of_table(store: Store, name: str) -> str:
    """All rows of one of the tables that laptops share. Raises BadInput for another name."""
    tables = store.connection.execute(
        "SELECT name FROM sqlite_master t WHERE type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(t.name)"
        " WHERE name = 'author') ORDER BY name"
    ).fetchall()
    if (name,) not in tables:
        known = ", ".join(SQL)
        raise BadInput(f"'{name}' cannot be exported: it must be one of {known}, or a table such as ticket_event.")
    return f'SELECT * FROM "{name}" ORDER BY n'


def to_file(path: Path, write: Callable[[TextIO], int]) -> int:
    """Writes a file whole or not at all: a disk that fills up, or a break, leaves what was there before."""
    with _replacing(path) as out:
        return write(out)


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    if path.is_dir():
        raise BadInput(f"{path} is a folder: name a file in it.")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error.strerror}): choose another place.") from None
    try:
        with open(handle, "w", encoding="utf-8", newline="") as out:  # noqa: PTH123  it is a descriptor
            yield out
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise BadInput(
                f"{path} was not written ({error.strerror}): free some space, or choose another place."
            ) from None
        raise


def _csv(names: list[str], rows: Iterator[tuple[object, ...]], out: TextIO) -> int:
    writer = csv.writer(out)
    writer.writerow(names)
    total = 0
    for row in rows:
        writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row])
        total += 1
    return total


def _json(kind: str, names: list[str], rows: Iterator[tuple[object, ...]], out: TextIO) -> int:
    out.write(f'{{"schema": {SCHEMA}, "kind": "{kind}", "items": [')
    total = 0
    for total, row in enumerate(rows, start=1):
        out.write(",\n" if total > 1 else "\n")
        out.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False))
    out.write(f'\n], "total": {total}}}\n')
    return total
