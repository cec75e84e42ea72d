"""To which sites the rows of a log entry belong, before and after it: noted when it is written, so that a laptop of some
schools can be given its part of the log without a look at what the rows have become since.

A write's **tag** is the site that its row belongs to, null for a common row. Where a row goes from one site to another the
tag is [before, after, the whole row as it is after]. What hangs on such a row and was not written itself (the history of a
ticket that moves) is noted beside the writes: [table, id, row, before, after] each. Who had the site before and has not the
one after is told that the row is gone; who has only the one after gets the whole row.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from techdesk.desk.tx import Row, Tx, Write
from techdesk.desk.undoing import FACTS
from techdesk.server.guarding import OutOfScope
from techdesk.sync import wire
from techdesk.sync.scopes import COMMON, FLEETING, INBOX, NOWHERE, PATHS, site_of

# Entries of one site have its id as their scope, those of none the empty text; else it stands row by row in `parts`.
MIXED = "*"
Tag = str | None
Moved = tuple[Tag, Tag, Row]
Carried = tuple[str, str, Row, Tag, Tag]
# For each table, the tables whose rows hang on its rows, with the column that names it.
HANGING: Mapping[str, Sequence[tuple[str, str]]] = {
    parent: [(table, column) for table, path in PATHS.items() for column, above in path if above == parent]
    for parent in {above for path in PATHS.values() for _, above in path if above is not None}
}
# Tickets are never removed, so nothing waits for one; of the others, what hangs on it may have come before it.
AWAITED = HANGING.keys() - {"ticket"}


class Belonging(NamedTuple):
    """The tags of an entry's writes, in their order, and what else moved because of them."""

    tags: list[Tag | Moved]
    carried: list[Carried]

    @property
    def scope(self) -> str:
        """What the log is searched by."""
        plain = {tag for tag in self.tags if not isinstance(tag, tuple)}
        if self.carried or len(plain) > 1 or any(isinstance(tag, tuple) for tag in self.tags):
            return MIXED
        return (plain.pop() if plain else None) or ""

    @property
    def parts(self) -> str | None:
        """The tags as the log keeps them; None where the scope says it all."""
        return wire.dumps([self.tags, self.carried]).decode() if self.scope == MIXED else None


class _Before:
    """The rows as they were before the writes of an act."""

    def __init__(self, tx: Tx, writes: Sequence[Write]) -> None:
        self._tx = tx
        self._written = {(write.table, write.id): write for write in writes}

    def get(self, table: str, id: str) -> Row | None:
        row = self._tx.get(table, id)
        write = self._written.get((table, id))
        if write is None:
            return row
        return None if write.before is None else (row or {}) | write.before


def belonging(tx: Tx, writes: Sequence[Write], *, again: bool = False) -> Belonging:
    """To which sites the rows belong that an act has just written. `again` says that it may have made a row that was there
    once, on which others may hang still."""
    before = _Before(tx, writes)
    tags: list[Tag | Moved] = []
    carried: dict[tuple[str, str], Carried] = {}
    written = {(write.table, write.id) for write in writes}
    # Hardly an act moves anything; and most write several rows of one ticket.
    moving = any(map(_moving, writes))
    sites: dict[tuple[str, str], Tag] = {}
    for write in writes:
        if PATHS[write.table] == COMMON:
            tags.append(None)
            continue
        row = tx.get(write.table, write.id)
        tag: Tag | Moved = None
        if row is None:
            tag = site_of(before, write.table, write.before or {})
        elif write.before is None:
            tag = _site_now(tx, write.table, row, sites)
        else:
            now = _site_now(tx, write.table, row, sites)
            was = site_of(before, write.table, row | write.before) if moving else now
            tag = now if now == was else (was, now, row)
        tags.append(tag)
        remade = write.before is None and (write.table in AWAITED or (again and write.table not in FACTS))
        moved = row is None or isinstance(tag, tuple) or remade
        if moved and write.table not in FLEETING:
            for each in _hanging(tx, before, write.table, write.id):
                if each[:2] not in written:
                    carried[each[0], each[1]] = each
    return Belonging(tags, list(carried.values()))


def check(found: Belonging, before: frozenset[str], after: frozenset[str]) -> None:
    """Raises OutOfScope when a row belonged to a scope that is not among those of `before`, or belongs to one that is not
    among those of `after`."""
    for tag in found.tags:
        was, now = (tag[0], tag[1]) if isinstance(tag, tuple) else (None, tag)
        if not (was is None or was in before) or not (now is None or now in after):
            raise OutOfScope


def part(scope: str | None, writes: str, parts: str | None, held: frozenset[str], *, common: bool, tx: Tx) -> list[Any]:
    """Those writes of a log entry, as they go onto the wire, that are for who holds these scopes, and common rows if
    `common`. An entry from before scopes were noted is judged by where its rows are now."""
    if scope is not None and scope != MIXED:
        return list(json.loads(writes)) if (scope in held if scope else common) else []
    rows: list[Any] = json.loads(writes)
    tags, carried = json.loads(parts) if parts is not None else ([_present(tx, row) for row in rows], [])

    def has(tag: Tag) -> bool:
        return common if tag is None else tag in held

    found: list[Any] = []
    for (table, id, after, made), tag in zip(rows, tags, strict=True):
        if not isinstance(tag, list):
            found += [[table, id, after, made]] if has(tag) else []
        elif has(tag[0]) and has(tag[1]):
            found.append([table, id, after, made])
        else:
            found += _crossing(table, id, tag[2], had=has(tag[0]), has=has(tag[1]))
    for table, id, row, was, now in carried:
        if has(was) != has(now):
            found += _crossing(table, id, row, had=has(was), has=has(now))
    return found


def _moving(write: Write) -> bool:
    """Whether a write may have moved its row, or what hangs on it, to another site."""
    if write.before is None or (write.after is None and write.table in FLEETING):
        return False
    return write.after is None or any(column in write.before for column, _ in PATHS[write.table])


def _crossing(table: str, id: str, row: Row, *, had: bool, has: bool) -> list[Any]:
    if has:
        return [[table, id, row, 1]]
    return [[table, id, None, 0]] if had else []


def _site_now(tx: Tx, table: str, row: Row, sites: dict[tuple[str, str], Tag]) -> Tag:
    if table == INBOX:
        return site_of(tx, table, row)
    column, parent = next(((name, above) for name, above in PATHS[table] if row[name] is not None), (None, None))
    if column is None or parent is None:
        return site_of(tx, table, row)
    key = parent, str(row[column])
    if key not in sites:
        sites[key] = site_of(tx, table, row)
    return sites[key]


def _hanging(tx: Tx, before: _Before, table: str, id: str) -> Iterator[Carried]:
    """What hangs on a row and went to another site with it, and what hangs on that."""
    below = [
        (child, row)
        for child, column in HANGING.get(table, ())
        for row in tx.find(child, order="id", limit=None, **{column: id})
    ]
    below += [(INBOX, row) for row in tx.find(INBOX, entity=table, entity_id=id)]
    for child, row in below:
        was, now = site_of(before, child, row), site_of(tx, child, row)
        if was != now:
            yield child, str(row["id"]), row, was, now
        if child not in FLEETING:
            yield from _hanging(tx, before, child, str(row["id"]))


def _present(tx: Tx, write: Sequence[Any]) -> Tag:
    row = tx.get(write[0], write[1])
    return NOWHERE if row is None else site_of(tx, write[0], row)
