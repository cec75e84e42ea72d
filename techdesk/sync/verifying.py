"""Whether this laptop holds what the server has: every row of every table, at the same entry of the log, and which differ."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from techdesk.errors import BadInput, NoConnection
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import Store
from techdesk.sync import checksums, holding, rebase, wire
from techdesk.sync.arrivals import kept_cursor
from techdesk.sync.checksums import Sums
from techdesk.sync.connection import SignedConnection

# How often the server may have gone on meanwhile.
TURNS = 5
# Of so many rows that differ the table and id are told; the rest are counted by table.
MOST_NAMED = 20
MOST_BUCKETS = 50


class Differing(NamedTuple):
    """A row that is not alike: `how` is "only here", "only there" or "differs". Without an id, rows of the table differ that
    are not named."""

    table: str
    id: str | None
    how: str


class Verified(NamedTuple):
    """What was compared: so many rows, as of the entry `seq` of the log."""

    rows: int
    seq: int
    differing: list[Differing]


def verify(store: Store, signed: SignedConnection, catch_up: Callable[[], object]) -> Verified:
    """Compares everything. What waits to be sent is left aside. `catch_up` syncs, and is called when the server has gone on.
    Raises NoConnection."""
    for _ in range(TURNS):
        cursor, columns = kept_cursor(store), rebase.columns_here(store.connection)
        asked: dict[str, Any] = {
            "protocol": wire.PROTOCOL, "cursor": cursor._asdict(), "holding": holding.digest(store),
            "columns": {table: sorted(names) for table, names in columns.items()},
        }  # fmt: skip
        theirs = _ask(signed, asked)
        if "sums" not in theirs:
            catch_up()
            continue
        with _Base(store) as base:
            if kept_cursor(store) != cursor:
                continue
            mine = {table: checksums.sums(base.rows(table, names)) for table, names in theirs["columns"].items()}
            named = list(_differing(base, theirs, mine, partial(_rows_there, signed, asked)))
        return Verified(sum(count for each in mine.values() for count, _ in each.values()), cursor.seq, named)
    raise NoConnection("The server goes on faster than this laptop can compare: try again at a quieter hour.")


class _Base:
    """The store without what is pending in it, for as long as it is open; nothing of it is kept."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> "_Base":
        self._store.connection.execute("BEGIN IMMEDIATE")
        rebase.take_back(self._store, SqliteTx(self._store.connection))
        return self

    def __exit__(self, *_: object) -> None:
        self._store.connection.execute("ROLLBACK")

    def rows(self, table: str, names: list[str]) -> Iterator[tuple[Any, ...]]:
        quoted = ", ".join(f'"{name}"' for name in names)
        return iter(self._store.connection.execute(f'SELECT {quoted} FROM "{table}"'))


def _ask(signed: SignedConnection, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        found = wire.loads(signed.exchange(wire.dumps(asked), path=wire.VERIFY_PATH))
    except BadInput as error:
        raise NoConnection(str(error)) from None
    if not isinstance(found, dict):
        raise NoConnection("The server's answer cannot be read: update techdesk on both ends.")
    return found


def _rows_there(signed: SignedConnection, asked: dict[str, Any], table: str, buckets: list[str]) -> dict[str, Any]:
    return _ask(signed, {**asked, "rows": [table, buckets]})


def _differing(
    base: _Base, theirs: dict[str, Any], mine: dict[str, Sums], ask: Callable[[str, list[str]], dict[str, Any]]
) -> Iterator[Differing]:
    """Asks for the digests of single rows where the sums of a bucket differ."""
    named = 0
    for table, names in theirs["columns"].items():
        there: Sums = {place: (count, total) for place, (count, total) in theirs["sums"][table].items()}
        buckets = sorted(
            place for place in there.keys() | mine[table].keys() if there.get(place) != mine[table].get(place)
        )
        if not buckets:
            continue
        digests = ask(table, buckets[:MOST_BUCKETS]).get("digests") if named < MOST_NAMED else None
        if digests is None:  # or the server has gone on meanwhile
            yield Differing(table, None, "differs")
            continue
        here = checksums.digests(base.rows(table, names), buckets[:MOST_BUCKETS])
        for id in sorted(here.keys() | digests.keys()):
            if here.get(id) != digests.get(id):
                named += 1
                yield Differing(table, id, _how(id in here, id in digests))


def _how(here: bool, there: bool) -> str:
    if here and there:
        return "differs"
    return "only here" if here else "only there"
