"""What is kept beside the fields of an imported row: the source's other columns, and what tells whether it has changed."""

import json
from typing import Any

from techdesk.desk.tx import Row, Value
from techdesk.exchange.mapping import Mapping

# The key, among the extra columns, under which the import keeps its own notes.
MARK = "imported"


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
    changes = {name: value for name, value in values.items() if current is None or current.get(name) != value}
    after = before | kept({"extra": given}) | extra
    if not own:
        after[MARK] = before.get(MARK, {}) | {mapping.source: digest}
    text = json.dumps(after, ensure_ascii=False, sort_keys=True) if after else None
    if text is not None and after != before:
        changes["extra"] = text
    return changes
