"""Two laptops and a server, from the shell."""

import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from techdesk import paths
from techdesk.desk.ids import new_id
from techdesk.server.invites import invite
from techdesk.sync import patience
from techdesk.sync.connection import Connection
from tests.cli.conftest import Cli
from tests.sync.conftest import sqlite_server
from tests.sync.field import Server

__all__ = ["sqlite_server"]

Laptop = Callable[[str], None]


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    """Goes to another laptop: `at("ann")`."""
    return lambda name: monkeypatch.setenv("TECHDESK_HOME", str(tmp_path / name))


@pytest.fixture
def enrolled(cli: Cli, at: Laptop, sqlite_server: Server) -> None:
    """Ann's and Ben's laptops, known to one organisation's server."""
    organisation = new_id()
    for name in ("ann", "ben"):
        at(name)
        code = invite(sqlite_server.database, name, organisation=organisation)["code"]
        assert cli("enrol", sqlite_server.url, code, "--json").json["technician"] == name
        assert cli("sync").code == 0


def edited_apart(cli: Cli, at: Laptop) -> str:
    """A ticket whose room Ann and Ben set apart; Ben's came first. Returns its number."""
    at("ann")
    ref = str(cli("log", "Projector dead", "--json").json["ref"])
    cli("sync")
    for name, room in (("ben", "Hall"), ("ann", "Office")):
        at(name)
        if name == "ben":
            cli("sync")
        cli("edit", ref, "--room", room)
        if name == "ben":
            cli("sync")
    return ref


def test_a_sync_counts_what_went_and_came(cli: Cli, at: Laptop, enrolled: None) -> None:
    at("ann")
    ref = str(cli("log", "Projector dead", "--json").json["ref"])
    report = cli("sync", "--json").json
    assert report["sent"] == 1 and report["round_trips"] >= 1
    assert {"schema", "received", "merged", "conflicts", "parked", "bytes_up", "bytes_down", "seconds"} <= report.keys()
    at("ben")
    cli("sync")
    assert cli("show", ref, "--json").code == 0


def test_a_sync_that_is_stopped_by_ctrl_c_says_what_became_of_it(
    cli: Cli, at: Laptop, enrolled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(connection: Connection) -> bool:
        raise KeyboardInterrupt

    at("ann")
    cli("log", "Projector dead")
    monkeypatch.setattr(patience, "LOOK_SECONDS", 0)
    with socket.create_server(("127.0.0.1", 0)) as silent, closing(sqlite3.connect(paths.store_path())) as store, store:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        store.execute("UPDATE meta SET value = ? WHERE key = 'server'", (url,))
        store.commit()
        monkeypatch.setattr(Connection, "cancelled", property(stopped, lambda connection, asked: None), raising=False)
        ran = cli("sync")
    assert ran.code == 130 and ran.err.count("\n") == 1 and "the rest waits on this laptop" in ran.err
    assert cli("sync", "--status", "--json").json["pending"] == 1


def test_every_row_is_compared_and_loaded_anew(cli: Cli, at: Laptop, enrolled: None, tmp_path: Path) -> None:
    at("ann")
    cli("log", "Projector dead")
    assert cli("sync", "--verify", "--json").json["verified"]["differing"] == []
    with closing(sqlite3.connect(tmp_path / "ann" / "techdesk.db")) as store, store:
        store.execute("DELETE FROM ticket")
    ran = cli("sync", "--verify")
    assert ran.code == 4 and "techdesk sync --anew" in ran.err
    assert "Verified: " in cli("sync", "--anew", "--verify").out


def test_what_waits_in_the_inbox_after_a_sync_is_exit_code_6(cli: Cli, at: Laptop, enrolled: None) -> None:
    edited_apart(cli, at)
    ran = cli("sync", "--json")
    assert ran.code == 6
    assert ran.json["conflicts"] == 1
    assert "techdesk inbox" in ran.err


@pytest.mark.parametrize(("choice", "room"), [("mine", "Office"), ("theirs", "Hall")])
def test_an_item_is_settled_by_its_number(cli: Cli, at: Laptop, enrolled: None, choice: str, room: str) -> None:
    ref = edited_apart(cli, at)
    cli("sync")
    listed = cli("inbox", "--json").json
    assert listed["total"] == 1
    item = listed["items"][0]
    assert (item["n"], item["ref"], item["mine"], item["theirs"]) == (1, ref, {"room": "Office"}, {"room": "Hall"})
    assert cli("inbox", choice, "1").code == 0
    assert cli("inbox", "list", "--json").json["total"] == 0
    assert cli("show", ref, "--json").json["room"] == room
    assert cli("sync").code == 0


def test_the_doctor_counts_what_waits_for_its_own_technician(cli: Cli, at: Laptop, enrolled: None) -> None:
    edited_apart(cli, at)
    for name, found in (("ann", 1), ("ben", 0)):
        at(name)
        cli("sync")
        assert cli("sync", "--status", "--json").json["inbox"] == found
        looked = {each["what"]: each["found"] for each in cli("doctor", "--json").json["items"]}
        assert looked["inbox"] == f"{found} to settle"
    assert cli("inbox", "--who", "all", "--json").json["total"] == 1


@pytest.mark.parametrize("went_on", [False, True])
def test_what_was_not_sent_of_a_store_that_was_set_aside_is_told_and_sent(
    cli: Cli, at: Laptop, enrolled: None, tmp_path: Path, went_on: bool
) -> None:
    at("ann")
    cli("log", "In the backup")
    assert cli("backup", str(tmp_path / "copy.db")).code == 0
    cli("log", "After it")
    ran = cli("restore", str(tmp_path / "copy.db"))
    assert ran.code == 0 and "holds 1 operation that was not sent: run  techdesk sync --kept." in ran.err
    if went_on:
        cli("log", "Since then")
        assert cli("sync").code in (0, 6)
    [found] = [each["found"] for each in cli("doctor", "--json").json["items"] if each["what"] == "kept"]
    [kept] = (tmp_path / "ann").glob("techdesk.*.db")
    assert found.startswith(str(kept)) and cli("doctor").code == 4
    ran = cli("sync", "--kept", "--json")
    assert ran.code in (0, 6) and [each["waiting"] for each in ran.json["kept"]] == [0]
    assert cli("sync", "--kept", "--json").json["kept"] == [] and cli("doctor").code == 0
    said = sorted(["After it", "In the backup", *(["Since then"] if went_on else [])])
    for name in ("ann", "ben"):
        at(name)
        cli("sync")
        assert sorted(each["title"] for each in cli("list", "--json").json["items"]) == said


def test_without_a_server_what_was_set_aside_is_put_back(cli: Cli, home: Path, tmp_path: Path) -> None:
    cli("log", "In the backup")
    cli("backup", str(tmp_path / "copy.db"))
    cli("log", "After it")
    ran = cli("restore", str(tmp_path / "copy.db"))
    way = ran.err.partition("run  techdesk ")[2].strip().removesuffix(".")
    assert cli(*way.split(" ", 1)).code == 0
    assert cli("list", "--json").json["total"] == 2 and "kept:" not in cli("doctor").out
    assert len(list(home.glob("techdesk.*.db"))) == 2  # two in one second


def test_status_asks_no_server(cli: Cli) -> None:
    cli("log", "Toner low")
    found = cli("sync", "--status", "--json").json
    assert found["server"] is None and found["pending"] > 0 and found["inbox"] == 0
    assert "techdesk enrol" in cli("sync", "--status").out


def test_without_a_server_or_a_network_one_sentence_says_what_to_do(cli: Cli) -> None:
    ran = cli("sync", "--json")
    assert ran.code == 5
    assert "enrol" in ran.json["error"]
    assert cli("enrol", "http://127.0.0.1:9", "CODE", "--json").json["exit_code"] == 5
    assert cli("enrol", "ftp://desk.example.org", "CODE").code == 2


def test_an_item_that_there_is_not_is_not_found(cli: Cli) -> None:
    assert cli("inbox", "mine", "1", "--json").json["exit_code"] == 3
    assert "Nothing waits" in cli("inbox").err


def test_a_ticket_is_the_same_document_on_every_laptop_that_holds_the_same(
    cli: Cli, at: Laptop, enrolled: None
) -> None:
    """Also what reads alike, whatever order the tickets came in: here one's own first, there by a snapshot."""
    alike = ("Projector shows no picture", "Projector shows a green picture", "No picture on the projector in the hall")
    at("ann")
    refs = [str(cli("log", text, "--json").json["ref"]) for text in alike]
    at("ben")
    refs += [str(cli("log", f"{text} again", "--json").json["ref"]) for text in alike]
    gone = str(cli("log", "Projector typed by mistake", "--json").json["ref"])
    cli("undo")
    cli("note", refs[3], "Lamp ordered", "--minutes", "5")
    for name in ("ben", "ann", "ben"):
        at(name)
        assert cli("sync").code == 0
    assert cli("show", gone).code == 3
    assert cli("sync", "--anew").code == 0
    for ref in refs:
        found = []
        for name in ("ann", "ben"):
            at(name)
            found.append(cli("show", ref, "--json").json)
        assert found[0] == found[1] and found[0]["similar"]
