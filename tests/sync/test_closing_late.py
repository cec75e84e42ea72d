"""What two laptops make of the same ticket's minutes, questions, suppliers and majors."""

from techdesk.desk.closing import CloseTicket
from techdesk.desk.holds import EscalateTicket, ReleaseTicket
from techdesk.desk.majors import JoinTicket
from techdesk.desk.surveys import AnswerSurvey, SendSurvey
from techdesk.desk.work import CorrectWork, HoldTicket, LogWork
from tests.sync.field import Field, everything, inbox, log, row, rows, settle_down


def test_of_two_corrections_the_later_stands_and_none_is_counted_twice(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Toner low")
    ann.perform(LogWork(ticket_id=id, minutes=50))
    settle_down(ann, ben)
    entry = str(rows(ben, "worklog")[0]["id"])
    ann.perform(CorrectWork(worklog_id=entry, minutes=20))
    ben.perform(CorrectWork(worklog_id=entry, minutes=30))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert sum(int(each["minutes"] or 0) for each in rows(ann, "worklog")) == 30


def test_questions_that_both_sent_are_asked_once_and_both_answers_stay(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Toner low")
    ann.perform(CloseTicket(ticket_id=id, resolution="x"))
    settle_down(ann, ben)
    for laptop, quality in ((ann, 5), (ben, 2)):
        laptop.perform(SendSurvey(ticket_id=id))
        laptop.perform(AnswerSurvey(ticket_id=id, quality=quality))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert sorted(int(each["quality"] or 0) for each in rows(ann, "survey")) == [2, 5]


def test_a_supplier_that_is_named_after_the_end_goes_to_its_authors_inbox(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Switch dead")
    settle_down(ann, ben)
    ann.perform(CloseTicket(ticket_id=id, resolution="power was off"))
    ben.perform(EscalateTicket(ticket_id=id, supplier="Acme", reference="R-7"))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert row(ann, "ticket", id)["state"] == "closed"
    assert [item["kind"] for item in inbox(ben)] == ["conflict"] and inbox(ann) == []


def test_a_release_of_what_waits_no_more_is_only_told(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    id = log(ann, "Switch dead")
    ann.perform(HoldTicket(ticket_id=id, reason="parts"))
    settle_down(ann, ben)
    ann.perform(ReleaseTicket(ticket_id=id))
    ben.perform(ReleaseTicket(ticket_id=id))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert [item["kind"] for item in inbox(ben)] == ["merged"]


def test_what_was_made_part_of_an_incident_that_ended_meanwhile_stays_open_for_its_author(field: Field) -> None:
    ann, ben = field.laptop("Ann"), field.laptop("Ben")
    major, part = log(ann, "Server down"), log(ann, "No mail")
    settle_down(ann, ben)
    ann.perform(CloseTicket(ticket_id=major, resolution="New disk", told=True))
    ben.perform(JoinTicket(ticket_id=part, parent_id=major))
    settle_down(ann, ben)
    assert everything(ann) == everything(ben)
    assert (row(ann, "ticket", part)["open"], row(ann, "ticket", part)["parent_id"]) == (1, None)
    assert [item["kind"] for item in inbox(ben)] == ["rejected"]
