"""The files beside the store: whole or not there, kept once, checked, carried by a backup, taken away when nothing names
them."""

import errno
import os
from pathlib import Path

import pytest

from techdesk.desk.attachments import AttachFile, DetachFile
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.errors import StoreUnusable
from techdesk.models.checkup import Finding, copy_store, examine, restore_store
from techdesk.models.files import ABSENT, HERE, SMALL, UNDOABLE_DAYS, Files, digest_of, prune
from techdesk.models.queries import tickets
from techdesk.models.store import Store

PHOTO, SMALL_PHOTO = b"\xff\xd8\xffphoto" * 1000, b"\xff\xd8\xffsmall"


@pytest.fixture
def files(store: Store) -> Files:
    return Files(store.path)


@pytest.fixture
def ticket_id(store: Store) -> str:
    id = new_id()
    store.perform(LogTicket(id=id, text="Rack hums"))
    return id


def attach(store: Store, ticket_id: str, data: bytes = PHOTO, small: bytes | None = SMALL_PHOTO) -> str:
    """A photo on a ticket; its attachment's id."""
    files = Files(store.path)
    store.perform(
        AttachFile(
            ticket_id=ticket_id,
            sha256=files.add(data),
            bytes=len(data),
            name="rack.jpg",
            media_type="image/jpeg",
            thumbnail_sha256=files.add(small) if small else None,
            thumbnail_bytes=len(small) if small else None,
        )
    )
    return tickets.attachments(store.connection, ticket_id)[-1].id


def finding(store: Store) -> Finding:
    return next(each for each in examine(store.path) if each.what == "files")


def test_a_file_is_kept_once_under_its_digest(files: Files) -> None:
    digest = files.add(PHOTO)
    before = files.path(digest).stat()
    assert files.add(PHOTO) == digest == digest_of(PHOTO)
    assert files.path(digest).stat() == before and files.read(digest) == PHOTO
    assert list(files.all()) == [digest]


def test_a_full_disk_keeps_nothing_and_says_so(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnusable, match=r"disk is full.*free some space"):
        files.add(PHOTO)
    assert list(files.all()) == []
    assert [each for each in files.folder.rglob("*") if each.is_file()] == []


def test_what_is_fetched_in_parts_is_there_only_when_it_is_whole(files: Files) -> None:
    digest = digest_of(PHOTO)
    files.receive(digest, PHOTO[:100])
    assert not files.has(digest) and files.received(digest) == 100
    files.receive(digest, PHOTO[100:])
    assert files.complete(digest) and files.read(digest) == PHOTO
    files.receive(digest_of(b"other"), b"not it")
    assert not files.complete(digest_of(b"other")) and files.received(digest_of(b"other")) == 0


def test_what_a_kill_left_half_written_goes_with_the_file(files: Files, store: Store) -> None:
    digest = files.add(PHOTO)
    files.path(digest).rename(files.path(digest).with_suffix(".new"))
    assert not files.has(digest) and prune(store) == 1 and list(files.all()) == []


def test_it_says_what_is_here(store: Store, files: Files, ticket_id: str) -> None:
    attach(store, ticket_id)
    [line] = tickets.attachments(store.connection, ticket_id)
    assert files.holding(line) == HERE
    files.remove(line.sha256)
    assert files.holding(line) == SMALL
    files.remove(str(line.thumbnail_sha256))
    assert files.holding(line) == ABSENT


def test_files_that_nothing_names_go_once_undo_cannot_bring_them_back(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = "2026-11-23T09:00:00.000Z"
    with Store(path, wall=lambda: now) as store:
        files = Files(path)
        id = new_id()
        store.perform(LogTicket(id=id, text="Rack hums"))
        attachment = attach(store, id)
        stray = files.add(b"kept by nobody")
        assert prune(store) == 1 and not files.has(stray)
        store.perform(DetachFile(attachment_id=attachment))
        store.connection.execute("UPDATE operation SET state = 'done'")
        assert prune(store) == 0
        store.undo()
        assert files.read(tickets.attachments(store.connection, id)[0].sha256) == PHOTO
        store.perform(DetachFile(attachment_id=attachment))
        store.connection.execute("UPDATE operation SET state = 'done'")
        now = f"2026-12-{UNDOABLE_DAYS - 5}T09:00:00.000Z"
        assert prune(store) == 2
        assert list(files.all()) == []


def test_rows_that_are_lost_for_good_take_their_files_with_them(store: Store, files: Files, ticket_id: str) -> None:
    attach(store, ticket_id)
    store.connection.execute("DELETE FROM attachment")
    assert prune(store, undoable=False) == 0, "it waits to be sent: it is nobody else's yet"
    store.connection.execute("UPDATE operation SET state = 'done'")
    assert prune(store) == 0
    assert prune(store, undoable=False) == 2
    assert list(files.all()) == []


def test_a_capture_with_a_photo_that_was_taken_back_leaves_no_file(store: Store, files: Files, ticket_id: str) -> None:
    attach(store, ticket_id)
    store.undo()
    assert prune(store) == 2 and list(files.all()) == []


def test_doctor_finds_what_is_damaged_and_what_is_lost(store: Store, files: Files, ticket_id: str) -> None:
    attach(store, ticket_id)
    [line] = tickets.attachments(store.connection, ticket_id)
    assert finding(store).good and "1 of 1" in finding(store).found
    files.path(line.sha256).write_bytes(PHOTO[:-1])
    assert not finding(store).good and "rack.jpg" in finding(store).found and "damaged" in finding(store).found
    with pytest.raises(StoreUnusable, match="damaged"):
        files.read(line.sha256)
    files.path(line.sha256).unlink()
    assert not finding(store).good and "missing" in finding(store).found
    store.connection.execute("INSERT INTO file_sent VALUES (?)", (line.sha256,))
    assert finding(store).good and "0 of 1" in finding(store).found


def test_a_backup_carries_the_files_and_restore_brings_them_back(store: Store, ticket_id: str, tmp_path: Path) -> None:
    attach(store, ticket_id)
    copy, elsewhere = tmp_path / "copy.db", tmp_path / "elsewhere" / "techdesk.db"
    copy_store(store, copy)
    with Store(elsewhere) as other:
        id = new_id()
        other.perform(LogTicket(id=id, text="Another"))
        attach(other, id, b"another photo", None)
    kept = restore_store(elsewhere, copy)
    with Store(elsewhere) as restored:
        [line] = tickets.attachments(restored.connection, ticket_id)
        assert Files(elsewhere).read(line.sha256) == PHOTO and Files(elsewhere).holding(line) == HERE
        assert not restored.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'packed_file'").fetchone()
        assert len(list(Files(elsewhere).all())) == 2
    assert kept is not None and list(Files(kept).all()) == [digest_of(b"another photo")]
    restore_store(elsewhere, kept)
    assert Files(elsewhere).read(digest_of(b"another photo")) == b"another photo"
