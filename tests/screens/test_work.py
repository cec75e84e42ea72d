"""Minutes, hand-overs, suppliers, major incidents and figures by keys."""

from __future__ import annotations

from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.majors import DeclareMajor
from techdesk.desk.suppliers import RecordSupplier
from techdesk.desk.tickets import LogTicket
from techdesk.desk.work import LogWork
from techdesk.screens.dialogs.toggle import Toggle
from tests.screens.desk import open_desk
from tests.screens.school import School


async def test_told_says_that_it_works_too_unless_it_is_said_apart(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("c")
        await desk.type("new lamp")
        await desk.press("ctrl+t")
        assert desk.app.screen.query_one("#tested", Toggle).on
        await desk.press("enter")
    assert school.asks("SELECT cold, tested FROM ticket WHERE id = ?", school.ids["hall"]) == [(0, 1)]


async def test_a_closing_without_telling_is_cold_and_says_so(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("c")
        await desk.type("new lamp\r")
        assert "Cold" in desk.said
    assert school.asks("SELECT cold FROM ticket WHERE id = ?", school.ids["hall"]) == [(1,)]


async def test_minutes_of_waiting_are_kept_by_a_letter(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("W")
        await desk.type("47")
        await desk.press("tab", "w")
    assert school.asks("SELECT minutes, mode FROM worklog WHERE mode = 'waiting'") == [(47, "waiting")]


async def test_minutes_that_are_none_keep_the_dialog(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("W", "enter")
        assert "Type the minutes" in desk.text


async def test_a_role_is_told_what_it_needs(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("a")
        await desk.type("technical\r")
        await desk.type("another lead")
        await desk.press("tab")
        await desk.type("the password\r")
    row = school.asks("SELECT role, tried, needed FROM ticket WHERE id = ?", school.ids["hall"])
    assert row == [("technical", "another lead", "the password")]


async def test_a_hold_for_a_supplier_that_is_named_is_an_escalation(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("h", "tab")
        await desk.type("2026-12-01")
        await desk.press("tab", "tab")
        await desk.type("Acme")
        await desk.press("shift+tab", "shift+tab", "shift+tab", "v")
    row = school.asks("SELECT supplier, promised, state FROM ticket WHERE id = ?", school.ids["hall"])
    assert row == [("Acme", "2026-12-01", "on_hold")]


async def test_a_day_that_is_over_is_refused_and_what_was_typed_stays(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("h", "tab")
        await desk.type("2026-11-22")
        await desk.press("shift+tab", "v")
        assert "2026-11-22 is over: say a day from 2026-11-23 on." in desk.text
        assert desk.field("until").value == "2026-11-22"
    assert school.asks("SELECT hold_reason FROM ticket WHERE id = ?", school.ids["hall"]) == [(None,)]


async def test_a_major_incident_is_one_key_and_is_said_on_top(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("exclamation_mark")
        assert "major incident" in desk.said
        assert "MAJOR INCIDENT" in desk.text
    assert school.asks("SELECT major FROM ticket WHERE id = ?", school.ids["hall"]) == [(1,)]


async def test_figures_are_drawn_with_their_numbers(school: School) -> None:
    school.does(CloseTicket(ticket_id=school.ids["hall"], resolution="x", told=True))
    async with open_desk(school) as desk:
        await desk.press("percent_sign")
        assert "satisfied with the work" in desk.text
        await desk.press("escape")
        assert "satisfied with the work" not in desk.text


async def test_a_story_says_how_minutes_were_spent_and_whose_answers_there_are(school: School) -> None:
    school.does(CloseTicket(ticket_id=school.ids["hall"], resolution="x", minutes=9, mode="remote", quality=5))
    async with open_desk(school, (100, 60)) as desk:
        desk.app.open_story("ticket", school.ids["hall"])
        await desk.settle()
        assert "9 min remote" in desk.text
        assert "quality 5, by Mrs Okafor, on the spot, written down by" in " ".join(desk.text.split())


async def test_minutes_are_corrected_in_the_story_and_that_is_taken_back(school: School) -> None:
    school.does(LogWork(ticket_id=school.ids["pen"], minutes=47, mode="waiting"))
    total = "SELECT sum(minutes) FROM worklog WHERE ticket_id = ?"
    async with open_desk(school) as desk:
        desk.app.open_story("ticket", school.ids["pen"])
        await desk.settle()
        await desk.press("Z", "backspace", "backspace")
        await desk.type("20\r")
        assert "Corrected to 20 min" in desk.said
        assert school.asks(total, school.ids["pen"]) == [(20,)]
        assert school.asks("SELECT DISTINCT mode FROM worklog WHERE ticket_id = ?", school.ids["pen"]) == [("waiting",)]
        await desk.press("u")
    assert school.asks(total, school.ids["pen"]) == [(47,)]


async def test_of_several_entries_of_minutes_one_is_chosen_and_may_be_taken_back(school: School) -> None:
    for minutes in (10, 12):
        school.does(LogWork(ticket_id=school.ids["pen"], minutes=minutes), at=f"2026-11-{minutes}T09:00:00.000Z")
    async with open_desk(school) as desk:
        desk.app.open_story("ticket", school.ids["pen"])
        await desk.settle()
        await desk.press("Z", "2", "backspace", "backspace")
        await desk.type("0\r")
    assert school.asks("SELECT sum(minutes) FROM worklog WHERE ticket_id = ?", school.ids["pen"]) == [(10,)]


async def test_a_ticket_without_minutes_has_nothing_to_correct(school: School) -> None:
    async with open_desk(school) as desk:
        desk.app.open_story("ticket", school.ids["mice"])
        await desk.settle()
        await desk.press("Z")
        assert "Nobody has worked on it yet" in desk.said


async def test_marked_tickets_become_part_of_a_major_incident_and_stand_alone_again(school: School) -> None:
    school.does(DeclareMajor(ticket_id=school.ids["hall"]))
    joined = "SELECT parent_id FROM ticket WHERE id IN (?, ?)"
    both = (school.ids["pen"], school.ids["mice"])
    async with open_desk(school) as desk:
        await desk.press("2", "slash")
        await desk.type("site:2005 p:5\r")
        await desk.press("ctrl+a", "J", "enter")
        assert school.asks(joined, *both) == [(school.ids["hall"],)] * 2
        await desk.press("ctrl+a", "J")
        assert "No more with" in desk.text
        await desk.press("enter")
    assert school.asks(joined, *both) == [(None,), (None,)]


async def test_a_problem_is_made_of_the_tickets_that_are_marked(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("2", "x", "j", "x", "J")
        await desk.type("a new\r")
        assert "behind 2 tickets" in desk.said
    assert school.asks("SELECT count(*) FROM ticket WHERE problem_id IS NOT NULL") == [(2,)]


async def test_a_known_supplier_is_completed_and_its_story_says_whom_to_call(school: School) -> None:
    school.does(RecordSupplier(id=new_id(), name="Globex Repairs", contacts="0117 496 0000", terms="Account 12"))
    async with open_desk(school, (100, 40)) as desk:
        await desk.press("h", "tab", "tab", "tab")
        await desk.type("glo")
        await desk.press("right", "shift+tab", "shift+tab", "shift+tab", "v")
        assert "Globex Repairs" in desk.said
        desk.app.open_story("ticket", school.ids["hall"])
        await desk.settle()
        assert "Call 0117 496 0000" in desk.text and "Terms Account 12" in desk.text


async def test_a_major_incident_elsewhere_asks_whether_one_goes_and_says_what_is_owed(school: School) -> None:
    id = new_id()
    school.does(LogTicket(id=id, text="Whole school offline", site_id=school.ids["other"]))
    async with open_desk(school, (120, 60)) as desk:
        desk.app.open_story("ticket", id)
        await desk.settle()
        await desk.press("exclamation_mark", "g")
        assert "min owed" in desk.said
        await desk.press("escape", "percent_sign")
        assert "1 h 46 owed" in desk.text
    assert school.asks("SELECT displaced FROM visit WHERE id = ?", school.ids["visit"]) == [(106,)]


async def test_answers_that_came_on_paper_or_later_are_kept_with_who_gave_them_and_how(school: School) -> None:
    async with open_desk(school) as desk:
        desk.app.open_story("ticket", school.ids["toner"])
        await desk.settle()
        await desk.press("Y", "enter")
        assert "Nothing is changed yet" in desk.text
        await desk.type("6\r")
        assert "'6' is no answer" in desk.text
        await desk.press("backspace")
        await desk.type("4")
        await desk.press("tab", "tab")
        await desk.type("Ms Lane\r")
        assert "Kept the answers" in desk.said
    row = school.asks("SELECT timeliness, quality, answered_by, collected FROM survey")
    assert row == [(4, None, "Ms Lane", "on_paper")]


async def test_the_two_questions_may_wait_until_they_have_tried_it(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("c")
        await desk.type("new lamp")
        await desk.press("shift+tab", "shift+tab", "space", "tab", "tab", "enter")
    assert school.asks("SELECT state, collected FROM survey") == [("sent", "later")]


async def test_what_waits_for_nothing_any_more_is_back_in_the_queue(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("h", "p")
        assert school.state("hall") == "on_hold"
        await desk.press("h", "r")
    assert school.state("hall") == "assigned"


async def test_a_ticket_that_needs_no_work_is_withdrawn_with_why(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("delete")
        await desk.type("sent by mistake\r")
    assert school.state("hall") == "cancelled"


async def test_a_fix_may_be_kept_until_they_are_told(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("c")
        await desk.type("new lamp")
        await desk.press("shift+tab", "space", "tab", "enter")
    assert school.asks("SELECT state, resolution FROM ticket WHERE id = ?", school.ids["hall"]) == [
        ("resolved", "new lamp")
    ]
