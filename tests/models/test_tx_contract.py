"""One contract for every `Tx`: memory, a laptop's SQLite, and a server's SQLite and PostgreSQL with other organisations'
rows beside it, each also with its writes held back."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.dialects import postgresql, sqlite

from techdesk.desk.closing import CloseTicket, ReopenTicket
from techdesk.desk.commands import Command, perform
from techdesk.desk.ids import derived_id, new_id, ticket_ref
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.people import RecordSite, RecordTechnician
from techdesk.desk.spares import MoveStock, RecordLocation, RecordPart
from techdesk.desk.tickets import AssignTicket, EditTicket, LogTicket, NoteTicket
from techdesk.desk.tx import Act, Row, Write
from techdesk.desk.views import SaveView
from techdesk.desk.visits import AddTask, PlanVisit, StartVisit, WrapVisit
from techdesk.desk.work import HoldTicket, StartWork, StopWork
from techdesk.models import schema as ddl
from techdesk.models.buffered import BufferedTx
from techdesk.models.journal import journal, read_journal
from techdesk.models.memory import MemoryTx
from techdesk.models.migrations import migrate
from techdesk.models.postgres import PostgresTx
from techdesk.models.recording import RecordingTx
from techdesk.models.sql import SqlTx
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import connect
from techdesk.server import schema

AT = "2026-11-23T09:14:05.120Z"
LATER = "2026-11-23T09:20:00.000Z"
OURS, THEIRS = 7, 8
OF_SERVERS = ["sqlite of a server", "postgresql", "buffered sqlite", "buffered postgresql"]


def act(at: str = AT, *, actor: str | None = "ann", merging: bool = False) -> Act:
    return Act(new_id(), at, actor, "ann-laptop", merging)


def laptop(path: Path) -> sqlite3.Connection:
    connection = connect(path)
    migrate(connection, 0)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def server_sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in ddl.statements(schema.tables(), sqlite.dialect()):
        connection.execute(statement)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def buffered(beneath: SqlTx) -> BufferedTx:
    return BufferedTx(beneath, schema.BLANKS)


@pytest.fixture(
    params=["memory", "sqlite", "sqlite of a server", "postgresql", "buffered sqlite", "buffered postgresql"]
)
def tx(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RecordingTx]:
    if request.param == "memory":
        made: RecordingTx = MemoryTx()
        made.begin(act())
        yield made
        return
    if request.param.endswith("postgresql"):
        with psycopg.connect(request.getfixturevalue("empty_postgres")) as link:
            for statement in ddl.statements(schema.tables(), postgresql.dialect()):
                link.execute(statement.encode())
            stranger(PostgresTx(link, THEIRS, schema.KNOWN))
            made = PostgresTx(link, OURS, schema.KNOWN)
            made = buffered(made) if request.param.startswith("buffered") else made
            made.begin(act())
            yield made
        return
    of_server = request.param != "sqlite"
    connection = (server_sqlite if of_server else laptop)(tmp_path / "it.db")
    if of_server:
        stranger(SqliteTx(connection, THEIRS, schema.KNOWN))
    made = SqliteTx(connection, OURS, schema.KNOWN) if of_server else SqliteTx(connection)
    made = buffered(made) if request.param.startswith("buffered") else made
    made.begin(act())
    yield made
    connection.close()


def stranger(tx: RecordingTx) -> None:
    """Rows of another organisation with the ids and values that the tests use."""
    tx.begin(act())
    for id in ("a", "b", "c"):
        tx.put("site", {"id": id, "code": "1", "name": "theirs", "pupils": 1000})


def site(tx: RecordingTx, id: str, **columns: str | int | float | None) -> None:
    tx.put("site", {"id": id, "code": "1", "name": f"Site {id}"} | columns)


def ids(rows: list[Row]) -> list[str]:
    return [str(row["id"]) for row in rows]


def test_a_row_comes_back_with_its_stamps_and_defaults(tx: RecordingTx) -> None:
    site(tx, "a", latitude=53.5, pupils=210)
    row = tx.get("site", "a")
    assert row is not None
    assert (row["name"], row["latitude"], row["pupils"], row["state"]) == ("Site a", 53.5, 210, "active")
    assert (row["created_at"], row["updated_at"], row["author"], row["version"]) == (AT, AT, "ann", 1)
    assert "n" not in row and "org" not in row
    assert row["address"] is None
    assert tx.get("site", "z") is None


def test_find_takes_equal_rows_with_empty_columns_too(tx: RecordingTx) -> None:
    site(tx, "c", cluster="north")
    site(tx, "a", cluster="north", pupils=0)
    site(tx, "b", cluster=None)
    assert ids(tx.find("site", cluster="north")) == ["a", "c"]
    assert ids(tx.find("site", cluster=None)) == ["b"]
    assert ids(tx.find("site", cluster="north", pupils=0)) == ["a"]
    assert ids(tx.find("site")) == ["a", "b", "c"]


def test_find_sorts_empty_first_and_text_bytewise_and_keeps_to_its_limit(tx: RecordingTx) -> None:
    for id, cluster in (
        ("a", "élan"),
        ("b", "Zebra"),
        ("c", None),
        ("d", "apple"),
        ("e", "Zebra"),
        ("f", "\U0001f600"),
    ):
        site(tx, id, cluster=cluster)
    assert ids(tx.find("site", order="cluster")) == ["c", "b", "e", "d", "a", "f"]
    assert ids(tx.find("site", order="cluster", limit=2)) == ["c", "b"]
    assert ids(tx.find("site", order="-cluster")) == ["f", "a", "d", "e", "b", "c"]
    assert ids(tx.find("site", order="-cluster", limit=2)) == ["f", "a"]
    for id, pupils in (("a", 0), ("b", None), ("c", 30), ("d", 4)):
        tx.put("site", {"id": id, "pupils": pupils})
    assert ids(tx.find("site", order="pupils", state="active"))[-3:] == ["a", "d", "c"]


def test_total_adds_what_matches(tx: RecordingTx) -> None:
    site(tx, "a", pupils=200, latitude=1.5)
    site(tx, "b", pupils=55)
    assert tx.total("site", "pupils") == 255
    assert tx.total("site", "pupils", id="a") == 200
    assert tx.total("site", "latitude", id="a") == 1.5
    assert tx.total("site", "pupils", id="z") == 0


def test_a_put_changes_what_it_says_and_counts_the_version(tx: RecordingTx) -> None:
    site(tx, "a", cluster="north")
    tx.begin(act(LATER, actor="ben"))
    tx.put("site", {"id": "a", "name": "Hall", "cluster": None})
    row = tx.get("site", "a")
    assert row is not None
    assert (row["name"], row["code"], row["cluster"]) == ("Hall", "1", None)
    assert (row["created_at"], row["updated_at"], row["author"], row["version"]) == (AT, LATER, "ben", 2)
    [write] = tx.writes
    assert write.before == {"name": "Site a", "cluster": "north", "updated_at": AT, "version": 1, "author": "ann"}
    assert write.after == {"name": "Hall", "cluster": None, "updated_at": LATER, "version": 2, "author": "ben"}


def test_a_put_that_changes_nothing_writes_nothing(tx: RecordingTx) -> None:
    site(tx, "a", pupils=10)
    tx.begin(act(LATER, actor="ben"))
    site(tx, "a", pupils=10)
    assert tx.writes == []


def test_a_fact_that_is_there_stays_as_it_is(tx: RecordingTx) -> None:
    tx.append("room", {"id": "r", "site_id": "a", "name": "Hall"})
    tx.begin(act(LATER))
    tx.append("room", {"id": "r", "site_id": "a", "name": "Gym"})
    assert tx.get("room", "r") == {
        "id": "r", "site_id": "a", "name": "Hall", "rank": 0,
        "created_at": AT, "updated_at": AT, "author": "ann", "version": 1,
    }  # fmt: skip
    assert tx.writes == []


def test_a_deleted_row_is_gone_and_remembered_whole(tx: RecordingTx) -> None:
    site(tx, "a", pupils=10)
    before = tx.get("site", "a")
    tx.begin(act(LATER))
    tx.delete("site", "a")
    tx.delete("site", "never there")
    assert tx.get("site", "a") is None
    assert tx.writes == [Write("site", "a", before, None)]


def test_a_savepoint_is_taken_back_alone(tx: RecordingTx) -> None:
    site(tx, "a")
    with pytest.raises(ValueError), tx.savepoint():
        site(tx, "b")
        tx.put("site", {"id": "a", "name": "lost"})
        with tx.savepoint():
            site(tx, "c")
        raise ValueError
    with tx.savepoint():
        site(tx, "d")
    assert ids(tx.find("site")) == ["a", "d"]
    assert [write.id for write in tx.writes] == ["a", "d"]
    assert (tx.get("site", "a") or {})["name"] == "Site a"


@pytest.mark.parametrize("tx", ["sqlite", "sqlite of a server", "postgresql"], indirect=True)
def test_an_error_of_the_database_spoils_only_its_savepoint(tx: RecordingTx) -> None:
    site(tx, "a")
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)), tx.savepoint():
        tx.append("room", {"id": "r", "site_id": "a", "name": None})
    site(tx, "b")
    assert ids(tx.find("site")) == ["a", "b"]


def test_fresh_ids_hang_on_the_act_alone(tx: RecordingTx) -> None:
    doing = act()
    tx.begin(doing)
    assert [tx.fresh_id(), tx.fresh_id()] == [derived_id(doing.mid, 1), derived_id(doing.mid, 2)]
    tx.begin(doing)
    assert tx.fresh_id() == derived_id(doing.mid, 1)


def test_an_unknown_column_is_an_error(tx: RecordingTx) -> None:
    with pytest.raises((KeyError, sqlite3.OperationalError)):
        tx.put("site", {"id": "a", "code": "1", "name": "A", "pupil": 3})


@pytest.mark.parametrize("tx", OF_SERVERS, indirect=True)
def test_a_server_lets_no_name_from_outside_into_a_statement(tx: RecordingTx) -> None:
    site(tx, "a")
    with pytest.raises(KeyError):
        tx.put("site", {"id": "a", "org": THEIRS})
    with pytest.raises(KeyError):
        tx.get('site" --', "a")
    with pytest.raises(KeyError):
        tx.put("site", {"id": "a", 'name" = 1 --': "x"})
    with pytest.raises(KeyError):
        tx.find("site", order='id" --')
    with pytest.raises(KeyError):
        tx.get("laptop", "a")


@pytest.mark.parametrize("tx", OF_SERVERS, indirect=True)
def test_a_server_gives_values_the_type_of_their_column(tx: RecordingTx) -> None:
    site(tx, "a", code=107, latitude="53.5", pupils="210", longitude=-2, phase=True)
    row = tx.get("site", "a")
    assert row is not None
    expected = {"code": "107", "latitude": 53.5, "pupils": 210, "longitude": -2.0, "phase": "1"}
    assert {name: row[name] for name in expected} == expected
    assert {name: (tx.writes[0].after or {})[name] for name in expected} == expected
    for wrong in ({"pupils": str(2**63)}, {"pupils": 1.5}, {"pupils": "many"}, {"name": ["a"]}, {"latitude": {}}):
        with pytest.raises(TypeError):
            tx.put("site", {"id": "a", **wrong})  # type: ignore[dict-item]


def test_writes_to_one_row_are_folded(tx: RecordingTx) -> None:
    site(tx, "old", pupils=1)
    old = tx.get("site", "old")
    tx.begin(act(LATER))
    site(tx, "made")
    tx.put("site", {"id": "made", "pupils": 5})
    site(tx, "brief")
    tx.delete("site", "brief")
    tx.put("site", {"id": "old", "pupils": 2})
    tx.put("site", {"id": "old", "cluster": "south"})
    writes = {write.id: write for write in tx.writes}
    assert set(writes) == {"made", "old"}
    assert writes["made"].before is None and (writes["made"].after or {})["pupils"] == 5
    assert writes["old"].before is not None
    assert (writes["old"].before["pupils"], writes["old"].before["cluster"]) == (1, None)
    assert writes["old"].after is not None and writes["old"].after["version"] == 3
    tx.delete("site", "old")
    assert {write.id: write for write in tx.writes}["old"] == Write("site", "old", old, None)


def test_restoring_takes_everything_back(tx: RecordingTx) -> None:
    site(tx, "old", pupils=1)
    site(tx, "gone", cluster="north")
    before = tx.find("site")
    tx.begin(act(LATER, actor="ben"))
    site(tx, "made")
    tx.put("site", {"id": "old", "pupils": 2})
    tx.delete("site", "gone")
    for write in reversed(read_journal(journal(tx.writes))):
        tx.restore(write)
    assert tx.find("site") == before


def test_applying_what_was_written_elsewhere_gives_the_same_rows(tx: RecordingTx) -> None:
    elsewhere = MemoryTx()
    for each in (tx, elsewhere):
        each.begin(act())
        site(each, "old", pupils=1)
        site(each, "gone")
    elsewhere.begin(act(LATER, actor="ben"))
    site(elsewhere, "made", cluster="north")
    elsewhere.put("site", {"id": "old", "pupils": 2})
    elsewhere.delete("site", "gone")
    for _ in range(2):  # a page may come twice
        for write in elsewhere.writes:
            tx.apply(write)
    assert tx.find("site") == elsewhere.find("site")


def a_day() -> Callable[[RecordingTx], None]:
    """A day of work, to be done on any Tx, with the same ids and moments on each."""
    known = {
        name: new_id() for name in ("ann", "van", "site", "model", "device", "part", "one", "two", "visit", "task")
    }
    minute = 0

    def commands() -> Iterator[Command]:
        van, one, two = known["van"], known["one"], known["two"]
        yield RecordTechnician(id=known["ann"], name="Ann", stock_location_id=van)
        yield RecordLocation(id=van, name="Van of Ann", kind="van", technician_id=known["ann"])
        yield RecordSite(id=known["site"], code="107", name="Ash Green", latitude=53.7, rooms=("Hall", "Office"))
        yield RecordModel(id=known["model"], name="CB514", manufacturer="Acer", standing="standard")
        yield RecordDevice(id=known["device"], tag="D-1", model_id=known["model"], site_id=known["site"], cost=199.99)
        yield RecordPart(id=known["part"], sku="CHG-45", name="Charger", unit_cost=12.5, models=(known["model"],))
        yield MoveStock(part_id=known["part"], quantity=5, reason="receive", to_id=van)
        yield LogTicket(id=one, ref=ticket_ref(1), text="Will not charge 🔋\nsince Friday", site_id=known["site"])
        yield LogTicket(id=two, ref=ticket_ref(2), text="Projector", impact=1, urgency=2)
        yield PlanVisit(id=known["visit"], site_id=known["site"], technician_id=known["ann"],
                        planned_start="2026-11-23T08:00:00.000Z", planned_end="2026-11-23T11:00:00.000Z")  # fmt: skip
        yield StartVisit(visit_id=known["visit"], travel_minutes=20, mileage=7.5)
        yield AddTask(id=known["task"], visit_id=known["visit"], title="Backup check", estimate=5)
        yield EditTicket(id=one, impact=2, device_id=known["device"], base={"impact": 3, "device_id": None})
        yield AssignTicket(ticket_id=one, owner_id=known["ann"])
        yield StartWork(ticket_id=one)
        yield StartWork(ticket_id=two)
        yield StopWork(note="interrupted")
        yield CloseTicket(ticket_id=one, resolution="New charger", parts=((known["part"], 1),), timeliness=5, told=True)
        yield HoldTicket(ticket_id=two, reason="parts", until="2026-12-01")
        yield NoteTicket(ticket_id=two, text="Lamp ordered")
        yield ReopenTicket(ticket_id=one, reason="again")
        yield CloseTicket(ticket_id=one, resolution="Board", minutes=15, seen_state="reopened")
        yield CloseTicket(ticket_id=one, resolution="Too late", minutes=4, seen_state="reopened")  # merged: a worklog
        yield EditTicket(id=two, text="Projector lamp", base={"text": "Something else"})  # a conflict: the inbox
        yield SaveView(area="tickets", name="mine", filter="mine")
        yield SaveView(area="tickets", name="mine", filter="")
        yield WrapVisit(visit_id=known["visit"], summary="All well")

    made = [(command, new_id()) for command in commands()]

    def work(tx: RecordingTx) -> None:
        for number, (command, mid) in enumerate(made, start=minute):
            doing = Act(mid, f"2026-11-23T09:{number:02d}:00.000Z", known["ann"], "ann-laptop", merging=True)
            tx.begin(doing)
            perform(tx, command, doing)

    return work


def test_a_day_of_commands_gives_the_same_rows_as_in_memory(tx: RecordingTx) -> None:
    work, elsewhere = a_day(), MemoryTx()
    work(elsewhere)
    work(tx)
    for table in schema.KNOWN:
        assert tx.find(table) == elsewhere.find(table), table
    assert len(elsewhere.find("ticket_event")) == 11 and len(elsewhere.find("inbox_item")) == 2
