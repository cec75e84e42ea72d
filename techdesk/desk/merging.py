"""How edits of fields merge: three ways, field by field, against what their author saw."""

import json
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from techdesk.desk.commands import Changed, Outcome
from techdesk.desk.ids import derived_id
from techdesk.desk.tx import Act, Row, Tx, Value
from techdesk.errors import Refused

# An inbox item's id is far from those of the rows that the same operation makes.
INBOX_OFFSET = 1 << 40


@dataclass(frozen=True, kw_only=True)
class FieldEdit:
    """Makes a row, or sets some of its fields. A field that is None is left as it is; an empty text empties it.

    `base` holds the values that the author saw; the store fills it in.
    """

    TABLE: ClassVar[str]
    REQUIRED: ClassVar[tuple[str, ...]] = ("name",)

    id: str
    base: dict[str, Value] | None = None

    def changes(self) -> Row:
        """The columns that this edit sets."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: (None if value == "" else value)
            for name, value in given.items()
            if value is not None and name not in ("id", "base")
        }

    def seen(self, tx: Tx) -> dict[str, Any]:
        """What the author saw, to be kept in the operation."""
        current = tx.get(self.TABLE, self.id)
        return {"base": None if current is None else {name: current[name] for name in self.changes()}}


def edit_fields(tx: Tx, edit: FieldEdit, act: Act) -> Outcome:
    """The handler of every field edit. Where both sides changed a field, the value that came first stands and the other
    goes to its author's inbox. Returns the outcome without a reference for people."""
    changes, current = edit.changes(), tx.get(edit.TABLE, edit.id)
    if current is None:
        missing = [name for name in edit.REQUIRED if changes.get(name) is None]
        if missing:
            raise Refused(
                f"This {edit.TABLE.replace('_', ' ')} is not known here, and it cannot be made without {missing[0]}."
            )
        tx.put(edit.TABLE, {"id": edit.id, **changes})
        return Outcome()
    lost = lost_fields(changes, edit.base or {}, current) if act.merging else {}
    tx.put(edit.TABLE, {"id": edit.id, **{name: value for name, value in changes.items() if name not in lost}})
    if not lost:
        return Outcome()
    theirs = {name: current[name] for name in lost}
    # Whose values they are stands on the row as it was before the rest of this edit.
    tell(tx, act, "conflict", (edit.TABLE, edit.id), "their values were kept", mine=lost, theirs=theirs,
         theirs_by=current["author"])  # fmt: skip
    return Outcome(kind="conflict")


def lost_fields(changes: Row, base: dict[str, Value], current: Row) -> Row:
    """The changes that do not go in, because someone else has changed the field since its author saw `base`."""
    return {
        name: value
        for name, value in changes.items()
        if name in base and current[name] != base[name] and current[name] != value
    }


def tell(
    tx: Tx, act: Act, kind: str, about: tuple[str, str], done: str, *, mine: dict[str, Any], theirs: dict[str, Any],
    theirs_by: Value = None, to: tuple[int, str] | None = None,
) -> None:  # fmt: skip
    """Leaves an item in the inbox of the act's author, or as a further one of the act (its number) in somebody else's:
    `kind` is merged, conflict, rejected or parked. `theirs_by` is the technician whose values they are, by default who
    touched the row last. What is not there cannot be pointed at: the item is about its author then."""
    number, whose = to or (0, act.actor)
    table, id = about
    row = tx.get(table, id)
    if row is None and act.actor is not None:
        table, id = "technician", act.actor
    row = row or tx.get(table, id) or {}
    tx.put(
        "inbox_item",
        {
            "id": derived_id(act.mid, INBOX_OFFSET + number),
            "technician_id": whose,
            "entity": table,
            "entity_id": id,
            "ref": row.get("ref") or row.get("name") or row.get("title") or row.get("tag"),
            "mid": act.mid,
            "at": act.at,
            "kind": kind,
            "done": done,
            "mine": json.dumps(mine, ensure_ascii=False, sort_keys=True),
            "theirs": json.dumps(theirs, ensure_ascii=False, sort_keys=True),
            "theirs_by": theirs_by or row.get("author"),
        },
    )


def changed(row: Row) -> Changed:
    """What to tell of a row that people name."""
    return Changed(str(row.get("ref") or row.get("code") or row.get("name")), str(row.get("state", "")), str(row["id"]))
