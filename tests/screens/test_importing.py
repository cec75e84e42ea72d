"""A file taken in from the interface."""

from __future__ import annotations

from pathlib import Path

from tests.screens.desk import open_desk
from tests.screens.school import School


async def test_a_file_is_looked_at_then_taken_and_taken_back(school: School, tmp_path: Path) -> None:
    path = tmp_path / "laptops.csv"
    path.write_text("tag,serial,cost\nNEW-1,SN-991,20\nNEW-2,SN-992,many\n", encoding="utf-8")
    async with open_desk(school) as desk:
        await desk.press("5", "ctrl+l")
        await desk.type(f"{path}\r")
        assert "devices: 1 new, 1 rejected" in desk.text
        assert "row 3, cost 'many'" in desk.text
        assert school.asks("SELECT count(*) FROM device WHERE tag = 'NEW-1'") == [(0,)]
        await desk.press("enter")
        assert desk.said.startswith("laptops.csv: devices: 1 new, 1 rejected.")
        assert school.asks("SELECT count(*) FROM device WHERE tag = 'NEW-1'") == [(1,)]
        await desk.press("u")
    assert school.asks("SELECT count(*) FROM device WHERE tag = 'NEW-1'") == [(0,)]


async def test_what_cannot_be_taken_is_said_where_it_was_typed(school: School, tmp_path: Path) -> None:
    days = tmp_path / "terms.ics"
    days.write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n", encoding="utf-8")
    async with open_desk(school) as desk:
        await desk.press("ctrl+l", "enter")
        assert "Type its path" in desk.text
        await desk.type(f"{tmp_path / 'none.csv'}\r")
        assert "none.csv" in desk.text and "There is no" in desk.text
        await desk.press("ctrl+u")
        await desk.type(f"{days}\r")
        assert "That is a calendar" in desk.text
        await desk.press("escape", "ctrl+l")
        assert desk.field("path").value == str(days)


async def test_the_same_file_again_would_change_nothing(school: School, tmp_path: Path) -> None:
    path = tmp_path / "two words.csv"
    path.write_text("tag\nNEW-1\n", encoding="utf-8")
    async with open_desk(school) as desk:
        for _ in range(2):
            await desk.press("ctrl+l")
            await desk.type(f"devices '{path}'\r")
            await desk.press("enter")
        assert "It would change nothing" in desk.text
