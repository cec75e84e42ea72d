"""A ticket's photos in the terminal: listed with where they are, opened, put on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from techdesk.desk.attachments import AttachFile
from techdesk.models.files import Files
from techdesk.models.queries import tickets
from techdesk.models.store import Store
from techdesk.screens import attachments
from tests.screens.desk import Desk, open_desk
from tests.screens.school import School

PHOTO = b"\xff\xd8\xff a photo"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What the system's viewer was asked to show."""
    found: list[Path] = []
    monkeypatch.setattr(attachments, "show_file", lambda place: found.append(place) or True)
    return found


def attach(school: School, name: str, data: bytes | None) -> None:
    """A photo on the ticket in the hall; without data only its metadata have come."""
    digest = Files(school.path).add(data) if data else "c" * 64
    school.does(
        AttachFile(
            ticket_id=school.ids["hall"], sha256=digest, bytes=len(data or b"x"), name=name, media_type="image/jpeg"
        )
    )


async def story(desk: Desk, school: School) -> None:
    desk.app.open_story("ticket", school.ids["hall"])
    await desk.settle()


async def test_photos_stand_in_the_story_with_where_they_are(school: School) -> None:
    attach(school, "beam.jpg", PHOTO)
    attach(school, "far.jpg", None)
    async with open_desk(school, (100, 60)) as desk:
        await story(desk, school)
        [here] = [line for line in desk.lines if "beam.jpg" in line and "KB" in line]
        [away] = [line for line in desk.lines if "far.jpg" in line and "KB" in line]
        assert " here" in here and "not here yet" in away
        assert "Last said" not in desk.text, "a file's name is nothing that somebody said"


async def test_f_opens_the_one_photo_under_a_name_of_ours(school: School, shown: list[Path]) -> None:
    attach(school, "../../evil.exe", PHOTO)
    async with open_desk(school) as desk:
        await story(desk, school)
        await desk.press("f")
        [place] = shown
        assert place.read_bytes() == PHOTO and place.suffix == ".jpg" and place.parent.name == "open"
        assert "Opened" in desk.said
    assert not place.exists(), "the copy is gone when the desk is left"


async def test_f_asks_which_of_several(school: School, shown: list[Path]) -> None:
    attach(school, "beam.jpg", PHOTO)
    attach(school, "lamp.jpg", b"\xff\xd8\xff a lamp")
    async with open_desk(school) as desk:
        await story(desk, school)
        await desk.press("f")
        await desk.type("lamp\r")
        assert [place.read_bytes() for place in shown] == [b"\xff\xd8\xff a lamp"]


async def test_a_photo_that_is_not_here_says_why_it_cannot_come(school: School, shown: list[Path]) -> None:
    attach(school, "far.jpg", None)
    async with open_desk(school) as desk:
        await story(desk, school)
        await desk.press("f")
        assert desk.warned and "no server yet" in desk.said and shown == []


async def test_a_ticket_without_photos_says_how_one_gets_there(school: School) -> None:
    async with open_desk(school) as desk:
        await story(desk, school)
        await desk.press("f")
        assert desk.warned and "F puts one on it" in desk.said


async def test_a_path_that_was_dropped_on_the_terminal_puts_the_file_on_the_ticket(
    school: School, tmp_path: Path
) -> None:
    paper = tmp_path / "a receipt.pdf"
    paper.write_bytes(b"%PDF-1.7")
    async with open_desk(school, (100, 60)) as desk:
        await story(desk, school)
        await desk.press("F")
        await desk.type(f"'{paper}' \r")
        assert "Attached a receipt.pdf" in desk.said
        with Store(school.path) as store:
            assert [each.name for each in tickets.attachments(store.connection, school.ids["hall"])] == [
                "a receipt.pdf"
            ]
        await desk.press("F")
        await desk.type("nowhere.jpg\r")
        assert desk.warned and "no file" in desk.said
