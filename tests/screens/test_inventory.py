"""The Devices area, by its keys."""

from __future__ import annotations

from datetime import date

from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.models.queries.devices import known_device
from techdesk.models.store import Store
from techdesk.screens.inventory import worries
from tests.screens.desk import open_desk
from tests.screens.school import School


def more(school: School) -> None:
    """A retiring model with two devices at the other school."""
    model = new_id()
    devices = {f"PC-{number}": new_id() for number in (1, 2)}
    school.ids.update(devices)
    school.does(
        RecordModel(id=model, name="OptiPlex 3050", standing="retiring", update_expiry="2026-12-31"),
        *(RecordDevice(id=id, tag=tag, model_id=model, site_id=school.ids["other"], room="Office", warranty_end="soon",
                       state="faulty" if tag == "PC-2" else "in_service") for tag, id in devices.items()),
    )  # fmt: skip


async def test_devices_are_listed_with_their_tickets_and_what_is_wrong(school: School) -> None:
    more(school)
    async with open_desk(school) as desk:
        await desk.press("5")
        assert "3 devices" in desk.text
        assert [line for line in desk.lines if "LT-0042" in line and "1 open" in line]
        assert [line for line in desk.lines if "PC-1" in line and "⚠ updates 38 d" in line]


async def test_a_scanned_tag_selects_the_device_and_opens_its_card(school: School) -> None:
    more(school)
    async with open_desk(school) as desk:
        await desk.press("5", "slash")
        await desk.type("pc-2\r")
        assert desk.selected == school.ids["PC-2"]
        assert "PC-2 · faulty" in desk.text and "updates end in 38 d" in desk.text


async def test_the_filter_reads_marks_and_words(school: School) -> None:
    more(school)
    async with open_desk(school) as desk:
        await desk.press("5", "slash")
        for line, count in (("site:2006", 2), ("faulty", 1), ("retiring", 2), ("model:optiplex room:off", 2),
                            ("charge", 0), ("site:nowhere", 0), ("cb514", 1)):  # fmt: skip
            desk.field("filter").value = line
            await desk.settle()
            assert f"─ {count or 'no'} device" in desk.text, line


async def test_enter_opens_everything_about_the_device(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("5", "enter")
        await desk.settle()
        assert desk.app.screen.TITLE == "the device"
        assert "NX123" in desk.text
        await desk.press("escape")
        assert "1 device" in desk.text


async def test_without_a_device_a_sentence_says_how_an_inventory_comes_in(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("5", "slash")
        await desk.type("nothing like it")
        assert "An inventory comes in with Ctrl+L" in desk.text


def test_a_date_that_is_none_is_no_worry(school: School) -> None:
    more(school)
    with Store(school.path) as store:
        line = known_device(store.connection, school.ids["PC-1"])
    assert [worry.short for worry in worries(line, date(2026, 11, 23))] == ["updates 38 d", "retiring"]
    assert [worry.short for worry in worries(line, date(2027, 11, 23))] == ["no updates", "retiring"]
