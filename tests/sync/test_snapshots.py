"""A laptop that begins with a snapshot: a new one at a long log, and what may happen on the way."""

import errno
from datetime import timedelta
from pathlib import Path

import pytest

from techdesk import clock
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordSite
from techdesk.desk.work import StartWork
from techdesk.errors import NoConnection, Refused, StoreUnusable
from techdesk.models.store import Store
from techdesk.server import log as server_log
from techdesk.server import retention
from techdesk.server import snapshots as far
from techdesk.server.admittance import grant, revoke
from techdesk.server.checkup import examine
from techdesk.server.laptops import Signed
from techdesk.server.storage import Storage
from techdesk.sync import packing, snapshots, wire
from techdesk.sync.arrivals import kept_cursor
from techdesk.sync.client import PARTLY, Progress, enrol, status, sync, verify
from techdesk.sync.connection import ServerRefused
from tests.sync.field import Field, InProcess, everything, log, row, settle_down


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every log is long, a chunk has some rows, and it comes in several pieces."""
    monkeypatch.setattr(server_log, "NEW_BY_LOG", 0)
    monkeypatch.setattr(far, "MOST_BEHIND", 5)
    monkeypatch.setattr(packing, "PLAIN_BYTES", 3_000)
    monkeypatch.setattr(packing, "LINE_BYTES", 1_000)
    monkeypatch.setattr(packing, "FIRST_ROWS", 3)
    monkeypatch.setattr(snapshots, "LEAST_PIECE", 250)
    monkeypatch.setattr(snapshots, "MOST_PIECE", 250)


def busy(near: Field) -> Store:
    """A laptop that has had much to do, and is in step."""
    store = near.laptop("Ann")
    for number in range(30):
        log(store, f"Projector {number} hums", room=f"Room {number}")
    sync(store)
    return store


def new(near: Field, name: str = "Ben") -> Store:
    """A laptop that is enrolled and has not synced."""
    store = near.store(name)
    enrol(store, near.server.url, near.code(name))
    return store


def folder(store: Store) -> Path:
    return store.path.with_name("snapshot")


def pieces(road: InProcess) -> int:
    """How many pieces of chunks were asked for."""
    return sum(path == wire.CHUNK_PATH for path, _ in road.paths)


def cut_at(road: InProcess, number: int) -> None:
    """The link breaks when the laptop asks for its piece of that number, from here on."""
    seen = pieces(road)

    def before() -> None:
        if pieces(road) - seen >= number:
            raise NoConnection("The link is cut.")

    road.before = before


def test_a_new_laptop_begins_with_a_snapshot_and_shows_the_same(near: Field, road: InProcess) -> None:
    ann = busy(near)
    ben = near.laptop("Ben")
    sync(ann)
    assert everything(ben) == everything(ann)
    found = ben.connection.execute("SELECT count(*) FROM ticket_search WHERE ticket_search MATCH 'hums'").fetchone()
    assert found == (30,)
    assert pieces(road) > 3 and not folder(ben).exists()


def test_search_follows_what_is_changed_after_a_snapshot(near: Field) -> None:
    busy(near)
    ben = near.laptop("Ben")
    log(ben, "Piano squeaks")
    assert ben.connection.execute(
        "SELECT count(*) FROM ticket_search WHERE ticket_search MATCH 'squeaks'"
    ).fetchone() == (1,)


def test_what_was_done_before_enrolment_is_sent_and_not_done_twice(near: Field) -> None:
    busy(near)
    ben = near.store("Ben")
    id = log(ben, "Own")
    enrol(ben, near.server.url, near.code("Ben"))
    report = sync(ben)
    assert report.sent == 3 and status(ben).pending == 0
    assert row(ben, "ticket", id)["text"] == "Own"
    assert verify(ben).differing == []


def test_a_broken_link_costs_one_piece_again(near: Field, road: InProcess) -> None:
    busy(near)
    ben, start = new(near), pieces(road)
    cut_at(road, 3)
    with pytest.raises(NoConnection, match="cut"):
        sync(ben)
    assert kept_cursor(ben).seq == 0 and folder(ben).exists()
    road.before = lambda: None
    sync(ben)
    broken = pieces(road) - start
    near.laptop("Cid")
    assert broken == pieces(road) - start - broken + 1


def test_a_sync_that_is_cancelled_keeps_what_was_loaded(near: Field, road: InProcess) -> None:
    busy(near)
    ben = new(near)
    report = sync(ben, cancelled=lambda: pieces(road) >= 2)
    assert report.warnings == (PARTLY,) and kept_cursor(ben).seq == 0
    sync(ben)
    assert verify(ben).differing == []


def test_progress_is_told_in_bytes(near: Field) -> None:
    busy(near)
    told: list[Progress] = []
    sync(new(near), told.append)
    loading = [(each.loaded, each.to_load) for each in told if each.to_load]
    assert loading == sorted(loading) and loading[0][0] == 0 and loading[-1][0] == loading[-1][1] > 0


def test_a_piece_that_came_damaged_is_fetched_again(
    near: Field, road: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(near)
    ben, sound = new(near), far.chunk
    damaged = iter([True])
    monkeypatch.setattr(far, "chunk", lambda *asked: sound(*asked)[::-1] if next(damaged, False) else sound(*asked))
    sync(ben)
    assert verify(ben).differing == []


def test_a_snapshot_that_stays_damaged_is_told_and_nothing_is_changed(
    near: Field, road: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(near)
    ben = new(near)
    before = everything(ben)
    monkeypatch.setattr(far, "chunk", lambda *asked: b"x" * 400)
    with pytest.raises(NoConnection, match="came damaged twice"):
        sync(ben)
    assert everything(ben) == before


def test_an_answer_that_is_cut_is_told_and_the_next_sync_goes_on(
    near: Field, road: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(near)
    ben, sound = new(near), far.answer
    cut = iter([True])

    def answer(storage: Storage, signed: Signed, path: str, body: bytes) -> bytes:
        whole = sound(storage, signed, path, body)
        return whole[:9] if path == wire.KNOWN_PATH and next(cut, False) else whole

    monkeypatch.setattr(far, "answer", answer)
    with pytest.raises(NoConnection, match="cannot be read"):
        sync(ben)
    sync(ben)
    assert verify(ben).differing == []


def test_a_snapshot_that_ran_out_meanwhile_is_begun_anew(near: Field, road: InProcess) -> None:
    busy(near)
    ben = new(near)
    cut_at(road, 3)
    with pytest.raises(NoConnection):
        sync(ben)
    road.before = lambda: None
    with road.storage.transaction() as session:
        session.run("DELETE FROM snapshot")
    sync(ben)
    assert verify(ben).differing == []


def test_a_full_disk_is_told_and_what_was_loaded_is_kept(
    near: Field, road: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(near)
    ben = new(near)

    def full(self: object, piece: object, offset: int) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(snapshots._Loading, "_piece", full)
        with pytest.raises(StoreUnusable, match="free some space"):
            sync(ben)
    sync(ben)
    assert verify(ben).differing == []


def test_laptops_that_may_see_the_same_share_a_snapshot(near: Field, road: InProcess) -> None:
    busy(near)
    near.laptop("Ben")
    with road.storage.transaction() as session:
        before = session.rows("SELECT id FROM snapshot ORDER BY id")
    near.laptop("Cid")
    with road.storage.transaction() as session:
        assert session.rows("SELECT id FROM snapshot ORDER BY id") == before


def test_a_laptop_gets_nothing_of_a_snapshot_beyond_its_schools(near: Field, road: InProcess) -> None:
    busy(near)
    ben = new(near)
    cut_at(road, 3)
    with pytest.raises(NoConnection):
        sync(ben)
    road.before = lambda: None
    with road.storage.transaction() as session:
        session.run("UPDATE laptop SET scopes = '[\"West\"]' WHERE id = ?", ben.meta("laptop"))
    sync(ben)
    assert ben.connection.execute("SELECT count(*) FROM ticket WHERE site_id IS NOT NULL").fetchone() == (0,)
    with road.storage.transaction() as session:
        scopes = session.rows("SELECT count(DISTINCT scope) AS found FROM snapshot")
    assert scopes == [{"found": 2}]


def test_a_laptop_that_was_shut_out_gets_no_chunk(near: Field, road: InProcess) -> None:
    busy(near)
    ben = new(near)
    cut_at(road, 3)
    with pytest.raises(NoConnection):
        sync(ben)
    road.before = lambda: None
    revoke(near.server.database, "Ben", near.server.organisation)
    asked = pieces(road)
    with pytest.raises(ServerRefused, match="shut out"):
        sync(ben)
    assert pieces(road) == asked and not folder(ben).exists()


def test_a_laptop_that_was_away_for_longer_than_the_log_reaches_back(near: Field, road: InProcess) -> None:
    ann, ben = busy(near), near.laptop("Ben")
    mine = log(ben, "Made away")
    theirs = log(ann, "Made meanwhile")
    sync(ann)
    assert retention.trim(road.storage, 0) > 30
    sync(ben)
    assert {row(ben, "ticket", id)["text"] for id in (mine, theirs)} == {"Made away", "Made meanwhile"}
    assert status(ben).pending == 0 and verify(ben).differing == []
    sync(ann)
    assert everything(ann) == everything(ben)


def test_what_is_young_is_not_trimmed_and_what_is_old_keeps_its_words(
    near: Field, road: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = busy(near)
    assert retention.trim(road.storage) == 0
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda now=clock.now: now() + timedelta(days=91))
        retention.tidy(road.storage)
    with road.storage.transaction() as session:
        rows = session.rows("SELECT args, writes, before, digest FROM change_log WHERE command = 'ticket.log'")
        assert {each["writes"] for each in rows} == {"[]"} and {each["before"] for each in rows} == {None}
        assert all("hums" in str(each["args"]) and each["digest"] for each in rows)
    near.laptop("Ben")
    sync(ann)


def test_the_doctor_believes_the_hashes_of_what_was_trimmed_and_no_others(near: Field, road: InProcess) -> None:
    ann = busy(near)
    retention.trim(road.storage, 0)
    log(ann, "Later")
    sync(ann)
    found = next(each for each in examine(near.server.database) if each.what.endswith("log"))
    assert found.good and "is let go" in found.found
    with road.storage.transaction() as session:
        session.run("UPDATE change_log SET writes = '[]' WHERE seq = (SELECT max(seq) FROM change_log)")
    assert not next(each for each in examine(near.server.database) if each.what.endswith("log")).good


def test_an_undo_of_what_was_trimmed_is_refused_with_a_sentence(near: Field, road: InProcess) -> None:
    ann = busy(near)
    retention.trim(road.storage, 0)
    ann.undo()
    assert sync(ann).conflicts == 1
    said = ann.connection.execute("SELECT done FROM inbox_item WHERE state = 'open'").fetchone()[0]
    assert "older than the server's journals" in said


def test_verify_names_the_rows_that_differ(near: Field) -> None:
    ann = busy(near)
    log(ann, "Not sent yet")
    assert verify(ann).differing == [] and verify(ann).rows > 60
    changed, gone = ann.connection.execute("SELECT id FROM ticket WHERE text LIKE 'Proj%' LIMIT 2").fetchall()
    ann.connection.execute("UPDATE ticket SET room = 'elsewhere' WHERE id = ?", changed)
    ann.connection.execute("DELETE FROM ticket WHERE id = ?", gone)
    found = {(each.table, each.id, each.how) for each in verify(ann).differing}
    assert found == {("ticket", changed[0], "differs"), ("ticket", gone[0], "only there")}
    sync(ann, anew=True)
    assert verify(ann).differing == []


def test_a_laptop_with_nothing_to_undo_after_a_snapshot_says_so(near: Field) -> None:
    busy(near)
    ben = near.laptop("Ben")
    with pytest.raises(Refused):
        ben.undo()


def test_real_servers_make_snapshots_and_verify(field: Field) -> None:
    ann = field.laptop("Ann")
    id = log(ann, "Smartboard \N{SNOWMAN}", room="R2")
    sync(ann)
    ben = field.laptop("Ben")
    report = sync(ben, anew=True)
    assert row(ben, "ticket", id) == row(ann, "ticket", id)
    assert report.round_trips >= 4
    found = verify(ben)
    assert found.differing == [] and found.rows > 5


def test_real_servers_make_snapshots_of_some_schools(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    north, west = new_id(), new_id()
    ann.perform_all([RecordSite(id=north, code="1", name="North"), RecordSite(id=west, code="2", name="West")])
    for site in (north, west, None):
        ann.perform(StartWork(ticket_id=log(ann, f"Projector {site}", site_id=site)))
    settle_down(ann, ben)
    grant(field.server.database, "Ben", scopes=["site:1"], organisation=field.server.organisation)
    sync(ben)
    sync(ben, anew=True)
    shown = {each for (each,) in ben.connection.execute("SELECT site_id FROM ticket")}
    assert shown == {north, None} and ben.connection.execute("SELECT count(*) FROM site").fetchone() == (1,)
    assert verify(ben).differing == [] and verify(ann).differing == []
