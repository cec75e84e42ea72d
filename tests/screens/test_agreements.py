"""What schools have bought, worked by keys on its board."""

from __future__ import annotations

from techdesk.desk.agreements import MoveAgreement, RecordAgreement
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordSite
from tests.screens.desk import open_desk
from tests.screens.school import School


def bought(school: School) -> None:
    """An agreement that soon ends, of the school with a visit under way; and a school without any."""
    id = new_id()
    school.does(
        RecordAgreement(id=id, site_id=school.ids["site"], tier="weekly", visits=13, minutes=2340, ends="2026-12-31"),
        MoveAgreement(agreement_id=id, state="active"),
        RecordSite(id=new_id(), code="9001", name="Zion Lane"),
    )


def kept(school: School) -> list[tuple[object, ...]]:
    return school.asks("SELECT state, visits, starts, ends FROM agreement ORDER BY n")


async def test_the_board_says_what_was_bought_and_had_and_until_when(school: School) -> None:
    bought(school)
    async with open_desk(school) as desk:
        await desk.press("dollar_sign")
        assert "1/13 visits" in desk.text and "2026-12-31 expiring" in desk.text
        assert "Zion Lane" in desk.text and "nothing bought" in desk.text
        await desk.press("slash")
        await desk.type("none\r")
        assert "2 schools · none" in desk.text


async def test_an_agreement_is_edited_renewed_and_ended_by_keys(school: School) -> None:
    bought(school)
    async with open_desk(school) as desk:
        await desk.press("dollar_sign", "e", "ctrl+u")
        await desk.type("14\r")
        assert kept(school) == [("active", 14, None, "2026-12-31")]
        await desk.press("plus")
        await desk.type("2027-07-31\r")
        assert kept(school) == [
            ("renewed", 14, None, "2026-12-31"),
            ("active", 14, "2027-01-01", "2027-07-31"),
        ]
        await desk.press("D")
        assert [state for state, *_ in kept(school)] == ["renewed", "ended"]


async def test_a_first_agreement_and_wishes_are_noted(school: School) -> None:
    bought(school)
    async with open_desk(school) as desk:
        await desk.press("dollar_sign", "end", "e")
        await desk.type("7\r")
        assert kept(school)[1:] == [("active", 7, None, None)]
        await desk.press("W")
        for typed in ("1", "2", "180"):
            await desk.type(typed)
            await desk.press("tab")
        await desk.type("tue\r")
        assert school.asks("SELECT visits, weeks, minutes, days FROM site_wish") == [(1, 2, 180, "2")]
        assert "once in 2 weeks" in desk.text
