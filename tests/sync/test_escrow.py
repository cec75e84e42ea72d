"""A lost passphrase: what a laptop leaves with the server, and who can do something with it."""

from pathlib import Path

import pytest

from techdesk.errors import BadInput, NotFound, Refused, StoreLocked
from techdesk.models import seal, sealed_store
from techdesk.models.store import Store
from techdesk.server.recovery import code_of, make_key
from techdesk.server.storage import opened
from techdesk.sync.client import sync
from tests.sync.field import Field, log

PASSPHRASE = "four random words"
KEEPERS = "words of the coordinators"
pytestmark = pytest.mark.usefixtures("no_keyring")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "recovery.pem"


def sealed_laptop(field: Field, name: str = "Ann") -> Path:
    """The path of an enrolled laptop's encrypted store; it is closed."""
    store = field.laptop(name)
    store.close()
    sealed_store.encrypt(store.path, PASSPHRASE)
    return store.path


def lost_and_found(path: Path, code: str) -> None:
    seal._in_hand.clear()
    sealed_store.unlock_with_code(path, code)
    sealed_store.renew(path, "five entirely other words")


def test_an_encrypted_store_syncs_and_its_key_comes_back_from_the_server(field: Field, key_file: Path) -> None:
    path = sealed_laptop(field)
    make_key(field.server.database, key_file, KEEPERS, field.server.organisation)
    with Store(path) as store:
        ticket = log(store, "Toner low")
        sync(store)
        before = store.connection.execute("PRAGMA data_version").fetchone()
        sync(store)
        assert store.connection.execute("PRAGMA data_version").fetchone() == before
    laptop, code = code_of(field.server.database, "Ann", key_file, KEEPERS, field.server.organisation)
    lost_and_found(path, code)
    with Store(path) as store:
        assert store.connection.execute("SELECT id FROM ticket").fetchall() == [(ticket,)]
        sync(store)  # the new key is left in place of the one that was used
    with pytest.raises(StoreLocked):
        sealed_store.unlock_with_code(path, code)
    _, second = code_of(field.server.database, laptop, key_file, KEEPERS, field.server.organisation)
    lost_and_found(path, second)


def test_the_server_alone_opens_nothing(near: Field, key_file: Path) -> None:
    path = sealed_laptop(near)
    make_key(near.server.database, key_file, KEEPERS)
    with Store(path) as store:
        sync(store)
    kept = b"".join(file.read_bytes() for file in path.parent.parent.rglob("server.db*"))
    key = seal.key_of(path)
    assert key not in kept and key.hex().encode() not in kept
    assert b"PRIVATE" in key_file.read_bytes()
    with pytest.raises(BadInput, match="passphrase is another"):
        code_of(near.server.database, "Ann", key_file, "words of somebody else")


def test_another_recovery_key_opens_what_is_left_from_then_on(near: Field, key_file: Path, tmp_path: Path) -> None:
    path = sealed_laptop(near)
    make_key(near.server.database, key_file, KEEPERS)
    with Store(path) as store:
        sync(store)
    with pytest.raises(Refused, match="--replace"):
        make_key(near.server.database, tmp_path / "second.pem", KEEPERS)
    make_key(near.server.database, tmp_path / "second.pem", KEEPERS, replace=True)
    with pytest.raises(BadInput, match="does not open"):
        code_of(near.server.database, "Ann", tmp_path / "second.pem", KEEPERS)
    assert code_of(near.server.database, "Ann", key_file, KEEPERS)
    with Store(path) as store:
        sync(store)
    assert code_of(near.server.database, "Ann", tmp_path / "second.pem", KEEPERS)


def test_a_plain_laptop_leaves_nothing(near: Field, key_file: Path) -> None:
    store = near.laptop("Ben")
    make_key(near.server.database, key_file, KEEPERS)
    sync(store)
    with pytest.raises(NotFound, match="left no key"):
        code_of(near.server.database, "Ben", key_file, KEEPERS)


def test_what_is_no_recovery_key_is_said(near: Field, key_file: Path) -> None:
    near.laptop("Ann")
    with pytest.raises(BadInput, match="cannot be read"):
        code_of(near.server.database, "Ann", key_file, KEEPERS)
    key_file.write_bytes(b"nothing of use")
    with pytest.raises(BadInput, match="no recovery key"):
        code_of(near.server.database, "Ann", key_file, KEEPERS)
    with pytest.raises(BadInput, match="name a new one"):
        make_key(near.server.database, key_file, KEEPERS)
    storage = opened(near.server.database)
    with storage.transaction() as session:
        assert session.rows("SELECT recovery_key FROM org_head") == [{"recovery_key": None}]
    storage.close()
