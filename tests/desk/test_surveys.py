"""The two questions, cold closings, causes, reopening and repeats, and the figures that come of them."""

import pytest

from techdesk.desk.closing import CloseTicket, ReopenTicket
from techdesk.desk.commands import decode
from techdesk.desk.following import FollowTicket
from techdesk.desk.ids import named_id, new_id
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.people import RecordTechnician
from techdesk.desk.rules import RecordRules
from techdesk.desk.surveys import AnswerSurvey, ExpireSurvey, SendSurvey
from techdesk.desk.tickets import EditTicket
from techdesk.desk.work import LogWork
from techdesk.errors import BadInput, Refused
from techdesk.models.queries.figures import Figure, Span, report
from techdesk.models.queries.reopening import again
from techdesk.models.queries.surveys import answers, of_ticket
from tests.desk.conftest import MONDAY, Desk

LATER = "2026-12-20T09:00:00.000Z"


def closed(desk: Desk, **fields: object) -> str:
    reporter = fields.pop("reporter", None)
    id = desk.log(reporter=reporter)
    desk.do(CloseTicket(ticket_id=id, resolution="x", **fields))  # type: ignore[arg-type]
    return id


def figures(desk: Desk) -> dict[str, Figure]:
    found = report(desk.store.connection, Span("2026-11-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"), desk.now)
    return {each.key: each for each in found.figures}


@pytest.mark.parametrize(("fields", "cold"), [({}, 1), ({"told": True}, 0), ({"told": True, "tested": False}, 1),
                                             ({"tested": True}, 1), ({"told": True, "tested": True}, 0)])  # fmt: skip
def test_a_closing_is_cold_when_they_were_not_told_or_it_was_not_tested(
    desk: Desk, fields: dict[str, object], cold: int
) -> None:
    assert desk.ticket(closed(desk, **fields))["cold"] == cold


def test_what_was_heard_on_the_spot_is_the_reporters_word_or_counts_for_nothing(desk: Desk) -> None:
    closed(desk, reporter="Mrs Okafor", quality=5)
    closed(desk, quality=5)
    assert [row["answered_by"] for row in desk.tx.find("survey")] == ["Mrs Okafor", None]
    assert figures(desk)["quality"][2:4] == (1, 1)


@pytest.mark.parametrize("part", ["none", "closed", "minutes"])
def test_who_ended_it_or_kept_minutes_on_it_rates_himself_whoever_has_it_now(desk: Desk, part: str) -> None:
    other, id = new_id(), desk.log()
    desk.do(RecordTechnician(id=other, name="Ben"))
    me, ben = desk.me, other
    if part == "minutes":
        desk.do(LogWork(ticket_id=id, minutes=10))
    if part != "closed":
        desk.store.set_meta(technician=ben)
    desk.do(CloseTicket(ticket_id=id, resolution="x"))
    desk.store.connection.execute("UPDATE ticket SET owner_id = ?", (ben,))  # handed on behind everybody's back
    desk.store.set_meta(technician=me)
    desk.do(AnswerSurvey(ticket_id=id, quality=5))
    assert figures(desk)["self_collected"][2:4] == (part != "none", 1)


def test_of_what_one_person_said_of_a_ticket_the_newest_counts(desk: Desk) -> None:
    id, other = closed(desk), closed(desk)
    for ticket, name, quality in ((id, "Head", 5), (id, "Mrs Bell", 5), (id, " head", 2), (other, "Head", 4), (id, None, 5),
                                  (id, None, 1)):  # fmt: skip
        desk.do(AnswerSurvey(ticket_id=ticket, quality=quality, answered_by=name))
    assert figures(desk)["quality"][2:4] == (2, 4)
    months = report(
        desk.store.connection, Span("2026-11-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"), desk.now
    ).months
    assert [(month.answers, month.satisfied) for month in months] == [(4, 2)]


def test_only_paper_may_come_without_a_name() -> None:
    AnswerSurvey(ticket_id="t", quality=5)
    with pytest.raises(BadInput, match="--by"):
        AnswerSurvey(ticket_id="t", quality=5, collected="on_the_spot")


def test_what_the_first_version_took_without_a_name_says_so() -> None:
    told = decode("survey.answer", {"ticket_id": "t", "quality": 5, "collected": "later"}, 1)
    assert isinstance(told, AnswerSurvey) and told.answered_by == "not named"


def test_the_questions_wait_until_they_are_answered_or_given_up(desk: Desk) -> None:
    first, second = closed(desk, ask_later=True), closed(desk)
    desk.do(SendSurvey(ticket_id=second))
    with pytest.raises(Refused, match="already"):
        desk.do(SendSurvey(ticket_id=second))
    desk.do(AnswerSurvey(ticket_id=first, quality=4, answered_by="Head", collected="later"))
    desk.do(ExpireSurvey(ticket_id=second))
    states = {row["ticket_id"]: row["state"] for row in desk.tx.find("survey")}
    assert states == {first: "answered", second: "expired"}
    with pytest.raises(Refused, match="once it is resolved"):
        desk.do(SendSurvey(ticket_id=desk.log()))


def test_own_causes_are_the_only_ones_and_a_beginning_is_enough(desk: Desk) -> None:
    assert desk.ticket(closed(desk, cause="Gremlins"))["cause"] == "gremlins"
    desk.do(RecordRules(id=named_id("closing_rules"), causes="wear, No fault"))
    assert desk.ticket(closed(desk, cause="no"))["cause"] == "no_fault"
    with pytest.raises(Refused, match="wear, no_fault"):
        closed(desk, cause="gremlins")


def test_after_the_period_a_fault_is_captured_anew_and_linked(desk: Desk) -> None:
    id = closed(desk)
    with pytest.raises(Refused, match="14 days"):
        desk.do(ReopenTicket(ticket_id=id), LATER)
    command = again(desk.store.connection, id, "dark again", LATER)
    assert isinstance(command, FollowTicket)
    desk.do(command)
    row = desk.ticket(command.id)
    assert (row["repeat_of"], row["title"], row["state"]) == (id, "dark again", "triaged")
    assert isinstance(again(desk.store.connection, id, None, MONDAY), ReopenTicket)


def test_the_same_device_again_is_a_repeat_for_as_long_as_the_rules_say(desk: Desk) -> None:
    device = new_id()
    desk.do(RecordDevice(id=device, tag="L-1"))
    first = desk.log(device_id=device)
    desk.do(CloseTicket(ticket_id=first, resolution="x"))
    desk.now = LATER
    assert desk.ticket(desk.log(device_id=device))["repeat_of"] == first
    desk.do(RecordRules(id=named_id("closing_rules"), repeat_days=5))
    assert desk.ticket(desk.log(device_id=device))["repeat_of"] is None


def test_the_same_symptom_at_the_same_site_is_a_repeat_once_it_is_said(desk: Desk) -> None:
    site = desk.site()
    first, second = desk.log(site_id=site), desk.log("b", site_id=site)
    desk.do(EditTicket(id=first, symptom="no picture"))
    desk.do(CloseTicket(ticket_id=first, resolution="x"))
    third = desk.log("c", site_id=site)
    for id in (second, third):
        desk.do(EditTicket(id=id, symptom="no picture"))
    assert desk.ticket(third)["repeat_of"] == first
    desk.do(EditTicket(id=third, symptom=""))
    assert desk.ticket(third)["repeat_of"] is None


def test_figures_are_parts_of_wholes(desk: Desk) -> None:
    closed(desk, told=True, minutes=10)
    closed(desk, minutes=20, mode="remote", proactive=1)
    back = closed(desk, told=True, minutes=10)
    desk.do(ReopenTicket(ticket_id=back))
    desk.do(CloseTicket(ticket_id=back, resolution="y", told=True, minutes=5, quality=2, answered_by="Head"))
    found = figures(desk)
    expected = {"closed": (3, None), "cold": (1, 3), "remote": (1, 3), "first_visit": (1, 2), "reopened": (1, 3),
                "proactive": (20, 45), "quality": (0, 1), "self_collected": (1, 1)}  # fmt: skip
    assert {key: found[key][2:4] for key in expected} == expected


@pytest.mark.parametrize("part", ["closed", "minutes"])
def test_nobody_rates_the_work_he_did_himself(desk: Desk, part: str) -> None:
    other, id = new_id(), desk.log()
    desk.do(RecordTechnician(id=other, name="Ben Ash"))
    me = desk.me
    if part == "minutes":
        desk.store.set_meta(technician=other)
        desk.do(LogWork(ticket_id=id, minutes=10))
        desk.store.set_meta(technician=me)
    else:
        desk.store.set_meta(technician=other)
        desk.do(CloseTicket(ticket_id=id, resolution="x"))
        desk.store.set_meta(technician=me)
    with pytest.raises(Refused, match="cannot be who rates it"):
        desk.do(AnswerSurvey(ticket_id=id, quality=5, answered_by=" ben ASH", collected="later"))
    desk.do(AnswerSurvey(ticket_id=id, quality=5, answered_by="Ben Okafor", collected="later"))
    assert figures(desk)["quality"][2:4] == (1, 1)


def test_who_is_named_for_his_own_closing_is_marked_and_counts_for_nothing(desk: Desk) -> None:
    desk.do(RecordTechnician(id=desk.me, name="Sam Whitlow"))
    id = closed(desk, reporter="Sam Whitlow", quality=5)
    [line] = of_ticket(desk.store.connection, id)
    assert "by Sam Whitlow, who did the work: it counts for nothing" in answers(line)
    found = figures(desk)
    assert found["quality"][2:4] == found["self_collected"][2:4] == (0, 0)
