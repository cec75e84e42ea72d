"""A laptop that begins with a snapshot: a new one at a long log, and what may happen on the way."""

import pytest

from techdesk.errors import NoConnection
from techdesk.models import sealed_files, sealed_store
from techdesk.models.store import Store
from techdesk.server import log as server_log
from techdesk.sync import packing, snapshots
from techdesk.sync.client import enrol, sync
from tests.sync.field import Field, InProcess, everything, log


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every log is long, and a chunk has some rows."""
    monkeypatch.setattr(server_log, "NEW_BY_LOG", 0)
    monkeypatch.setattr(packing, "PLAIN_BYTES", 3_000)
    monkeypatch.setattr(packing, "LINE_BYTES", 1_000)
    monkeypatch.setattr(packing, "FIRST_ROWS", 3)
    monkeypatch.setattr(snapshots, "LEAST_PIECE", 400)
    monkeypatch.setattr(snapshots, "MOST_PIECE", 400)


def busy(near: Field, tickets: int = 30) -> Store:
    """A laptop that has had much to do, and is in step."""
    store = near.laptop("Ann")
    for number in range(tickets):
        log(store, f"Projector {number} hums", room=f"Room {number}")
    sync(store)
    return store


def test_a_new_laptop_begins_with_a_snapshot_and_shows_the_same(near: Field, road: InProcess) -> None:
    ann = busy(near)
    ben = near.laptop("Ben")
    sync(ann)
    assert everything(ben) == everything(ann)
    found = ben.connection.execute("SELECT count(*) FROM ticket_search WHERE ticket_search MATCH 'hums'").fetchone()
    assert found == (30,)
    assert not ben.path.with_name("snapshot").exists()


def test_beside_an_encrypted_store_it_is_encrypted_and_goes_on_after_a_cut(
    near: Field, road: InProcess, no_keyring: None
) -> None:
    ann, ben = busy(near), near.store("Ben")
    enrol(ben, near.server.url, near.code("Ben"))
    ben.close()
    sealed_store.encrypt(ben.path, "four random words")
    folder = ben.path.with_name("snapshot")

    def cut() -> None:
        if len(list(folder.glob("*"))) > 1:
            raise NoConnection("The link is cut.")

    with Store(ben.path) as store:
        road.before = cut
        with pytest.raises(NoConnection, match="cut"):
            sync(store)
        loaded = [file for file in folder.iterdir() if file.name != "manifest"]
        assert loaded
        assert all(sealed_files.is_shut(file.read_bytes()) for file in loaded)
        road.before = lambda: None
        sync(store)
        sync(ann)
        assert everything(store) == everything(ann)
    assert not folder.exists()
