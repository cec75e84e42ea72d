"""Encryption of the store from the shell."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from techdesk.cli import passphrases
from techdesk.models import cipher, recovery_code, seal
from techdesk.server.storage import opened
from tests.cli.conftest import Cli
from tests.conftest import MemoryKeyring

PASSPHRASE = "four random words"
pytestmark = pytest.mark.usefixtures("no_keyring")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a person at the terminal types, in turn."""
    answers: list[str] = []
    monkeypatch.setattr(passphrases, "_somebody_is_there", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _: answers.pop(0))
    yield answers
    assert answers == [], "less was asked than was expected"


@pytest.fixture
def sealed(cli: Cli, home: Path, typed: list[str]) -> Path:
    cli("log", "Toner low")
    typed += [PASSPHRASE, PASSPHRASE]
    assert cli("seal", "--no-keyring").code == 0
    next_process()
    return home / "techdesk.db"


def next_process() -> None:
    seal._in_hand.clear()


def test_seal_and_unseal(cli: Cli, sealed: Path, typed: list[str]) -> None:
    assert cipher.is_encrypted(sealed)
    typed.append(PASSPHRASE)
    assert [item["title"] for item in cli("list", "--json").json["items"]] == ["Toner low"]
    next_process()
    typed.append(PASSPHRASE)
    ran = cli("unseal", "--json")
    assert ran.json == {"schema": 1, "encrypted": False, "keyring": False, "said": "The store is plain again."}
    assert cli("list", "--json").json["total"] == 1


def test_a_wrong_passphrase_is_said_and_asked_again_three_times_at_most(
    cli: Cli, sealed: Path, typed: list[str]
) -> None:
    typed += ["wrong wrong wrong", PASSPHRASE]
    ran = cli("list")
    assert (ran.code, ran.err.count("not the passphrase")) == (0, 1)
    next_process()
    typed += ["wrong wrong wrong"] * 3
    ran = cli("list")
    assert ran.code == 4
    assert "Toner" not in ran.out


def test_with_the_keyring_nothing_is_asked_until_it_is_locked(
    cli: Cli, typed: list[str], memory_keyring: MemoryKeyring
) -> None:
    cli("log", "Toner low")
    typed += [PASSPHRASE, PASSPHRASE]
    assert cli("seal", "--json").json["keyring"] is True
    next_process()
    assert cli("close", "1001", "-m", "Filled").code == 0
    assert cli("lock").code == 0
    typed.append(PASSPHRASE)
    assert cli("unlock", "--json").json["keyring"] is True
    next_process()
    assert cli("list").code == 0


def test_a_script_without_a_terminal_gets_a_sentence(cli: Cli, sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("TECHDESK_HOME", str(sealed.parent))
    ran = cli("list", "--json")
    assert ran.code == 4
    assert ran.json["exit_code"] == 4
    assert "TECHDESK_PASSPHRASE_FILE" in ran.err


def test_a_script_names_a_file_with_the_passphrase(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n", encoding="utf-8")
    monkeypatch.setenv(seal.PASSPHRASE_FILE, str(file))
    cli("log", "Toner low")
    assert cli("seal").code == 0
    next_process()
    assert cli("list", "--json").json["total"] == 1


def test_without_sqlcipher_it_is_said_what_to_install(
    cli: Cli, sealed: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str]
) -> None:
    cipher._library.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "sqlcipher3", None)
    typed.append(PASSPHRASE)
    ran = cli("list")
    cipher._library.cache_clear()
    assert ran.code == 4
    assert "pip install 'techdesk[encrypted]'" in ran.err


def test_a_seal_that_is_gone_is_not_called_a_damaged_store_alone(cli: Cli, sealed: Path) -> None:
    seal.seal_path(sealed).unlink()
    ran = cli("list")
    assert ran.code == 4
    assert "techdesk.db.seal" in ran.err


def test_a_damaged_seal_is_said(cli: Cli, sealed: Path) -> None:
    seal.seal_path(sealed).write_text("{", encoding="ascii")
    ran = cli("list")
    assert ran.code == 4
    assert "is damaged: put it back" in ran.err


def test_the_passphrase_is_changed_by_who_knows_it(
    cli: Cli, sealed: Path, typed: list[str], memory_keyring: MemoryKeyring
) -> None:
    typed += ["wrong wrong wrong"]
    assert cli("passphrase").code == 4
    typed += [PASSPHRASE, "five entirely other words", "five entirely other sword"]
    assert cli("passphrase").code == 2
    typed += [PASSPHRASE, "five entirely other words", "five entirely other words"]
    assert cli("passphrase").code == 0
    next_process()
    typed.append("five entirely other words")
    assert cli("list").code == 0


def test_a_lost_passphrase_is_replaced_with_the_coordinators_code(cli: Cli, sealed: Path, typed: list[str]) -> None:
    typed.append(PASSPHRASE)
    assert cli("list").code == 0
    code = recovery_code.written(seal.key_of(sealed))
    next_process()
    typed += [code, "five entirely other words", "five entirely other words"]
    assert cli("passphrase", "--recover").code == 0
    next_process()
    typed.append("five entirely other words")
    assert cli("list", "--json").json["total"] == 1


def test_verbs_that_need_an_encrypted_store_say_so(cli: Cli) -> None:
    cli("log", "Toner low")
    for verb in ("lock", "unlock", "passphrase", "unseal"):
        ran = cli(verb)
        assert (ran.code, "not encrypted" in ran.err) == (1, True), verb


def test_doctor_looks_at_an_encrypted_store(cli: Cli, sealed: Path, typed: list[str]) -> None:
    typed.append(PASSPHRASE)
    ran = cli("doctor", "--json")
    assert ran.code == 0
    assert {item["what"]: item["found"] for item in ran.json["items"]}[
        "encryption"
    ] == "the store and the files beside it"
    (sealed.parent / "laptop.key").write_bytes(b"plain")
    ran = cli("doctor")
    assert ran.code == 4
    assert "BAD  encryption: laptop.key not encrypted: run  techdesk seal  again" in ran.out


def test_a_backup_of_an_encrypted_store_is_encrypted_and_comes_back(
    cli: Cli, sealed: Path, typed: list[str], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    typed.append(PASSPHRASE)
    assert cli("backup", str(copy)).code == 0
    assert cipher.is_encrypted(copy)
    assert seal.seal_path(copy).exists()
    cli("log", "After the backup")
    next_process()
    typed.append(PASSPHRASE)
    assert cli("restore", str(copy)).code == 0
    next_process()
    typed.append(PASSPHRASE)
    assert [item["title"] for item in cli("list", "--json").json["items"]] == ["Toner low"]


def test_a_plain_backup_comes_back_with_the_key_of_the_files_beside_it(
    cli: Cli, home: Path, typed: list[str], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    cli("log", "Toner low")
    cli("backup", str(copy))
    (home / "laptop.key").write_bytes(b"the key")
    typed += [PASSPHRASE, PASSPHRASE]
    cli("seal")
    ran = cli("restore", str(copy))
    assert "run  techdesk seal" in ran.err
    assert not cipher.is_encrypted(home / "techdesk.db")
    assert cli("unseal").code == 0
    assert (home / "laptop.key").read_bytes() == b"the key"


def test_a_damaged_store_can_be_replaced(cli: Cli, home: Path, tmp_path: Path) -> None:
    cli("log", "Toner low")
    cli("backup", str(tmp_path / "copy.db"))
    (home / "techdesk.db").write_bytes(b"nothing of use" * 1000)
    assert cli("restore", str(tmp_path / "copy.db")).code == 0
    assert cli("list", "--json").json["total"] == 1


def test_tab_offers_nothing_of_a_locked_store(sealed: Path) -> None:
    from techdesk.cli.completing import tickets

    assert tickets("1") == []


def test_a_coordinator_makes_a_recovery_key_and_is_told_what_it_cannot_open(
    cli: Cli, home: Path, tmp_path: Path, typed: list[str]
) -> None:
    database, file = ("--database", str(tmp_path / "server.db")), str(tmp_path / "recovery.pem")
    opened(tmp_path / "server.db").close()
    assert cli("server", "invite", "Ann", *database).code == 0
    typed += ["words of the coordinators"] * 2
    made = cli("server", "recovery-key", file, *database, "--json").json
    assert made["file"] == file and len(bytes.fromhex(made["recovery_key"])) == 32
    ran = cli("server", "recovery-key", file, *database)
    assert (ran.code, "name a new file" in ran.err) == (2, True)
    typed.append("words of the coordinators")
    assert cli("server", "recover", "Ann", "--key", file, *database).code == 3
