"""Copied homes and homes that were put back: each store goes on as a laptop of its own, and nothing is lost or doubled."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.errors import NoConnection
from techdesk.models.store import Store
from techdesk.server import admittance
from techdesk.sync import forking, keys, wire
from techdesk.sync.client import status, sync
from techdesk.sync.connection import ServerRefused
from tests.sync.field import Field, InProcess, everything, log, row, rows, settle_down


class Homes:
    """Copies of laptops' folders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stores: list[Store] = []

    def copy(self, store: Store, name: str) -> Store:
        """A store on a copy of that one's folder."""
        home = self._folder / name
        home.mkdir()
        for key in store.path.parent.glob("*.key"):
            shutil.copy(key, home)
        store.connection.execute("VACUUM INTO ?", (str(home / "techdesk.db"),))
        return self.opened(home / "techdesk.db")

    def opened(self, path: Path) -> Store:
        self._stores.append(Store(path))
        return self._stores[-1]

    def close(self) -> None:
        for store in self._stores:
            store.close()


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[Homes]:
    made = Homes(tmp_path)
    yield made
    made.close()


def laptops(road: InProcess) -> dict[str, str]:
    """The server's laptops, with their ids by name."""
    with road.storage.transaction() as session:
        return {str(each["name"]): str(each["id"]) for each in session.rows("SELECT name, id FROM laptop")}


def test_a_copy_becomes_a_laptop_of_its_own_and_both_go_on(field: Field, homes: Homes) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    before = log(ann, "Pending in both")
    copy = homes.copy(ann, "copy")
    first, second = log(ann, "On the first"), log(copy, "On the copy")
    assert ann.meta("laptop") == copy.meta("laptop")
    sync(ann)
    assert forking.COPIED.format(name="Ann-laptop-2") in sync(copy).warnings
    assert copy.meta("laptop_name") == "Ann-laptop-2" and copy.meta("laptop") != ann.meta("laptop")
    for store in (ann, copy):
        store.perform(CloseTicket(ticket_id=before, resolution="New toner", minutes=10))
    reports = settle_down(ann, copy, ben, ann, copy)
    assert forking.COPIED.format(name="Ann-laptop-2") not in [each for report in reports for each in report.warnings]
    assert everything(ann) == everything(copy) == everything(ben)
    assert {each["id"] for each in rows(ben, "ticket")} == {before, first, second}
    assert len(rows(ben, "worklog")) == 2 and status(ann).pending == status(copy).pending == 0


def test_coordinators_are_told_of_a_copy_once(near: Field, road: InProcess, homes: Homes) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    copy = homes.copy(ann, "copy")
    for store in (ann, copy):
        log(store, "Toner")
    settle_down(ann, copy, ben)
    [item] = [each for each in rows(ben, "inbox_item") if each["technician_id"] is None]
    assert item["state"] == "open"
    assert "Ann-laptop was copied" in str(item["done"]) and "Ann-laptop-2" in str(item["done"])


def test_a_copy_does_not_give_out_the_numbers_of_the_first(near: Field, road: InProcess, homes: Homes) -> None:
    ann = near.laptop("Ann")
    copy = homes.copy(ann, "copy")
    first, second = log(ann, "On the first"), log(copy, "On the copy")
    assert row(ann, "ticket", first)["ref"] == row(copy, "ticket", second)["ref"]
    settle_down(ann, copy, ann)
    third, fourth = log(ann, "On the first"), log(copy, "On the copy")
    assert row(ann, "ticket", third)["ref"] != row(copy, "ticket", fourth)["ref"]
    ref = row(ann, "ticket", first)["ref"]
    assert row(ann, "ticket", second)["ref"] == f"{ref}2"
    assert [each["alias"] for each in rows(ann, "ticket_alias")] == [f"{ref}/Ann-laptop-2"]


def test_a_copy_that_did_as_much_as_the_first_is_noticed_as_well(
    near: Field, road: InProcess, homes: Homes, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = near.laptop("Ann")
    log(ann, "Pending in both")
    copy = homes.copy(ann, "copy")
    log(ann, "On the first")
    sync(ann)
    # One at a time, so that the server can say that it expects the one after the last before it has seen the difference.
    monkeypatch.setattr(wire, "PAGE_OPERATIONS", 1)
    log(copy, "On the copy")
    sync(copy)
    sync(ann)
    assert everything(ann) == everything(copy) and len(rows(ann, "ticket")) == 3


def test_a_home_that_was_put_back_goes_on(near: Field, road: InProcess, homes: Homes) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    backup = homes.copy(ann, "backup")
    since = log(ann, "Synced since the backup")
    sync(ann)
    ann.close()
    log(backup, "Done after it was put back")
    settle_down(backup, ben)
    assert everything(backup) == everything(ben) and len(rows(ben, "ticket")) == 2
    assert row(backup, "ticket", since)["title"] == "Synced since the backup"


def test_a_home_that_was_put_back_and_did_nothing_is_still_that_laptop(
    near: Field, road: InProcess, homes: Homes
) -> None:
    ann = near.laptop("Ann")
    backup = homes.copy(ann, "backup")
    sync(ann)
    sync(backup)
    assert backup.meta("laptop") == ann.meta("laptop") and list(laptops(road)) == ["Ann-laptop"]


def test_only_the_store_was_put_back_and_then_the_newer_one_again(near: Field, road: InProcess, homes: Homes) -> None:
    ann = near.laptop("Ann")
    older = homes.copy(ann, "older")
    log(ann, "Since")
    sync(ann)
    log(older, "In the older store")
    sync(older)
    newer = homes.copy(ann, "newer")
    for key in older.path.parent.glob("*.key"):
        shutil.copy(key, newer.path.parent)
    log(newer, "With the keys of both")
    sync(newer)
    assert newer.meta("laptop") == ann.meta("laptop") and status(newer).pending == 0


def test_copies_of_copies_are_laptops_too(near: Field, road: InProcess, homes: Homes) -> None:
    ann = near.laptop("Ann")
    second = homes.copy(ann, "second")
    for store in (ann, second):
        log(store, "Toner")
        sync(store)
    third = homes.copy(second, "third")
    for store in (second, third, ann):
        log(store, "Wifi")
    settle_down(ann, second, third, ann, second)
    assert everything(ann) == everything(second) == everything(third) and len(rows(ann, "ticket")) == 5
    assert sorted(laptops(road)) == ["Ann-laptop", "Ann-laptop-2", "Ann-laptop-3"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_road_that_is_cut_while_the_copy_asks_for_its_identity(
    moment: str, near: Field, road: InProcess, homes: Homes
) -> None:
    ann = near.laptop("Ann")
    copy = homes.copy(ann, "copy")
    for store in (ann, copy):
        log(store, "Toner")
    sync(ann)

    def cut() -> None:
        if copy.meta("forking") is not None:
            raise NoConnection("the road is cut")

    setattr(road, moment, cut)
    with pytest.raises(NoConnection, match="cut"):
        sync(copy)
    assert copy.meta("laptop") == ann.meta("laptop")
    setattr(road, moment, lambda: None)
    sync(copy)
    sync(ann)
    assert everything(ann) == everything(copy) and sorted(laptops(road)) == ["Ann-laptop", "Ann-laptop-2"]
    assert len(rows(ann, "inbox_item")) == 2  # of the number that both had, and of the copy


def test_two_copies_of_a_store_that_was_about_to_fork(near: Field, road: InProcess, homes: Homes) -> None:
    ann = near.laptop("Ann")
    log(ann, "Toner")
    copy = homes.copy(ann, "copy")
    forking.note(copy, str(copy.meta("laptop")))
    again = homes.copy(copy, "again")
    for store in (ann, copy, again):
        log(store, "Wifi")
    settle_down(ann, copy, again, ann, copy)
    assert everything(ann) == everything(copy) == everything(again) and len(rows(ann, "ticket")) == 4
    assert len({store.meta("laptop") for store in (ann, copy, again)}) == 3


def test_a_copy_may_take_back_what_the_first_sent_before(near: Field, road: InProcess, homes: Homes) -> None:
    ann = near.laptop("Ann")
    id = log(ann, "A slip")
    sync(ann)
    copy = homes.copy(ann, "copy")
    log(ann, "On the first")
    sync(ann)
    copy.undo()
    settle_down(copy, ann)
    assert row(ann, "ticket", id)["state"] == "cancelled" and everything(ann) == everything(copy)


def test_the_first_may_take_back_what_a_copy_sent_for_both(near: Field, road: InProcess, homes: Homes) -> None:
    ann = near.laptop("Ann")
    copy = homes.copy(ann, "copy")
    log(ann, "On the first")
    sync(ann)
    log(copy, "On the copy")
    sync(copy)
    with road.storage.transaction() as session:  # as after a restore, where the copy came first
        session.run("UPDATE change_log SET laptop = ? WHERE laptop = ?", copy.meta("laptop"), ann.meta("laptop"))
    ann.undo()
    sync(ann)
    assert [each["state"] for each in rows(ann, "ticket") if each["title"] == "On the first"] == ["cancelled"]


def test_nobody_else_may_take_back_what_a_copy_sent(near: Field, road: InProcess, homes: Homes) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    id = log(ann, "Toner")
    settle_down(ann, ben)
    with road.storage.transaction() as session:
        mid = session.rows("SELECT mid FROM change_log WHERE command = 'ticket.log'")[0]["mid"]
    from techdesk.desk.undoing import TakeBack

    with ben.transaction() as tx:
        ben.operate(tx, TakeBack(mid=str(mid), command="ticket.log", writes=f'[["ticket", "{id}", null, {{}}]]'))
    sync(ben)
    assert row(ben, "ticket", id)["state"] == "new"
    assert "never sent" in str(rows(ben, "inbox_item")[0]["done"])


def test_a_laptop_that_was_shut_out_gets_no_new_identity(near: Field, road: InProcess, homes: Homes) -> None:
    ann = near.laptop("Ann")
    copy = homes.copy(ann, "copy")
    admittance.revoke(near.server.database, "Ann")
    log(copy, "On the copy")
    forking.note(copy, str(copy.meta("laptop")))
    with pytest.raises(ServerRefused, match="shut out"):
        sync(copy)
    assert list(laptops(road)) == ["Ann-laptop"]
    with road.storage.transaction() as session:
        [kept] = session.rows("SELECT operation FROM quarantine WHERE operation LIKE '%ticket.log%'")
    assert "On the copy" in str(kept["operation"])


def test_a_replayed_request_for_an_identity_is_refused(near: Field, road: InProcess, homes: Homes) -> None:
    from techdesk.server.declined import Declined
    from techdesk.server.forks import fork

    ann = near.laptop("Ann")
    copy = homes.copy(ann, "copy")
    for store in (ann, copy):
        log(store, "Toner")
        sync(store)
    paths = [body for _, body in road.requests]
    asked = next(at for at, body in enumerate(paths) if b"public_key" in wire.decompress(body))
    with pytest.raises(Declined) as declined:
        fork(road.storage, road.requests[asked][0], "POST", wire.FORK_PATH, road.requests[asked][1])
    assert declined.value.code == "replayed" and len(laptops(road)) == 2


def test_too_many_copies_in_a_day_are_refused(
    near: Field, road: InProcess, homes: Homes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("techdesk.server.forks.MOST_A_DAY", 2)
    ann = near.laptop("Ann")
    copies = [homes.copy(ann, name) for name in ("one", "two", "three")]
    for store in (ann, *copies[:2]):
        log(store, "Toner")
        sync(store)
    log(copies[2], "Toner")
    with pytest.raises(ServerRefused, match="2 copies of this laptop"):
        sync(copies[2])
    assert status(copies[2]).pending == 1
    monkeypatch.setattr("techdesk.server.forks.MOST_A_DAY", 3)
    assert sync(copies[2]).waiting == 0


def test_a_server_that_was_put_back_to_before_the_copy_learns_of_it_again(
    near: Field, road: InProcess, homes: Homes, tmp_path: Path
) -> None:
    from techdesk.server.backup import backup, restore

    ann = near.laptop("Ann")
    copy = homes.copy(ann, "copy")
    backup(near.server.database, tmp_path / "old.db")
    for store in (ann, copy):
        log(store, "Toner")
        sync(store)
    restore(near.server.database, tmp_path / "old.db", replace=True)
    log(copy, "After the restore")
    settle_down(copy, ann, copy)
    assert everything(ann) == everything(copy) and len(rows(ann, "ticket")) == 3
    assert laptops(road)["Ann-laptop-2"] == copy.meta("laptop") and status(copy).pending == 0


def test_each_identity_has_a_key_of_its_own(near: Field, road: InProcess, homes: Homes) -> None:
    ann = near.laptop("Ann")
    copy = homes.copy(ann, "copy")
    for store in (ann, copy):
        log(store, "Toner")
        sync(store)
    own = keys.key_path(copy.path, copy.meta("laptop"))
    assert own.name == f"laptop-{copy.meta('laptop')}.key" and own != keys.key_path(copy.path)
    assert keys.key_path(copy.path).read_bytes() == keys.key_path(ann.path).read_bytes() != own.read_bytes()
