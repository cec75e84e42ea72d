"""What of the books of spares and devices is to be settled: what cannot be, what asks for a word, what a file offered."""

import json
import sqlite3
from typing import NamedTuple

from techdesk.models.queries import labels, models, stock_books
from techdesk.models.stock_lines import ReviewLine

# Those that are gone for good do not count.
HAVING = """
    SELECT id, {column} FROM device WHERE {column} IN (SELECT value FROM json_each(?)) AND state <> 'disposed' ORDER BY n
"""
MOST_TWICE = 500
# What `techdesk model merge` could take for either of several models.
SEVERAL_MODELS = "SELECT spelling FROM model_of GROUP BY spelling HAVING count(DISTINCT kept_id) > 1"
OFFERED = """
    SELECT i.id, i.entity_id, coalesce(d.tag, d.serial, d.name, '?'), here.name, i.done, i.mine
    FROM inbox_item i JOIN device d ON d.id = i.entity_id LEFT JOIN site here ON here.id = d.site_id
    WHERE i.entity = 'device' AND i.state = 'open' AND i.kind = 'conflict' ORDER BY i.at, i.id LIMIT 500
"""
DEVICE = """
    SELECT d.id, d.tag, d.serial, d.name, m.name, s.name, d.room, d.state FROM device d
    LEFT JOIN device_model m ON m.id = d.model_id LEFT JOIN site s ON s.id = d.site_id WHERE d.id = ?
"""


class ToSettle(NamedTuple):
    """Something to be settled: `kind` is negative, serial, serials, transit, difference (spares), offer, same_tag,
    same_serial or models. `ids` name what it is about: the movement, transfer or inbox item, or the devices or models, the
    first of which is kept. `what` says it, and `next` what settles it in the shell."""

    key: str
    kind: str
    ids: tuple[str, ...]
    label: str
    where: str | None
    what: str
    next: str


class SameDevice(NamedTuple):
    """A device in a group of those that may be one."""

    id: str
    tag: str | None
    serial: str | None
    name: str | None
    model: str | None
    site: str | None
    room: str | None
    state: str


def to_settle(connection: sqlite3.Connection, now: str) -> list[ToSettle]:
    """All of it, what cannot be first."""
    return [*map(_of_stock, stock_books.review(connection, now)), *of_devices(connection)]


def of_devices(connection: sqlite3.Connection) -> list[ToSettle]:
    """That of devices and their models."""
    return [*_offered(connection), *_twice(connection, "tag"), *_twice(connection, "serial"), *_alike(connection)]


def devices(connection: sqlite3.Connection, ids: tuple[str, ...]) -> list[SameDevice]:
    """The devices of an item."""
    found = (connection.execute(DEVICE, (id,)).fetchone() for id in ids)
    return [SameDevice(*row) for row in found if row is not None]


def _of_stock(line: ReviewLine) -> ToSettle:
    return ToSettle(
        f"{line.kind}:{line.id}", line.kind, (line.id, line.part_id), line.sku, line.location, line.what, line.next
    )


def _offered(connection: sqlite3.Connection) -> list[ToSettle]:
    found = []
    for id, device, label, here, done, mine in connection.execute(OFFERED):
        claim = json.loads(mine)
        if "site_id" not in claim:
            continue
        site = connection.execute("SELECT name FROM site WHERE id = ?", (claim["site_id"],)).fetchone()
        there = ", ".join(filter(None, (site[0] if site else "another site", claim.get("room"))))
        what = f"offered to {there}: {done}"
        found.append(
            ToSettle(f"offer:{id}", "offer", (id, device), label, here, what, f"inbox mine {id[:18]}, or inbox theirs")
        )
    return found


def _twice(connection: sqlite3.Connection, column: str) -> list[ToSettle]:
    words = {"tag": "tag", "serial": "serial number"}[column]
    found = []
    for spellings in labels.written_twice(connection, column)[:MOST_TWICE]:
        having = connection.execute(HAVING.format(column=column), (json.dumps(spellings),)).fetchall()
        if len(having) < 2:
            continue
        ids, text = tuple(str(id) for id, _ in having), str(having[0][1])
        several = tuple(dict.fromkeys(str(each) for _, each in having))
        spelled = f", spelled {' and '.join(several)}" if len(several) > 1 else ""
        what = f"{len(ids)} devices have this {words}{spelled}: one of them is labelled or noted wrongly"
        next = f"device edit {ids[-1]} --{column} NEW"
        found.append(ToSettle(f"same_{column}:{text}", f"same_{column}", ids, text, None, what, next))
    return found


def _alike(connection: sqlite3.Connection) -> list[ToSettle]:
    found = []
    clashing = {str(name) for (name,) in connection.execute(SEVERAL_MODELS)}

    def typed(model: models.Spelled) -> str:
        """What the shell finds the model by: its name, or its id where the name is no single model's."""
        plain = model.name == model.name.strip() and "'" not in model.name and model.name not in clashing
        return f"'{model.name}'" if plain else model.id

    for group in models.alike(connection):
        ids = (group.kept.id, *(other.id for other in group.others))
        named = ", ".join(f"{other.name} ({other.devices})" for other in group.others)
        what = f"may be one model with {named}"
        next = " ".join(("model merge", typed(group.kept), *map(typed, group.others)))
        found.append(ToSettle(f"models:{group.kept.id}", "models", ids, group.kept.name, None, what, next))
    return found
