"""The models board: standing, expiry and spellings by keys."""

from __future__ import annotations

import pytest

from techdesk.config import Config
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.spares import RecordPart
from tests.screens.desk import STILL, open_desk
from tests.screens.school import School


def fleet(school: School) -> None:
    """Two spellings of the school's Chromebook with a device each, and an old model with two."""
    for name, count in (("Acer CB514 2H", 1), ("Acer CB-514-2H", 1), ("OptiPlex 3020", 2)):
        id = school.ids[name] = new_id()
        expiry = "2026-01-31" if name.startswith("Opti") else None
        school.does(RecordModel(id=id, name=name, category="desktop", update_expiry=expiry))
        for number in range(count):
            school.does(RecordDevice(id=new_id(), tag=f"{name[-4:]}-{number}", model_id=id, site_id=school.ids["site"]))
    school.does(RecordPart(id=new_id(), sku="PSU-3020", name="Power supply", models=(school.ids["OptiPlex 3020"],)))


def field(school: School, name: str, column: str) -> object:
    return school.asks(f"SELECT {column} FROM device_model WHERE id = ?", school.ids[name])[0][0]


async def test_the_board_tells_devices_standing_failures_and_updates(school: School) -> None:
    fleet(school)
    async with open_desk(school) as desk:
        await desk.press("5", "d")
        assert "4 models · 20 % of 5 devices are standard" in desk.text
        assert "3 models read as if they were 1" in desk.text
        [line] = [line for line in desk.lines if "OptiPlex 3020" in line and "40 %" in line]
        assert "tolerated" in line and "⚠ ended 2026-01" in line


async def test_a_letter_gives_all_that_are_marked_their_standing(school: School) -> None:
    fleet(school)
    async with open_desk(school) as desk:
        await desk.press("5", "d", "slash")
        await desk.type("all\r")
        await desk.press("ctrl+a", "z", "r")
        assert {row[0] for row in school.asks("SELECT standing FROM device_model")} == {"retiring"}
        await desk.press("z", "t")
        assert [row[0] for row in school.asks("SELECT standing FROM device_model")].count("tolerated") == 1


async def test_until_when_there_are_updates_is_typed(school: School) -> None:
    fleet(school)
    async with open_desk(school) as desk:
        await desk.press("5", "d", "slash")
        await desk.type("opti\r")
        await desk.press("e", "ctrl+u")
        await desk.type("2029-06-30\r")
        assert field(school, "OptiPlex 3020", "update_expiry") == "2029-06-30"
        await desk.press("e", "ctrl+u")
        await desk.type("soon\r")
        assert desk.warned
        await desk.press("e", "ctrl+u")
        await desk.type("none\r")
        assert field(school, "OptiPlex 3020", "update_expiry") is None


async def test_spellings_that_are_marked_become_one_and_are_taken_apart_again(school: School) -> None:
    fleet(school)
    async with open_desk(school) as desk:
        await desk.press("5", "d", "slash")
        await desk.type("alike\r")
        assert "3 models" in desk.text and "OptiPlex" not in desk.text
        await desk.press("ctrl+a", "M")
        await desk.type("cb514-2h\r")
        assert "is one with" in desk.said
        assert [field(school, name, "merged_into") for name in ("Acer CB514 2H", "Acer CB-514-2H")] == [
            school.ids["CB514"]
        ] * 2
        await desk.press("escape", "u")
        assert "4 models" in desk.text


async def test_one_alone_is_offered_what_reads_like_it(school: School) -> None:
    fleet(school)
    async with open_desk(school) as desk:
        await desk.press("5", "d", "slash")
        await desk.type("acer cb-514\r")
        await desk.press("M")
        assert "'Acer CB-514-2H' is the same as" in desk.text
        await desk.type("acer cb514\r")
        assert field(school, "Acer CB-514-2H", "merged_into") == school.ids["Acer CB514 2H"]


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_the_card_and_the_fleet_tell_it_without_colour_or_unicode(school: School, size: tuple[int, int]) -> None:
    fleet(school)
    config = Config(refresh_seconds=STILL.refresh_seconds, ascii=True)
    async with open_desk(school, size, config) as desk:
        await desk.press("5", "d", "slash")
        await desk.type("cb514-2h\r")
        await desk.press("enter")
        assert "a device-year" in desk.text and "That is little" in desk.text
        await desk.press("escape", "escape", "Y")
        assert "What is standard, by school" in desk.text and "St Aidan's Primary" in desk.text
        assert desk.text.replace("…", "").isascii()
        await desk.press("escape", "escape", "escape")
