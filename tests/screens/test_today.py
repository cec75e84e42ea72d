"""Today: the visit as one walks it."""

from __future__ import annotations

from techdesk.screens.story import TicketStory
from tests.screens.desk import open_desk
from tests.screens.school import School, plans


async def test_the_visit_and_what_is_worked_on_stand_above(school: School) -> None:
    async with open_desk(school) as desk:
        assert "St Aidan's Primary" in desk.lines[1]
        assert "1 h 48 left" in desk.lines[1]
        assert "12:40" in desk.lines[2]
        assert "Projector: no picture" in desk.lines[2]
        assert desk.selected == school.ids["hall"]


async def test_the_timer_runs_on(school: School) -> None:
    async with open_desk(school) as desk:
        school.now = "2026-11-23T09:14:07.000Z"
        desk.app._tick()
        await desk.settle()
        assert "12:47" in desk.lines[2]


async def test_tasks_stand_in_walk_order_with_their_room_once(school: School) -> None:
    async with open_desk(school, (120, 30)) as desk:
        rows = desk.lines[4:9]
        found = [next(room for room in ("Office", "Hall", "Year 3", "ICT", "") if room in row[:20]) for row in rows]
        assert found == ["Office", "Hall", "Year 3", "", "ICT"]


async def test_beside_stands_what_is_needed_at_the_device(school: School) -> None:
    async with open_desk(school, (120, 30)) as desk:
        await desk.press("j")
        assert "Lights are off on the left side." in desk.text
        assert "warranty to 2027-08-31" in desk.text
        assert "charger board replaced" in desk.text
        assert "1 needed, 2 in the van" in desk.text


async def test_under_72_columns_the_detail_folds_away(school: School) -> None:
    async with open_desk(school, (60, 20)) as desk:
        assert not desk.app.screen.query_one("#aside").is_on_screen
        assert "? help" in desk.lines[-1]


async def test_what_would_carry_is_said(school: School) -> None:
    school.now = "2026-11-23T10:40:00.000Z"
    async with open_desk(school) as desk:
        assert "too much" in desk.text
        assert "would carry" in desk.text


async def test_enter_opens_the_story_and_escape_comes_back(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("j", "enter")
        assert isinstance(desk.app.screen, TicketStory)
        assert "History" in desk.text
        await desk.press("escape")
        assert desk.selected == school.ids["trolley"]


async def test_space_on_what_runs_stops_it(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("space")
        assert desk.said.startswith("Stopped")
        assert "No timer runs" in desk.text


async def test_close_on_a_task_that_is_done_closes_what_is_worked_on(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("k")
        assert desk.selected == school.ids["toner"]
        await desk.press("c")
        assert "Projector" in str(desk.app.screen.query_one("#title").render())


async def test_without_a_visit_space_starts_the_planned_one(idle_school: School) -> None:
    idle_school.does(*plans(idle_school.ids), at="2026-11-20T15:00:00.000Z")
    async with open_desk(idle_school, (120, 30)) as desk:
        assert "Oakfield Junior" in desk.text
        await desk.press("space")
        assert desk.said.startswith("At St Aidan's Primary")
        assert "in walk order" in desk.text


async def test_the_first_time_a_sentence_says_what_to_press(idle_school: School) -> None:
    async with open_desk(idle_school) as desk:
        assert "Press n to take a request down" in desk.text


async def test_a_ticket_captured_here_joins_the_walk(school: School) -> None:
    async with open_desk(school, (120, 30)) as desk:
        await desk.press("n")
        await desk.type("board draws by itself @Library")
        await desk.press("enter")
        assert "Library" in desk.text
        assert desk.selected == school.ids["hall"]


async def test_what_the_school_wants_first_is_marked_so(school: School) -> None:
    async with open_desk(school, (120, 30)) as desk:
        await desk.press("j", "P")
        await desk.type("Mrs Okafor\r")
        assert "1. Six Chromebooks" in desk.text
    assert school.asks("SELECT agreed_with FROM visit WHERE state = 'on_site'") == [("Mrs Okafor",)]


async def test_what_is_left_out_is_carried_or_dropped_with_its_reason(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("j", "minus")
        await desk.type("the room is in use\r")
        assert desk.said.startswith("Carried")
        await desk.press("j", "D")
        await desk.type("done by the school\r")
        await desk.press("D", "escape")
    left = school.asks("SELECT state, reason FROM visit_task WHERE reason IS NOT NULL ORDER BY state")
    assert left == [("carried", "the room is in use"), ("dropped", "done by the school")]
