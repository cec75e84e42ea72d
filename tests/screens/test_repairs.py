"""Repairs, loans, licences and suppliers, worked by their keys."""

from __future__ import annotations

from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.licences import RecordLicence
from techdesk.desk.loans import LendDevice
from techdesk.desk.repairs import OpenRepair
from tests.screens.desk import open_desk
from tests.screens.school import School


def away(school: School) -> None:
    """A repair that is overdue, a loan, a licence that has ended."""
    ids = school.ids
    for tag, state in (("LT-1", "in_service"), ("LT-2", "in_stock"), ("LT-3", "in_service")):
        ids[tag] = new_id()
        school.does(RecordDevice(id=ids[tag], tag=tag, model_id=ids["CB514"], site_id=ids["site"], state=state))
    ids["repair"] = new_id()
    school.does(OpenRepair(id=ids["repair"], device_id=ids["LT-1"], fault="hinge", supplier="Acme", due="2026-11-01"))
    school.does(LendDevice(id=new_id(), device_id=ids["LT-2"], borrower="Year 3", due="2026-12-01"))
    school.does(RecordLicence(id=new_id(), product="Maths", seats=10, expires="2026-11-01"))


def state(school: School) -> object:
    return school.asks("SELECT state FROM repair WHERE id = ?", school.ids["repair"])[0][0]


async def test_a_repair_goes_its_way_by_keys(school: School) -> None:
    away(school)
    async with open_desk(school) as desk:
        await desk.press("5", "E")
        assert "1 repairs · 1 loans · 1 licences · ⚠ 2 to chase" in desk.text
        assert "To chase: Acme (1)" in desk.text
        await desk.press("slash")
        await desk.type("hinge\r")
        await desk.press("y", "y")
        assert state(school) == "accepted"
        await desk.press("m")
        await desk.press("tab")
        await desk.type("box lost")
        await desk.press("shift+tab", "h")
        assert state(school) == "shipped"
        assert school.asks("SELECT state FROM device WHERE id = ?", school.ids["LT-1"]) == [("in_repair",)]
        assert "repair shipped; box lost" in str(school.asks("SELECT note FROM device_event"))


async def test_a_repair_is_edited_and_closed(school: School) -> None:
    away(school)
    async with open_desk(school) as desk:
        await desk.press("5", "E", "slash")
        await desk.type("repairs\r")
        await desk.press("e", "tab")
        await desk.type("RMA-7")
        await desk.press("tab", "ctrl+u")
        await desk.type("2026-12-24")
        await desk.press("tab")
        await desk.type("12.50\r")
        found = school.asks("SELECT reference, due, cost FROM repair WHERE id = ?", school.ids["repair"])
        assert found == [("RMA-7", "2026-12-24", 12.5)]
        await desk.press("c")
        assert state(school) == "closed"


async def test_a_loan_comes_back_and_a_licence_is_renewed(school: School) -> None:
    away(school)
    async with open_desk(school) as desk:
        await desk.press("5", "E", "slash")
        await desk.type("loans\r")
        await desk.press("y")
        assert school.asks("SELECT state FROM device WHERE id = ?", school.ids["LT-2"]) == [("in_stock",)]
        await desk.press("slash", "ctrl+u")
        await desk.type("licences\r")
        await desk.press("y")
        assert "there is no step to take" in desk.said
        await desk.press("e", "ctrl+u")
        await desk.type("2027-08-31\r")
        assert school.asks("SELECT expires FROM licence") == [("2027-08-31",)]


async def test_a_device_is_sent_in_and_another_disposed_of_with_its_certificate(school: School) -> None:
    away(school)
    async with open_desk(school) as desk:
        await desk.press("5", "slash")
        await desk.type("lt-3\r")
        await desk.press("F", "tab")
        await desk.type("Acme\r")
        assert "Type the fault" in desk.text
        await desk.press("shift+tab")
        await desk.type("no picture\r")
        found = school.asks("SELECT fault, supplier FROM repair WHERE device_id = ?", school.ids["LT-3"])
        assert found == [("no picture", "Acme")]
        await desk.press("Z")
        await desk.type("C-99\r")
        found = school.asks("SELECT state, certificate FROM device WHERE id = ?", school.ids["LT-3"])
        assert found == [("disposed", "C-99")]


async def test_a_supplier_that_is_only_named_is_made_known(school: School) -> None:
    away(school)
    async with open_desk(school) as desk:
        await desk.press("5", "E", "slash")
        await desk.type("hinge\r")
        await desk.press("G")
        assert "not made known yet" in desk.text
        await desk.press("e", "tab")
        await desk.type("Jo, 0800")
        await desk.press("ctrl+s")
        assert school.asks("SELECT name, contacts FROM supplier WHERE name = 'Acme'") == [("Acme", "Jo, 0800")]
        await desk.press("escape", "enter")
        assert "contacts Jo, 0800" in desk.text
