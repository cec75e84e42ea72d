"""Operations whose words a laptop had to erase: what is left of them, and that they are known again and done once."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from techdesk.desk.closing import CancelTicket
from techdesk.desk.ids import new_id
from techdesk.desk.inbox import SettleInbox
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.people import RecordSite
from techdesk.desk.work import HoldTicket
from techdesk.errors import NoConnection
from techdesk.models.checkup import copy_store, restore_store
from techdesk.models.files import Files
from techdesk.models.sealed_files import Box
from techdesk.models.store import Store
from techdesk.screens.drafts import Drafts
from techdesk.server import admittance, retention
from techdesk.server.backup import backup, restore
from techdesk.sync import erased
from techdesk.sync.client import status, sync
from techdesk.sync.wire import Operation
from tests.sync.field import Field, InProcess, inbox, log, rows
from tests.sync.test_forking import Homes, homes

__all__ = ["homes"]


class Hill(NamedTuple):
    """A coordinator, and Val of the valley and the hill, who is about to lose the hill."""

    cora: Store
    val: Store
    site: str


@pytest.fixture
def hill(near: Field) -> Hill:
    cora = near.laptop("Cora", "coordinator")
    site = new_id()
    cora.perform(RecordSite(id=new_id(), code="1", name="Valley Road", cluster="valley"))
    cora.perform(RecordSite(id=site, code="2", name="Hill Top", cluster="hill"))
    sync(cora)
    return Hill(cora, near.laptop("Val", scopes=["valley", "hill"]), site)


def lose_the_hill(near: Field, val: Store, name: str = "Val") -> None:
    admittance.grant(near.server.database, name, None, None, ["valley"])
    sync(val)


def typed(store: Store, **drafts: str) -> Path:
    """Half-typed words, as the screens keep them."""
    path = store.path.with_suffix(".drafts.json")
    path.write_text(json.dumps({name: {"text": text} for name, text in drafts.items()}), encoding="utf-8")
    return path


def restored(store: Store, copy: Path) -> Path:
    """Puts a copy in the store's place, as a person does; where the former store is kept."""
    kept = restore_store(store.path, copy)
    assert kept is not None
    return kept


def left_of(store: Store) -> bytes:
    return b"".join(each.read_bytes() for each in store.path.parent.rglob("*") if each.is_file())


def test_words_half_typed_about_a_school_go_with_it_and_no_others(near: Field, road: InProcess, hill: Hill) -> None:
    lost, here = log(hill.val, "Projector", site_id=hill.site), log(hill.val, "Of no school")
    sync(hill.val)
    path = typed(hill.val, **{f"close {lost}": "of the hill", f"note {here}": "of nobody", "capture": "just words"})
    screens = Drafts(path, Box(hill.val.path))
    screens.put(f"hold {here}", {"text": "typed before"})
    screens.save()
    lose_the_hill(near, hill.val)
    assert set(json.loads(path.read_bytes())) == {f"note {here}", f"hold {here}", "capture"}
    screens.put("capture", {"text": "typed since"})
    screens.save()
    assert b"of the hill" not in path.read_bytes() and b"typed since" in path.read_bytes()


@pytest.mark.parametrize("lost", ["the laptop", "the hill"])
def test_a_store_that_a_restore_set_aside_goes_too(near: Field, road: InProcess, hill: Hill, lost: str) -> None:
    log(hill.val, "SECRET-1", site_id=hill.site)
    sync(hill.val)
    copy_store(hill.val, near.folder / "copy.db")
    Files(hill.val.path).add(b"%PDF-1.4 SECRET-1")
    hill.val.close()
    kept = restored(hill.val, near.folder / "copy.db")
    with Store(hill.val.path) as val:
        if lost == "the hill":
            lose_the_hill(near, val)
        else:
            admittance.revoke(near.server.database, "Val")
            with pytest.raises(NoConnection, match=r"removed from it\.$"):
                sync(val)
        assert not kept.exists() and not Files(kept).folder.exists()
        assert b"SECRET-1" not in left_of(val)


@pytest.mark.parametrize("why", ["holds 1 that the server never got", "cannot be looked into"])
def test_a_store_set_aside_that_may_hold_unsent_work_is_named(
    near: Field, road: InProcess, hill: Hill, why: str
) -> None:
    copy_store(hill.val, near.folder / "copy.db")
    log(hill.val, "Never sent", site_id=hill.site)
    hill.val.close()
    kept = restored(hill.val, near.folder / "copy.db")
    if "looked" in why:
        kept.write_bytes(b"damaged" * 1000)
    admittance.revoke(near.server.database, "Val")
    with Store(hill.val.path) as val:
        with pytest.raises(NoConnection, match="removed from it") as failure:
            sync(val)
        assert why in str(failure.value) and f"{kept}" in str(failure.value) and "delete it" in str(failure.value)
        assert status(val).shut_out == str(failure.value) and kept.exists()


def said(store: Store) -> list[tuple[str, str, str]]:
    """Each operation with its arguments and journal."""
    return store.connection.execute("SELECT command, args, undo FROM operation ORDER BY dseq").fetchall()


@pytest.mark.parametrize("erased_first", [True, False])
def test_a_copy_that_has_the_words_still_is_no_stranger_after_a_restore(
    near: Field, road: InProcess, hill: Hill, homes: Homes, tmp_path: Path, erased_first: bool
) -> None:
    ticket = log(hill.val, "Projector", site_id=hill.site)
    sync(hill.val)
    backup(near.server.database, tmp_path / "old.db")
    hill.val.undo()
    sync(hill.val)
    copy = homes.copy(hill.val, "copy")
    lose_the_hill(near, hill.val)
    assert "Projector" not in str(said(hill.val)) and "Projector" in str(said(copy))
    restore(near.server.database, tmp_path / "old.db", replace=True)
    for store in (hill.val, copy) if erased_first else (copy, hill.val):
        sync(store)
    sync(hill.cora)
    assert [status(store).pending for store in (hill.val, copy)] == [0, 0]
    assert [each["state"] for each in rows(hill.cora, "ticket")] == ["cancelled"]
    assert {each["ticket_id"] for each in rows(hill.cora, "ticket_event")} == {ticket}
    assert [item["kind"] for item in rows(hill.cora, "inbox_item") if "copied" not in item["done"]] == []


def test_an_undo_that_the_server_refused_does_not_keep_the_row_of_a_school_that_is_lost(
    near: Field, road: InProcess, hill: Hill
) -> None:
    hill.val.perform(RecordDevice(id=new_id(), tag="SECRET-1", site_id=hill.site))
    sync(hill.val)
    retention.trim(road.storage, -1)
    hill.val.undo()
    sync(hill.val)
    assert [item["kind"] for item in inbox(hill.val)] == ["rejected"] and "SECRET-1" in str(said(hill.val))
    lose_the_hill(near, hill.val)
    assert "SECRET-1" not in str(said(hill.val))


def test_work_that_only_told_its_author_something_goes_with_the_school(
    near: Field, road: InProcess, hill: Hill
) -> None:
    una = near.laptop("Una")
    ticket = log(hill.cora, "Projector", site_id=hill.site)
    sync(hill.cora)
    sync(una)
    hill.cora.perform(CancelTicket(ticket_id=ticket, reason="nothing is wrong"))
    sync(hill.cora)

    def hold_it() -> None:
        road.after = lambda: None
        una.perform(HoldTicket(ticket_id=ticket, reason="caller"))

    road.after = hold_it  # on the ticket as it was before the answer that is on its way
    sync(una)
    assert inbox(una) and ticket in str(said(una))
    lose_the_hill(near, una, "Una")
    assert ticket not in str(said(una))


def test_a_choice_about_a_guess_that_the_server_shared_goes_with_the_school(
    near: Field, road: InProcess, hill: Hill
) -> None:
    log(hill.cora, "Of no school")
    sync(hill.cora)
    una = near.laptop("Una")
    log(una, "Projector", site_id=hill.site, ref=str(rows(una, "ticket")[0]["ref"]))
    [guess] = inbox(una)
    una.perform(SettleInbox(item_id=str(guess["id"]), choice="theirs"))

    def lost() -> None:
        raise NoConnection("The road is cut.")

    road.after = lost
    with pytest.raises(NoConnection):
        sync(una)
    road.after = lambda: None
    assert status(una).pending and str(guess["id"]) in str(said(una))
    retention.trim(road.storage, -1)  # so what became of it is known by a snapshot
    lose_the_hill(near, una, "Una")
    assert status(una).pending == 0 and inbox(una) == []
    assert str(guess["id"]) not in str(said(una))


@pytest.mark.parametrize("form", ["{}", "left", "whole"])
def test_an_operation_is_known_by_what_is_left_of_it(form: str) -> None:
    whole = Operation(new_id(), 1, "", "desk.undo", 1, {"mid": new_id(), "command": "ticket.log", "writes": "[[1]]"},
                      "2026-11-23T08:00:00.000Z", None, 0.0)  # fmt: skip
    forms = {"{}": {}, "left": erased.wordless(whole.command, whole.args), "whole": whole.args}
    assert erased.is_same(whole, erased.digest(whole._replace(args=forms[form])))
    assert erased.is_same(whole._replace(args=forms[form]), erased.digest(whole)) is True
    other = whole._replace(args=whole.args | {"writes": "[[2]]"})
    assert not erased.is_same(other, erased.digest(whole))
