"""The Sync area, by its keys."""

from __future__ import annotations

import pytest

from techdesk.desk.ids import new_id
from techdesk.desk.merging import tell
from techdesk.desk.tx import Act
from techdesk.models.checkup import Finding, keep_look
from techdesk.models.store import Store
from techdesk.screens.inbox_card import brackets
from techdesk.server.invites import invite
from techdesk.sync.client import enrol
from tests.screens.apart import edited_apart
from tests.screens.desk import open_desk
from tests.screens.school import School
from tests.sync.conftest import sqlite_server
from tests.sync.field import Server

__all__ = ["sqlite_server"]


def rejected(school: School, operation: str, **args: str) -> None:
    """An item as the server makes one of what it rejected."""
    with Store(school.path, wall=school.wall) as store, store.transaction() as tx:
        act = Act(new_id(), school.now, school.ids["me"], "mine")
        tx.begin(act)
        tell(tx, act, "rejected", ("ticket", school.ids["hall"]), "it was not done", mine={"operation": operation, **args},
             theirs={})  # fmt: skip


def room(school: School, name: str) -> object:
    return school.asks("SELECT room FROM ticket WHERE id = ?", school.ids[name])[0][0]


async def test_an_empty_inbox_says_what_it_is_for_and_that_there_is_no_server(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("6")
        assert "Nothing waits for you" in desk.text
        assert "no server yet" in desk.text and "0 to settle" in desk.text
        assert "unchecked: techdesk doctor" in desk.text


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
async def test_mine_theirs_and_now_stand_side_by_side_with_who_and_the_words_that_differ(
    school: School, size: tuple[int, int]
) -> None:
    edited_apart(school, "hall", "Year 3 annexe", "Year 4 annexe")
    async with open_desk(school, size) as desk:
        await desk.press("6")
        assert "1 to settle" in desk.text
        await desk.press("enter")
        assert "[3]" in desk.text and "[4]" in desk.text and "Year 4 annexe" in desk.text
        assert "Priya Shah" in desk.text and "priya-laptop" in desk.text
        assert "their values were kept" in desk.text


async def test_a_third_value_is_written_field_by_field(school: School) -> None:
    edited_apart(school, "hall", "Year 3", "Library")
    async with open_desk(school) as desk:
        await desk.press("6", "e")
        assert "mine: Year 3" in desk.text and "theirs: Library" in desk.text
        await desk.press("up")
        assert desk.field("room").value == "Year 3"
        await desk.press("down")
        assert desk.field("room").value == "Library"
        await desk.press("ctrl+u")
        await desk.type("Gym\r")
        assert "Kept what was written" in desk.said
        assert "Nothing waits for you" in desk.text
        assert room(school, "hall") == "Gym"
        await desk.press("u")
        assert "1 to settle" in desk.text
    assert room(school, "hall") == "Library"


async def test_a_field_left_as_it_is_stays_theirs_and_escape_settles_nothing(school: School) -> None:
    edited_apart(school, "hall", "Year 3", "Library")
    async with open_desk(school) as desk:
        await desk.press("6", "e", "escape")
        assert "1 to settle" in desk.text
        await desk.press("e", "enter")
        assert "Kept theirs" in desk.said
    assert room(school, "hall") == "Library"


async def test_after_a_choice_the_next_item_is_selected(school: School) -> None:
    edited_apart(school, "hall", "Year 3", "Library")
    edited_apart(school, "pen", "Hall", "ICT suite")
    async with open_desk(school) as desk:
        await desk.press("6", "M", "M")
        assert "Nothing waits for you" in desk.text
    assert (room(school, "hall"), room(school, "pen")) == ("Year 3", "Hall")


async def test_a_filter_narrows_and_all_that_it_lets_through_are_settled_in_one_act(school: School) -> None:
    edited_apart(school, "hall", "Year 3", "Library")
    edited_apart(school, "pen", "Hall", "ICT suite")
    edited_apart(school, "mice", "Hall", "Office")
    async with open_desk(school) as desk:
        await desk.press("6", "slash")
        await desk.type("conflict hall\r")
        assert "(2: conflict hall)" in desk.text
        await desk.press("A")
        assert "Nothing here fits this filter." in desk.text and "Nothing waits for you" not in desk.text
        await desk.press("escape")
        assert "1 to settle" in desk.text
        await desk.press("u")
        assert "3 to settle" in desk.text


async def test_what_was_rejected_is_done_again_or_put_aside(school: School) -> None:
    id = school.ids["hall"]
    rejected(school, "ticket.edit", id=id, room="Gym")
    rejected(school, "ticket.teleport", id=id)
    async with open_desk(school) as desk:
        await desk.press("6", "e")
        assert desk.warned and "do it again, or put it aside" in desk.said
        await desk.press("M")
        assert room(school, "hall") == "Gym"
        await desk.press("M")
        assert desk.warned and "put it aside" in desk.said
        await desk.press("T")
        assert "Nothing waits for you" in desk.text


async def test_what_waits_to_be_sent_is_told_in_words(school: School) -> None:
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("h", "p", "6", "right_square_bracket")
        assert "to send" in desk.text
        await desk.press("end")
        assert "hold ticket" in desk.text and "waits to be sent" in desk.text
        assert "parts" in desk.text and "reason" in desk.text
        await desk.press("M")
        assert desk.warned


async def test_what_others_did_opens_the_ticket(school: School) -> None:
    edited_apart(school, "hall", "Year 3", "Library")
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("6", "left_square_bracket")
        assert "Priya" in desk.text and "Looked at it on the way" in desk.text
        await desk.press("enter")
        assert "Projector: no picture since Friday" in desk.text
        await desk.press("escape", "right_square_bracket")
        assert "1 to settle" in desk.text


async def test_a_sync_that_failed_says_why_until_the_next(school: School) -> None:
    with Store(school.path) as store:
        store.set_meta(server="http://127.0.0.1:9", organisation_name="A trust")
    async with open_desk(school) as desk:
        await desk.press("6", "s")
        assert "The last sync failed" in desk.text
        assert "nothing is lost" in " ".join(desk.text.split())


async def test_a_laptop_that_was_shut_out_says_so_and_who_to_ask(school: School) -> None:
    with Store(school.path) as store:
        store.set_meta(server="http://127.0.0.1:9", organisation_name="A trust",
                       shut_out="This laptop was shut out on 2026-11-23: ask your coordinator.")  # fmt: skip
    async with open_desk(school) as desk:
        await desk.press("6")
        assert "shut out on 2026-11-23: ask your coordinator" in " ".join(desk.text.split())


async def test_the_doctors_last_look_is_told(school: School) -> None:
    keep_look(school.path, [Finding("integrity", False, "a page is gone")])
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("6")
        assert "integrity wrong: techdesk doctor" in desk.text


def test_words_that_differ_stand_in_brackets() -> None:
    assert brackets("Hall by the stage", "Hall near the door") == ("Hall [by] the [stage]", "Hall [near] the [door]")
    assert brackets("same", "same") == ("same", "same")
    assert brackets("", "Hall") == ("", "[Hall]")


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
        assert "1 to settle" in desk.text and "Took back: the choice about " in desk.text
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
