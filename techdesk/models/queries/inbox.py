"""The inbox, and what others did since."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from techdesk.desk.inbox import choosable, typed
from techdesk.desk.tx import Row, Value
from techdesk.errors import NotFound, Refused
from techdesk.models.cards import FieldChoice, InboxCard, NewsLine, Origin
from techdesk.models.inbox_filters import InboxFilter, InboxFilterLine
from techdesk.models.queries import names
from techdesk.models.rows import InboxLine
from techdesk.models.sqlite import SqliteTx

SITE = """
    CASE i.entity WHEN 'site' THEN i.entity_id
        WHEN 'ticket' THEN (SELECT site_id FROM ticket WHERE id = i.entity_id)
        WHEN 'device' THEN (SELECT site_id FROM device WHERE id = i.entity_id)
        WHEN 'contact' THEN (SELECT site_id FROM contact WHERE id = i.entity_id)
        WHEN 'visit' THEN (SELECT site_id FROM visit WHERE id = i.entity_id)
        WHEN 'visit_task' THEN (SELECT v.site_id FROM visit_task t JOIN visit v ON v.id = t.visit_id WHERE t.id = i.entity_id)
    END
"""
LINE = f"""
    SELECT i.id, i.ref, i.entity, i.kind, i.done, i.mine, i.theirs, p.name, i.at, i.state, i.choice, i.entity_id, i.mid,
           w.name, s.code, s.name
    FROM inbox_item i LEFT JOIN technician p ON p.id = i.theirs_by LEFT JOIN technician w ON w.id = i.technician_id
        LEFT JOIN site s ON s.id = {SITE}
"""
# Those of the laptop's technician, and those that nobody can be named for.
MINE = "(i.technician_id IS ? OR i.technician_id IS NULL)"
# How what a field names is read: table and label, by the field's name.
NAMED = {
    "site_id": ("site", "code || ' ' || name"),
    "owner_id": ("technician", "name"),
    "technician_id": ("technician", "name"),
    "organisation_id": ("organisation", "name"),
    "parent_id": ("organisation", "name"),
    "device_id": ("device", "coalesce(tag, serial, name)"),
    "model_id": ("device_model", "name"),
    "merged_into": ("device_model", "name"),
    "part_id": ("part", "sku"),
    "location_id": ("stock_location", "name"),
    "stock_location_id": ("stock_location", "name"),
    "ticket_id": ("ticket", "ref"),
    "duplicate_of": ("ticket", "ref"),
    "problem_id": ("problem", "ref"),
    "visit_id": ("visit", "planned_start"),
}
# How what is written for a field is looked up, by the field's name; what goes by technicians needs to know who writes.
LOOKED_UP: dict[str, Callable[[sqlite3.Connection, str], str]] = {
    "site_id": names.site_id,
    "device_id": names.device_id,
    "model_id": names.model_id,
    "merged_into": names.model_id,
    "part_id": names.part_id,
    "ticket_id": names.ticket_id,
    "duplicate_of": names.ticket_id,
    "problem_id": lambda connection, text: names.numbered_id(connection, "problem", text),
}
BY_WRITER = {
    "owner_id": names.technician_id,
    "technician_id": names.technician_id,
    "location_id": names.location_id,
    "stock_location_id": names.location_id,
}
# Among so many of the latest lines of history is looked for what others did.
NEWS_LOOKED_AT = 2000
MY_OPEN = InboxFilter()


def chosen(connection: sqlite3.Connection, line: InboxFilterLine, me: str | None) -> InboxFilter:
    """The filter that a line says. Raises NotFound or BadInput for a name that fits nobody."""
    who = line.who if line.who in (None, "all") else names.technician_id(connection, str(line.who), me)
    site = names.site_id(connection, line.site) if line.site else None
    return InboxFilter(line.kind, site, line.entity, who, line.since, line.settled, line.words)


def waiting(connection: sqlite3.Connection, technician: str | None, only: InboxFilter = MY_OPEN) -> list[InboxLine]:
    """What waits for the technician's choice, oldest first; with `settled` also what was chosen already."""
    terms, values = [], []
    for term, value in (
        ("i.kind = ?", only.kind), (f"{SITE} = ?", only.site_id), ("i.entity = ?", only.entity), ("i.at >= ?", only.since)
    ):  # fmt: skip
        if value is not None:
            terms.append(term)
            values.append(value)
    if not only.settled:
        terms.append("i.state = 'open'")
    if only.who is None:
        terms.append(MINE)
        values.append(technician)  # type: ignore[arg-type]
    elif only.who != "all":
        terms.append("i.technician_id = ?")
        values.append(only.who)
    rows = connection.execute(f"{LINE} WHERE {' AND '.join(terms) or '1'} ORDER BY i.at, i.id", values)
    lines = [InboxLine(*row) for row in rows]
    words = only.words.casefold().split()
    return [line for line in lines if all(word in _text(line) for word in words)] if words else lines


def _text(line: InboxLine) -> str:
    return " ".join(str(each) for each in line if each is not None).casefold()


def count(connection: sqlite3.Connection, technician: str | None) -> int:
    """How much waits for the technician's choice."""
    found = connection.execute(f"SELECT count(*) FROM inbox_item i WHERE i.state = 'open' AND {MINE}", (technician,))
    return int(found.fetchone()[0])


def item(connection: sqlite3.Connection, id: str) -> InboxLine:
    """The item with that id, or the one whose id begins so. Raises NotFound, or BadInput if several fit."""
    full = names.by_prefix(connection, "inbox_item", "ref", id, "item")
    row = connection.execute(f"{LINE} WHERE i.id = ?", (full,)).fetchone()
    return InboxLine(*row)


def card(connection: sqlite3.Connection, id: str) -> InboxCard:
    """Everything about one item: field by field, with who put what when and where. Raises NotFound."""
    tx = SqliteTx(connection)
    kept = tx.get("inbox_item", id)
    if kept is None:
        raise NotFound("That item is not in this store any more: see  techdesk inbox.")
    line = item(connection, id)
    try:
        row = tx.get(line.entity, line.entity_id)
    except sqlite3.OperationalError:  # an entity that only a newer version has
        row = None
    may: tuple[str, ...] = ()
    refusal = None
    try:
        may = choosable(kept, row)
    except Refused as refused:
        refusal = str(refused)
    mine, theirs = json.loads(line.mine), json.loads(line.theirs)
    sides = (mine, theirs, row or {})
    fields = []
    for name in dict.fromkeys((*mine, *theirs)):
        said = [in_words(connection, name, side.get(name), name in side) for side in sides]
        fields.append(FieldChoice(name, said[0], said[1], said[2], name in may))
    their_origin = _their_origin(connection, line, row, theirs, kept["theirs_by"])
    return InboxCard(line, fields, _my_origin(connection, line), their_origin, refusal)


def in_words(connection: sqlite3.Connection, field: str, value: Any, there: bool = True) -> str:
    """A field's value as a person says it: names in place of ids, `empty` for nothing, `-` where it is not spoken of."""
    if not there:
        return "-"
    if value in (None, "", []):
        return "empty"
    table, label = NAMED.get(field.rpartition(".")[2], (None, None))
    if table is not None and isinstance(value, str):
        found = connection.execute(f"SELECT {label} FROM {table} WHERE id = ?", (value,)).fetchone()
        return str(found[0]) if found and found[0] is not None else value
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def written(connection: sqlite3.Connection, item: Row, field: str, text: str, me: str | None) -> Value:
    """What was written for a field of an item, as the field holds it. Raises BadInput, and NotFound for what nothing has as
    its name."""
    if text.strip() and field in LOOKED_UP:
        return LOOKED_UP[field](connection, text)
    if text.strip() and field in BY_WRITER:
        return BY_WRITER[field](connection, text, me)
    return typed(item, field, text)


def _my_origin(connection: sqlite3.Connection, line: InboxLine) -> Origin:
    """Mine was done in the operation; where this laptop has done it, its name is known."""
    own = connection.execute("SELECT 1 FROM operation WHERE mid = ?", (line.mid,)).fetchone()
    name = connection.execute("SELECT value FROM meta WHERE key = 'laptop_name'").fetchone()
    return Origin(line.whose, line.at, str(name[0]) if own and name else None)


def _their_origin(
    connection: sqlite3.Connection,
    line: InboxLine,
    row: dict[str, Any] | None,
    theirs: dict[str, Any],
    theirs_by: Value,
) -> Origin:
    """Theirs, from the ticket's history: the last line by which one of these values came to be; else from the row itself,
    while it is as they left it."""
    if line.entity == "ticket":
        events = connection.execute(
            "SELECT p.name, e.at, e.laptop, e.details, e.state, e.act, substr(e.id, 1, 18) = substr(?, 1, 18)"
            " FROM ticket_event e LEFT JOIN technician p ON p.id = e.author WHERE e.ticket_id = ? ORDER BY e.n DESC",
            (line.mid, line.entity_id),
        ).fetchall()
        states = [event[4] for event in events[1:]] + [None]
        for (by, at, laptop, text, state, act, mine), before in zip(events, states, strict=True):
            details = json.loads(text or "{}")
            put = any(name in details and details[name] == value for name, value in theirs.items())
            if (put or theirs.get("state") == state != before) and act != "settle" and not mine:
                return Origin(by or line.theirs_by, at, laptop)
    by_row = row is not None and row["author"] == theirs_by and theirs.items() <= row.items()
    return Origin(line.theirs_by, str(row["updated_at"]) if by_row and row and theirs else None)


def news(connection: sqlite3.Connection, laptop: str, limit: int = 20, words: str = "") -> list[NewsLine]:
    """What came in last from other laptops (two may have the same name) or people, the latest first; what another desk's
    export told is no news. `new` are those that the last sync that brought anything has brought."""
    after = connection.execute("SELECT value FROM meta WHERE key = 'news_after'").fetchone()
    rows = connection.execute(
        f"""
        SELECT e.at, p.name, e.laptop, t.ref, t.title, e.act, e.state, e.note, t.id, e.id, s.name, e.n > ? FROM (
            SELECT * FROM ticket_event ORDER BY n DESC LIMIT {NEWS_LOOKED_AT}
        ) e JOIN ticket t ON t.id = e.ticket_id LEFT JOIN technician p ON p.id = e.author LEFT JOIN site s ON s.id = t.site_id
        WHERE (e.laptop <> ? OR e.author <> (SELECT value FROM meta WHERE key = 'technician')) AND e.by_whom IS NULL
        ORDER BY e.at DESC, e.id DESC LIMIT ?
        """,
        (int(after[0]) if after else 1 << 62, laptop, limit),
    )
    looked_for = words.casefold().split()
    lines = [NewsLine(*row) for row in rows]
    return [line for line in lines if all(word in " ".join(map(str, line)).casefold() for word in looked_for)]
