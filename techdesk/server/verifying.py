"""What the tables of an organisation come to, for a laptop that wants to know whether it holds the same."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from techdesk.errors import BadInput
from techdesk.server import grants, log
from techdesk.server.laptops import Signed
from techdesk.server.schema import KNOWN
from techdesk.server.snapshots import admitted
from techdesk.server.storage import Session, Storage
from techdesk.sync import checksums, reading, scopes, wire

AT_ONCE = 1000
MOST_BUCKETS = 50


def answer(storage: Storage, signed: Signed, body: bytes) -> bytes:
    """{seq, sums} by table, of what the laptop may see, over the columns that it names and that are known here (`columns`);
    with `rows`, a table and buckets, {seq, digests} of the rows in these. Only {seq} when the laptop is not as far as
    the log. Raises Declined, BadInput."""
    laptop, document = admitted(storage, signed, wire.VERIFY_PATH, body)
    cursor, columns = reading.read_cursor(document.get("cursor")), _columns(document)
    with storage.reading() as session:
        end = log.head(session, laptop.org)
        log.same_history(session, end, cursor)
        granted = grants.sites(session.tx(laptop.org), laptop)
        if end.cursor != cursor or document.get("holding") != scopes.digest(granted):
            return wire.dumps({"seq": end.seq})
        sites = None if granted is None else granted | {laptop.technician_id}
        if document.get("rows") is None:
            found = {
                table: checksums.sums(_rows(session, end.org, table, names, sites)) for table, names in columns.items()
            }
            return wire.dumps({"seq": end.seq, "columns": columns, "sums": found})
        table, buckets = _named(document["rows"], columns)
        rows = _rows(session, end.org, table, columns[table], sites)
        return wire.dumps({"seq": end.seq, "digests": checksums.digests(rows, buckets)})


def _columns(document: dict[str, Any]) -> dict[str, list[str]]:
    """The columns to look at, by table: the id first."""
    asked = document.get("columns")
    if not isinstance(asked, dict) or not all(isinstance(names, list) for names in asked.values()):
        raise BadInput("The request names no columns: update techdesk.")
    return {
        table: ["id", *(name for name in KNOWN[table] if name != "id" and name in asked[table])]
        for table in KNOWN
        if table in asked
    }


def _named(rows: Any, columns: Mapping[str, object]) -> tuple[str, list[str]]:
    try:
        table, buckets = rows
        if table in columns and len(buckets) <= MOST_BUCKETS:
            return table, [str(each) for each in buckets]
    except (TypeError, ValueError):
        pass
    raise BadInput("The request names no rows: update techdesk.")


def _rows(
    session: Session, org: int, table: str, names: Sequence[str], sites: frozenset[str] | None
) -> Iterator[tuple[Any, ...]]:
    term, values = scopes.condition(table, sites, common=True, org=org)
    quoted = ", ".join(f'"{name}"' for name in names)
    with session.stream(f'SELECT {quoted} FROM "{table}" WHERE org = ? AND ({term})', org, *values) as found:
        while rows := found.fetchmany(AT_ONCE):
            yield from rows
