"""Who may have which school's rows, told from the tables alone and without any of the code that decides it (I9)."""

import json
from collections.abc import Mapping
from typing import Any

from techdesk.sync import wire
from tests.simulation.tables import COLUMNS, PLACES, Entry, Rows, by_the_log

# Labels that a laptop may be granted, as its invitation has them.
LABELS = ([], ["n"], ["s"], ["n", "s"], ["site:1"], ["site:2"], ["nowhere"])
OF_A_SITE = (
    "room", "contact", "visit", "ticket", "device", "calendar", "audit", "checklist", "checklist_run", "agreement",
    "site_wish", "rotation_line", "day_stop",
)  # fmt: skip
OF_A_TICKET = ("ticket_alias", "ticket_event", "attachment", "timer", "survey")
OF_A_DEVICE = ("device_event", "loan", "repair")
EVERYTHING = None
Sites = frozenset[str] | None


def site_of(stands: Rows, table: str, row: tuple[Any, ...]) -> str | None:
    """The site of a row; None for one that everybody has, "?" for one that only those have who have everything."""

    def cell(name: str) -> Any:
        return row[PLACES[table][name]]

    def by(parent: str, name: str) -> str | None:
        above = stands[parent].get(cell(name))
        return "?" if above is None else site_of(stands, parent, above)

    if table == "site":
        return str(cell("id"))
    if table in OF_A_SITE:
        return None if cell("site_id") is None else str(cell("site_id"))
    if table == "attachment" and cell("run_id") is not None:
        return by("checklist_run", "run_id")
    if table in OF_A_TICKET:
        return by("ticket", "ticket_id")
    if table in OF_A_DEVICE:
        return by("device", "device_id")
    if table == "audit_scan":
        return by("audit", "audit_id")
    if table == "checklist_step":
        return by("checklist", "checklist_id")
    if table == "checklist_answer":
        return by("checklist_run", "run_id")
    if table == "visit_task":
        return by("visit", "visit_id")
    if table == "calendar_day":
        return by("calendar", "calendar_id")
    if table == "worklog" and (cell("ticket_id") or cell("visit_id")):
        return by("ticket", "ticket_id") if cell("ticket_id") else by("visit", "visit_id")
    if table == "inbox_item":
        entity = cell("entity")
        about = None if entity in ("inbox_item", "timer") else stands.get(entity, {}).get(cell("entity_id"))
        found = None if about is None else site_of(stands, entity, about)
        return cell("technician_id") if found in (None, "?") else found
    return None


def granted(laptop: Mapping[str, Any], stands: Rows) -> Sites:
    """The sites of a laptop as the server has it, by the schools as they are now."""
    labels = json.loads(laptop["scopes"])
    if laptop["role"] == "coordinator" or not labels or "*" in labels:
        return EVERYTHING
    places = PLACES["site"]
    return frozenset(
        id for id, row in stands["site"].items()
        if row[places["cluster"]] in labels or f"site:{row[places['code']]}" in labels
    )  # fmt: skip


def within(stands: Rows, sites: Sites, technician: str) -> Rows:
    """The part of a state that a laptop with those sites holds."""
    if sites is EVERYTHING:
        return stands
    mine = {None, technician, *sites}
    return {
        table: {id: row for id, row in rows.items() if site_of(stands, table, row) in mine}
        for table, rows in stands.items()
    }


def forbidden(reply: bytes, log: list[Entry], sites: Sites, technician: str) -> str | None:
    """A row in a reply that its laptop may not have, in words; None when there is none. Rows are judged by what they were
    when the entry was written."""
    if sites is EVERYTHING:
        return None
    mine = {None, technician, *sites}
    state: Rows = {table: {} for table in COLUMNS}
    done = 0
    for entry in wire.loads(reply)["entries"]:
        state = by_the_log(log[done : entry["seq"]], state)
        done = entry["seq"]
        for table, id, after, _ in entry["writes"]:
            row = state[table].get(id)
            if after is not None and (row is None or site_of(state, table, row) not in mine):
                return f"{table} {id[-6:]} of entry {done}: {after}"
    return None


def trespass(entries: list[Entry], stood: Rows, stands: Rows, sites: frozenset[str], technician: str) -> str | None:
    """A row that these entries wrote and that was, or is, of a school which is not among those; None when there is none. What
    a coordinator is told is the server's doing."""
    mine = {None, technician, *sites}
    for entry in entries:
        for table, id, _, _ in entry["writes"]:
            for state in (stood, stands) if table != "inbox_item" else ():
                row = state[table].get(id)
                if row is not None and site_of(state, table, row) not in mine:
                    return f"{entry['command']} on {table} {id[-6:]}"
    return None
