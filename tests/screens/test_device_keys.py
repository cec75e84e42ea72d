"""Devices moved, swapped, lent and checked by their keys."""

from __future__ import annotations

from techdesk.desk.devices import MoveDevice
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.repairs import OpenRepair
from tests.screens.desk import open_desk
from tests.screens.school import School


def devices(school: School) -> None:
    """A spare in the van, and two more: one in the same room, one in the office."""
    ids = school.ids
    for tag, room in (("LT-9", None), ("LT-1", "Year 3"), ("LT-2", "Office")):
        ids[tag] = new_id()
        site = None if room is None else ids["site"]
        state = "in_stock" if room is None else "in_service"
        school.does(RecordDevice(id=ids[tag], tag=tag, model_id=ids["CB514"], site_id=site, room=room, state=state))
    school.does(MoveDevice(device_id=ids["LT-9"], location_id=ids["van"]))


def place(school: School, tag: str) -> tuple[object, ...]:
    return school.asks("SELECT state, room, holder FROM device WHERE id = ?", school.ids[tag])[0]


async def test_a_spare_is_swapped_in_from_the_devices_card(school: School) -> None:
    devices(school)
    async with open_desk(school) as desk:
        await desk.press("5", "slash")
        await desk.type("lt-0042\r")
        await desk.press("I")
        await desk.type("LT-9\r")
        assert desk.said.startswith("LT-9 stands for LT-0042 now")
    assert place(school, "LT-9")[:2] == ("in_service", "Year 3")
    [(swaps,)] = school.asks(
        "SELECT count(*) FROM ticket_event WHERE ticket_id = ? AND act = 'swap'", school.ids["trolley"]
    )
    assert swaps == 1


async def test_a_device_is_lent_with_a_day_and_taken_back(school: School) -> None:
    devices(school)
    async with open_desk(school) as desk:
        await desk.press("5", "slash")
        await desk.type("lt-9\r")
        await desk.press("H")
        await desk.type("Year 3, 2026-12-01\r")
        assert place(school, "LT-9") == ("on_loan", None, "Year 3")
        await desk.press("E")
        assert "to Year 3" in desk.text and "due 2026-12-01" in desk.text
        await desk.press("escape", "H")
        assert place(school, "LT-9") == ("in_stock", None, None)


async def test_all_that_are_marked_are_moved_to_a_room(school: School) -> None:
    devices(school)
    async with open_desk(school) as desk:
        await desk.press("5", "slash")
        await desk.type("site:2005\r")
        await desk.press("x", "down", "x", "O")
        await desk.type("hall\r")
    moved = school.asks("SELECT count(*) FROM device WHERE room = 'Hall'")
    assert moved == [(2,)]


async def test_a_room_is_checked_with_a_scanner(school: School) -> None:
    devices(school)
    async with open_desk(school) as desk:
        await desk.press("5", "slash")
        await desk.type("lt-1\r")
        await desk.press("U", "enter")
        assert "St Aidan's Primary, Year 3   2 to find" in desk.text
        await desk.type("LT-0042\rlt-2\rX-1\r")
        assert "1 here, 1 moved here, 1 unknown, 1 to find" in desk.text
        assert "⚠ X-1: unknown, kept for later." in desk.text
        await desk.press("ctrl+z")
        assert "0 unknown" in desk.text
        await desk.press("escape", "U", "enter")
        assert "1 here, 1 moved here" in desk.text
        await desk.press("enter")
        assert desk.app.screen.TITLE == "Devices"
        assert desk.said.startswith("Not found in Year 3: LT-1.")
    assert place(school, "LT-2")[1] == "Year 3"


async def test_a_room_that_is_typed_takes_the_place_of_the_one_proposed_and_an_unknown_one_is_said(
    school: School,
) -> None:
    devices(school)
    async with open_desk(school) as desk:
        await desk.press("5", "slash")
        await desk.type("lt-1\r")
        await desk.press("U")
        await desk.type("Attic\r")
        assert "St Aidan's Primary, Attic   0 to find" in desk.text
        assert "No device is known in Attic." in desk.text
        await desk.type("LT-1\r")
        assert "No other device is known in Attic." in desk.text
        await desk.press("enter")
        assert desk.said.startswith("No other device is known in Attic.")


async def test_the_label_undo_takes_the_last_scan_back(school: School) -> None:
    devices(school)
    async with open_desk(school) as desk:
        await desk.press("5", "slash")
        await desk.type("lt-1\r")
        await desk.press("U", "enter")
        await desk.type("lt-2\rUNDO\r")
        assert "0 moved here, 0 unknown" in desk.text
        assert desk.said.startswith("Took LT-2 back")
    assert place(school, "LT-2")[1] == "Office"


async def test_the_card_tells_the_whole_story(school: School) -> None:
    devices(school)
    school.does(
        OpenRepair(id=new_id(), device_id=school.ids["LT-0042"], fault="No power", supplier="Acme", due="2026-11-20")
    )
    async with open_desk(school, (100, 40)) as desk:
        await desk.press("g")
        await desk.type("LT-0042\r")
        assert desk.app.screen.TITLE == "the device"
        assert "under warranty" in desk.text and "⚠ overdue" in desk.text
        assert "History, the newest first" in desk.text
