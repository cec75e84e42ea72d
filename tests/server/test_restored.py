"""A server that was put back to a backup, and laptops that it does not know any more."""

from collections.abc import Callable
from pathlib import Path

import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.desk.tickets import NoteTicket
from techdesk.errors import NoConnection, Refused
from techdesk.server.backup import backup, restore
from techdesk.sync.client import RECOVERED, enrol, status, sync
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


def test_what_it_does_not_keep_any_more_is_no_hindrance(near: Field, road: InProcess, put_back: Restore) -> None:
    ben = near.laptop("Ben")
    for text in ("Long ago", "Long ago too", "Of late"):
        log(ben, text)
        sync(ben)
    from techdesk.sync.outbox import Outbox

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
