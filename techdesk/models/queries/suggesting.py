"""What the capture line may complete: rooms of the site one is at, tags of devices."""

import sqlite3

MOST = 8


def suggestions(connection: sqlite3.Connection, typed: str, site_id: str | None) -> list[str]:
    """Words that begin with `@ha` or `#LT`, best first, as the capture line reads them (`Year_3` for Year 3)."""
    sign, start = typed[:1], typed[1:].strip('"').replace("_", " ")
    pattern = start.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    if sign == "@":
        rows = connection.execute(
            "SELECT name FROM room WHERE site_id IS ? AND name LIKE ? ESCAPE '\\' ORDER BY rank, id LIMIT ?",
            (site_id, pattern, MOST),
        )
    elif sign == "#" and start:
        rows = connection.execute(
            "SELECT tag FROM device WHERE tag LIKE ? ESCAPE '\\' ORDER BY site_id IS NOT ?, tag LIMIT ?",
            (pattern, site_id, MOST),
        )
    else:
        return []
    return [sign + str(name).replace(" ", "_") for (name,) in rows]
