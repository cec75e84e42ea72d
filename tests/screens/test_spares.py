"""The Spares area, by its keys."""

from __future__ import annotations

import pytest

from techdesk.desk.ids import new_id
from techdesk.desk.spares import MoveStock, RecordLocation, RecordPart, SetLevel
from techdesk.desk.work import StopWork
from techdesk.models.queries import spares
from techdesk.models.store import Store
from tests.screens.desk import open_desk
from tests.screens.school import School


def held(school: School, sku: str, place: str = "van") -> int:
    with Store(school.path) as store:
        return spares.balance(store.connection, school.ids[sku], school.ids[place])


def with_store(school: School) -> None:
    """A second location, and levels."""
    school.ids["store"] = new_id()
    school.does(
        RecordLocation(id=school.ids["store"], name="Main store", kind="store"),
        MoveStock(part_id=school.ids["TON-12"], quantity=9, reason="receive", to_id=school.ids["store"]),
        SetLevel(id=new_id(), part_id=school.ids["TON-12"], location_id=school.ids["van"], minimum=5, target=8),
    )


async def test_what_is_short_stands_first_with_its_word(school: School) -> None:
    with_store(school)
    async with open_desk(school) as desk:
        await desk.press("4")
        rows = [line for line in desk.lines if "TON-12" in line or "CHG-45 " in line]
        assert any("⚠ short    4" in line and "TON-12" in line for line in rows)
        assert desk.selected is not None and desk.selected.startswith(school.ids["TON-12"])


async def test_enter_takes_a_piece_from_the_van_for_the_ticket_worked_on(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("4", "enter")
        assert "CHG-45" in desk.said
        assert "TON-12" in desk.text and "-1 used for" in desk.text
    assert held(school, "CHG-45") == 1
    assert school.asks("SELECT ticket_id FROM stock_movement WHERE reason = 'issue'") == [(school.ids["hall"],)]


async def test_a_taken_piece_is_taken_back_with_u(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("4", "enter", "u")
    assert held(school, "CHG-45") == 2


async def test_without_a_timer_enter_asks_for_which_ticket(idle_school: School) -> None:
    async with open_desk(idle_school) as desk:
        await desk.press("4", "enter")
        await desk.press("tab")
        ref = str(idle_school.asks("SELECT ref FROM ticket WHERE id = ?", idle_school.ids["pen"])[0][0])
        await desk.type(f"{ref}\r")
    assert held(idle_school, "CHG-45") == 1


async def test_pieces_are_received_moved_and_counted(school: School) -> None:
    with_store(school)
    async with open_desk(school) as desk:
        await desk.press("4", "r")
        desk.field("pieces").value = "6"
        await desk.press("enter", "m")
        desk.field("pieces").value = "3"
        await desk.press("enter", "equals_sign")
        await desk.type("5\r")
        assert "+6 received" in desk.text or "Count" in desk.said
    assert (held(school, "TON-12"), held(school, "TON-12", "store")) == (5, 12)


async def test_a_movement_that_cannot_be_stays_in_the_dialog_with_a_sentence(school: School) -> None:
    with_store(school)
    async with open_desk(school) as desk:
        await desk.press("4", "i")
        desk.field("ticket").value = "9999"
        await desk.press("enter")
        assert "no ticket '9999'" in desk.text
        desk.field("pieces").value = ""
        await desk.press("enter")
        assert "How many" in desk.text
    assert held(school, "TON-12") == 4


async def test_the_next_location_is_one_key_away(school: School) -> None:
    with_store(school)
    async with open_desk(school) as desk:
        await desk.press("4", "right")
        assert "▸Main store" in desk.text
        assert [line for line in desk.lines if "TON-12" in line and "9" in line]
        assert "1 part " in desk.text
        await desk.press("left")
        assert "▸Van of" in desk.text


async def test_the_filter_finds_by_words_and_by_being_short(school: School) -> None:
    with_store(school)
    async with open_desk(school) as desk:
        await desk.press("4", "slash")
        await desk.type("short")
        assert "1 part " in desk.text
        await desk.press("escape", "slash")
        await desk.type("trolley")
        assert "1 part " in desk.text and "CHG-45" in desk.text


async def test_what_the_day_may_need_stands_on_top(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("4")
        assert "Today may need: 1 x CHG-45" in desk.text


async def test_an_empty_van_says_how_parts_come_in(idle_school: School) -> None:
    part = new_id()
    idle_school.does(RecordPart(id=part, sku="X", name="Unused"))
    with_store(idle_school)
    async with open_desk(idle_school) as desk:
        await desk.press("4", "slash")
        await desk.type("nothing is called so")
        assert "techdesk part add" in desk.text


async def test_what_enter_does_is_said_and_follows_the_timer(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("4")
        assert "Enter takes one for" in desk.text
        school.does(StopWork())
        await desk.look_elsewhere()
        assert "Enter takes one for" not in desk.text


def with_mate(school: School) -> None:
    """A colleague's van."""
    school.ids["mate van"] = new_id()
    school.does(
        RecordLocation(id=school.ids["mate van"], name="Van of Ben", kind="van", technician_id=school.ids["mate"])
    )


async def test_what_goes_into_a_colleagues_van_is_on_its_way_until_it_is_received_there(school: School) -> None:
    with_mate(school)
    async with open_desk(school) as desk:
        await desk.press("4", "m")
        desk.field("pieces").value = "1"
        await desk.press("enter")
        assert "on their way" in desk.said
        await desk.press("right")
        assert "On its way here: 1 x" in desk.text
        await desk.press("r")
        assert desk.field("pieces").value == "1"
        await desk.press("enter")
        assert "Received 1" in desk.said and "On its way" not in desk.text


async def test_a_count_sheet_goes_from_part_to_part(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("4", "B")
        await desk.type("7\r")
        await desk.type("8\r")
        assert "last part of the sheet" in desk.said
    assert sorted((held(school, "CHG-45"), held(school, "TON-12"))) == [7, 8]


async def test_what_the_day_needs_is_put_by_and_picked(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("4", "K")
        assert "CHG-45" in desk.text and "2 of 1" in desk.text
        await desk.press("enter", "K", "p")
    assert school.asks("SELECT state, quantity FROM stock_reservation") == [("picked", 1)]


async def test_the_card_says_what_is_used_and_what_to_hold_and_y_sets_it(school: School) -> None:
    for day in ("02", "09", "16"):
        school.does(
            MoveStock(part_id=school.ids["CHG-45"], quantity=1, reason="issue", from_id=school.ids["van"]),
            at=f"2026-11-{day}T09:00:00.000Z",
        )
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("4")
        assert "Forecast" in desk.text and "3 used" in desk.text and "y sets it" in desk.text
        await desk.press("y")
        assert "at least" in desk.said
        await desk.press("y")
        assert "already" in desk.said
    [(minimum, target)] = school.asks("SELECT minimum, target FROM stock_level")
    assert 1 <= int(str(minimum)) <= int(str(target))


async def test_what_is_to_be_settled_is_said(school: School) -> None:
    school.does(MoveStock(part_id=school.ids["CHG-45"], quantity=9, reason="issue", from_id=school.ids["van"]))
    async with open_desk(school) as desk:
        await desk.press("4")
        assert "To settle: 1" in desk.text


@pytest.mark.parametrize("typed", ["2.5", "-7", "1e3"])
async def test_what_is_no_count_is_refused_as_it_was_typed(school: School, typed: str) -> None:
    async with open_desk(school) as desk:
        await desk.press("4", "r")
        desk.field("pieces").value = ""
        await desk.type(f"{typed}\r")
        assert desk.field("pieces").value == typed
        assert f"'{typed}' is no whole number" in desk.text
    assert held(school, "TON-12") == 4
