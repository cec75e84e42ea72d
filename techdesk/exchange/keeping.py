"""What is kept beside the fields of an imported row: the source's other columns, and what tells whether it has changed."""

import json
import re
from collections.abc import Container, Iterable
from typing import Any

from techdesk.desk.tx import Row, Tx, Value
from techdesk.exchange.kinds import KINDS
from techdesk.exchange.mapping import Mapping
from techdesk.exchange.reading import Reading

# The key, among the extra columns, under which the import keeps its own notes.
MARK = "imported"
_OURS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def own_id(reading: Reading) -> str | None:
    """Takes the id that techdesk wrote out of a row. A number that another program calls an id is none of ours."""
    id = str(reading.values.pop("id", ""))
    return id if _OURS.fullmatch(id) else None


def by_id(tx: Tx, table: str, given: str | None, alike: Iterable[Row], seen: Container[str]) -> Row | None:
    """The row that a row of the file means: the one of that id, else the first of those `alike`. Two ids in one file are
    two things, so one that an earlier row of the file meant (`seen`) is not meant again."""
    found = tx.get(table, given) if given else None
    return found or next((row for row in alike if given is None or row["id"] not in seen), None)


def kept(current: Row | None) -> dict[str, Any]:
    """The extra columns of a row that is here."""
    text = None if current is None else current.get("extra")
    if not text:
        return {}
    try:
        found = json.loads(str(text))
    except ValueError:
        return {"extra": str(text)}
    return found if isinstance(found, dict) else {"extra": found}


def news(
    current: Row | None, values: dict[str, Value], mapping: Mapping, digest: str, extra: dict[str, str]
) -> dict[str, Value]:
    """The fields that an import is to set: none when the file says what it said the last time, though people may have
    changed the row since. A table that techdesk wrote is compared with the row itself."""
    before = kept(current)
    own = mapping.source == "techdesk"
    if not own and before.get(MARK, {}).get(mapping.source) == digest:
        return {}
    given = values.pop("extra", None)
    days = {name for name, type in KINDS[mapping.kind].fields.items() if type in ("date", "until")}
    changes = {
        name: value
        for name, value in values.items()
        if current is None or _as_told(current.get(name), name in days) != value
    }
    after = before | kept({"extra": given}) | extra
    if not own:
        after[MARK] = before.get(MARK, {}) | {mapping.source: digest}
    text = json.dumps(after, ensure_ascii=False, sort_keys=True) if after else None
    if text is not None and after != before:
        changes["extra"] = text
    return changes


def _as_told(value: Value, day: bool) -> Value:
    """What is stored, as a file tells it: of a moment the day alone, so that the same day does not take its time away."""
    return value[:10] if day and isinstance(value, str) else value
