"""The laptop's store: one transaction a command, whatever happens to it."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket, NoteTicket
from techdesk.errors import BadInput, Refused, StoreUnusable
from techdesk.models.checkup import copy_store, restore_store
from techdesk.models.files import Files, digest_of
from techdesk.models.sealed_files import Box
from techdesk.models.store import Change, Store, connect
from techdesk.screens.drafts import Drafts


def log(store: Store, text: str = "Toner low") -> str:
    id = new_id()
    store.perform(LogTicket(id=id, text=text))
    return id


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    tables = [name for (name,) in store.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: store.connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}


def test_effect_journal_and_outbox_are_committed_together(store: Store, path: Path) -> None:
    id = log(store)
    other = sqlite3.connect(path)
    command, args, undo, state = other.execute(
        "SELECT command, args, undo, state FROM operation ORDER BY dseq DESC LIMIT 1"
    ).fetchone()
    assert (command, json.loads(args)["id"], state) == ("ticket.log", id, "pending")
    assert json.loads(undo)[0][:3] == ["ticket", id, None]
    other.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights than modes")
def test_the_store_its_files_and_its_copies_are_their_owners_alone(tmp_path: Path) -> None:
    def open_to_others() -> list[str]:
        return [str(each) for each in tmp_path.rglob("*") if each.stat().st_mode & 0o077]

    path, copy = tmp_path / "home" / "techdesk.db", tmp_path / "copy.db"
    with Store(path) as store:
        id = log(store)
        digest = Files(path).add(b"%PDF-1.4 whose")
        store.connection.execute("INSERT INTO file_sent VALUES (?)", (digest,))
        Files(path).receive(digest_of(b"next"), b"ne")
        drafts = Drafts(path.with_suffix(".drafts.json"), Box(path))
        drafts.put(f"close {id}", {"fix": "reset"})
        drafts.save()
        copy_store(store, copy)
        assert open_to_others() == []  # with the write-ahead log, which a close takes away
    restore_store(path, copy)
    assert open_to_others() == []


def test_a_value_that_no_row_can_keep_is_refused_and_the_store_is_sound(store: Store) -> None:
    with pytest.raises(BadInput, match="no row can keep"):
        store.perform(LogTicket(id=new_id(), text="words", room={"a": 1}))  # type: ignore[arg-type]
    assert log(store)


def test_a_refused_command_changes_nothing(store: Store) -> None:
    id = log(store)
    store.perform(CloseTicket(ticket_id=id, resolution="x"))
    before = everything(store)
    with pytest.raises(Refused):
        store.perform(CloseTicket(ticket_id=id, resolution="x", minutes=5))
    assert everything(store) == before


@pytest.mark.parametrize("letter", ["x", "é", "🔋"])
def test_a_command_that_a_sync_could_not_carry_is_refused_when_it_is_made(store: Store, letter: str) -> None:
    fits = (1024 * 1024 - 500) // len(letter.encode())
    store.perform(LogTicket(id=new_id(), text="Toner low", room=letter * fits))
    before = everything(store)
    with pytest.raises(BadInput, match="at most 1 MB"):
        store.perform(LogTicket(id=new_id(), text="Toner low", room=letter * (fits + 500)))
    assert everything(store) == before


def test_commands_together_are_all_or_none(store: Store) -> None:
    before = everything(store)
    id = new_id()
    with pytest.raises(Refused):
        store.perform_all((LogTicket(id=id, text="One"), LogTicket(id=id, text="One again")))
    assert everything(store) == before


def test_a_change_is_announced_after_the_commit(store: Store, path: Path) -> None:
    heard: list[tuple[Change, int]] = []
    other = connect(path, read_only=True)
    store.listen(lambda change: heard.append((change, other.execute("SELECT count(*) FROM ticket").fetchone()[0])))
    id = log(store)
    (change, seen) = heard[0]
    assert {"ticket", "ticket_event"} <= change.tables and id in change.ids
    assert seen == 1
    other.close()


def test_undo_leaves_the_store_as_it_was(store: Store) -> None:
    id = log(store)
    before = everything(store)
    store.perform(CloseTicket(ticket_id=id, resolution="Done", minutes=4, quality=5))
    store.undo()
    assert {name: rows for name, rows in everything(store).items() if not name.startswith("ticket_search")} == {
        name: rows for name, rows in before.items() if not name.startswith("ticket_search")
    }


def test_undo_goes_back_step_by_step(store: Store) -> None:
    id = log(store)
    for text in ("One", "Two"):
        store.perform(NoteTicket(ticket_id=id, text=text))
    store.undo()
    store.undo()
    store.undo()
    assert store.connection.execute("SELECT count(*) FROM ticket").fetchone() == (0,)
    with pytest.raises(Refused):
        store.undo()


def test_what_was_perhaps_sent_is_undone_by_a_compensation(store: Store) -> None:
    id = log(store)
    store.perform(CloseTicket(ticket_id=id, resolution="Done", minutes=4))
    store.connection.execute("UPDATE operation SET state = 'sent'")
    store.undo()
    state, resolution = store.connection.execute("SELECT state, resolution FROM ticket").fetchone()
    assert (state, resolution) == ("new", None)
    assert store.connection.execute("SELECT sum(minutes), count(*) FROM worklog").fetchone() == (0, 2)
    commands = [row[0] for row in store.connection.execute("SELECT command FROM operation ORDER BY dseq")]
    assert commands[-2:] == ["ticket.close", "desk.undo"]


def test_search_follows_every_change_of_the_text(store: Store) -> None:
    def hits(word: str) -> int:
        found = store.connection.execute("SELECT count(*) FROM ticket_search WHERE ticket_search MATCH ?", (word,))
        return int(found.fetchone()[0])

    id = log(store, "Whiteboard flickers")
    store.perform(CloseTicket(ticket_id=id, resolution="Swapped cable"))
    assert (hits("whiteboard"), hits("cable")) == (1, 1)
    store.undo()
    assert (hits("whiteboard"), hits("cable")) == (1, 0)
    store.undo()
    assert hits("whiteboard") == 0
    store.connection.execute("INSERT INTO ticket_search (ticket_search, rank) VALUES ('integrity-check', 1)")


def test_a_newer_file_is_refused_and_left_as_it_is(path: Path) -> None:
    with Store(path) as store:
        store.connection.execute("PRAGMA user_version = 999")
    with pytest.raises(StoreUnusable, match="newer techdesk"):
        Store(path)
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (999,)


def test_another_programs_file_is_refused_and_left_as_it_is(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (a)")
    other.close()
    with pytest.raises(StoreUnusable, match="another program"):
        Store(path)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_bytes(b"not a database at all, " * 100)
    with pytest.raises(StoreUnusable, match="damaged"):
        Store(path)


def test_a_torn_file_is_said_to_be_damaged(path: Path) -> None:
    with Store(path) as store:
        for number in range(50):
            log(store, f"Ticket {number} " + "x" * 2000)
        store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[8192 : len(data) // 2] = b"\xff" * (len(data) // 2 - 8192)
    path.write_bytes(data)
    with pytest.raises(StoreUnusable, match="damaged"), Store(path) as store:
        log(store)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_quota_that_is_used_up_is_not_said_to_be_damage(store: Store) -> None:
    import resource

    log(store, "kept")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        with pytest.raises(StoreUnusable, match="nothing was changed: look after the disk") as failure:
            for _ in range(9):
                log(store, "of no use " * 300)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "damaged" not in str(failure.value)
    log(store, "after")
    texts = [title for (title,) in store.connection.execute("SELECT title FROM ticket ORDER BY created_at")]
    assert (texts[0], texts[-1]) == ("kept", "after")


def test_a_full_disk_loses_nothing_and_says_so(store: Store) -> None:
    id = log(store)
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnusable, match="disk is full"):
        store.perform(NoteTicket(ticket_id=id, text="x" * 90_000))
    store.connection.execute("PRAGMA max_page_count = 1000000")
    store.perform(NoteTicket(ticket_id=id, text="x" * 90_000))


def test_a_folder_that_cannot_be_made_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnusable, match="TECHDESK_HOME"):
        Store(tmp_path / "file" / "techdesk.db")


def test_numbers_run_out_into_names_of_the_laptops_own(store: Store) -> None:
    store.connection.execute("DELETE FROM number_block")
    store.connection.execute("INSERT INTO number_block VALUES (4127, 4128)")
    for text in ("One", "Two", "Three", "Four"):
        log(store, text)
    refs = [ref for (ref,) in store.connection.execute("SELECT ref FROM ticket ORDER BY n")]
    code = store.meta("laptop_code")
    assert [ref.split("-")[0] for ref in refs[:2]] == ["4127", "4128"]
    assert refs[2:] == [f"T-{code}-1", f"T-{code}-2"]


WRITER = """
import sys
from pathlib import Path
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.models.store import Store
with Store(Path(sys.argv[1])) as store:
    for number in range(int(sys.argv[2])):
        store.perform(LogTicket(id=new_id(), text=f"Ticket {number}"))
        print(number, flush=True)
"""


def test_two_processes_write_at_once_and_nothing_is_lost(path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), "40"], stdout=subprocess.DEVNULL) for _ in range(3)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    with Store(path) as store:
        counts = store.connection.execute("SELECT count(*), count(DISTINCT ref) FROM ticket").fetchone()
        laptops = store.connection.execute("SELECT count(*) FROM technician").fetchone()
    assert (counts, laptops) == ((120, 120), (1,))


def test_what_was_said_to_be_done_survives_a_kill(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path), "100000"], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        said = [int(writer.stdout.readline()) for _ in range(25)]
        writer.kill()
        said += [int(line) for line in writer.stdout.read().split()]
    with Store(path) as store:
        assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tickets, operations = (
            store.connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
            for what in ("ticket", "operation WHERE command = 'ticket.log'")
        )
    assert tickets == operations
    assert tickets in (len(said), len(said) + 1)


def test_what_was_done_together_is_undone_together(store: Store) -> None:
    ids = [log(store, text) for text in ("One", "Two", "Three")]
    store.perform_all([CloseTicket(ticket_id=id, resolution="Done", minutes=1) for id in ids])
    assert "3 at once" in store.undo().said
    assert store.connection.execute("SELECT DISTINCT state FROM ticket").fetchall() == [("new",)]
    store.undo()
    assert store.connection.execute("SELECT count(*) FROM ticket").fetchone() == (2,)


def test_an_operation_that_others_follow_keeps_its_place(store: Store) -> None:
    first, second = log(store, "One"), log(store, "Two")
    with store.together():
        store.perform(NoteTicket(ticket_id=first, text="A"))
        other = Store(store.path)
        other.perform(NoteTicket(ticket_id=second, text="from the shell"))
        other.close()
        store.perform(NoteTicket(ticket_id=first, text="B"))
    store.undo()  # what the shell did last is younger than A, but B is the youngest
    sequence = [dseq for (dseq,) in store.connection.execute("SELECT dseq FROM operation ORDER BY dseq")]
    assert sequence == list(range(1, len(sequence) + 1))
