"""The close dialog: everything by keys, and a draft that outlives what happens around it."""

from __future__ import annotations

from techdesk.desk.ids import new_id
from techdesk.desk.spares import MoveStock, RecordPart
from techdesk.desk.tickets import NoteTicket
from techdesk.screens.dialogs.close import CloseDialog
from techdesk.screens.dialogs.parts import last_mark, split_fix
from techdesk.screens.dialogs.toggle import Toggle
from tests.screens.desk import open_desk
from tests.screens.school import School


async def test_all_fields_reach_the_store(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("c")
        await desk.type("new lamp")
        await desk.press("tab")
        await desk.type("31")
        await desk.press("ctrl+p")
        await desk.type("CHG-45:2 ton")
        await desk.press("tab", "space", "tab")
        await desk.type("4")
        await desk.press("tab")
        await desk.type("5\r")
        assert "(31 min, 3 parts)" in desk.said
    row = school.asks("SELECT told_in_person FROM ticket WHERE id = ?", school.ids["hall"])
    assert row == [(1,)]
    assert school.asks("SELECT timeliness, quality FROM survey") == [(4, 5)]


async def test_the_draft_is_found_again_after_escape_a_colleagues_note_and_a_new_start(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("c")
        await desk.type("swapped the la")
        await desk.press("ctrl+t")
        school.does(NoteTicket(ticket_id=school.ids["hall"], text="colleague was here"))
        await desk.look_elsewhere()
        assert desk.field("fix").value == "swapped the la"
        await desk.press("escape", "c")
        assert desk.field("fix").value == "swapped the la"
    async with open_desk(school) as desk:
        await desk.press("c")
        assert desk.field("fix").value == "swapped the la"
        assert desk.app.screen.query_one("#told", Toggle).on
        await desk.type("mp\r")
        await desk.press("c")
        assert not isinstance(desk.app.screen, CloseDialog) or desk.field("fix").value == ""
    assert school.asks("SELECT resolution FROM ticket WHERE id = ?", school.ids["hall"]) == [("swapped the lamp",)]


async def test_without_a_fix_it_stays_open_and_says_so(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("c", "enter")
        assert "The fix is empty" in desk.text
        assert isinstance(desk.app.screen, CloseDialog)
    assert school.state("hall") == "in_progress"


async def test_a_part_that_is_not_known_keeps_the_dialog(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("c")
        await desk.type("swapped +zzz\r")
        assert "There is no part 'zzz'" in desk.text
        assert desk.field("fix").value == "swapped +zzz"
    assert school.state("hall") == "in_progress"


async def test_closed_by_a_colleague_meanwhile_is_said_in_the_dialog(school: School) -> None:
    from techdesk.desk.closing import CloseTicket

    async with open_desk(school) as desk:
        await desk.press("c")
        school.does(CloseTicket(ticket_id=school.ids["hall"], resolution="was off at the wall"))
        await desk.type("new lamp\r")
        assert "is closed" in desk.text
        assert desk.field("fix").value == "new lamp"


async def test_fixes_of_similar_tickets_are_offered(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("j", "c")
        assert "charger board replaced" in desk.text
        await desk.press("down")
        assert desk.field("fix").value == "charger board replaced, part CHG-45"
        await desk.press("up")
        assert desk.field("fix").value == ""


async def test_the_minutes_are_those_timed(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("c")
        assert desk.field("minutes").placeholder == "13 as timed"


def test_parts_within_a_fix() -> None:
    assert split_fix("swapped board +CHG-45:2 and lamp +lmp") == ("swapped board and lamp", ["CHG-45:2", "lmp"])
    assert split_fix("+5V rail dead, rebuilt C++ runtime") == ("+5V rail dead, rebuilt C++ runtime", [])
    assert last_mark("swapped +ch") == "ch"
    assert last_mark("swapped +ch done") is None


async def test_a_serial_number_is_typed_behind_its_part_in_the_fix(school: School) -> None:
    part = new_id()
    school.does(RecordPart(id=part, sku="DISK", name="Disk", serialised=1))
    for serial in ("Z8", "Z9"):
        school.does(MoveStock(part_id=part, quantity=1, reason="receive", to_id=school.ids["van"], serial=serial))
    async with open_desk(school) as desk:
        await desk.press("c")
        await desk.type("new one +disk:z9\r")
        assert "1 part)" in desk.said
    assert school.asks("SELECT serial FROM stock_serial WHERE part_id = ? AND quantity > 0", part) == [("Z8",)]
