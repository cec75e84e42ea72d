"""The ticket list: filters, saved views, many at once."""

from __future__ import annotations

import re

from techdesk.desk.views import SaveView
from techdesk.screens.widgets.paged_list import PagedList
from tests.screens.desk import Desk, open_desk
from tests.screens.school import School, ticket


def refs(desk: Desk) -> list[str]:
    """The numbers in the list, from the top."""
    rows = [re.match(r"[▶▷ ]?[● ]? +(\d{4}-\w)", line) for line in desk.lines]
    return [row[1] for row in rows if row]


async def test_open_tickets_stand_in_triage_order(school: School) -> None:
    ticket(school, "fire", "Server room is hot", impact=1, urgency=1, at=school.now)
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("2")
        rows = [line for line in desk.lines if re.search(r"\d{4}-\w +P\d", line)]
        priorities = [re.search(r"P(\d)", row)[1] for row in rows]  # type: ignore[index]
        assert priorities == sorted(priorities)
        assert "Server room" in rows[0]


async def test_a_filter_line_finds_words_and_closed_ones(school: School) -> None:
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("2", "slash")
        await desk.type("all charge\r")
        assert "2 tickets" in desk.text
        assert desk.app.focused is desk.app.screen.query_one("#list")
        await desk.press("escape")
        assert "4 tickets" in desk.text


async def test_an_unknown_site_is_said(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("2", "slash")
        await desk.type("site:nowhere\r")
        assert desk.warned
        assert "nowhere" in desk.said


async def test_a_filter_is_kept_under_a_name_and_opened_again(school: School) -> None:
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("2", "slash")
        await desk.type("p:2\r")
        await desk.press("ctrl+s")
        await desk.type("worst\r")
        assert "Saved the view worst" in desk.said
        await desk.press("escape", "v")
        await desk.type("worst\r")
        assert "2 tickets · p:2" in desk.text


async def test_the_palette_opens_a_sites_tickets(school: School) -> None:
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("g")
        await desk.type("St Aid\r")
        assert desk.app.current_mode == "tickets"
        assert "site:2005" in desk.text


async def test_marked_tickets_are_put_on_hold_in_one_go_and_taken_back_in_one(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("2", "x", "j", "x", "h", "v")
        assert desk.said.startswith("2 on hold: ")
        assert not desk.app.area.query_one(PagedList).marks
        await desk.press("u")
        assert "2 at once" in desk.said
    assert school.state("trolley") == "triaged"


async def test_of_many_the_refused_are_said_and_the_others_done(school: School) -> None:
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("2", "slash")
        await desk.type("all room:Year_3\r")
        await desk.press("ctrl+a", "h", "p")
        assert desk.warned
        assert "is closed" in desk.said
    assert school.state("trolley") == "on_hold"
    assert school.state("before") == "closed"


async def test_many_are_closed_with_one_fix(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("2", "x", "j", "x", "c")
        await desk.type("site rebooted\r")
        assert desk.said.startswith("2 closed: ")
    assert school.asks("SELECT count(*) FROM ticket WHERE resolution = 'site rebooted'") == [(2,)]


async def test_triage_sets_what_is_typed_and_leaves_the_rest(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("2", "j", "e")
        await desk.press("1", "enter")
    row = school.asks("SELECT impact, urgency, priority, room, text FROM ticket WHERE id = ?", school.ids["trolley"])
    text = "Six Chromebooks in trolley 2 will not charge\nLights are off on the left side."
    assert row == [(1, 2, 1, "Year 3", text)]


async def test_a_note_and_an_assignment_by_first_letters(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("2", "j", "t")
        await desk.type("ordered two boards\r")
        await desk.press("a")
        await desk.type("pri\r")
        assert desk.said.endswith("is with Priya Shah.")
    assert school.asks("SELECT owner_id FROM ticket WHERE id = ?", school.ids["trolley"]) == [(school.ids["mate"],)]
    notes = school.asks("SELECT note FROM ticket_event WHERE act = 'note' AND ticket_id = ?", school.ids["trolley"])
    assert notes == [("ordered two boards",)]


async def test_another_order_is_one_key(school: School) -> None:
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("2", "o")
        assert "newest first" in desk.text
        await desk.press("o", "o")
        assert "in triage order" in desk.text


async def test_an_empty_list_says_what_to_press(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("2", "slash")
        await desk.type("xyzzy\r")
        assert "No ticket fits" in desk.text


async def test_the_list_begins_with_a_view_until_it_is_forgotten(school: School) -> None:
    school.does(SaveView(area="tickets", name="worst", filter="p:2"))
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("2", "v")
        await desk.type("worst")
        await desk.press("ctrl+b")
        assert "begins with worst" in desk.said
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("2")
        assert "2 tickets · p:2" in desk.text
        await desk.press("v")
        await desk.type("worst")
        await desk.press("ctrl+r")
        assert "Forgot the view worst" in desk.said
