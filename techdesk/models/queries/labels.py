"""Who has a tag or serial number, however it is written."""

import sqlite3

from techdesk.desk.labels import folded


def fold_in(connection: sqlite3.Connection) -> None:
    """Makes the SQL function `folded` known: what is left of a tag or serial number however it is written."""
    connection.create_function("folded", 1, folded, deterministic=True)


def device_with(connection: sqlite3.Connection, column: str, text: str, but: str | None = None) -> str | None:
    """The `tag` or `serial` of a device that has it, as it is written there; `but` is a device that is not asked."""
    fold_in(connection)
    sql = f"SELECT {column} FROM device WHERE {column} IS NOT NULL AND folded({column}) = ? AND id IS NOT ? LIMIT 1"
    found = connection.execute(sql, (folded(text), but)).fetchone()
    return None if found is None else str(found[0])


def written_twice(connection: sqlite3.Connection, column: str) -> list[list[str]]:
    """The tags, or serial numbers, that several devices have, each as they are written. Asked of every device, so first it is
    only counted, from the index alone."""
    sql = f"SELECT {column} FROM device WHERE {column} IS NOT NULL ORDER BY {column}"
    written = [str(text) for (text,) in connection.execute(sql)]
    bare = [folded(text) for text in written]
    if len(set(bare)) == len(bare):
        return []
    found: dict[str, list[str]] = {}
    for text, each in zip(written, bare, strict=True):
        found.setdefault(each, []).append(text)
    return [list(dict.fromkeys(several)) for several in found.values() if len(several) > 1]
