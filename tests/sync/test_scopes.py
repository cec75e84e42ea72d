"""Which school a row belongs to, asked of one row and of a whole table."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import product
from pathlib import Path

import pytest

from techdesk.desk.tx import Act, Row
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import Store
from techdesk.models.tables import ENTITIES, columns
from techdesk.server.schema import KNOWN
from techdesk.server.storage import opened
from techdesk.sync import scopes
from techdesk.sync.scopes import COMMON, NOWHERE, PATHS

TABLES = [str(entity.__tablename__) for entity in ENTITIES]
NORTH, SOUTH, ANNA = "site-north", "site-south", "technician-anna"
ACT = Act("0" * 36, "2026-11-23T09:15:00.000Z", ANNA, "laptop")
# A set of rows, by table and id; and what finds those that a condition is true for.
Asked = Callable[[str, str, list[str | int]], set[str]]


def _row(table: str, id: str, **given: str | None) -> Row:
    """A row with the least that its table takes."""
    row: Row = {"id": id}
    for column in columns(table):
        if column.name not in ("n", "id") and not column.nullable and column.default is None:
            row[column.name] = f"{id}-{column.name}" if KNOWN[table][column.name] is str else 0
    return row | given


def _places() -> Iterator[tuple[str, Row]]:
    """Schools, with visits and tickets there and of no school."""
    for site in (NORTH, SOUTH):
        yield "site", _row("site", site)
    for place, site in {"north": NORTH, "south": SOUTH, "none": None}.items():
        yield "ticket", _row("ticket", f"ticket-{place}", site_id=site)
    for place, site in {"north": NORTH, "south": SOUTH}.items():
        yield "visit", _row("visit", f"visit-{place}", site_id=site)
    for place, site in {"north": NORTH, "none": None}.items():
        yield "calendar", _row("calendar", f"calendar-{place}", site_id=site)
        yield "device", _row("device", f"device-{place}", site_id=site)
    for place, site in {"north": NORTH, "south": SOUTH}.items():
        yield "audit", _row("audit", f"audit-{place}", site_id=site)
        yield "checklist_run", _row("checklist_run", f"checklist_run-{place}", site_id=site)
    for place, site in {"north": NORTH, "none": None}.items():
        yield "checklist", _row("checklist", f"checklist-{place}", site_id=site)


def _rows() -> Iterator[tuple[str, Row]]:
    """Rows of every table, along every way to a site, to none, and into nothing."""
    yield from _places()
    ends = {None: ("north", "south"), "ticket": ("north", "south", "none", "gone"), "visit": ("north", "south", "gone"),
            "calendar": ("north", "none", "gone"), "device": ("north", "none", "gone"),
            "audit": ("north", "south", "gone"), "checklist": ("north", "none", "gone"),
            "checklist_run": ("north", "south", "gone")}  # fmt: skip
    placed = {table for table, _ in _places()}
    for table in TABLES:
        path = PATHS[table]
        if path == COMMON:
            yield table, _row(table, f"{table}-any")
        if path == COMMON or table in placed or table == "inbox_item":
            continue
        nullable = {column.name for column in columns(table) if column.nullable}
        choices = [[(end, parent) for end in ends[parent]] for _, parent in path]
        for number, chosen in enumerate(product(*([*each, None] for each in choices))):
            given: Row = {}
            for (column, parent), choice in zip(path, chosen, strict=True):
                given[column] = None if choice is None else f"{parent or 'site'}-{choice[0]}"
            if all(value is not None or name in nullable for name, value in given.items()):
                yield table, _row(table, f"{table}-{number}", **given)  # type: ignore[arg-type]
    about = [("ticket", "ticket-north"), ("ticket", "ticket-none"), ("ticket", "ticket-gone"), ("site", SOUTH),
             ("part", "part-any"), ("inbox_item", "item-0"), ("timer", "timer-0"), ("visit_task", "visit_task-0"),
             ("worklog", "worklog-5"),
             ("no_such_table", "x")]  # fmt: skip
    for number, ((entity, id), owner) in enumerate(product(about, (ANNA, None))):
        yield "inbox_item", _row("inbox_item", f"item-{number}", entity=entity, entity_id=id, technician_id=owner)


@contextmanager
def _laptop(folder: Path) -> Iterator[tuple[SqliteTx, Asked]]:
    with closing(Store(folder / "techdesk.db")) as store, store.transaction() as tx:

        def asked(table: str, term: str, values: list[str | int]) -> set[str]:
            return {id for (id,) in store.connection.execute(f'SELECT id FROM "{table}" WHERE {term}', values)}

        yield tx, asked


def _agree(tx: SqliteTx, asked: Asked, org: int | None) -> None:
    tx.begin(ACT)
    for table, row in _rows():
        tx.append(table, row)
    for table in TABLES:
        belongs = {str(row["id"]): scopes.site_of(tx, table, row) for row in tx.find(table)}
        for sites, common in product([None, (), (NORTH,), (SOUTH, ANNA), (NORTH, SOUTH)], (True, False)):
            meant = {id for id, site in belongs.items() if (common if site is None else sites is None or site in sites)}
            term, values = scopes.condition(table, sites, common=common, org=org)
            assert asked(table, term, values) == meant, (table, sites, common)
            assert asked(table, f"NOT ({term})", values) == belongs.keys() - meant, (table, sites, common)


def test_every_table_that_travels_says_how_its_rows_find_their_school() -> None:
    assert set(PATHS) == set(TABLES)


def test_every_way_to_a_school_is_a_column_of_its_table() -> None:
    for table, path in PATHS.items():
        assert {column for column, _ in path} <= {column.name for column in columns(table)}
        assert {parent for _, parent in path} <= {None, *TABLES}


def test_a_laptop_asks_of_one_row_and_of_a_table_alike(tmp_path: Path) -> None:
    with _laptop(tmp_path) as (tx, asked):
        _agree(tx, asked, None)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_server_asks_of_one_row_and_of_a_table_alike(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database = tmp_path / "server.db" if kind == "sqlite" else request.getfixturevalue("postgres_database")
    storage = opened(database)
    with storage.transaction() as session:
        # Another organisation has rows with the same ids, all of them in the south.
        other = session.tx(2)
        other.begin(ACT)
        for table, row in _places():
            other.append(table, row | ({"site_id": SOUTH} if "site_id" in row else {}))

        def asked(table: str, term: str, values: list[str | int]) -> set[str]:
            found = session.rows(f'SELECT id FROM "{table}" WHERE org = ? AND {term}', 1, *values)
            return {str(row["id"]) for row in found}

        _agree(session.tx(1), asked, 1)  # type: ignore[arg-type]
    storage.close()


def test_what_hangs_on_a_missing_ticket_is_not_common(tmp_path: Path) -> None:
    with _laptop(tmp_path) as (tx, _):
        tx.begin(ACT)
        tx.append("ticket_event", _row("ticket_event", "event", ticket_id="gone"))
        event = tx.get("ticket_event", "event")
        assert event is not None
        assert scopes.site_of(tx, "ticket_event", event) == NOWHERE


def test_the_digest_of_a_set_does_not_hang_on_its_order() -> None:
    assert scopes.digest([NORTH, SOUTH]) == scopes.digest({SOUTH, NORTH}) != scopes.digest([NORTH])
    assert scopes.digest(None) not in (scopes.digest(()), scopes.digest([NORTH]))
