"""Shutting a laptop out, letting it in again, and what becomes of the work that it had not sent."""

import pytest

from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordOrganisation
from techdesk.errors import BadInput, NoConnection, NotFound, Refused
from techdesk.models.store import Store
from techdesk.server import quarantine
from techdesk.server.admittance import decide, grant, let_go, listed, revoke
from techdesk.sync import wire
from techdesk.sync.client import enrol, status, sync
from tests.sync.field import Field, InProcess, everything, inbox, log, row, rows, settle_down


def shut_out(field: Field, name: str) -> None:
    revoke(field.server.database, name, field.server.organisation)


def let_in(field: Field, name: str, role: str = "technician") -> None:
    grant(field.server.database, name, role, field.server.organisation)


def waiting(field: Field) -> dict[str, int]:
    return {each.laptop: each.quarantined for each in listed(field.server.database, field.server.organisation)}


def refused(store: Store) -> None:
    with pytest.raises(NoConnection, match=r"shut out on .* kept for them on the server\. What .* removed from it\.$"):
        sync(store)


def test_the_list_tells_who_synced_when(field: Field) -> None:
    field.laptop("Ann")
    ben = field.store("Ben")
    enrol(ben, field.server.url, field.code("Ben"))
    first, second = listed(field.server.database, field.server.organisation)
    assert (first.technician, first.laptop, first.role) == ("Ann", "Ann-laptop", "technician")
    assert first.last_sync is not None and second.last_sync is None


def test_a_name_that_is_several_peoples_laptops_shuts_out_nobody(near: Field, road: InProcess) -> None:
    near.laptop("Ann")
    near.laptop("Ben")
    with road.storage.transaction() as session:  # as servers did before they gave each a name of its own
        session.run("UPDATE laptop SET name = 'desktop-pc'")
        session.run("UPDATE laptop SET id = '019ab000-123' || rowid || '-7000-8000-000000000000'")  # of one minute
    database = near.server.database
    ann, ben = listed(database)
    assert (ann.short_id, ben.short_id) == ("019ab000-1231", "019ab000-1232")
    either = r"is several laptops: .*: 019ab000-1231 \(desktop-pc of Ann\), 019ab000-1232 \(desktop-pc of Ben\)\.$"
    for act in (revoke, grant, decide, let_go):
        for name in ("Desktop-PC", "019ab000"):
            with pytest.raises(BadInput, match=f"^'{name}' {either}"):
                act(database, name)
    assert [each.revoked_at for each in listed(database)] == [None, None]
    [shut] = revoke(database, ann.short_id.upper())
    assert shut.id == ann.id and shut.revoked_at
    assert [each.id for each in grant(database, ann.id)] == [ann.id]
    assert [each.id for each in revoke(database, "ben")] == [ben.id]


def test_a_technicians_name_that_two_people_have_means_neither(near: Field, road: InProcess) -> None:
    near.laptop("Ann")
    near.laptop("Ben")
    with road.storage.transaction() as session:
        session.run("UPDATE technician SET name = 'Jo'")
    with pytest.raises(BadInput, match=r"'Jo' is several laptops: .*Ann-laptop of Jo.*Ben-laptop of Jo"):
        revoke(near.server.database, "Jo")


def test_a_revoked_laptop_leaves_its_work_and_gets_nothing(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    log(ben, "Not for Ann")
    sync(ben)
    log(ann, "Done before she left")
    shut_out(field, "Ann")
    refused(ann)
    refused(ann)
    assert waiting(field) == {"Ann-laptop": 1, "Ben-laptop": 0}
    assert rows(ann, "ticket") == [] and status(ann).pending == 0
    settle_down(ben)
    assert [ticket["title"] for ticket in rows(ben, "ticket")] == ["Not for Ann"]


def test_what_is_released_is_run_once_and_comes_back_to_who_is_let_in_again(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Done before she left")
    shut_out(field, "ann")
    refused(ann)
    assert decide(field.server.database, "Ann", field.server.organisation) == 1
    assert decide(field.server.database, "Ann", field.server.organisation) == 0
    settle_down(ben)
    assert row(ben, "ticket", id)["author"] == ann.meta("technician")
    log(ann, "And this, later")
    refused(ann)
    let_in(field, "Ann")  # which releases what waits
    settle_down(ann, ben)
    assert decide(field.server.database, "Ann", field.server.organisation) == 0
    settle_down(ann, ben)
    assert len(rows(ben, "ticket")) == 2 and status(ann).pending == 0
    assert everything(ann) == everything(ben)


def test_what_is_dropped_is_rejected_and_kept_readable(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    log(ann, "Mischief")
    shut_out(field, "Ann")
    refused(ann)
    assert decide(field.server.database, "Ann", field.server.organisation, drop=True) == 1
    let_in(field, "Ann")
    settle_down(ann, ben)
    assert rows(ann, "ticket") == rows(ben, "ticket") == [] and status(ann).pending == 0
    [item] = inbox(ann)
    assert item["kind"] == "rejected" and "Mischief" in str(item["mine"])


def test_a_long_outbox_is_handed_in_page_by_page(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = field.laptop("Ann")
    for number in range(25):
        log(ann, f"Ticket {number}")
    shut_out(field, "Ann")
    with monkeypatch.context() as patched:
        patched.setattr(wire, "PAGE_OPERATIONS", 10)
        refused(ann)
    assert waiting(field) == {"Ann-laptop": 25}
    let_in(field, "Ann")
    assert sync(ann).sent == 0 and len(rows(ann, "ticket")) == 25


def test_a_revoked_laptop_cannot_fill_the_disk(near: Field, road: object, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = near.laptop("Ann")
    for number in range(9):
        log(ann, f"Ticket {number}")
    shut_out(near, "Ann")
    monkeypatch.setattr(quarantine, "MOST_KEPT", 2_000)
    refused(ann)
    refused(ann)
    kept = waiting(near)["Ann-laptop"]
    assert 0 < kept < 9 and status(ann).pending == 9 - kept
    let_in(near, "Ann")
    assert sync(ann).sent == 9 - kept
    assert len(rows(ann, "ticket")) == 9


def test_a_role_is_given_and_taken(field: Field) -> None:
    ann = field.laptop("Ann")
    let_in(field, "Ann", "coordinator")
    ann.perform(RecordOrganisation(id=new_id(), name="Ours", kind="trust"))
    assert sync(ann).conflicts == 0
    let_in(field, "Ann-laptop")
    ann.perform(RecordOrganisation(id=new_id(), name="Other", kind="trust"))
    assert sync(ann).conflicts == 1


def test_revoking_a_person_ends_their_open_invitations(field: Field) -> None:
    field.laptop("Ann")
    code = field.code("Ann")
    shut_out(field, "Ann")
    with pytest.raises(NoConnection, match="ran out"):
        enrol(field.store("Ann2"), field.server.url, code)


def test_names_that_mean_nothing_or_too_much_are_refused(near: Field, road: object) -> None:
    near.laptop("Ann")
    other = Field(near.server._replace(organisation="Another trust"), near.folder / "other")
    other.laptop("Ann")
    with pytest.raises(NotFound, match="server laptops"):
        revoke(near.server.database, "Nobody")
    with pytest.raises(BadInput, match="--organisation"):
        revoke(near.server.database, "Ann")
    with pytest.raises(BadInput, match="technician, coordinator"):
        grant(near.server.database, "Ann", "king", "techdesk")
    assert not any(each.revoked_at for each in listed(near.server.database))
    other.close()


def test_what_does_not_follow_the_log_stays_in_quarantine(near: Field, road: object) -> None:
    ann = near.laptop("Ann")
    log(ann, "Toner")
    shut_out(near, "Ann")
    refused(ann)
    with road.storage.transaction() as session:  # type: ignore[attr-defined]
        session.run("UPDATE laptop SET last_hash = 'another'")
    with pytest.raises(Refused, match="cannot be taken in"):
        decide(near.server.database, "Ann")
    assert waiting(near)["Ann-laptop"] == 1
