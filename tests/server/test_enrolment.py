"""Invitations and enrolment: a code lets one person make one laptop known."""

from datetime import timedelta

import pytest

from techdesk import clock
from techdesk.desk.tickets import AssignTicket
from techdesk.errors import BadInput, NoConnection, Refused
from techdesk.server import invites
from techdesk.server.invites import code_hash, invite
from techdesk.sync import keys
from techdesk.sync.client import enrol, status, sync
from tests.sync.field import Field, InProcess, everything, log, row, rows, settle_down


def test_an_invitation_tells_what_to_pass_on(near: Field) -> None:
    found = invite(near.server.database, " Ann ", "coordinator", ["north"], days=1)
    assert (found["name"], found["role"], found["scopes"]) == ("Ann", "coordinator", ["north"])
    assert [len(group) for group in found["code"].split("-")] == [4, 4, 4, 4]
    assert found["expires"] < clock.moment(clock.now() + timedelta(days=1, minutes=1))


@pytest.mark.parametrize("wrong", [{"name": " "}, {"role": "king"}, {"days": 0}, {"organisation": ""}])
def test_an_invitation_that_makes_no_sense_is_refused(near: Field, wrong: dict) -> None:
    with pytest.raises(BadInput):
        invite(near.server.database, **({"name": "Ann"} | wrong))


def test_a_code_may_be_typed_as_people_type() -> None:
    assert code_hash("0O1I-LABC") == code_hash(" 00111 abc")


def test_the_code_itself_is_kept_nowhere(near: Field, road: InProcess) -> None:
    code = near.code("Ann")
    with road.storage.transaction() as session:
        kept = str(session.rows("SELECT * FROM invite"))
    assert code not in kept and code.replace("-", "") not in kept


def test_the_invited_name_becomes_the_technician(near: Field, road: InProcess) -> None:
    ann = near.store("Ann")
    found = enrol(ann, near.server.url + "/", near.code("Ann Other").lower())
    assert (found.technician, found.organisation, found.warnings) == ("Ann Other", "techdesk", ())
    [technician] = rows(ann, "technician")
    assert technician["name"] == "Ann Other" and technician["id"] == ann.meta("technician")
    [van] = rows(ann, "stock_location")
    assert van["name"] == "Van of Ann Other" and technician["stock_location_id"] == van["id"]
    assert status(ann).server == near.server.url
    sync(ann)
    assert [each["name"] for each in rows(ann, "technician")] == ["Ann Other"]


def test_a_second_laptop_of_a_person_adopts_who_they_are(near: Field, road: InProcess) -> None:
    first = near.laptop("Ann")
    second = near.store("Ann2")
    id = log(second, "Captured before the enrolment")
    second.perform(AssignTicket(ticket_id=id, owner_id=second.meta("technician")))
    enrol(second, near.server.url, near.code("Ann"))
    assert second.meta("technician") == first.meta("technician")
    assert row(second, "ticket", id)["owner_id"] == first.meta("technician")
    settle_down(second, first)
    assert everything(first) == everything(second)
    assert len(rows(first, "technician")) == len(rows(first, "stock_location")) == 1
    assert row(first, "ticket", id)["author"] == first.meta("technician")


def test_a_second_laptop_of_a_name_gets_a_name_of_its_own(near: Field, road: InProcess) -> None:
    ann, ben, cora = near.store("Ann"), near.store("Ben"), near.store("Cora")
    for store, name in ((ann, "Desktop-PC"), (ben, "DESKTOP-PC"), (cora, "desktop-pc-2")):
        store.set_meta(laptop_name=name)
    first = log(ben, "Captured before the enrolment")
    names = [
        enrol(store, near.server.url, near.code(who)).laptop for store, who in ((ann, "A"), (ben, "B"), (cora, "C"))
    ]
    assert names == ["Desktop-PC", "DESKTOP-PC-2", "desktop-pc-2-2"]
    assert [store.meta("laptop_name") for store in (ann, ben, cora)] == names
    settle_down(ann, ben, cora)
    assert everything(ann) == everything(ben) == everything(cora)
    assert {each["laptop"] for each in rows(ann, "ticket_event") if each["ticket_id"] == first} == {"DESKTOP-PC-2"}


def test_a_laptop_whose_answer_was_lost_is_told_the_name_that_it_got(near: Field, road: InProcess) -> None:
    near.laptop("Ann")
    ben, code = near.store("Ben"), near.code("Ben")
    ben.set_meta(laptop_name="Ann-laptop")

    def cut() -> None:
        raise NoConnection("the road is cut")

    road.after = cut
    with pytest.raises(NoConnection):
        enrol(ben, near.server.url, code)
    road.after = lambda: None
    assert enrol(ben, near.server.url, code).laptop == "Ann-laptop-2" == ben.meta("laptop_name")


def test_a_code_works_once(near: Field, road: InProcess) -> None:
    code = near.code("Ann")
    enrol(near.store("Ann"), near.server.url, code)
    with pytest.raises(NoConnection, match="has been used"):
        enrol(near.store("Ben"), near.server.url, code)


def test_a_laptop_whose_answer_was_lost_may_ask_again(near: Field, road: InProcess) -> None:
    ann, code = near.store("Ann"), near.code("Ann")

    def cut() -> None:
        raise NoConnection("the road is cut")

    road.after = cut
    with pytest.raises(NoConnection):
        enrol(ann, near.server.url, code)
    road.after = lambda: None
    enrol(ann, near.server.url, code)
    log(ann, "It works")
    assert sync(ann).sent == 3  # the two that introduced the user, and this one
    assert len(rows(ann, "technician")) == 1


def test_a_code_runs_out(near: Field, road: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    code = near.code("Ann")
    late = clock.now() + timedelta(days=invites.DAYS, minutes=1)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: late)
        with pytest.raises(NoConnection, match="ran out"):
            enrol(near.store("Ann"), near.server.url, code)


def test_a_code_that_nobody_made_is_refused(near: Field, road: InProcess) -> None:
    with pytest.raises(NoConnection, match="not known"):
        enrol(near.store("Ann"), near.server.url, "AAAA-BBBB-CCCC-DDDD")


def test_a_laptop_enrols_once(near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    with pytest.raises(Refused, match="already"):
        enrol(ann, near.server.url, near.code("Ann"))


def test_numbers_are_leased_beyond_those_in_use(near: Field, road: InProcess) -> None:
    ann, ben = near.store("Ann"), near.store("Ben")
    refs = [str(row(ann, "ticket", log(ann, f"Ticket {number}"))["ref"]) for number in range(3)]
    for store in (ann, ben):
        enrol(store, near.server.url, near.code(store.path.parent.name))
        refs += [str(row(store, "ticket", log(store, "After"))["ref"]) for _ in range(31)]
    settle_down(ann, ben)
    refs += [str(row(store, "ticket", log(store, "Later"))["ref"]) for store in (ann, ben) for _ in range(45)]
    settle_down(ann, ben)
    assert len(set(refs)) == len(refs) and not [ref for ref in refs if ref.startswith("T-")]
    assert {str(each["ref"]) for each in rows(ann, "ticket")} == set(refs)
    assert everything(ann) == everything(ben)


def test_organisations_do_not_see_each_other(near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    other = Field(near.server._replace(organisation="Another trust"), near.folder / "other")
    eve = other.laptop("Ann")
    log(ann, "Ours")
    settle_down(ann, eve)
    assert rows(eve, "ticket") == [] and status(eve).organisation == "Another trust"
    assert eve.meta("technician") != ann.meta("technician")
    other.close()


def test_a_laptop_that_was_shut_out_gets_nothing(near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    log(ann, "Not sent")
    with road.storage.transaction() as session:
        session.run("UPDATE laptop SET revoked_at = ? WHERE id = ?", clock.moment(clock.now()), ann.meta("laptop"))
    with pytest.raises(NoConnection, match="shut out"):
        sync(ann)
    # What it had to send it has handed in: tests/server/test_admittance.py says where that is.
    assert status(ann).pending == 0
    assert rows(ann, "ticket") == []


def test_a_key_of_another_laptop_is_not_believed(near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    keys.key_path(ann.path).write_bytes(keys.key_path(ben.path).read_bytes())
    with pytest.raises(NoConnection, match="signature"):
        sync(ann)


def test_a_laptop_without_its_key_says_so(near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    keys.key_path(ann.path).unlink()
    with pytest.raises(NoConnection, match="key of this laptop"):
        sync(ann)


@pytest.mark.parametrize("how", ["gone", "another's"])
def test_a_laptop_without_its_key_is_enrolled_as_another_and_goes_on(near: Field, road: InProcess, how: str) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    log(ann, "Sent before")
    sync(ann)
    log(ann, "Not sent yet")
    before = ann.meta("laptop"), ann.meta("technician")
    keys.key_path(ann.path).unlink()
    if how == "another's":
        keys.key_path(ann.path).write_bytes(keys.key_path(ben.path).read_bytes())
    enrol(ann, near.server.url, near.code("Ann"))
    assert ann.meta("laptop") != before[0] and ann.meta("technician") == before[1]
    settle_down(ann, ben)
    assert status(ann).pending == 0 and everything(ann) == everything(ben) and len(rows(ben, "ticket")) == 2


def test_a_laptop_without_its_key_whose_answer_was_lost_may_ask_again(near: Field, road: InProcess) -> None:
    ann, code = near.laptop("Ann"), near.code("Ann")
    log(ann, "Not sent yet")
    keys.key_path(ann.path).unlink()

    def cut() -> None:
        raise NoConnection("the road is cut")

    road.after = cut
    with pytest.raises(NoConnection, match="cut"):
        enrol(ann, near.server.url, code)
    road.after = lambda: None
    enrol(ann, near.server.url, code)
    assert sync(ann).sent == 1


def test_a_clock_that_was_set_back_does_not_keep_a_laptop_out(
    near: Field, road: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = near.laptop("Ann")
    log(ann, "Before")
    sync(ann)
    log(ann, "After")
    monkeypatch.setattr("techdesk.sync.connection.time.time_ns", lambda: 1_000_000_000)
    assert sync(ann).sent == 1


def test_a_clock_that_is_far_off_is_told_and_not_refused(
    near: Field, road: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = near.laptop("Ann")
    behind = clock.now() - timedelta(minutes=30)
    monkeypatch.setattr("techdesk.sync.exchanges.clock.now", lambda: behind)
    monkeypatch.setattr("techdesk.server.syncing.clock", Ahead)
    report = sync(ann)
    assert any("30 minutes behind" in warning for warning in report.warnings)
    assert round(status(ann).offset / 60) == 30


class Ahead:
    """A server's clock, thirty minutes ahead of the laptop's."""

    moment = staticmethod(clock.moment)

    @staticmethod
    def now():
        return clock.now() + timedelta(minutes=30)
