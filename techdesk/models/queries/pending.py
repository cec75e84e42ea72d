"""What this laptop has done and no server has confirmed yet, in the order that it was done."""

import json
import sqlite3
from typing import Any

from techdesk.models.cards import PendingLine
from techdesk.models.queries.inbox import in_words

# Arguments that name what an operation is about: its table, and the column that people know it by.
ABOUT = {
    "ticket_id": ("ticket", "ref"),
    "task_id": ("visit_task", "title"),
    "part_id": ("part", "sku"),
    "item_id": ("inbox_item", "ref"),
    "site_id": ("site", "name"),
}
BY_COMMAND = {
    "ticket": ("ticket", "ref"), "site": ("site", "name"), "device": ("device", "tag"), "part": ("part", "sku"),
    "contact": ("contact", "name"), "technician": ("technician", "name"), "model": ("device_model", "name"),
    "organisation": ("organisation", "name"), "location": ("stock_location", "name"),
    "supplier": ("supplier", "name"), "kit": ("kit", "name"),
}  # fmt: skip
WAITS = "state <> 'done'"


def count(connection: sqlite3.Connection, words: str) -> int:
    """How many operations wait."""
    condition, values = _where(words)
    return int(connection.execute(f"SELECT count(*) FROM operation WHERE {condition}", values).fetchone()[0])


def page(connection: sqlite3.Connection, words: str, limit: int, start: int = 0) -> list[PendingLine]:
    """Operations that wait, oldest first, from index `start`."""
    condition, values = _where(words)
    rows = connection.execute(
        f"SELECT mid, dseq, command, at, state, args FROM operation WHERE {condition} ORDER BY dseq LIMIT ? OFFSET ?",
        [*values, limit, start],
    ).fetchall()
    return [PendingLine(*(*row, _about(connection, row[2], json.loads(row[5])))) for row in rows]


def index_of(connection: sqlite3.Connection, words: str, mid: str) -> int | None:
    """Where an operation stands; None when it waits no more, or the words keep it out."""
    condition, values = _where(words)
    found = connection.execute(f"SELECT dseq FROM operation WHERE {condition} AND mid = ?", [*values, mid]).fetchone()
    if found is None:
        return None
    before = connection.execute(f"SELECT count(*) FROM operation WHERE {condition} AND dseq < ?", [*values, *found])
    return int(before.fetchone()[0])


def holds(connection: sqlite3.Connection, words: str, mids: frozenset[str]) -> frozenset[str]:
    """Those of these operations that wait."""
    condition, values = _where(words)
    found = connection.execute(
        f"SELECT mid FROM operation WHERE {condition} AND mid IN (SELECT value FROM json_each(?))",
        [*values, json.dumps(sorted(mids))],
    )
    return frozenset(str(row[0]) for row in found)


def _where(words: str) -> tuple[str, list[str]]:
    terms, values = [WAITS], []
    for word in words.split():
        terms.append("(command LIKE ? ESCAPE '\\' OR args LIKE ? ESCAPE '\\')")
        values += ["%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"] * 2
    return " AND ".join(terms), values


def _about(connection: sqlite3.Connection, command: str, args: dict[str, Any]) -> str | None:
    """What people call the thing that an operation is about."""
    for name, (table, label) in ABOUT.items():
        if isinstance(args.get(name), str):
            return _named(connection, table, label, args[name])
    place = BY_COMMAND.get(command.partition(".")[0])
    return _named(connection, *place, args["id"]) if place and isinstance(args.get("id"), str) else None


def _named(connection: sqlite3.Connection, table: str, label: str, id: str) -> str | None:
    found = connection.execute(f"SELECT {label} FROM {table} WHERE id = ?", (id,)).fetchone()
    return None if found is None or found[0] is None else str(found[0])


def payload(connection: sqlite3.Connection, line: PendingLine) -> list[tuple[str, str]]:
    """What an operation says, field by field, with names in place of ids; without what only merging needs."""
    args = json.loads(line.args)
    return [(name, in_words(connection, name, value)) for name, value in args.items() if name not in ("base", "writes")]
