"""What is to be settled of the books, from the spares and the devices."""

from __future__ import annotations

from techdesk.desk.ids import new_id
from techdesk.desk.inventory import OfferDevice, RecordDevice, RecordModel
from techdesk.desk.people import RecordSite
from techdesk.desk.spares import MoveStock, RecordPart
from tests.screens.desk import open_desk
from tests.screens.school import School


def wrong(school: School) -> None:
    """A device offered to another school, one tag on two devices, two spellings of a model, and a van that is below none."""
    ids = school.ids
    ids["other"] = new_id()
    school.does(RecordSite(id=ids["other"], code="2999", name="Dale Primary"))
    for name, serial in (("a", "SN1"), ("b", "SN2"), ("c", "SN3")):
        ids[name] = new_id()
        tag = "LT-7" if name != "c" else "LT-8"
        school.does(RecordDevice(id=ids[name], tag=tag, serial=serial, site_id=ids["site"], state="in_service"))
    school.does(OfferDevice(device_id=ids["c"], site_id=ids["other"], room="Lab", source="a list"))
    for name in ("ThinkPad L13 Gen 2", "THINKPAD L13 Gen2"):
        school.does(RecordModel(id=new_id(), name=name, manufacturer="Lenovo"))
    part = school.asks("SELECT id FROM part ORDER BY n LIMIT 1")[0][0]
    school.does(MoveStock(part_id=str(part), quantity=99, reason="issue", from_id=ids["van"]))


async def test_what_cannot_be_is_counted_from_the_spares(school: School) -> None:
    wrong(school)
    async with open_desk(school) as desk:
        await desk.press("4", "Y")
        assert "fewer than none" in desk.text
        await desk.press("y")
        await desk.type("3\r")
        assert desk.said.startswith("Counted 1:")
    assert school.asks("SELECT count(*) FROM stock_balance WHERE quantity < 0") == [(0,)]


async def test_a_device_goes_where_a_file_has_it_or_stays(school: School) -> None:
    wrong(school)
    async with open_desk(school) as desk:
        await desk.press("5", "Y", "slash")
        await desk.type("offered\r")
        assert "offered to Dale Primary, Lab" in desk.text
        await desk.press("T")
        assert school.asks("SELECT site_id FROM device WHERE tag = 'LT-8'") == [(school.ids["site"],)]
        await desk.press("u", "y")
    assert school.asks("SELECT site_id, room FROM device WHERE tag = 'LT-8'") == [(school.ids["other"], "Lab")]


async def test_one_tag_on_two_devices_and_models_alike_are_settled(school: School) -> None:
    wrong(school)
    async with open_desk(school) as desk:
        await desk.press("5", "Y", "slash")
        await desk.type("lt-7\r")
        await desk.press("y")
        await desk.type("LT-9\r")
        assert sorted(school.asks("SELECT tag FROM device WHERE serial IN ('SN1', 'SN2')")) == [("LT-7",), ("LT-9",)]
        await desk.press("slash", "ctrl+u")
        await desk.type("models\r")
        assert "may be one model" in desk.text
        await desk.press("y")
    assert school.asks("SELECT count(*) FROM device_model WHERE merged_into IS NOT NULL") == [(1,)]


async def test_a_piece_taken_without_its_serial_number_is_named_and_stays_one_piece(school: School) -> None:
    part = new_id()
    school.does(RecordPart(id=part, sku="DISK", name="Disk", serialised=1))
    for serial in ("Z8", "Z9"):
        school.does(MoveStock(part_id=part, quantity=1, reason="receive", to_id=school.ids["van"], serial=serial))
    school.does(MoveStock(part_id=part, quantity=1, reason="issue", from_id=school.ids["van"]))
    async with open_desk(school) as desk:
        await desk.press("4", "Y", "slash")
        await desk.type("disk\r")
        assert "1 by the books, but 2 serial numbers: Z8, Z9" in desk.text
        await desk.press("y")
        await desk.type("Z9 gone\r")
        assert "but 2 serial numbers" not in desk.text
    assert school.asks("SELECT quantity FROM stock_balance WHERE part_id = ?", part) == [(1,)]
    assert school.asks("SELECT serial FROM stock_serial WHERE part_id = ? AND quantity > 0", part) == [("Z8",)]
