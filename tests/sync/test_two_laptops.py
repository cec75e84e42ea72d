"""Two laptops of one organisation, through a real server on SQLite and on PostgreSQL."""

import json

from techdesk.desk.closing import CloseTicket, ReopenTicket
from techdesk.desk.ids import new_id
from techdesk.desk.inbox import SettleInbox
from techdesk.desk.people import RecordSite
from techdesk.desk.tickets import EditTicket, NoteTicket
from techdesk.desk.work import HoldTicket, StartWork
from techdesk.sync.client import enrol, status, sync
from tests.sync.field import Field, everything, inbox, log, row, rows, settle_down


def test_what_one_did_the_other_gets(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Projector: no picture", impact=2)
    report = sync(ann)
    assert (report.sent, report.conflicts, report.parked) == (1, 0, 0)
    assert sync(ben).received >= 1
    assert row(ben, "ticket", id)["title"] == "Projector: no picture"
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert status(ann).pending == status(ben).pending == 0


def test_work_on_the_same_ticket_converges(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Six will not charge")
    settle_down(ann, ben)
    ann.perform(NoteTicket(ticket_id=id, text="Tried another socket"))
    ann.perform(EditTicket(id=id, room="Year 3"))
    ben.perform(EditTicket(id=id, impact=1))
    ben.perform(NoteTicket(ticket_id=id, text="Charger board"))
    ben.perform(HoldTicket(ticket_id=id, reason="parts"))
    reports = settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    ticket = row(ann, "ticket", id)
    assert (ticket["room"], ticket["impact"], ticket["state"]) == ("Year 3", 1, "on_hold")
    assert sum(report.conflicts for report in reports) == 0
    assert inbox(ann) == inbox(ben) == []


def test_work_that_was_begun_over_an_unseen_hold_leaves_it_and_tells(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Six will not charge")
    settle_down(ann, ben)
    ann.perform(HoldTicket(ticket_id=id, reason="vendor", until="2026-12-04"))
    ben.perform(StartWork(ticket_id=id))
    sync(ann)
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert (row(ben, "ticket", id)["state"], row(ann, "ticket", id)["hold_until"]) == ("on_hold", "2026-12-04")
    assert [item["done"] for item in inbox(ben)] == ["their hold was kept"]


def test_a_field_that_both_changed_goes_to_the_inbox_of_the_later(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    site = new_id()
    ann.perform(RecordSite(id=site, code="107", name="Ash Green", telephone="01422 1"))
    settle_down(ann, ben)
    ann.perform(RecordSite(id=site, telephone="01422 2"))
    ben.perform(RecordSite(id=site, telephone="01422 3", pupils=210))
    sync(ann)
    report = sync(ben)
    sync(ann)
    assert everything(ann) == everything(ben)
    assert (row(ann, "site", site)["telephone"], row(ann, "site", site)["pupils"]) == ("01422 2", 210)
    assert report.conflicts == 1
    [item] = inbox(ben)
    assert item["kind"] == "conflict" and item["entity_id"] == site
    assert json.loads(str(item["mine"])) == {"telephone": "01422 3"}
    assert json.loads(str(item["theirs"])) == {"telephone": "01422 2"}


def test_a_second_closing_becomes_a_worklog_and_a_notice(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Toner low")
    settle_down(ann, ben)
    ann.perform(CloseTicket(ticket_id=id, resolution="New toner", minutes=10))
    ben.perform(CloseTicket(ticket_id=id, resolution="Shook it", minutes=5))
    sync(ann)
    report = sync(ben)
    sync(ann)
    assert everything(ann) == everything(ben)
    assert report.merged == 1
    assert row(ben, "ticket", id)["resolution"] == "New toner"
    assert sorted(int(each["minutes"] or 0) for each in rows(ben, "worklog")) == [5, 10]
    [item] = inbox(ben)
    assert item["kind"] == "merged" and json.loads(str(item["mine"]))["resolution"] == "Shook it"


def test_a_closing_does_not_end_what_was_reopened_meanwhile(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Wifi drops")
    settle_down(ann, ben)
    ann.perform(CloseTicket(ticket_id=id, resolution="Moved it"))
    ann.perform(ReopenTicket(ticket_id=id, reason="Again"))
    ben.perform(CloseTicket(ticket_id=id, resolution="Restarted", minutes=3))
    sync(ann)
    sync(ben)
    sync(ann)
    assert everything(ann) == everything(ben)
    assert row(ben, "ticket", id)["state"] == "reopened"
    assert [item["kind"] for item in inbox(ben)] == ["conflict"]


def test_two_that_numbered_their_own_tickets_keep_both(field: Field) -> None:
    ann, ben = field.store("Ann"), field.store("Ben")
    hers, his = log(ann, "Hers"), log(ben, "His")
    assert row(ann, "ticket", hers)["ref"] == row(ben, "ticket", his)["ref"]
    old = str(row(ben, "ticket", his)["ref"])
    for store, name in ((ann, "Ann"), (ben, "Ben")):
        enrol(store, field.server.url, field.code(name))
        sync(store)
    sync(ann)
    assert everything(ann) == everything(ben)
    assert row(ben, "ticket", hers)["ref"] == old
    new = str(row(ben, "ticket", his)["ref"])
    assert new != old and new.startswith(old)
    [alias] = rows(ann, "ticket_alias")
    assert alias["ticket_id"] == his and old in str(alias["alias"])
    [item] = inbox(ben)
    assert item["entity_id"] == his and item["ref"] == new and old in str(item["mine"])
    refs = [str(row(each, "ticket", log(each, "Next"))["ref"]) for each in (ann, ben)]
    assert len({*refs, old, new}) == 4


def test_three_laptops_that_sync_in_any_order_agree(field: Field) -> None:
    laptops = [field.laptop(name) for name in ("Ann", "Ben", "Cid")]
    ids = [log(each, f"From {number}") for number, each in enumerate(laptops)]
    settle_down(*laptops)
    for turn in range(3):
        for number, each in enumerate(laptops):
            each.perform(EditTicket(id=ids[turn], room=f"Room {number}", category=f"turn {turn}"))
            each.perform(NoteTicket(ticket_id=ids[(turn + number) % 3], text=f"{turn} {number}"))
            sync(laptops[(turn + number) % 3])
    settle_down(*laptops)
    states = [everything(each) for each in laptops]
    assert states[0] == states[1] == states[2]
    assert len([event for event in states[0]["ticket_event"] if event["act"] == "note"]) == 9


def test_text_that_not_every_database_can_hold_is_the_same_everywhere(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "A \0 and \u202e and \x1b[31m and 🔋")
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert row(ben, "ticket", id)["text"] == "A \ufffd and \u202e and \x1b[31m and 🔋"


def test_a_third_value_reaches_the_other_and_is_taken_back_after_it_was_sent(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Six will not charge")
    settle_down(ann, ben)
    ann.perform(EditTicket(id=id, room="Hall"))
    ben.perform(EditTicket(id=id, room="Office"))
    settle_down(ann, ben)
    [item] = inbox(ben)
    ben.perform(SettleInbox(item_id=str(item["id"]), choice="edit", values={"room": "Library"}))
    settle_down(ben, ann)
    assert row(ann, "ticket", id)["room"] == "Library"
    ben.undo()
    settle_down(ben, ann)
    assert everything(ann) == everything(ben)
    assert row(ann, "ticket", id)["room"] == "Hall"
    assert [each["state"] for each in inbox(ben)] == ["open"]


def test_a_choice_about_what_has_changed_again_meanwhile_is_a_new_item(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Six will not charge")
    settle_down(ann, ben)
    ann.perform(EditTicket(id=id, room="Hall"))
    ben.perform(EditTicket(id=id, room="Office"))
    settle_down(ann, ben)
    ann.perform(EditTicket(id=id, room="Gym"))
    sync(ann)
    ben.perform(SettleInbox(item_id=str(inbox(ben)[0]["id"]), choice="mine"))
    settle_down(ben, ann)
    assert everything(ann) == everything(ben)
    assert row(ann, "ticket", id)["room"] == "Gym"
    items = {item["state"]: item for item in inbox(ben)}
    assert json.loads(str(items["open"]["mine"])) == {"room": "Office"}
    assert json.loads(str(items["open"]["theirs"])) == {"room": "Gym"}
    assert items["settled"]["choice"] == "mine"
