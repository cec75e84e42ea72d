"""Minutes, hand-overs, suppliers, major incidents and figures by keys."""

from __future__ import annotations

from techdesk.desk.closing import CloseTicket
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
