"""Backup and restore, and laptops that had gone on meanwhile."""

import sys
from contextlib import closing
from pathlib import Path

import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.desk.tickets import EditTicket, NoteTicket
from techdesk.errors import BadInput, NoConnection, Refused, StoreUnusable
from techdesk.server.backup import backup, restore
from techdesk.server.storage import opened
from techdesk.sync.client import RECOVERED, status, sync
from tests.sync.field import Field, InProcess, everything, inbox, log, row, rows, running_server, settle_down


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "server.db")
    return str(request.getfixturevalue("postgres_database"))


def test_what_was_synced_after_the_backup_is_sent_again(database: str, tmp_path: Path) -> None:
    copy = tmp_path / "backup.db"
    with running_server(database, tmp_path / "one.txt") as server:
        field = Field(server, tmp_path)
        ann, ben = field.laptop("Ann"), field.laptop("Ben")
        shared = log(ann, "Before the backup")
        settle_down(ann, ben)
        assert backup(database, copy).entries > 0
        after = log(ann, "After the backup")
        ann.perform(CloseTicket(ticket_id=after, resolution="New", minutes=10))
        ben.perform(EditTicket(id=shared, room="Hall"))
        ben.perform(NoteTicket(ticket_id=shared, text="Noted after the backup"))
        settle_down(ann, ben)
    before = everything(ann)
    assert before == everything(ben)
    restore(database, copy, replace=True)
    late = log(ben, "Not sent before the restore")
    with running_server(database, tmp_path / "two.txt") as server:
        for store in (ann, ben):
            store.set_meta(server=server.url)
        first, second, *_ = settle_down(ann, ben)
        assert RECOVERED in first.warnings and RECOVERED in second.warnings
        assert everything(ann) == everything(ben)
        assert {each["id"] for each in rows(ann, "ticket")} == {shared, after, late}
        assert row(ben, "ticket", after)["state"] == "closed" and row(ann, "ticket", shared)["room"] == "Hall"
        assert len(rows(ben, "worklog")) == 1 and inbox(ann) == inbox(ben) == []
        assert [each["note"] for each in rows(ann, "ticket_event") if each["act"] == "note"] == [
            "Noted after the backup"
        ]
        assert status(ann).pending == status(ben).pending == 0
        assert sync(ann).warnings == ()
        field.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_goes_into_either_kind_of_database(
    database: str, kind: str, tmp_path: Path, postgres_url: str
) -> None:
    from tests.postgres import fresh_database

    copy = tmp_path / "backup.db"
    with running_server(database, tmp_path / "one.txt") as server:
        field = Field(server, tmp_path)
        ann = field.laptop("Ann")
        log(ann, "Toner — “Büro”")
        sync(ann)
    made = backup(database, copy)
    with fresh_database(postgres_url) as fresh:
        target = fresh if kind == "postgresql" else str(tmp_path / "another.db")
        assert restore(target, copy)[1:] == made[1:] == (1, 1, made.entries)
        with running_server(target, tmp_path / "two.txt") as server:
            ann.set_meta(server=server.url)
            ben = Field(server, tmp_path).laptop("Ben")
            other = Field(server._replace(organisation="Made after the restore"), tmp_path / "other").laptop("Eve")
            log(ann, "Goes on")
            settle_down(ann, ben, ann)
            assert everything(ann) == everything(ben) and len(rows(ben, "ticket")) == 2
            assert rows(other, "ticket") == []
            for store in (ann, ben, other):
                store.close()


def test_a_silent_roll_back_is_noticed_by_the_chain(near: Field, road: InProcess, tmp_path: Path) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    settle_down(ann, ben)
    backup(near.server.database, tmp_path / "old.db")
    first = log(ann, "Lost by the server")
    sync(ann)
    road.storage.close()
    Path(near.server.database).write_bytes((tmp_path / "old.db").read_bytes())
    road.storage = opened(near.server.database)
    second = log(ben, "Takes the place of it in the log")
    settle_down(ben, ann, ben)
    assert everything(ann) == everything(ben)
    assert {each["id"] for each in rows(ann, "ticket")} == {first, second}


def test_a_road_that_is_cut_while_reading_anew_leaves_the_store_as_it_was(
    near: Field, road: InProcess, tmp_path: Path
) -> None:
    ann = near.laptop("Ann")
    log(ann, "Toner")
    sync(ann)
    backup(near.server.database, tmp_path / "old.db")
    log(ann, "After")
    sync(ann)
    restore(near.server.database, tmp_path / "old.db", replace=True)
    before, asked = everything(ann), len(road.requests)

    def cut() -> None:
        if len(road.requests) > asked:
            raise NoConnection("the road is cut")

    road.before = cut
    with pytest.raises(NoConnection):
        sync(ann)
    assert everything(ann) == before
    road.before = lambda: None
    assert RECOVERED in sync(ann).warnings
    assert len(rows(ann, "ticket")) == 2 and status(ann).pending == 0


def test_what_was_trimmed_is_no_hindrance(near: Field, road: InProcess, tmp_path: Path) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    for text in ("Old", "Before the backup"):
        log(ann, text)
        sync(ann)
    backup(near.server.database, tmp_path / "old.db")
    log(ann, "After the backup")
    sync(ann)
    newest = ann.connection.execute("SELECT max(dseq) FROM operation").fetchone()[0]
    ann.connection.execute("DELETE FROM operation WHERE dseq < ?", (newest - 1,))
    ann.set_meta(trimmed=str(newest - 2))
    restore(near.server.database, tmp_path / "old.db", replace=True)
    settle_down(ann, ben)
    log(ann, "Goes on")
    settle_down(ann, ben)
    assert everything(ann) == everything(ben) and len(rows(ben, "ticket")) == 4
    assert status(ann).pending == 0


def test_an_invitation_that_was_open_then_is_not_open_after_the_restore(
    near: Field, road: InProcess, tmp_path: Path
) -> None:
    near.laptop("Ann")
    code = near.code("Ben")
    backup(near.server.database, tmp_path / "old.db")
    restore(near.server.database, tmp_path / "old.db", replace=True)
    from techdesk.sync.client import enrol

    with pytest.raises(NoConnection, match="ran out"):
        enrol(near.store("Ben"), near.server.url, code)


def test_nothing_is_overwritten_unasked(near: Field, road: InProcess, tmp_path: Path) -> None:
    near.laptop("Ann")
    copy = tmp_path / "old.db"
    backup(near.server.database, copy)
    with pytest.raises(BadInput, match="there already"):
        backup(near.server.database, copy)
    with pytest.raises(Refused, match="--replace"):
        restore(near.server.database, copy)
    assert list(tmp_path.glob("*.part*")) == []


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("x" * 5000)
    (tmp_path / "empty").touch()
    for name in ("text", "empty", "missing"):
        with pytest.raises((BadInput, StoreUnusable)):
            restore(tmp_path / "server.db", tmp_path / name)
    with pytest.raises(BadInput, match="no database"):
        backup(tmp_path / "nothing.db", tmp_path / "copy.db")
    with pytest.raises(BadInput, match="cannot be written"):
        opened(tmp_path / "server.db").close()
        backup(tmp_path / "server.db", tmp_path / "no such folder" / "copy.db")


@pytest.mark.skipif(sys.platform == "win32", reason="rights are the folder's there")
def test_a_new_database_and_a_backup_are_their_users_alone(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "new" / "server.db")):
        backup(tmp_path / "new" / "server.db", tmp_path / "copy.db")
        made = sorted((tmp_path / "new").iterdir())
        assert [path.name for path in made] == ["server.db", "server.db-shm", "server.db-wal"]
        assert [oct(path.stat().st_mode & 0o777) for path in (tmp_path / "new", tmp_path / "copy.db", *made)] == [
            "0o700", "0o600", "0o600", "0o600", "0o600",
        ]  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="rights are the folder's there")
def test_a_database_that_was_given_to_a_group_stays_so(tmp_path: Path) -> None:
    (tmp_path / "server.db").touch()
    (tmp_path / "server.db").chmod(0o660)
    opened(tmp_path / "server.db").close()
    assert oct((tmp_path / "server.db").stat().st_mode & 0o777) == "0o660"
