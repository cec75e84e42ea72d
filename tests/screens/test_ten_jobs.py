"""The ten commonest jobs from Today, each in no more keys beside its text than the design counts."""

from __future__ import annotations

from techdesk.screens.story import DeviceStory, TicketStory
from tests.screens.desk import Desk, open_desk
from tests.screens.school import School


class Counted:
    """Counts keys that are not text."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.keys = 0

    async def key(self, *keys: str) -> None:
        self.keys += len(keys)
        await self.desk.press(*keys)


async def test_capture_takes_two_keys(school: School) -> None:
    async with open_desk(school) as desk:
        hands = Counted(desk)
        await hands.key("n")
        await desk.type("wifi down in year 4")
        await hands.key("enter")
        assert hands.keys == 2
        assert desk.said.startswith("Logged")
    assert school.asks("SELECT count(*) FROM ticket WHERE text = 'wifi down in year 4'") == [(1,)]


async def test_the_timer_takes_one_key(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("j")
        await desk.press("space")
    assert school.asks("SELECT ticket_id FROM timer ORDER BY depth DESC LIMIT 1") == [(school.ids["trolley"],)]


async def test_close_takes_two_keys_and_told_one_more(school: School) -> None:
    async with open_desk(school) as desk:
        hands = Counted(desk)
        await hands.key("c")
        await desk.type("new lamp")
        await hands.key("ctrl+t", "enter")
        assert hands.keys == 3
    row = school.asks("SELECT state, resolution, told_in_person FROM ticket WHERE id = ?", school.ids["hall"])
    assert row == [("closed", "new lamp", 1)]
    assert school.asks("SELECT minutes FROM worklog WHERE ticket_id = ?", school.ids["hall"]) == [(13,)]


async def test_a_part_takes_two_keys_within_the_fix(school: School) -> None:
    async with open_desk(school) as desk:
        hands = Counted(desk)
        await hands.key("c")
        await desk.type("swapped the board ")
        before = hands.keys
        await hands.key("plus")
        await desk.type("chg")
        await hands.key("enter")
        assert hands.keys - before == 2
    moved = school.asks(
        "SELECT part_id, quantity FROM stock_movement WHERE reason = 'issue' AND ticket_id = ?", school.ids["hall"]
    )
    assert moved == [(school.ids["CHG-45"], 1)]
    assert school.asks("SELECT resolution FROM ticket WHERE id = ?", school.ids["hall"]) == [("swapped the board",)]


async def test_hold_for_parts_takes_two_keys(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("h", "p")
        assert desk.said.endswith("waits for parts.")
    assert school.asks("SELECT hold_reason FROM ticket WHERE id = ?", school.ids["hall"]) == [("parts",)]


async def test_how_it_was_fixed_before_takes_two_keys(school: School) -> None:
    async with open_desk(school) as desk:
        hands = Counted(desk)
        await hands.key("g")
        await desk.type("trolley charge")
        await hands.key("enter")
        assert hands.keys == 2
        assert isinstance(desk.app.screen, TicketStory)


async def test_a_device_takes_two_keys_even_when_a_scanner_is_quick(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("g")
        await desk.type("LT-0042\r")
        assert isinstance(desk.app.screen, DeviceStory)
        assert "CB514-2H" in desk.text


async def test_a_part_of_the_vans_list_takes_two_keys_for_what_is_worked_on(school: School) -> None:
    async with open_desk(school) as desk:
        hands = Counted(desk)
        await hands.key("4", "enter")
        assert hands.keys == 2
        assert desk.app.current_mode == "spares"
    taken = school.asks(
        "SELECT part_id, quantity FROM stock_movement WHERE reason = 'issue' AND ticket_id = ?", school.ids["hall"]
    )
    assert taken == [(school.ids["CHG-45"], 1)]


async def test_wrap_carries_what_is_left_in_one_key(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("w")
        assert "4 carried" in desk.said
        await desk.press("u")
    assert school.asks("SELECT state FROM visit WHERE id = ?", school.ids["visit"]) == [("on_site",)]


async def test_sync_is_one_key_from_anywhere(school: School) -> None:
    async with open_desk(school) as desk:
        for area in "123456":
            await desk.press(area, "s")
            assert "techdesk enrol" in desk.said
