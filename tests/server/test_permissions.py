"""What each role may send, and what an undo restores: the server's word, not the laptop's."""

import json

import pytest

from techdesk.desk.agreements import RecordAgreement
from techdesk.desk.calendars import RecordCalendar, calendar_id
from techdesk.desk.changes import MoveChange, RaiseChange
from techdesk.desk.commands import Command
from techdesk.desk.dispatching import AcceptDay, Route, RouteStop
from techdesk.desk.ids import named_id, new_id
from techdesk.desk.inbox import SettleInbox
from techdesk.desk.people import RecordLeave, RecordOrganisation, RecordSite, RecordTechnician
from techdesk.desk.spares import MoveStock, RecordLocation, RecordPart
from techdesk.desk.targets import RecordPriorities
from techdesk.desk.tickets import EditTicket
from techdesk.desk.undoing import TakeBack
from techdesk.models.store import Store
from techdesk.server.invites import invite
from techdesk.sync.client import enrol, sync
from tests.sync.field import Field, everything, inbox, log, row, rows, settle_down

AT = "2026-11-24T08:00:00.000Z"
STOP = RouteStop(None, None, AT, AT, AT, 0.0)


def coordinator(field: Field, name: str) -> Store:
    store = field.store(name)
    code = invite(field.server.database, name, "coordinator", organisation=field.server.organisation)["code"]
    enrol(store, field.server.url, code)
    sync(store)
    return store


def the_van(store: Store) -> str:
    return str(row(store, "technician", str(store.meta("technician")))["stock_location_id"])


def test_a_technician_records_sites_and_what_is_theirs(field: Field) -> None:
    ann = field.laptop("Ann")
    me = str(ann.meta("technician"))
    ann.perform(RecordSite(id=new_id(), code="2005", name="Hill School"))
    site = new_id()
    ann.perform(RecordSite(id=site, code="2006", name="Dale School"))
    ann.perform(RecordCalendar(id=calendar_id(site_id=site), name="Dale School", site_id=site, hours="24/7"))
    ann.perform(RecordTechnician(id=me, skills="printers"))
    ann.perform(RecordLocation(id=the_van(ann), name="The red van"))
    ann.perform(RecordLocation(id=new_id(), name="Store", kind="store"))
    ann.perform(AcceptDay(day="2026-11-24", routes=(Route(me, AT, AT, 0.0, (STOP,)),)))
    assert sync(ann).conflicts == 0 and inbox(ann) == []


def test_what_is_a_coordinators_is_rejected_from_a_technician_with_a_sentence(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    settle_down(ann)
    change = new_id()
    ann.perform(RaiseChange(id=change, title="New firmware", reason="It hangs"))
    site = new_id()
    ann.perform(RecordSite(id=site, code="2005", name="Hill School"))
    ann.perform(
        RecordLeave(id=new_id(), technician_id=str(ann.meta("technician")), first="2026-12-01", last="2026-12-01")
    )
    tried: tuple[Command, ...] = (
        RecordPriorities(id=named_id("priorities"), matrix="1111 1111 1111 1111"),
        RecordCalendar(id=calendar_id(), name="Organisation", hours="24/7"),
        MoveChange(change_id=change, state="approved"),
        RecordOrganisation(id=new_id(), name="Mine", kind="trust"),
        RecordTechnician(id=str(ben.meta("technician")), name="Benjamin"),
        RecordLocation(id=the_van(ben), name="My van"),
        RecordAgreement(id=new_id(), site_id=site, visits=99),
        RecordLeave(id=new_id(), technician_id=str(ben.meta("technician")), first="2026-12-01", last="2026-12-02"),
        AcceptDay(day="2026-11-24", routes=(Route(str(ben.meta("technician")), AT, AT, 0.0, (STOP,)),)),
    )
    for command in tried:
        ann.perform(command)
    assert sync(ann).conflicts == len(tried)
    settle_down(ann, ben)
    assert rows(ben, "organisation") == [] and everything(ann) == everything(ben)
    assert {item["kind"] for item in inbox(ann)} == {"rejected"}
    assert all("coordinators" in str(item["done"]) for item in inbox(ann))


def test_a_coordinator_may_do_all_of_it(field: Field) -> None:
    ann, cor = field.laptop("Ann"), coordinator(field, "Cor")
    cor.perform(RecordOrganisation(id=new_id(), name="Ours", kind="trust"))
    cor.perform(RecordTechnician(id=str(ann.meta("technician")), name="Ann Other"))
    settle_down(cor, ann)
    assert inbox(cor) == [] and len(rows(ann, "organisation")) == 1
    assert row(ann, "technician", str(ann.meta("technician")))["name"] == "Ann Other"


def test_an_inbox_is_settled_by_its_owner_or_a_coordinator(field: Field) -> None:
    ann, ben, cor = field.laptop("Ann"), field.laptop("Ben"), coordinator(field, "Cor")
    id = log(ann, "Toner")
    settle_down(ann, ben, cor)
    for store, room in ((ben, "Hall"), (ann, "Office")):
        store.perform(EditTicket(id=id, room=room))
    settle_down(ben, ann, ben, cor)
    [item] = inbox(ann)
    ben.perform(SettleInbox(item_id=str(item["id"]), choice="mine"))
    settle_down(ben, ann, cor)
    assert row(ann, "ticket", id)["room"] == "Hall" and row(ann, "inbox_item", str(item["id"]))["state"] == "open"
    assert "another technician's inbox" in str(inbox(ben)[0]["done"])
    cor.perform(SettleInbox(item_id=str(item["id"]), choice="mine"))
    settle_down(cor, ann, ben)
    assert row(ann, "ticket", id)["room"] == "Office"
    assert everything(ann) == everything(ben) == everything(cor)


def test_an_undo_restores_what_the_server_has_written_down(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Toner")
    ann.perform(EditTicket(id=id, room="Hall"))
    sync(ann)
    mid = ann.connection.execute("SELECT mid FROM operation ORDER BY dseq DESC").fetchone()[0]
    forged = json.dumps(
        [["ticket", id, {"room": "Forged", "text": "x"}, {"room": "Hall", "text": "Toner", "version": 2}]]
    )
    ann.perform(TakeBack(mid=mid, command="ticket.edit", writes=forged))
    settle_down(ann, ben)
    assert (row(ben, "ticket", id)["room"], row(ben, "ticket", id)["text"]) == (None, "Toner")
    assert everything(ann) == everything(ben)


def test_what_came_in_the_same_sync_can_be_taken_back(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Toner")
    ann.perform(EditTicket(id=id, room="Hall"))
    ann.connection.execute("UPDATE operation SET state = 'sent' WHERE state = 'pending'")
    ann.undo()
    settle_down(ann, ben)
    assert row(ben, "ticket", id)["room"] is None and everything(ann) == everything(ben)


@pytest.mark.parametrize("whose", ["another's", "nobody's", "nonsense"])
def test_an_undo_of_what_this_laptop_never_sent_is_rejected(field: Field, whose: str) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Toner")
    settle_down(ann, ben)
    hers = ann.connection.execute("SELECT mid FROM operation ORDER BY dseq DESC").fetchone()[0]
    mid = {"another's": hers, "nobody's": new_id(), "nonsense": "x"}[whose]
    ben.perform(TakeBack(mid=mid, command="ticket.log", writes=json.dumps([["ticket", id, None, {}]])))
    assert sync(ben).conflicts == 1
    settle_down(ann, ben)
    assert row(ann, "ticket", id)["state"] == "new" and everything(ann) == everything(ben)


def test_nothing_is_taken_back_twice(field: Field) -> None:
    ann = field.laptop("Ann")
    part = new_id()
    ann.perform(RecordPart(id=part, sku="TNR", name="Toner"))
    ann.perform(MoveStock(part_id=part, quantity=5, to_id=the_van(ann), reason="receive"))
    sync(ann)
    mid, undo = ann.connection.execute("SELECT mid, undo FROM operation ORDER BY dseq DESC").fetchone()
    for _ in range(2):
        ann.perform(TakeBack(mid=mid, command="stock.move", writes=undo))
    report = sync(ann)
    assert (report.sent, report.conflicts) == (2, 1)
    assert len(rows(ann, "stock_movement")) == 2
    ann.perform(TakeBack(mid=mid, command="stock.move", writes=undo))
    assert sync(ann).conflicts == 1 and len(rows(ann, "stock_movement")) == 2


def test_what_was_rejected_leaves_nothing_to_take_back(field: Field) -> None:
    ann = field.laptop("Ann")
    id = new_id()
    ann.perform(RecordOrganisation(id=id, name="Mine", kind="trust"))
    ann.connection.execute("UPDATE operation SET state = 'sent' WHERE state = 'pending'")
    ann.undo()
    assert sync(ann).conflicts == 1
    assert rows(ann, "organisation") == [] and len(inbox(ann)) == 1
