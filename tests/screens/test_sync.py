"""The Sync area, by its keys."""

from __future__ import annotations

from techdesk.desk.ids import new_id
from techdesk.models.store import Store
from techdesk.server.invites import invite
from techdesk.sync.client import enrol
from tests.screens.apart import edited_apart
from tests.screens.desk import open_desk
from tests.screens.school import School
from tests.sync.conftest import sqlite_server
from tests.sync.field import Server

__all__ = ["sqlite_server"]


def room(school: School, name: str) -> object:
    return school.asks("SELECT room FROM ticket WHERE id = ?", school.ids[name])[0][0]


async def test_an_empty_inbox_says_what_it_is_for_and_that_there_is_no_server(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("6")
        assert "Nothing waits for you" in desk.text
        assert "no server yet" in desk.text and "to send" in desk.lines[3]
        assert "Nothing has come from other laptops yet" in desk.text


async def test_mine_and_theirs_stand_side_by_side_with_who(school: School) -> None:
    edited_apart(school, "hall", "Year 3", "Library")
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("6")
        assert "1 item to settle" in desk.text
        assert any("Year 3" in line and "Library" in line for line in desk.lines)
        assert "Priya" in desk.text and "Looked at it on the way" in desk.text


async def test_keeping_mine_puts_my_value_in_place(school: School) -> None:
    edited_apart(school, "hall", "Year 3", "Library")
    assert room(school, "hall") == "Library"
    async with open_desk(school) as desk:
        await desk.press("6", "M")
        assert "Kept mine" in desk.said
        assert "Nothing waits for you" in desk.text
    assert room(school, "hall") == "Year 3"


async def test_keeping_theirs_of_all_that_are_marked_changes_nothing(school: School) -> None:
    edited_apart(school, "hall", "Year 3", "Library")
    edited_apart(school, "pen", "Hall", "ICT suite")
    async with open_desk(school) as desk:
        await desk.press("6", "x", "down", "x", "T")
        assert "Nothing waits for you" in desk.text
    assert (room(school, "hall"), room(school, "pen")) == ("Library", "ICT suite")


async def test_a_settled_choice_can_be_taken_back(school: School) -> None:
    edited_apart(school, "hall", "Year 3", "Library")
    async with open_desk(school) as desk:
        await desk.press("6", "M", "u")
        assert "1 item to settle" in desk.text
    assert room(school, "hall") == "Library"


async def test_with_nothing_to_settle_the_keys_say_so(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("6", "T")
        assert desk.warned and "Nothing waits" in desk.said


async def test_s_syncs_with_the_server_and_says_what_went_and_came(school: School, sqlite_server: Server) -> None:
    code = invite(sqlite_server.database, "Ann", organisation=new_id())["code"]
    with Store(school.path) as store:
        enrol(store, sqlite_server.url, code)
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("6")
        assert sqlite_server.url in desk.text and "never synced" in desk.text
        await desk.press("s")
        assert "Synced: " in desk.said
        assert "0 to send" in desk.text and "last sync" in desk.text and "online" in desk.text
