"""The triage queue: what is likely, accepted or changed with one key, and on to the next."""

from __future__ import annotations

import re

from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.screens.triage import TriageScreen
from tests.screens.desk import open_desk
from tests.screens.school import School

NEW = {
    "lamp": ("Projector has no picture in the hall", "site", "2026-11-12T09:00:00.000Z"),
    "same": ("Hall projector: no picture at all", "site", "2026-11-13T09:00:00.000Z"),
    "far": ("Keyboard sticks", "other", "2026-10-01T09:00:00.000Z"),
}


def some_new(school: School) -> None:
    """Three that nobody has looked at, and three like the first that were solved."""
    ids = school.ids
    for words in ("Projector shows no picture", "Projector lamp dead", "Projector: no picture again"):
        id = new_id()
        school.does(LogTicket(id=id, text=words, category="projector", impact=2, urgency=2, role="technical"))
        school.does(CloseTicket(ticket_id=id, resolution="new lamp", minutes=5))
    for name, (words, site, at) in NEW.items():
        ids[name] = new_id()
        school.does(LogTicket(id=ids[name], text=words, site_id=ids[site]), at=at)


def row_of(school: School, name: str) -> tuple[object, ...]:
    sql = "SELECT state, priority, category, role FROM ticket WHERE id = ?"
    return school.asks(sql, school.ids[name])[0]


async def test_what_is_not_triaged_comes_first_with_what_is_likely_and_why(school: School) -> None:
    some_new(school)
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("Q")
        assert "3 not triaged of 7 tickets" in desk.text
        assert desk.selected == school.ids["far"]
        await desk.press("j")
        assert desk.selected == school.ids["lamp"]
        assert "→ P2 projector technical" in desk.text
        assert re.search(r"category  projector \d+%: ", desk.text)


async def test_one_key_accepts_all_of_it_and_goes_on_and_one_takes_it_back(school: School) -> None:
    some_new(school)
    async with open_desk(school) as desk:
        await desk.press("Q", "j", "y")
        assert row_of(school, "lamp") == ("triaged", 2, "projector", "technical")
        assert desk.selected == school.ids["same"]
        await desk.press("u")
        assert row_of(school, "lamp") == ("new", 4, None, "support")


async def test_where_nothing_is_likely_it_is_taken_as_it_stands(school: School) -> None:
    some_new(school)
    async with open_desk(school) as desk:
        await desk.press("Q")
        assert "No suggestion" in desk.text
        await desk.press("y")
    assert row_of(school, "far") == ("triaged", 4, None, "support")


async def test_priority_category_and_service_are_changed_with_a_key_each(school: School) -> None:
    some_new(school)
    async with open_desk(school) as desk:
        await desk.press("Q", "j", "C")
        await desk.type("Beamers\r")
        await desk.press("V")
        await desk.type("assembly\r")
        await desk.press("P", "1", "2")
    assert row_of(school, "lamp") == ("triaged", 1, "Beamers", "support")
    assert school.asks("SELECT service FROM ticket WHERE id = ?", school.ids["lamp"]) == [("assembly",)]


async def test_many_are_triaged_and_assigned_at_once(school: School) -> None:
    some_new(school)
    async with open_desk(school) as desk:
        await desk.press("Q", "x", "j", "x", "y")
        assert [row_of(school, name)[0] for name in ("far", "lamp", "same")] == ["triaged", "triaged", "new"]
        await desk.press("u")
        assert "2 at once" in desk.said or "at once" in desk.said
        assert row_of(school, "lamp")[0] == "new"


async def test_a_duplicate_becomes_one_with_the_other(school: School) -> None:
    some_new(school)
    async with open_desk(school) as desk:
        await desk.press("Q", "j", "j", "M")
        await desk.type("has no\r")
        assert "is a duplicate of" in desk.said
        same = school.asks("SELECT state, duplicate_of FROM ticket WHERE id = ?", school.ids["same"])
        assert same == [("cancelled", school.ids["lamp"])]
        await desk.press("u")
        assert row_of(school, "same")[0] == "new"


async def test_a_filter_narrows_the_queue_and_esc_leads_back(school: School) -> None:
    some_new(school)
    async with open_desk(school) as desk:
        await desk.press("2", "Q", "slash")
        await desk.type("site:2006\r")
        assert desk.app.screen.query_one("#list").count == 1
        await desk.press("escape", "escape")
        assert not isinstance(desk.app.screen, TriageScreen)
        assert desk.app.current_mode == "tickets"


async def test_the_wait_of_a_school_is_shown_against_the_median(school: School) -> None:
    some_new(school)
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("Q")
        assert re.search(r"Oakfield Junior waits 53 d 1\.\d times the median", desk.text)
        assert re.search(r"Oakfield Junior 1\.\dx", desk.text)


async def test_the_forecast_goes_by_what_tickets_of_its_kind_took(school: School) -> None:
    for number in range(7):
        id = new_id()
        school.does(LogTicket(id=id, text=f"Toner low {number}", category="printing"))
        school.does(CloseTicket(ticket_id=id, resolution="filled", minutes=55))
    school.does(LogTicket(id=new_id(), text="Toner low in the office", category="printing", impact=1, urgency=1))
    async with open_desk(school, (140, 50)) as desk:
        await desk.press("Q", "home")
        assert re.search(r"late unless started by \w+", desk.text)
        assert "takes 55 min" in desk.text
