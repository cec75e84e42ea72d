"""A store that is encrypted: nothing of it is readable on the disk, everything goes on working, nothing is ever lost."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.errors import BadInput, StoreLocked, StoreUnusable
from techdesk.models import cipher, converting, recovery_code, seal, sealed_files, sealed_store
from techdesk.models.files import Files, digest_of
from techdesk.models.queries.search import find_tickets
from techdesk.models.store import Store
from techdesk.sync import keys
from tests.conftest import MemoryKeyring

PASSPHRASE = "four random words"
SECRET = b"xylophone"
PHOTO = b"A picture of the xylophone"
pytestmark = pytest.mark.usefixtures("no_keyring")


def log(path: Path, text: str) -> None:
    with Store(path) as store:
        store.perform(LogTicket(id=new_id(), text=text))


@pytest.fixture
def plain(path: Path) -> Path:
    """A store with a ticket, a key and half-typed words."""
    with Store(path) as store:
        store.perform(LogTicket(id=new_id(), text="The xylophone is out of tune"))
        keys.make(path)
    Files(path).add(PHOTO)
    path.with_suffix(".drafts.json").write_bytes(b'{"capture": {"text": "xylophone"}}')
    return path


@pytest.fixture
def sealed(plain: Path) -> Path:
    sealed_store.encrypt(plain, PASSPHRASE)
    return plain


def names(path: Path) -> set[str]:
    """What lies beside the store, but for photos."""
    return {each.name for each in path.parent.iterdir()} - {"techdesk.files"}


def forget() -> None:
    """What the end of a process does."""
    seal._in_hand.clear()


def readable(folder: Path) -> list[str]:
    """The files in which the secret words, or a private key, can be read."""
    return [
        file.name
        for file in sorted(folder.rglob("*"))
        if file.is_file() and (SECRET in file.read_bytes().lower() or b"PRIVATE KEY" in file.read_bytes())
    ]


def found(path: Path, word: str = "xylophone") -> int:
    with Store(path) as store:
        assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return len(find_tickets(store.connection, word, 10))


def test_nothing_of_an_encrypted_store_can_be_read_on_the_disk(plain: Path) -> None:
    assert len(readable(plain.parent)) >= 3
    sealed_store.encrypt(plain, PASSPHRASE)
    with Store(plain) as store:
        store.perform(LogTicket(id=new_id(), text="A second xylophone"))
        assert plain.with_name(plain.name + "-wal").stat().st_size > 0
        assert readable(plain.parent) == []
        assert len(find_tickets(store.connection, "xylophone", 10)) == 2
        assert store.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_key_and_the_drafts_are_read_as_before(sealed: Path) -> None:
    assert keys.load(sealed).sign(b"message")
    drafts = sealed_files.Box(sealed).open(sealed.with_suffix(".drafts.json").read_bytes())
    assert drafts == b'{"capture": {"text": "xylophone"}}'


def test_photos_are_encrypted_also_while_they_are_fetched(sealed: Path) -> None:
    files, fetched = Files(sealed), b"Half a xylophone" * 2
    assert files.read(digest_of(PHOTO)) == PHOTO
    files.receive(digest_of(fetched), fetched[:16])
    assert files.received(digest_of(fetched)) == 16
    files.receive(digest_of(fetched), fetched[16:])
    assert readable(sealed.parent) == []
    assert files.complete(digest_of(fetched))
    assert files.sound(digest_of(fetched))
    assert readable(sealed.parent) == []


def test_it_opens_with_the_passphrase_and_with_no_other(sealed: Path) -> None:
    forget()
    with pytest.raises(StoreLocked, match="techdesk unlock"):
        Store(sealed)
    with pytest.raises(StoreLocked, match="not the passphrase"):
        seal.unlock(sealed, "four random sword")
    seal.unlock(sealed, PASSPHRASE)
    assert found(sealed) == 1


def test_the_same_letters_from_another_keyboard_are_the_same_passphrase(plain: Path) -> None:
    sealed_store.encrypt(plain, "Schl\N{LATIN SMALL LETTER U WITH DIAERESIS}sselbrett")
    forget()
    seal.unlock(plain, "Schlu\N{COMBINING DIAERESIS}sselbrett")


def test_the_keyring_opens_it_until_it_is_locked(sealed: Path, memory_keyring: MemoryKeyring) -> None:
    assert seal.remember(sealed)
    forget()
    assert found(sealed) == 1
    seal.lock(sealed)
    assert memory_keyring.entries == {}
    with pytest.raises(StoreLocked):
        Store(sealed)


def test_what_the_keyring_holds_opens_nothing_without_the_seal(sealed: Path, memory_keyring: MemoryKeyring) -> None:
    seal.remember(sealed)
    (half,) = memory_keyring.entries.values()
    assert bytes.fromhex(half) != seal.key_of(sealed)
    with pytest.raises(StoreLocked):
        seal.unlock_with(sealed, bytes.fromhex(half))
    seal.write(sealed, replace(seal.read(sealed), half="00" * 32))
    forget()
    with pytest.raises(StoreLocked):
        Store(sealed)


def test_the_seal_names_no_keyring_but_the_librarys_own(
    sealed: Path, memory_keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal.remember(sealed)
    assert seal.read(sealed).backend == ""
    monkeypatch.setattr(MemoryKeyring, "__module__", "keyring.backends.memory")
    seal.remember(sealed)
    assert seal.read(sealed).backend == "keyring.backends.memory.MemoryKeyring"


def test_without_a_keyring_nothing_is_remembered(sealed: Path) -> None:
    assert not seal.remember(sealed)
    assert not seal.is_remembered(sealed)


def test_a_file_with_the_passphrase_opens_it_for_scripts(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "passphrase"
    monkeypatch.setenv(seal.PASSPHRASE_FILE, str(file))
    forget()
    with pytest.raises(BadInput, match="cannot be read"):
        Store(sealed)
    file.write_text("something else\n", encoding="utf-8")
    with pytest.raises(StoreLocked, match="not the passphrase"):
        Store(sealed)
    file.write_text(PASSPHRASE + "\n", encoding="utf-8")
    assert found(sealed) == 1


def test_another_passphrase_takes_the_place_of_the_first(sealed: Path) -> None:
    seal.change_passphrase(sealed, "five entirely other words")
    forget()
    with pytest.raises(StoreLocked):
        seal.unlock(sealed, PASSPHRASE)
    seal.unlock(sealed, "five entirely other words")
    assert found(sealed) == 1


def test_what_goes_wrong_in_it_is_an_error_of_sqlite3(sealed: Path) -> None:
    with Store(sealed) as store, pytest.raises(sqlite3.IntegrityError) as unique:
        store.connection.execute("INSERT INTO meta SELECT * FROM meta")
    assert unique.value.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CONSTRAINT
    with Store(sealed) as store, pytest.raises(sqlite3.OperationalError) as unknown:
        store.connection.execute("SELECT nothing")
    assert unknown.value.sqlite_errorcode == sqlite3.SQLITE_ERROR
    for name in cipher.ERRORS:
        assert issubclass(getattr(cipher._library(), name), getattr(sqlite3, name))


def test_a_full_disk_and_a_damaged_page_are_said_as_of_a_plain_store(sealed: Path) -> None:
    with Store(sealed) as store:
        pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
        store.connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreUnusable, match="disk is full"):
            store.perform(LogTicket(id=new_id(), text="xylophone " * 9_000))
    with sealed.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(bytes(4096 * 30))
    with pytest.raises(StoreUnusable, match="damaged"), Store(sealed) as store, store.transaction():
        store.connection.execute("PRAGMA integrity_check").fetchall()
        store.connection.execute("SELECT * FROM ticket, operation, technician").fetchall()


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(BadInput, match="at least 12"):
        seal.checked_passphrase("hunter2")


def test_a_plain_store_again_has_everything(sealed: Path) -> None:
    log(sealed, "A second xylophone")
    sealed_store.decrypt(sealed)
    forget()
    with closing(sqlite3.connect(sealed)) as connection:
        assert connection.execute("SELECT count(*) FROM ticket").fetchone() == (2,)
        assert connection.execute("SELECT * FROM meta WHERE key = 'file_key'").fetchall() == []
    assert found(sealed) == 2
    assert keys.load(sealed)
    assert names(sealed) == {"laptop.key", "techdesk.db", "techdesk.drafts.json"}


def test_another_key_makes_the_one_before_worthless(sealed: Path) -> None:
    code = recovery_code.written(seal.key_of(sealed))
    forget()
    sealed_store.unlock_with_code(sealed, code.lower().replace("-", " "))
    sealed_store.renew(sealed, "five entirely other words")
    assert found(sealed) == 1
    forget()
    with pytest.raises(StoreLocked, match="code"):
        sealed_store.unlock_with_code(sealed, code)
    seal.unlock(sealed, "five entirely other words")
    assert keys.load(sealed)


def test_a_slip_in_a_code_is_noticed() -> None:
    code = recovery_code.written(bytes(range(32)))
    assert recovery_code.read(code.replace("0", "o")) == bytes(range(32))
    for wrong in (code[:-1], "Z" + code[1:], code[:-1] + ("A" if code[-1] != "A" else "B")):
        with pytest.raises(BadInput):
            recovery_code.read(wrong)


HOLD = """
import sys
from pathlib import Path
from techdesk.models.store import Store
with Store(Path(sys.argv[1])) as store:
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_store_that_another_program_has_open_is_not_touched(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converting, "IN_USE_SECONDS", 0)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(plain)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(StoreUnusable, match="in use"):
            sealed_store.encrypt(plain, PASSPHRASE)
        other.communicate(b"")
    assert not cipher.is_encrypted(plain)
    assert not converting.lock_path(plain).exists()
    assert found(plain) == 1


ALONE = """
import sqlite3, sys
print(sqlite3.connect(sys.argv[1], timeout=0).execute("PRAGMA journal_mode = DELETE").fetchone()[0])
"""


def test_to_look_whether_it_is_encrypted_takes_no_lock_from_the_store(plain: Path) -> None:
    with Store(plain) as store:
        assert not sealed_store.is_encrypted(plain)
        other = subprocess.run([sys.executable, "-c", ALONE, str(plain)], capture_output=True, text=True)
        assert "locked" in other.stderr
        store.perform(LogTicket(id=new_id(), text="Another xylophone"))
    assert found(plain) == 2


def test_who_opens_it_meanwhile_waits_and_loses_nothing(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One who has opened the plain file while another process begins to encrypt it."""
    real = sqlite3.connect
    begun: list[bool] = []

    def overtaken(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection = real(*arguments, **named)
        if not begun and arguments[0] == plain:
            begun.append(True)
            monkeypatch.setattr(sqlite3, "connect", real)
            sealed_store.encrypt(plain, PASSPHRASE)
        return connection

    monkeypatch.setattr(sqlite3, "connect", overtaken)
    log(plain, "Yet another xylophone")
    assert begun
    assert cipher.is_encrypted(plain)
    assert found(plain) == 2


def test_a_full_disk_leaves_the_store_as_it_was(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(converting, "_compare", full)
    with pytest.raises(StoreUnusable, match="no room"):
        sealed_store.encrypt(plain, PASSPHRASE)
    assert found(plain) == 1
    assert names(plain) == {"laptop.key", "techdesk.db", "techdesk.drafts.json"}


CHANGES: dict[str, Callable[[Path], None]] = {
    "encrypt": lambda path: sealed_store.encrypt(path, PASSPHRASE),
    "decrypt": sealed_store.decrypt,
    "renew": lambda path: sealed_store.renew(path, PASSPHRASE),
}
TOUCHES = ("os.rename", "os.link", "os.remove")


def killed_at(step: int, change: Callable[[Path], None], path: Path) -> bool:
    """Makes a change in a process that is killed before it touches the disk's names for that time. Whether it was."""
    child = os.fork()
    if child == 0:
        left = [step]

        def watch(event: str, _: tuple[Any, ...]) -> None:
            if event in TOUCHES:
                left[0] -= 1
                if left[0] == 0:
                    os._exit(9)

        sys.addaudithook(watch)
        try:
            change(path)
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 9)
    return status == 9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a child of this process")
@pytest.mark.parametrize("name", CHANGES)
def test_a_kill_at_any_step_leaves_a_whole_store(name: str, plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # a killed process, not a power cut
    change, step = CHANGES[name], 0
    if name != "encrypt":
        sealed_store.encrypt(plain, PASSPHRASE)
    start = {file: file.read_bytes() for file in plain.parent.rglob("*") if file.is_file()}
    seen: set[bool] = set()
    while True:
        step += 1
        for file in plain.parent.rglob("*"):
            if file.is_file():
                file.unlink()
        for file, kept in start.items():
            file.write_bytes(kept)
        was_killed = killed_at(step, change, plain)
        if sealed_store.is_encrypted(plain):
            seal.unlock(plain, PASSPHRASE)
        seen.add(cipher.is_encrypted(plain))
        assert found(plain) == 1
        assert keys.load(plain)
        assert Files(plain).read(digest_of(PHOTO)) == PHOTO
        if not was_killed:
            break
        if step % 3:
            continue
        CHANGES[name](plain)  # what was broken off can be done again
        assert names(plain) == {"techdesk.db", "laptop.key", "techdesk.drafts.json"} | (
            {"techdesk.db.seal"} if name != "decrypt" else set()
        )
        assert name == "decrypt" or readable(plain.parent) == []
    assert step > 5
    assert seen == ({True} if name == "renew" else {True, False})
