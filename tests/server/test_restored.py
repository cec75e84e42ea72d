"""A server that was put back to a backup: laptops that it does not know any more, and work that waits for other work."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from techdesk.desk.closing import CancelTicket, CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.inbox import SettleInbox
from techdesk.desk.people import RecordSite
from techdesk.desk.tickets import NoteTicket
from techdesk.desk.visits import PlanVisit, StartVisit
from techdesk.desk.work import HoldTicket, StartWork, StopWork
from techdesk.errors import NoConnection, NotFound, Refused
from techdesk.models.store import Store
from techdesk.server import admittance, awaiting
from techdesk.server.backup import backup, restore
from techdesk.server.storage import opened
from techdesk.sync.client import RECOVERED, enrol, status, sync
from techdesk.sync.forking import OUTLIVED
from techdesk.sync.outbox import Outbox
from tests.sync.field import Field, InProcess, everything, inbox, log, row, rows, settle_down

Restore = Callable[[], None]


@pytest.fixture
def put_back(near: Field, road: InProcess, tmp_path: Path) -> Restore:
    """Puts the server back to how it was when Ann alone was enrolled. Her ticket was there already."""
    ann = near.laptop("Ann")
    log(ann, "Before the backup")
    sync(ann)
    backup(near.server.database, tmp_path / "old.db")
    return lambda: restore(near.server.database, tmp_path / "old.db", replace=True) and None


def test_a_laptop_that_was_enrolled_since_is_enrolled_again_and_loses_nothing(
    near: Field, road: InProcess, put_back: Restore
) -> None:
    ben = near.laptop("Ben")
    id = log(ben, "Synced before the restore")
    ben.perform(CloseTicket(ticket_id=id, resolution="New", minutes=10))
    sync(ben)
    late = log(ben, "Not synced yet")
    before = everything(ben), ben.meta("laptop"), ben.meta("technician")
    put_back()
    with pytest.raises(NoConnection, match="does not know this laptop"):
        sync(ben)
    enrol(ben, near.server.url, near.code("Ben"))
    assert RECOVERED in sync(ben).warnings
    assert (ben.meta("laptop"), ben.meta("technician")) == before[1:]
    assert {each["id"] for each in rows(ben, "ticket")} == {each["id"] for each in before[0]["ticket"]}
    assert row(ben, "ticket", id)["state"] == "closed" and row(ben, "ticket", late)["title"] == "Not synced yet"
    assert len(rows(ben, "worklog")) == 1 and status(ben).pending == 0 and inbox(ben) == []
    ann = near.laptop("Ann too")
    assert {each["id"] for each in rows(ann, "ticket")} == {each["id"] for each in rows(ben, "ticket")}


def test_a_laptop_of_some_schools_that_was_enrolled_since_has_nothing_to_settle(
    near: Field, road: InProcess, put_back: Restore
) -> None:
    ben = near.laptop("Ben", scopes=["valley"])
    id = log(ben, "Of no school")
    sync(ben)
    put_back()
    enrol(ben, near.server.url, near.code("Ben", scopes=["valley"]))
    report = sync(ben)
    assert (report.sent, report.parked, inbox(ben)) == (3, 0, [])
    assert row(ben, "ticket", id)["author"] == ben.meta("technician")


def test_what_it_does_not_keep_any_more_is_no_hindrance(near: Field, road: InProcess, put_back: Restore) -> None:
    ben = near.laptop("Ben")
    for text in ("Long ago", "Long ago too", "Of late"):
        log(ben, text)
        sync(ben)
    last = Outbox(ben).last() - 1
    ben.set_meta(trimmed=f"{last}:{Outbox(ben).hash_of(last)}")
    ben.connection.execute("DELETE FROM operation WHERE dseq <= ?", (last,))
    put_back()
    enrol(ben, near.server.url, near.code("Ben"))
    sync(ben)
    log(ben, "Goes on")
    assert sync(ben).sent == 1
    titles = {each["title"] for each in rows(ben, "ticket")}
    assert titles == {"Before the backup", "Of late", "Goes on"}


def test_a_laptop_that_was_emptied_when_it_was_shut_out_may_be_invited_again(
    near: Field, road: InProcess, put_back: Restore
) -> None:
    ben = near.laptop("Ben")
    admittance.revoke(near.server.database, str(ben.meta("laptop")))
    with pytest.raises(NoConnection, match="shut out"):
        sync(ben)
    put_back()
    enrol(ben, near.server.url, near.code("Ben"))
    sync(ben)
    log(ben, "Goes on")
    assert sync(ben).sent == 1
    assert {each["title"] for each in rows(ben, "ticket")} == {"Before the backup", "Goes on"}


def test_a_backup_that_is_older_than_what_a_laptop_keeps_makes_it_another_laptop_and_what_it_keeps_is_sent(
    near: Field, road: InProcess, tmp_path: Path
) -> None:
    ann = near.laptop("Ann")
    log(ann, "Before the backup")
    sync(ann)
    backup(near.server.database, tmp_path / "old.db")
    for text in ("Long ago", "Long ago too", "Of late"):
        log(ann, text)
        sync(ann)
    last = Outbox(ann).last() - 1
    ann.set_meta(trimmed=f"{last}:{Outbox(ann).hash_of(last)}")
    ann.connection.execute("DELETE FROM operation WHERE dseq <= ?", (last,))
    log(ann, "Not synced yet")
    restore(near.server.database, tmp_path / "old.db", replace=True)
    warnings = sync(ann).warnings
    assert RECOVERED in warnings and OUTLIVED.format(name="Ann-laptop-2") in warnings
    assert sync(ann).warnings == () and status(ann).pending == 0
    titles = {each["title"] for each in rows(ann, "ticket")}
    assert titles == {"Before the backup", "Of late", "Not synced yet"}
    [told] = rows(near.laptop("Ben"), "inbox_item")
    assert "older than what the laptop Ann-laptop keeps" in str(told["done"])


def test_it_gives_out_no_number_twice(near: Field, road: InProcess, put_back: Restore) -> None:
    ben = near.laptop("Ben")
    refs = {row(ben, "ticket", log(ben, f"Ticket {number}"))["ref"] for number in range(5)}
    sync(ben)
    put_back()
    enrol(ben, near.server.url, near.code("Ben"))
    sync(ben)
    eve = near.laptop("Eve")
    refs |= {row(store, "ticket", log(store, "After"))["ref"] for store in (ben, eve)}
    settle_down(ben, eve, ben)
    assert everything(ben) == everything(eve)
    assert {each["ref"] for each in rows(eve, "ticket") if each["title"] != "Before the backup"} == refs
    assert len(refs) == 7


def test_a_person_who_came_back_with_another_laptop_first_is_the_same_person(
    near: Field, road: InProcess, put_back: Restore
) -> None:
    ben = near.laptop("Ben")
    id = log(ben, "Toner")
    sync(ben)
    put_back()
    other = near.store("Ben too")
    enrol(other, near.server.url, near.code("Ben"))
    enrol(ben, near.server.url, near.code("Ben"))
    ben.perform(NoteTicket(ticket_id=id, text="Between the enrolment and the sync"))
    settle_down(ben, other)
    assert ben.meta("technician") == other.meta("technician") == row(ben, "ticket", id)["author"]
    assert inbox(ben) == [] and everything(ben) == everything(other)


def test_another_organisation_does_not_get_its_work(near: Field, road: InProcess, put_back: Restore) -> None:
    ben = near.laptop("Ben")
    log(ben, "Ours")
    put_back()
    other = Field(near.server._replace(organisation="Another trust"), near.folder / "other")
    code = other.code("Ben")
    with pytest.raises(NoConnection, match="another organisation"):
        enrol(ben, near.server.url, code)
    eve = other.store("Eve")
    assert enrol(eve, near.server.url, code).technician == "Ben"  # the code was not used up
    other.close()


def test_a_laptop_that_the_server_knows_keeps_its_code(near: Field, road: InProcess, put_back: Restore) -> None:
    code = near.code("Ben")
    ben = near.store("Ben")
    enrol(ben, near.server.url, near.code("Ben"))
    with pytest.raises(Refused, match="already"):
        enrol(ben, near.server.url, code)
    assert enrol(near.store("Ben too"), near.server.url, code).technician == "Ben"


def test_nothing_is_taken_of_a_laptop_before_it_has_read_the_log_anew(
    near: Field, road: InProcess, put_back: Restore
) -> None:
    eve = near.laptop("Eve")
    put_back()
    enrol(eve, near.server.url, near.code("Eve"))
    log(eve, "Not synced yet")
    asked = len(road.requests)

    def cut() -> None:
        if len(road.requests) > asked:
            raise NoConnection("the road is cut")

    road.before = cut
    with pytest.raises(NoConnection, match="cut"):
        sync(eve)
    with road.storage.transaction() as session:
        assert session.rows("SELECT mid FROM change_log WHERE command = 'ticket.log' AND laptop = ?",
                            str(eve.meta("laptop"))) == []  # fmt: skip


def waiting_of(road: InProcess) -> list[str]:
    """The commands that wait on the server."""
    with road.storage.transaction() as session:
        return [each.operation.command for each in awaiting.waiting(session, 1)]


@pytest.fixture
def two(near: Field, road: InProcess, tmp_path: Path) -> Iterator[tuple[Store, Store, str, Restore]]:
    """Ann's laptop made a ticket after the backup, Ben's worked on it; the server is put back by the function."""
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    settle_down(ann, ben)
    backup(near.server.database, tmp_path / "old.db")
    id = log(ann, "Made since the backup")
    settle_down(ann, ben)
    ben.perform(NoteTicket(ticket_id=id, text="Noted"))
    sync(ben)
    yield ann, ben, id, lambda: restore(near.server.database, tmp_path / "old.db", replace=True) and None


Two = tuple[Store, Store, str, Restore]


def test_work_on_what_another_laptop_must_send_again_waits_for_it(two: Two, road: InProcess) -> None:
    ann, ben, id, put_back = two
    put_back()
    ben.perform(StartWork(ticket_id=id))
    ben.perform(StopWork(note="Looked at it"))
    ben.perform(CloseTicket(ticket_id=id, resolution="New", minutes=10))
    unrelated = log(ben, "Unrelated")
    report = sync(ben)
    assert (report.parked, report.conflicts, status(ben).pending) == (4, 0, 0)
    assert row(ben, "ticket", unrelated)["title"] == "Unrelated"
    assert [item["kind"] for item in inbox(ben)] == ["waiting"] * 4
    assert "does not have its ticket yet" in str(inbox(ben)[0]["done"])
    assert waiting_of(road) == ["ticket.note", "work.start", "work.stop", "ticket.close"]
    settle_down(ann, ben, ann)
    assert everything(ann) == everything(ben) and waiting_of(road) == []
    assert row(ann, "ticket", id)["state"] == "closed"
    notes = [each["note"] for each in rows(ann, "ticket_event") if each["act"] == "note"]
    assert notes == ["Noted"] and len(rows(ann, "worklog")) == 2
    assert {(item["state"], item["kind"]) for item in inbox(ben)} == {("settled", "waiting")}


def test_what_waits_is_done_in_the_order_in_which_it_was_done(two: Two, road: InProcess) -> None:
    ann, ben, id, put_back = two
    put_back()
    for note in ("Looked at it", "Looked again"):
        ben.perform(StartWork(ticket_id=id))
        ben.perform(StopWork(note=note))
    ben.perform(StartWork(ticket_id=id))
    settle_down(ben, ann, ben)
    assert len(rows(ann, "worklog")) == 2 and [each["ticket_id"] for each in rows(ann, "timer")] == [id]
    assert {(item["state"], item["kind"]) for item in inbox(ben)} == {("settled", "waiting")}


def test_what_waited_and_comes_late_is_told_as_anything_else(two: Two, road: InProcess) -> None:
    ann, ben, id, put_back = two
    put_back()
    ben.perform(StartWork(ticket_id=id))
    sync(ben)
    [_, item] = inbox(ben)
    ben.perform(SettleInbox(item_id=str(item["id"]), choice="theirs"))
    sync(ben)
    ann.perform(CancelTicket(ticket_id=id))
    settle_down(ann, ben)
    [_, item] = inbox(ben)
    assert (item["kind"], item["state"], item["choice"]) == ("merged", "open", None)
    assert row(ben, "ticket", id)["state"] == "cancelled" and everything(ann) == everything(ben)


def test_what_waits_may_be_taken_back(two: Two, road: InProcess) -> None:
    ann, ben, _, put_back = two
    put_back()
    sync(ben)
    ben.undo()
    settle_down(ben, ann, ben)
    assert [each for each in rows(ann, "ticket_event") if each["act"] == "note"] == []
    assert [item["state"] for item in inbox(ben)] == ["settled"] and everything(ann) == everything(ben)


def test_what_waited_may_be_taken_back_when_it_is_done(two: Two, road: InProcess) -> None:
    ann, ben, id, put_back = two
    ben.perform(HoldTicket(ticket_id=id, reason="parts"))
    put_back()
    settle_down(ben, ann, ben)
    assert row(ann, "ticket", id)["state"] == "on_hold"
    ben.undo()
    settle_down(ben, ann)
    assert row(ann, "ticket", id)["state"] == "new" and everything(ann) == everything(ben)


def test_what_hangs_on_something_that_waits_waits_too(two: Two, road: InProcess) -> None:
    ann, ben, _, put_back = two
    site, visit = new_id(), new_id()
    ann.perform(RecordSite(id=site, code="1", name="North"))
    settle_down(ann, ben)
    ben.perform(PlanVisit(id=visit, site_id=site, technician_id=str(ben.meta("technician")),
                          planned_start="2026-11-24T08:00:00.000Z", planned_end="2026-11-24T11:00:00.000Z"))  # fmt: skip
    ben.perform(StartVisit(visit_id=visit))
    ben.perform(RecordSite(id=site, pupils=300))
    sync(ben)
    put_back()
    sync(ben)
    assert waiting_of(road) == ["ticket.note", "visit.plan", "visit.start", "site.record"]
    settle_down(ann, ben)
    assert row(ann, "visit", visit)["state"] == "on_site" and row(ann, "site", site)["pupils"] == 300
    assert everything(ann) == everything(ben) and waiting_of(road) == []


def test_what_waits_too_long_is_rejected_and_told(two: Two, road: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, ben, _, put_back = two
    put_back()
    sync(ben)
    monkeypatch.setattr(awaiting, "DAYS", -1)
    log(ben, "Later")
    settle_down(ben)
    [item] = inbox(ben)
    assert (item["kind"], item["state"]) == ("rejected", "open") and "did not come" in str(item["done"])
    assert waiting_of(road) == []
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)


def test_a_coordinator_sees_what_waits_and_may_let_it_go(two: Two, road: InProcess, near: Field) -> None:
    ann, ben, id, put_back = two
    put_back()
    sync(ben)
    [found] = admittance.waiting(near.server.database)
    assert (found.technician, found.command, found.waits_for) == ("Ben", "ticket.note", f"ticket {id}")
    with pytest.raises(NotFound, match="Eve"):
        admittance.let_go(near.server.database, "Eve")
    assert admittance.let_go(near.server.database, "ben") == 1
    assert admittance.waiting(near.server.database) == []
    settle_down(ann, ben)
    [item] = inbox(ben)
    assert item["kind"] == "rejected" and "your coordinator" in str(item["done"])
    assert everything(ann) == everything(ben)


def test_on_a_server_that_was_not_put_back_nothing_waits(near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    id = log(ann, "Toner")
    sync(ann)
    ann.connection.execute("UPDATE operation SET args = replace(args, ?, ?)", (id, new_id()))
    ann.perform(NoteTicket(ticket_id=id, text="On what?"))
    ann.connection.execute("UPDATE operation SET args = replace(args, ?, ?) WHERE state = 'pending'", (id, new_id()))
    assert sync(ann).conflicts == 1 and waiting_of(road) == []


def test_a_silent_roll_back_is_one_too(two: Two, road: InProcess, near: Field, tmp_path: Path) -> None:
    ann, ben, _, _ = two
    road.storage.close()
    Path(near.server.database).write_bytes((tmp_path / "old.db").read_bytes())
    road.storage = opened(near.server.database)
    sync(ben)
    assert waiting_of(road) == ["ticket.note"]
    settle_down(ann, ben)
    assert everything(ann) == everything(ben) and waiting_of(road) == []
