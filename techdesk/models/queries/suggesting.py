"""What the capture line may complete: rooms of the site one is at, tags of devices, how urgent it is, what kind it is."""

import sqlite3

from techdesk.desk.capture import KINDS, URGENCIES

MOST = 8
WORDS = {"!": URGENCIES, "?": KINDS}


def suggestions(connection: sqlite3.Connection, typed: str, site_id: str | None) -> list[str]:
    """Words that begin with `@ha`, `#LT`, `!u` or `?h`, best first, as the capture line reads them (`Year_3` for Year 3)."""
    sign, start = typed[:1], typed[1:].strip('"').replace("_", " ")
    if sign in WORDS:
        return [word for word in WORDS[sign] if start and word[1:].startswith(typed[1:].casefold())]
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
