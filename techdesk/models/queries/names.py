"""From what a person types to the row that is meant."""

import sqlite3
from contextlib import suppress

from techdesk.desk.ids import spoken_ref
from techdesk.errors import BadInput, NotFound

SHORTEST_PREFIX = 4
NUMBERED = {"problem": "PRB-", "change": "CHG-"}


def ticket_id(connection: sqlite3.Connection, text: str) -> str:
    """The ticket with that number, alias, or unique prefix of its id. Raises NotFound, or BadInput if several fit."""
    ref = spoken_ref(text)
    for sql in (
        "SELECT id FROM ticket WHERE ref = ?",
        "SELECT ticket_id FROM ticket_alias WHERE alias = ?",
    ):
        for name in dict.fromkeys((ref, ref.upper())):
            found = connection.execute(sql, (name,)).fetchone()
            if found:
                return str(found[0])
    return by_prefix(connection, "ticket", "ref", text.strip(), "ticket")


def by_prefix(connection: sqlite3.Connection, table: str, label: str, text: str, what: str) -> str:
    """The row whose id begins with the text, when just one does."""
    prefix = text.lower()
    plain = prefix.replace("-", "")
    if len(prefix) >= SHORTEST_PREFIX and plain.isalnum() and all(each in "0123456789abcdef" for each in plain):
        rows = connection.execute(
            f"SELECT id, {label} FROM {table} WHERE id >= ? AND id < ? ORDER BY id LIMIT 4", (prefix, prefix + "g")
        ).fetchall()
        if len(rows) == 1:
            return str(rows[0][0])
        if rows:
            some = ", ".join(f"{name} ({id[:18]})" for id, name in rows[:3])
            raise BadInput(f"'{text}' fits more than one {what}: {some} ... Type more of it.")
    raise NotFound(f"There is no {what} '{text}' here: look with  techdesk find, or sync first.")


def numbered_id(connection: sqlite3.Connection, kind: str, text: str) -> str:
    """The problem or change with that number (`PRB-4201-K`, `PRB-4201` or `4201`), or unique prefix of its id. Raises
    NotFound, BadInput."""
    said = text.strip().upper()
    number = said.removeprefix(NUMBERED[kind])
    with suppress(BadInput):  # the check letter of another number: it may still be what the id begins with
        number = spoken_ref(number)
    found = connection.execute(
        f'SELECT id FROM "{kind}" WHERE ref IN (?1, ?2) ORDER BY ref <> ?1 LIMIT 1', (said, NUMBERED[kind] + number)
    ).fetchone()
    if found:
        return str(found[0])
    try:
        return by_prefix(connection, kind, "ref", text.strip(), kind)
    except NotFound:
        raise NotFound(f"There is no {kind} '{text}' here: look with  techdesk {kind} list, or sync first.") from None


def site_id(connection: sqlite3.Connection, text: str) -> str:
    """The site with that code or name, or the one whose name begins so."""
    return _named(connection, text, "site", ("code", "name"), "name")


def room_name(connection: sqlite3.Connection, site: str | None, text: str) -> str:
    """The room as the site spells it; what it does not know is kept as typed."""
    found = connection.execute("SELECT name FROM room WHERE site_id = ? AND lower(name) = lower(?)", (site, text))
    row = found.fetchone()
    return str(row[0]) if row else text


def part_id(connection: sqlite3.Connection, text: str) -> str:
    """The part with that SKU or name, or the one whose SKU or name begins so."""
    return _named(connection, text, "part", ("sku", "name"), "sku")


def device_id(connection: sqlite3.Connection, text: str) -> str:
    """The device with that asset tag, serial or name, or with that whole id: of two with one tag, each has its own."""
    whole = connection.execute("SELECT id FROM device WHERE id = ?", (text.strip().casefold(),)).fetchone()
    if whole:
        return str(whole[0])
    return _named(connection, text, "device", ("tag", "serial", "name"), "tag")


def model_id(connection: sqlite3.Connection, text: str) -> str:
    """The device model with that name or number, or the one whose name or number begins so, or whose id does; of another
    spelling the model that it stands for."""
    try:
        return _named(
            connection, text, "model_of", ("spelling", "spelled_number"), "name", key="kept_id", what="device model"
        )
    except NotFound:
        return by_prefix(connection, "device_model", "name", text.strip(), "device model")


def visit_id(connection: sqlite3.Connection, text: str) -> str:
    """The visit with that unique prefix of its id."""
    return by_prefix(connection, "visit", "substr(planned_start, 1, 10)", text.strip(), "visit")


def technician_id(connection: sqlite3.Connection, text: str, me: str | None) -> str:
    """The technician with that code or name; `me` is whose laptop this is."""
    if text.casefold() == "me" and me is not None:
        return me
    return _named(connection, text, "technician", ("code", "name"), "name")


def location_id(connection: sqlite3.Connection, text: str, me: str | None) -> str:
    """The stock location with that name; `van` is that of the laptop's technician."""
    if text.casefold() == "van" and me is not None:
        own = connection.execute("SELECT stock_location_id FROM technician WHERE id = ?", (me,)).fetchone()
        if own and own[0]:
            return str(own[0])
    return _named(connection, text, "stock_location", ("name",), "name")


def _named(
    connection: sqlite3.Connection, text: str, table: str, columns: tuple[str, ...], label: str, *, key: str = "id",
    what: str = "",
) -> str:  # fmt: skip
    """The one row that has the text as one of its names: as typed, without regard to case, or as a beginning."""
    typed, what = text.strip(), what or table.replace("_", " ")
    if not typed:
        raise BadInput(f"Say which {what} is meant.")
    for column in columns:
        found = connection.execute(
            f"SELECT DISTINCT {key} FROM {table} WHERE {column} = ? LIMIT 2", (typed,)
        ).fetchall()
        if len(found) == 1:
            return str(found[0][0])
    escaped = typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    for pattern in (escaped, escaped + "%"):
        where = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns)
        rows = connection.execute(
            f"SELECT DISTINCT {key}, {label} FROM {table} WHERE {where} ORDER BY {label} LIMIT 4",
            [pattern] * len(columns),
        ).fetchall()
        if len(rows) == 1:
            return str(rows[0][0])
        if rows:
            some = ", ".join(str(name) for _, name in rows[:3])
            raise BadInput(f"'{typed}' fits more than one {what}: {some} ... Type more of it.")
    raise NotFound(f"There is no {what} '{typed}' here.")
