"""Two people who triage the same tickets on two laptops."""

import json

from techdesk.desk.duplicates import MergeTicket
from techdesk.desk.ids import named_id, new_id
from techdesk.desk.inbox import SettleInbox
from techdesk.desk.people import RecordSite
from techdesk.desk.problems import LinkTicket, LogProblem
from techdesk.desk.tickets import AssignTicket, EditTicket, LogTicket, NoteTicket
from techdesk.desk.work import LogWork, StartWork, StopWork
from techdesk.models.queries.problem_moves import taking
from techdesk.models.queries.proposals import proposals
from techdesk.models.store import Store
from techdesk.sync.client import sync
from tests.sync.field import Field, everything, inbox, log, row, rows, settle_down


def both(field: Field) -> tuple[Store, Store, str]:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "No picture in the hall")
    settle_down(ann, ben)
    return ann, ben, id


def test_the_same_triage_on_both_is_no_conflict(field: Field) -> None:
    ann, ben, id = both(field)
    for store in (ann, ben):
        store.perform(EditTicket(id=id, impact=2, urgency=2, category="projector"))
    reports = settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert sum(report.conflicts + report.merged for report in reports) == 0
    ticket = row(ben, "ticket", id)
    assert (ticket["state"], ticket["priority"], ticket["category"]) == ("triaged", 2, "projector")
    assert inbox(ann) == inbox(ben) == []


def test_fields_that_only_one_set_are_kept_and_only_the_others_are_asked_about(field: Field) -> None:
    ann, ben, id = both(field)
    ann.perform(EditTicket(id=id, impact=1, urgency=2, category="projector"))
    ben.perform(EditTicket(id=id, impact=3, urgency=2, service="assembly"))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    ticket = row(ann, "ticket", id)
    assert (ticket["impact"], ticket["urgency"], ticket["category"], ticket["service"]) == (
        1,
        2,
        "projector",
        "assembly",
    )
    assert ticket["priority"] == 1
    [item] = inbox(ben)
    # Ben left the impact as it was, so that is no choice of his against Ann's.
    assert item["kind"] == "conflict" and json.loads(str(item["mine"])) == {"impact": 3}


def test_to_take_it_as_it_stands_gives_way_to_who_looked_closer(field: Field) -> None:
    ann, ben, id = both(field)
    ann.perform(EditTicket(id=id, impact=3, urgency=3))
    ben.perform(EditTicket(id=id, category="projector"))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert (row(ben, "ticket", id)["state"], row(ben, "ticket", id)["category"]) == ("triaged", "projector")


def test_a_duplicate_that_both_merged_is_merged_once(field: Field) -> None:
    ann, ben, id = both(field)
    twin = log(ann, "Hall projector is dark")
    settle_down(ann, ben)
    ann.perform(MergeTicket(ticket_id=twin, into_id=id))
    ben.perform(LogWork(ticket_id=twin, minutes=7))
    ben.perform(MergeTicket(ticket_id=twin, into_id=id))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert len(rows(ann, "ticket_alias")) == 1
    assert inbox(ann) == inbox(ben) == []


def test_work_on_what_was_merged_meanwhile_reaches_the_one_that_stays(field: Field) -> None:
    ann, ben, id = both(field)
    twin = log(ann, "Hall projector is dark")
    settle_down(ann, ben)
    ben.perform(StartWork(ticket_id=twin))
    settle_down(ann, ben)
    ann.perform(MergeTicket(ticket_id=twin, into_id=id))
    ben.perform(LogWork(ticket_id=twin, minutes=25))
    ben.perform(NoteTicket(ticket_id=twin, text="bulb ordered"))
    ben.perform(StopWork(minutes=4))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert [(each["ticket_id"], each["minutes"]) for each in rows(ann, "worklog")] == [(id, 25), (id, 4)]
    assert [each["ticket_id"] for each in rows(ann, "ticket_event") if each["note"] == "bulb ordered"] == [id]


def test_a_merge_is_taken_back_after_it_was_sent(field: Field) -> None:
    ann, ben, id = both(field)
    twin = log(ann, "Hall projector is dark")
    ann.perform(LogWork(ticket_id=twin, minutes=7))
    settle_down(ann, ben)
    ann.perform(MergeTicket(ticket_id=twin, into_id=id))
    settle_down(ann, ben)
    ann.undo()
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    ticket = row(ben, "ticket", twin)
    assert (ticket["state"], ticket["open"], ticket["duplicate_of"]) == ("new", 1, None)
    assert [each["ticket_id"] for each in rows(ben, "worklog")] == [twin]
    assert rows(ben, "ticket_alias") == []


def test_an_email_that_both_took_in_is_one_ticket_with_both_numbers(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = named_id("mail", "1@x")
    for store in (ann, ben):
        store.perform(LogTicket(id=id, text="No picture", channel="email"))
    refs = [str(row(store, "ticket", id)["ref"]) for store in (ann, ben)]
    sync(ann)
    settle_down(ben, ann)
    assert everything(ann) == everything(ben)
    assert row(ben, "ticket", id)["ref"] == refs[0]
    assert [each["alias"] for each in rows(ben, "ticket_alias")] == [refs[1]]
    assert [item["kind"] for item in inbox(ben)] == ["merged"]


def test_a_ticket_that_both_gave_away_stays_where_it_came_first(field: Field) -> None:
    ann, ben, id = both(field)
    ann.perform(AssignTicket(ticket_id=id, role="technical"))
    ben.perform(AssignTicket(ticket_id=id, role="strategic", tried="the cable"))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    ticket = row(ann, "ticket", id)
    assert (ticket["role"], ticket["tried"]) == ("technical", "the cable")
    [item] = inbox(ben)
    assert json.loads(str(item["mine"])) == {"role": "strategic"}
    ben.perform(SettleInbox(item_id=str(item["id"]), choice="mine"))
    settle_down(ben, ann)
    assert row(ann, "ticket", id)["role"] == "strategic"


def test_a_ticket_that_both_gave_to_the_same_is_no_conflict(field: Field) -> None:
    ann, ben, id = both(field)
    me = str(ben.meta("technician"))
    ann.perform(AssignTicket(ticket_id=id, owner_id=me))
    ben.perform(AssignTicket(ticket_id=id, owner_id=me))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert row(ann, "ticket", id)["owner_id"] == me and inbox(ann) == inbox(ben) == []


def test_a_proposal_that_two_took_is_one_problem_and_the_later_is_told(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    ann.perform(RecordSite(id=(site := new_id()), code="2005", name="Abbey Park"))
    for number in range(3):
        log(ann, f"Picture flickers green {number}", site_id=site)
    settle_down(ann, ben)
    for store in (ann, ben):
        [found] = proposals(store.connection, "2026-01-01")
        store.perform(taking(store.connection, found))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    [problem] = rows(ben, "problem")
    assert [each["problem_id"] for each in rows(ben, "ticket")] == [problem["id"]] * 3
    [item] = inbox(ben)
    assert item["kind"] == "merged" and json.loads(str(item["theirs"])) == {"number": problem["ref"]}
    assert inbox(ann) == []


def test_what_someone_put_another_problem_behind_stays_with_it_and_the_later_is_told(field: Field) -> None:
    ann, ben, id = both(field)
    for store, title in ((ann, "Heat"), (ben, "Damp")):
        store.perform(LogProblem(id=new_id(), title=title, ticket_ids=(id,)))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    found = {str(each["title"]): each for each in rows(ben, "problem")}
    assert row(ben, "ticket", id)["problem_id"] == found["Heat"]["id"]
    [item] = inbox(ben)
    assert (item["kind"], item["entity_id"]) == ("merged", found["Damp"]["id"])
    assert json.loads(str(item["theirs"])) == {"problem": found["Heat"]["ref"]}


def test_a_problem_that_its_author_saw_behind_a_ticket_gives_way_to_the_one_they_log(field: Field) -> None:
    ann, ben, id = both(field)
    ann.perform(LogProblem(id=new_id(), title="Heat", ticket_ids=(id,)))
    settle_down(ann, ben)
    ben.perform(LogProblem(id=(damp := new_id()), title="Damp", ticket_ids=(id,)))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert row(ann, "ticket", id)["problem_id"] == damp
    assert inbox(ben) == inbox(ann) == []


def test_of_two_problems_put_behind_one_ticket_the_first_stands_and_the_other_can_be_kept(field: Field) -> None:
    ann, ben, id = both(field)
    heat, damp = new_id(), new_id()
    for problem, title in ((heat, "Heat"), (damp, "Damp")):
        ann.perform(LogProblem(id=problem, title=title))
    settle_down(ann, ben)
    for store, problem in ((ann, heat), (ben, damp)):
        store.perform(LinkTicket(ticket_id=id, problem_id=problem))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert row(ben, "ticket", id)["problem_id"] == heat
    [item] = inbox(ben)
    assert (item["kind"], json.loads(str(item["mine"]))) == ("conflict", {"problem_id": damp})
    ben.perform(SettleInbox(item_id=str(item["id"]), choice="mine"))
    settle_down(ann, ben)
    assert row(ann, "ticket", id)["problem_id"] == damp
    assert inbox(ann) == []


def test_two_who_put_the_same_problem_behind_a_ticket_agree(field: Field) -> None:
    ann, ben, id = both(field)
    ann.perform(LogProblem(id=(heat := new_id()), title="Heat"))
    settle_down(ann, ben)
    for store in (ann, ben):
        store.perform(LinkTicket(ticket_id=id, problem_id=heat))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert inbox(ann) == inbox(ben) == []
