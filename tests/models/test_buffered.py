"""A Tx that writes behind: what it leaves in the database, and that it says so when the database does not take it."""

import sqlite3
from pathlib import Path

import pytest

from techdesk.models.buffered import BufferedTx, Unfit
from techdesk.models.memory import MemoryTx
from techdesk.models.sqlite import SqliteTx
from techdesk.server import schema
from tests.models.test_tx_contract import OURS, a_day, act, ids, server_sqlite, site, stranger


@pytest.fixture
def beneath(tmp_path: Path):
    connection = server_sqlite(tmp_path / "it.db")
    stranger(SqliteTx(connection, 8, schema.KNOWN))
    made = SqliteTx(connection, OURS, schema.KNOWN)
    made.begin(act())
    yield made
    connection.close()


def over(beneath: SqliteTx) -> BufferedTx:
    made = BufferedTx(beneath, schema.BLANKS)
    made.begin(act())
    return made


def test_a_day_that_is_flushed_leaves_the_same_rows_as_in_memory(beneath: SqliteTx) -> None:
    work, elsewhere, tx = a_day(), MemoryTx(), over(beneath)
    work(elsewhere)
    work(tx)
    assert beneath.find("ticket") == []
    tx.flush()
    for table in schema.KNOWN:
        assert beneath.find(table) == elsewhere.find(table), table


def test_writes_lie_over_what_is_stored(beneath: SqliteTx) -> None:
    for id, cluster, pupils in (("a", "north", 1), ("b", "north", 2), ("c", "south", 4), ("d", "north", 8)):
        site(beneath, id, cluster=cluster, pupils=pupils)
    tx = over(beneath)
    assert ids(tx.find("site", cluster="north", limit=2)) == ["a", "b"]
    tx.put("site", {"id": "a", "cluster": "south"})
    tx.delete("site", "b")
    site(tx, "aa", cluster="north", pupils=16)
    for _ in range(2):
        assert ids(tx.find("site", cluster="north", limit=2)) == ["aa", "d"]
        assert ids(tx.find("site", order="pupils", cluster="south")) == ["a", "c"]
        assert tx.total("site", "pupils", cluster="north") == 24
        assert tx.get("site", "b") is None
        tx.flush()
        tx.begin(act())
    assert ids(beneath.find("site")) == ["a", "aa", "c", "d"]


def test_what_is_foreseen_is_not_asked_for_again(beneath: SqliteTx) -> None:
    site(beneath, "a", cluster="north")
    site(beneath, "b", cluster="south")
    tx = over(beneath)
    tx.foresee({("site", "id"): ["a", "z"], ("site", "cluster"): ["north", "west"]})
    beneath._query = None  # type: ignore[assignment, method-assign]
    assert (tx.get("site", "a") or {})["cluster"] == "north" and tx.get("site", "z") is None
    assert ids(tx.find("site", cluster="north", limit=1)) == ["a"] and tx.find("site", cluster="west") == []


def test_what_is_foreseen_answers_narrower_questions_in_their_order(beneath: SqliteTx) -> None:
    for id, name in (("a", "Oak"), ("b", "Ash"), ("c", "Ash")):
        site(beneath, id, cluster="north", name=name)
    tx = over(beneath)
    tx.foresee({("site", "cluster"): ["north"]})
    site(tx, "c", name="Elm")
    beneath._query = None  # type: ignore[assignment, method-assign]
    assert ids(tx.find("site", cluster="north", name="Ash")) == ["b"]
    assert ids(tx.find("site", cluster="north", order="-name")) == ["a", "c", "b"]


def test_a_row_that_the_database_does_not_take_is_told_at_the_end(beneath: SqliteTx) -> None:
    tx = over(beneath)
    site(tx, "a", name=None)
    with pytest.raises(Unfit):
        tx.flush()


def test_an_id_that_someone_has_taken_in_advance_is_noticed(beneath: SqliteTx) -> None:
    doing = act()
    tx = BufferedTx(beneath, schema.BLANKS)
    tx.begin(doing)
    taken = tx.fresh_id()
    beneath.append("room", {"id": taken, "site_id": "a", "name": "Theirs"})
    tx.append("room", {"id": taken, "site_id": "a", "name": "Ours"})
    with pytest.raises(Unfit):
        tx.flush()


def test_a_page_in_which_a_question_failed_is_not_written(beneath: SqliteTx) -> None:
    tx = over(beneath)
    beneath._connection.execute("DROP TABLE room")
    with pytest.raises(sqlite3.OperationalError):
        tx.find("room")
    site(tx, "a")
    with pytest.raises(Unfit):
        tx.flush()
    assert beneath.find("site") == []
