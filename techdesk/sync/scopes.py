"""Scopes: which school each row belongs to, so that a laptop holds the rows of its own schools and no others.

The unit of scope is the site. A row belongs to one site, or it is **common**: the organisation's own (people, models, parts,
stock) or about no school, and then everyone has it. A row whose ticket or visit is not there belongs NOWHERE: only those who
hold everything have it. An item of the inbox belongs to the site of what it is about; one about nothing of a site belongs to
its technician, so a set of sites that a laptop may hold has the id of its technician among them.
"""

import hashlib
from collections.abc import Collection, Mapping
from typing import Any, Protocol

from techdesk.desk.tx import Row

# The pairs of (column, table that its value is a row of); None where the value is the site itself. The first column that is
# not empty leads to the site; a row without any is common.
Path = tuple[tuple[str, str | None], ...]
COMMON: Path = ()
_SITE: Path = (("site_id", None),)
_TICKET: Path = (("ticket_id", "ticket"),)
_DEVICE: Path = (("device_id", "device"),)
NOWHERE = "nowhere"
INBOX = "inbox_item"
# What the author of an operation is told that the server kept from schools which are not theirs.
BEYOND = "it is about a school that is not among yours, so your coordinator decides about it"
# Rows that come and go: an item about one is its technician's from the beginning.
FLEETING = (INBOX, "timer")

PATHS: Mapping[str, Path] = {
    "organisation": COMMON,
    "site": (("id", None),),
    "room": _SITE,
    "contact": _SITE,
    "technician": COMMON,
    "leave": COMMON,
    "agreement": _SITE,
    "site_wish": _SITE,
    "travel_time": COMMON,
    "rotation": COMMON,
    "rotation_line": _SITE,
    "day_route": COMMON,
    "day_stop": _SITE,
    "calendar": _SITE,
    "calendar_day": (("calendar_id", "calendar"),),
    "priorities": COMMON,
    "closing_rules": COMMON,
    "visit": _SITE,
    "visit_task": (("visit_id", "visit"),),
    "checklist": _SITE,
    "checklist_step": (("checklist_id", "checklist"),),
    "checklist_run": _SITE,
    "checklist_answer": (("run_id", "checklist_run"),),
    "ticket": _SITE,
    "ticket_alias": _TICKET,
    "ticket_event": _TICKET,
    "attachment": (("run_id", "checklist_run"), *_TICKET),
    "worklog": (("ticket_id", "ticket"), ("visit_id", "visit")),
    "timer": _TICKET,
    "problem": COMMON,
    "change": COMMON,
    "change_site": COMMON,
    "desk_event": COMMON,
    "survey": _TICKET,
    "manufacturer": COMMON,
    "device_model": COMMON,
    "model_apart": COMMON,
    "device": _SITE,
    "device_event": _DEVICE,
    "loan": _DEVICE,
    "repair": _DEVICE,
    "audit": _SITE,
    "audit_scan": (("audit_id", "audit"),),
    "licence": COMMON,
    "licence_site": COMMON,
    "part": COMMON,
    "part_fit": COMMON,
    # Stock is the organisation's, also where it lies in a school's cupboard.
    "stock_location": COMMON,
    "stock_level": COMMON,
    "stock_movement": COMMON,
    "stock_remark": COMMON,
    "stock_transfer": COMMON,
    "stock_reservation": COMMON,
    "kit": COMMON,
    "kit_line": COMMON,
    "supplier": COMMON,
    "article": COMMON,
    "inbox_item": (("entity_id", None),),  # by its `entity`: see `_site_of_item`
    "saved_view": COMMON,
}


class Reader(Protocol):
    """What is needed of a `Tx` to find the site of a row."""

    def get(self, table: str, id: str) -> Row | None: ...


def site_of(tx: Reader, table: str, row: Mapping[str, Any]) -> str | None:
    """The id of the site that a row belongs to, given with all its columns; None for a common one, NOWHERE for one whose
    ticket or visit is not there."""
    if table == INBOX:
        return _site_of_item(tx, row)
    for column, parent in PATHS[table]:
        value = row[column]
        if value is None:
            continue
        if parent is None:
            return str(value)
        above = tx.get(parent, str(value))
        return NOWHERE if above is None else site_of(tx, parent, above)
    return None


def condition(
    table: str, sites: Collection[str] | None, *, common: bool, org: int | None = None
) -> tuple[str, list[str | int]]:
    """The SQL term that is true for the rows of a table that belong to one of the sites (None: to any, or nowhere), and with
    `common` for the common ones as well, with the values for its `?` marks.

    It names columns of that table without another name for the table, so it stands in the WHERE of a statement over that
    table alone. It is never null. On a server `org` is the organisation; it restricts the tables that are looked into, not
    the table itself.
    """
    if sites is None and common:
        return "TRUE", []
    if PATHS[table] == COMMON:
        return ("TRUE" if common else "FALSE"), []
    if sites is None:
        term, values = condition(table, (), common=True, org=org)
        return f"NOT ({term})", values
    if table == INBOX:
        return _item_condition(sites, common, org)
    return _by_path(PATHS[table], sites, common, org)


def digest(sites: Collection[str] | None) -> str:
    """What tells whether two sets of sites are the same one; None is everything."""
    if sites is None:
        return "*"
    return hashlib.sha256("\n".join(sorted(sites)).encode()).hexdigest()


def _site_of_item(tx: Reader, row: Mapping[str, Any]) -> str | None:
    entity, owner = str(row["entity"]), row["technician_id"]
    path = PATHS.get(entity, COMMON)
    if path != COMMON and entity not in FLEETING:
        above = tx.get(entity, str(row["entity_id"]))
        site = NOWHERE if above is None else site_of(tx, entity, above)
        if site not in (None, NOWHERE):
            return site
    if owner is not None:
        return str(owner)
    return None if path == COMMON else NOWHERE


def _by_path(path: Path, sites: Collection[str], common: bool, org: int | None) -> tuple[str, list[str | int]]:
    """By the first column of the path; by the rest of it where that is empty."""
    if not path:
        return ("TRUE" if common else "FALSE"), []
    (column, parent), *rest = path
    term, values = _in(column, parent, sites, common, org)
    other, more = _by_path(tuple(rest), sites, common, org)
    if other == "FALSE":
        return term, values
    alone = f'"{column}" IS NULL' if other == "TRUE" else f'("{column}" IS NULL AND {other})'
    return f"({term} OR {alone})", values + more


def _in(
    column: str, parent: str | None, sites: Collection[str], common: bool, org: int | None
) -> tuple[str, list[str | int]]:
    """Never null, so that its contrary can be asked for as well."""
    if parent is None:
        among = f'"{column}" IS NOT NULL AND "{column}" IN ({", ".join("?" * len(sites))})'
        return (f"({among})", list(sites)) if sites else ("FALSE", [])
    inner, values = condition(parent, sites, common=common, org=org)
    if org is not None:
        inner, values = f"org = ? AND ({inner})", [org, *values]
    return f'("{column}" IS NOT NULL AND "{column}" IN (SELECT id FROM "{parent}" WHERE {inner}))', values


def _item_condition(sites: Collection[str], common: bool, org: int | None) -> tuple[str, list[str | int]]:
    """Items are few, so the site of each is looked up."""
    bound = [table for table, path in PATHS.items() if path != COMMON and table not in FLEETING]
    whose = "" if org is None else " AND above.org = inbox_item.org"
    looked = " ".join(
        f"WHEN '{table}' THEN (SELECT {_expression(table, 'above', org)} FROM \"{table}\" AS above"
        f" WHERE above.id = inbox_item.entity_id{whose})"
        for table in bound
    )
    names = ", ".join(f"'{table}'" for table in [*bound, *FLEETING])
    rest = f"CASE WHEN inbox_item.entity IN ({names}) THEN '{NOWHERE}' ELSE '' END"
    site = f"coalesce(nullif(nullif(CASE inbox_item.entity {looked} END, ''), '{NOWHERE}'), technician_id, {rest})"
    wanted = [*sites, *([""] if common else [])]
    return (f"{site} IN ({', '.join('?' * len(wanted))})", list(wanted)) if wanted else ("FALSE", [])


def _expression(table: str, alias: str, org: int | None) -> str:
    """The site of a row as SQL: empty for a common one."""
    found = "''"
    for column, parent in reversed(PATHS[table]):
        value = f'{alias}."{column}"'
        if parent is not None:
            above = f"{alias}_{parent}"
            whose = "" if org is None else f" AND {above}.org = {alias}.org"
            value = (
                f'coalesce((SELECT {_expression(parent, above, org)} FROM "{parent}" AS {above}'
                f" WHERE {above}.id = {alias}.\"{column}\"{whose}), '{NOWHERE}')"
            )
        found = f'CASE WHEN {alias}."{column}" IS NOT NULL THEN {value} ELSE {found} END'
    return found
