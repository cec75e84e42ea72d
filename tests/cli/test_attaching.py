"""Photos from the shell: onto a ticket, into its story, off it again."""

from pathlib import Path

import pytest
from PIL import Image

from techdesk.cli.session import session
from techdesk.models.files import Files
from tests.cli.conftest import Cli


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "rack.jpg"
    Image.new("RGB", (64, 48), "red").save(path)
    return path


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "receipt.pdf"
    path.write_bytes(b"%PDF-1.7 receipt")
    return path


def test_a_note_with_photos_is_one_thing_to_undo(cli: Cli, photo: Path, paper: Path, home: Path) -> None:
    cli("log", "Rack hums")
    done = cli("note", "1001", "As found", "--photo", str(photo), "--photo", str(paper))
    assert done.code == 0 and done.out.splitlines()[1:] == [
        "Attached rack.jpg to 1001-H.",
        "Attached receipt.pdf to 1001-H.",
    ]
    shown = cli("show", "1001")
    assert "file 1: rack.jpg" in shown.out and "file 2: receipt.pdf" in shown.out and "here" in shown.out
    cli("undo")
    assert cli("show", "1001", "--json").json["attachments"] == []
    assert not any(each.is_file() for each in (home / "techdesk.files").rglob("*"))


def test_show_tells_scripts_what_is_attached(cli: Cli, photo: Path) -> None:
    cli("log", "Rack hums")
    assert cli("note", "1001", "--photo", str(photo), "--json").json == {
        "schema": 1,
        "changed": [{"ref": "1001-H", "state": "new"}],
        "refused": [],
    }
    [each] = cli("show", "1001", "--json").json["attachments"]
    assert (each["name"], each["media_type"], each["width"], each["height"]) == ("rack.jpg", "image/jpeg", 64, 48)
    assert each["thumbnail_sha256"] != each["sha256"] and len(each["sha256"]) == 64


def test_a_photo_comes_off_by_its_number(cli: Cli, photo: Path) -> None:
    cli("log", "Rack hums")
    cli("note", "1001", "--photo", str(photo))
    assert cli("note", "1001", "--remove-photo", "2").code == 3
    assert "Took rack.jpg off" in cli("note", "1001", "--remove-photo", "1").out
    assert cli("show", "1001", "--json").json["attachments"] == []


def test_a_photo_that_cannot_be_attached_leaves_everything_as_it_was(cli: Cli, photo: Path, tmp_path: Path) -> None:
    cli("log", "Rack hums")
    (tmp_path / "evil.jpg").write_text("<svg onload='x'/>")
    for wrong, said in (("gone.jpg", "no file"), ("", "folder"), ("evil.jpg", "neither a photo")):
        refused = cli("note", "1001", "Words", "--photo", str(photo), "--photo", str(tmp_path / wrong))
        assert refused.code == 2 and said in refused.err and len(refused.err.splitlines()) == 1
    assert [each["command"] for each in cli("show", "1001", "--json").json["history"]] == ["log"]


def test_a_note_that_says_nothing_is_refused(cli: Cli) -> None:
    cli("log", "Rack hums")
    refused = cli("note", "1001")
    assert refused.code == 2 and "--photo" in refused.err


def test_a_backup_holds_the_photo(cli: Cli, photo: Path, tmp_path: Path) -> None:
    cli("log", "Rack hums")
    cli("note", "1001", "--photo", str(photo))
    copy = tmp_path / "copy.db"
    assert cli("backup", str(copy)).code == 0
    files = Files(session.store.path)
    session.end()
    [digest, small] = files.all()
    files.remove(digest)
    files.remove(small)
    assert cli("doctor").code == 4
    assert cli("restore", str(copy)).code == 0 and cli("doctor").code == 0
    assert files.has(digest) and files.has(small)


def test_the_files_of_a_ticket_go_into_a_folder(cli: Cli, photo: Path, paper: Path, tmp_path: Path) -> None:
    cli("log", "Rack hums")
    cli("note", "1001", "--photo", str(photo), "--photo", str(paper))
    folder = tmp_path / "out"
    for _ in range(2):
        done = cli("show", "1001", "--photos", str(folder))
        assert done.code == 0
        assert done.out.split() == [str(folder / "1001-H-1.jpg"), str(folder / "1001-H-2.pdf")]
    assert (folder / "1001-H-2.pdf").read_bytes() == paper.read_bytes()
    (folder / "1001-H-2.pdf").write_text("mine")
    refused = cli("show", "1001", "--photos", str(folder))
    assert refused.code == 2 and "another folder" in refused.err and (folder / "1001-H-2.pdf").read_text() == "mine"


def test_a_file_that_is_not_here_cannot_be_fetched_without_a_server(
    cli: Cli, photo: Path, paper: Path, home: Path
) -> None:
    cli("log", "Rack hums")
    cli("note", "1001", "--photo", str(photo), "--photo", str(paper))
    for each in (home / "techdesk.files").rglob("*"):
        if each.is_file() and each.read_bytes().startswith(b"%PDF"):
            each.unlink()
    done = cli("show", "1001", "--photos", str(home / "out"))
    assert done.code == 5 and "no server yet" in done.err
    assert done.out.split() == [str(home / "out" / "1001-H-1.jpg")]


def test_the_status_says_how_many_files_wait(cli: Cli, photo: Path) -> None:
    cli("log", "Rack hums")
    cli("note", "1001", "--photo", str(photo))
    assert "files to send: 2" in cli("sync", "--status").out
    assert cli("sync", "--status", "--json").json["files"] == 2
