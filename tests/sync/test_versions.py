"""Laptops and servers of different versions: nothing is lost on either side of an update, and nothing is done twice."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from techdesk.desk.ids import new_id
from techdesk.desk.inbox import SettleInbox
from techdesk.desk.people import RecordSite
from techdesk.desk.tickets import NoteTicket
from techdesk.desk.tx import Row
from techdesk.models.store import Store
from techdesk.server import operations, postponed, syncing
from techdesk.server.invites import invite
from techdesk.server.log import written
from techdesk.server.schema import KNOWN
from techdesk.server.storage import opened
from techdesk.sync.client import enrol, sync
from tests.desk.test_released import RELEASED, lines
from tests.simulation.editions import LATER, NewerNote, Report, edition
from tests.sync.field import Field, InProcess, Server, everything, inbox, log, on_the_road, row, rows, settle_down


def updated() -> AbstractContextManager[None]:
    """This program as a later version of it."""
    return edition(LATER)


def notes(store: Store, ticket: str) -> list[Any]:
    return [event["note"] for event in rows(store, "ticket_event") if event["ticket_id"] == ticket and event["note"]]


def restarted(road: InProcess) -> None:
    """What a server does when it starts."""
    postponed.resume_all(road.storage, syncing.late)


def kinds(road: InProcess) -> list[Row]:
    with road.storage.transaction() as session:
        return session.rows("SELECT command, kind, laptop FROM change_log WHERE command LIKE ? ORDER BY seq", "ticket%")


class Place(NamedTuple):
    """Laptops of a server in this process."""

    near: Field
    road: InProcess


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    database = str(tmp_path / "server.db")
    if request.param == "postgres":
        database = request.getfixturevalue("postgres_database")
    storage = opened(database)
    near = Field(Server("http://127.0.0.1:9", database), tmp_path)
    yield Place(near, on_the_road(monkeypatch, storage))
    near.close()
    storage.close()


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_a_laptop_that_never_synced_brings_what_an_older_version_made(path: Path, near: Field) -> None:
    ann = near.store("Ann")
    released = lines(path)
    ann.connection.execute("DELETE FROM operation")
    for table in ("technician", "stock_location"):
        ann.connection.execute(f"DELETE FROM {table}")
    for line in released:
        ann.connection.execute(
            "INSERT INTO operation (mid, command, version, args, at, actor, undo, batch) VALUES (?, ?, ?, ?, ?, ?, '[]', ?)",
            (
                line["mid"],
                line["command"],
                line["version"],
                json.dumps(line["args"]),
                line["at"],
                line["actor"],
                line["mid"],
            ),
        )
    me, van = released[0]["args"]["id"], released[0]["args"]["stock_location_id"]
    ann.set_meta(technician=me, introduced="2")
    ann.connection.execute(
        "INSERT INTO technician (id, created_at, updated_at, name, stock_location_id) VALUES (?, '', '', 'Ann', ?)",
        (me, van),
    )
    ann.connection.execute("UPDATE operation SET undo = ? WHERE dseq = (SELECT min(dseq) FROM operation)",
                           (json.dumps([["technician", me, None, {"version": 1}]]),))  # fmt: skip
    enrol(ann, near.server.url, invite(near.server.database, "Ann", "coordinator")["code"])
    report = sync(ann)
    expected = [line["kind"] for line in released]
    assert (report.sent, report.merged) == (len(released), expected.count("merged"))
    assert (report.conflicts, report.parked) == (expected.count("conflict"), 0)


def test_an_older_laptop_is_understood(near: Field) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    id = log(ann, "Toner")
    ann.perform(NoteTicket(ticket_id=id, text="low"))
    with updated():
        report = sync(ann)
        sync(ben)
    assert (report.sent, report.parked) == (2, 0)
    assert notes(ben, id) == ["low"]


def test_an_older_operation_that_lacks_something_is_parked(near: Field) -> None:
    ann = near.laptop("Ann")
    log(ann, "Toner")
    ann.connection.execute(
        "INSERT INTO operation (mid, command, version, args, at, actor, undo, batch)"
        """ SELECT ?, 'ticket.note', 1, '{"ticket_id": "x"}', at, actor, '[]', 'x' FROM operation LIMIT 1""", (new_id(),)
    )  # fmt: skip
    with updated():
        report = sync(ann)
    assert (report.sent, report.parked) == (2, 1)


def test_what_waits_on_a_laptop_is_understood_after_its_update(near: Field) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    id = log(ann, "Toner")
    settle_down(ann, ben)
    ann.perform(NoteTicket(ticket_id=id, text="low"))
    ben.perform(RecordSite(id=new_id(), code="107", name="Ash Green"))
    sync(ben)
    with updated():
        ann.perform(NewerNote(ticket_id=id, words="empty"))
        settle_down(ann, ben)
    assert notes(ann, id) == notes(ben, id) == ["low", "empty"]


def test_what_is_newer_than_the_server_waits_there_and_is_done_once_it_is_updated(place: Place) -> None:
    near, road = place
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    id, known = new_id(), log(ann, "Toner")
    with updated():
        ann.perform(Report(id=id, text="Wifi slow"))
        ann.perform(NewerNote(ticket_id=known, words="low"))
    # What follows on the same ticket waits too; what is about another does not.
    ann.perform(NoteTicket(ticket_id=id, text="in the lab"))
    other = log(ann, "Printer")
    report = sync(ann)
    assert (report.parked, len(inbox(ann))) == (3, 3)
    sync(ben)
    assert row(ben, "ticket", other)["title"] == "Printer" and notes(ben, known) == []
    with updated():
        restarted(road)
        restarted(road)
        settle_down(ann, ben)
    assert notes(ben, known) == ["low"] and notes(ben, id) == ["in the lab"]
    assert row(ben, "ticket", id)["title"] == "Wifi slow"
    assert everything(ann) == everything(ben)
    assert {item["state"] for item in inbox(ann)} == {"settled"}
    assert [each["kind"] for each in kinds(road)].count("parked") == 3


def test_what_was_settled_by_hand_meanwhile_is_not_done_again(near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    id = log(ann, "Toner")
    with updated():
        ann.perform(NewerNote(ticket_id=id, words="low"))
    sync(ann)
    [item] = inbox(ann)
    ann.perform(SettleInbox(item_id=str(item["id"]), choice="theirs"))
    sync(ann)
    with updated():
        restarted(road)
        settle_down(ann)
    assert notes(ann, id) == []


def test_what_was_taken_back_meanwhile_is_not_done(near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    id = new_id()
    with updated():
        ann.perform(Report(id=id, text="Wifi slow"))
    sync(ann)
    ann.undo()
    sync(ann)
    with updated():
        restarted(road)
        settle_down(ann)
    assert rows(ann, "ticket") == []
    assert [item["state"] for item in inbox(ann)] == ["settled"]


def test_what_was_done_late_can_be_taken_back(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    id = new_id()
    with updated():
        ann.perform(Report(id=id, text="Wifi slow"))
    sync(ann)
    with updated():
        restarted(road)
        settle_down(ann, ben)
        ann.undo()
        settle_down(ann, ben)
    assert row(ben, "ticket", id)["state"] == "cancelled"
    assert everything(ann) == everything(ben)


@contextmanager
def newer_rows(road: InProcess) -> Iterator[None]:
    """A server whose tickets have a column more, and that has a table more."""

    def wider(writes: Any) -> str:
        found = json.loads(written(writes))
        for write in found:
            if write[0] == "ticket" and write[2]:
                write[2]["colour"] = "red"
        return json.dumps([*found, ["photo", new_id(), {"name": "a.jpg", "version": 1, "author": None}, 1]])

    with road.storage.transaction() as session:
        session.run("ALTER TABLE ticket ADD COLUMN colour TEXT DEFAULT 'red'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "written", wider)
        patch.setitem(KNOWN["ticket"], "colour", str)  # type: ignore[arg-type]
        yield


def test_what_an_older_laptop_has_no_place_for_is_there_after_its_update(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    with newer_rows(road):
        mine, theirs = log(ann, "Toner"), log(ben, "Wifi slow")
        settle_down(ann, ben)
        ann.perform(NoteTicket(ticket_id=mine, text="low"))
        assert sync(ann).received == 0  # nothing is read anew before there is a place for it
        ann.perform(NoteTicket(ticket_id=theirs, text="in the lab"))
        ann.connection.execute("ALTER TABLE ticket ADD COLUMN colour VARCHAR")  # the update
        sync(ann)
        assert row(ann, "ticket", mine)["colour"] == row(ann, "ticket", theirs)["colour"] == "red"
        assert notes(ann, theirs) == ["in the lab"]
        before = ann.connection.total_changes
        sync(ann)
        assert ann.connection.total_changes == before
