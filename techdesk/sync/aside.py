"""What this version has no place for: tables and columns that a newer server has sent.

They are left aside when they arrive, and only their names are kept. Once an update of techdesk has made a place for one of
them, the store is read anew from the server, which has it all.
"""

import json
from collections.abc import Iterable, Iterator

from techdesk.models.store import Store
from techdesk.sync import rebase
from techdesk.sync.rebase import Columns
from techdesk.sync.wire import Entry

# More names than an update ever brings; a server cannot fill the store with them.
MOST_NAMES, LONGEST_NAME = 500, 100


def note(store: Store, entries: Iterable[Entry], columns: Columns) -> None:
    """Keeps the names of what these entries bring and the store has no place for, inside the open transaction."""
    keep(store, set(_strange(entries, columns)))


def keep(store: Store, names: set[str]) -> None:
    """Keeps these names, a table or table.column each, inside the open transaction."""
    kept = _kept(store)
    if names - kept:
        store.set_meta(aside=json.dumps(sorted(kept | names)[:MOST_NAMES]))


def has_a_place(store: Store) -> bool:
    """Whether there is a place now for something that was left aside."""
    kept = _kept(store)
    if not kept:
        return False
    columns = rebase.columns_here(store.connection)
    return any(table in columns and (not column or column in columns[table]) for table, column in map(_parts, kept))


def begin_anew(store: Store) -> None:
    """Forgets the names, inside the transaction that reads the store anew."""
    store.set_meta(aside=None)


def strange(table: str, names: Iterable[str], columns: Columns) -> Iterator[str]:
    """What of a table and these columns of it the store has no place for."""
    known = columns.get(table)
    if known is None:
        yield table[:LONGEST_NAME]
    else:
        yield from (f"{table}.{name}"[:LONGEST_NAME] for name in names if name not in known)


def _strange(entries: Iterable[Entry], columns: Columns) -> Iterator[str]:
    for entry in entries:
        for table, _, after, _ in entry.writes:
            yield from strange(table, after or (), columns)


def _parts(name: str) -> tuple[str, str]:
    table, _, column = name.partition(".")
    return table, column


def _kept(store: Store) -> set[str]:
    return set(json.loads(store.meta("aside") or "[]"))
