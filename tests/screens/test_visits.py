"""The Visits area, by its keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from techdesk.desk.ids import new_id
from techdesk.desk.visits import PlanVisit, WrapVisit
from techdesk.desk.work import HoldTicket
from techdesk.screens import attachments
from techdesk.screens.dialogs.plan_visit import PlanVisitDialog
from tests.screens.desk import open_desk
from tests.screens.school import School


def planned(school: School, site: str = "other", start: str = "2026-11-24T09:00:00.000Z") -> str:
    """A visit of mine, and its id."""
    id = new_id()
    end = start.replace("T09", "T11")
    school.does(
        PlanVisit(id=id, site_id=school.ids[site], technician_id=school.ids["me"], planned_start=start, planned_end=end)
    )
    return id


def state(school: School, id: str) -> tuple[object, ...]:
    return school.asks("SELECT state, reason, signatory FROM visit WHERE id = ?", id)[0]


async def test_the_list_begins_at_the_visit_under_way_and_names_each_day_once(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("3")
        assert desk.selected == school.ids["visit"]
        assert desk.text.count("Mon 23 Nov 08:00–") == 1
        assert any("13:00–16:00" in line and "Mon 23 Nov" not in line for line in desk.lines)
        assert "there now" in desk.text and "1/5" in desk.text


async def test_without_a_visit_a_sentence_says_how_to_plan_one(idle_school: School) -> None:
    async with open_desk(idle_school) as desk:
        await desk.press("3")
        assert "p plans one" in desk.text


async def test_the_card_tells_what_was_promised(idle_school: School) -> None:
    idle_school.does(HoldTicket(ticket_id=idle_school.ids["pen"], reason="next_visit"))
    planned(idle_school, "site")
    async with open_desk(idle_school, (120, 40)) as desk:
        await desk.press("3")
        assert "Promised" in desk.text and "waits for" in desk.text
        assert "Waiting there" in desk.text


async def test_enter_reads_the_whole_card_and_escape_comes_back(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("3", "enter")
        assert "ICT suite" in desk.text
        assert "Oakfield" not in desk.text
        await desk.press("escape")
        assert "Oakfield" in desk.text and desk.selected == school.ids["visit"]


async def test_a_visit_is_planned_from_the_keyboard_and_selected(idle_school: School) -> None:
    async with open_desk(idle_school) as desk:
        await desk.press("3", "p")
        await desk.type("oakfield")
        desk.field("date").value = "2026-11-30"
        desk.field("hour").value = "13:00"
        await desk.press("enter")
        assert not isinstance(desk.app.screen, PlanVisitDialog)
        assert "Mon 30 Nov 13:00–16:00" in desk.text
        assert desk.selected == idle_school.asks("SELECT id FROM visit")[0][0]


async def test_a_plan_that_cannot_be_read_stays_in_the_dialog_with_a_sentence(idle_school: School) -> None:
    async with open_desk(idle_school) as desk:
        await desk.press("3", "p", "enter")
        assert "Which school" in desk.text
        await desk.type("nowhere\r")
        assert "no site 'nowhere'" in desk.text
        desk.app.screen.query_one("#site", Input).value = "2006"
        desk.field("date").value = "soon"
        await desk.press("enter")
        assert "is not a moment" in desk.text
        await desk.press("escape")
    assert idle_school.asks("SELECT count(*) FROM visit") == [(0,)]


async def test_space_starts_the_selected_visit_and_its_tickets_become_the_list(idle_school: School) -> None:
    id = planned(idle_school, "site", "2026-11-23T09:00:00.000Z")
    async with open_desk(idle_school) as desk:
        await desk.press("3", "space")
        assert "At St Aidan's Primary" in desk.said
        assert "0/5" in desk.text
    assert state(idle_school, id)[0] == "on_site"


async def test_a_visit_is_wrapped_and_signed_by_one_who_may(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("3", "w", "S")
        await desk.type("Mrs Okafor\r")
        assert "Mrs Okafor signed" in desk.said
        assert "The sheet" in desk.text
    assert state(school, school.ids["visit"]) == ("signed", None, "Mrs Okafor")


async def test_what_cannot_be_signed_or_called_off_is_said_with_its_state(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("3", "S")
        assert desk.warned and "there now" in desk.said
        await desk.press("D")
        assert desk.warned and "not begun" in desk.said


async def test_a_visit_is_called_off_with_a_reason(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("3", "down", "D")
        await desk.type("boiler failed\r")
        assert "called off" in desk.text
    assert state(school, school.ids["next"])[:2] == ("cancelled", "boiler failed")


async def test_the_filter_narrows_by_school_and_widens_to_everybody(school: School) -> None:
    other = new_id()
    school.does(PlanVisit(id=other, site_id=school.ids["other"], technician_id=school.ids["mate"],
                          planned_start="2026-11-25T09:00:00.000Z", planned_end="2026-11-25T11:00:00.000Z"))  # fmt: skip
    async with open_desk(school) as desk:
        await desk.press("3")
        assert "my 2 visits" in desk.text
        await desk.press("slash")
        await desk.type("oakfield")
        assert "my 1 visit " in desk.text
        await desk.type(" all")
        assert "2 visits" in desk.text and "Priya Shah" in desk.text
        await desk.press("escape")
        assert "my 2 visits" in desk.text


async def test_a_colleague_s_change_appears_and_the_selection_stays(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("3", "down")
        school.does(WrapVisit(visit_id=school.ids["visit"]))
        await desk.look_elsewhere()
        assert "wrapped" in desk.text
        assert desk.selected == school.ids["next"]


async def test_a_visit_is_confirmed_moved_and_set_off_for(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("3", "down", "y")
        await desk.type("Mr Lee\r")
        assert "confirmed by Mr Lee" in desk.said
        await desk.press("m")
        desk.field("field-day").value = "2026-11-25"
        await desk.press("enter")
        assert "Wed 25 Nov 13:00–16:00" in desk.text
        await desk.press("greater_than_sign")
        assert "on the way" in desk.text
    assert state(school, school.ids["next"])[0] == "travelling"


async def test_a_missed_visit_is_booked_anew(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("3", "down", "less_than_sign")
        await desk.type("locked gate\r")
        assert "It is owed" in desk.said
        await desk.press("m")
        desk.field("field-day").value = "2026-11-26"
        await desk.press("enter")
        assert "booked anew" in desk.said
    assert state(school, school.ids["next"])[:2] == ("missed", "locked gate")
    assert school.asks("SELECT instead_of, planned_start FROM visit WHERE instead_of IS NOT NULL") == [
        (school.ids["next"], "2026-11-26T13:00:00.000Z")
    ]


async def test_a_signature_on_paper_is_kept_as_one(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("3", "w", "S")
        await desk.type("Mrs Okafor on paper\r")
        assert "keep the sheet" in desk.said
    assert school.asks("SELECT signatory, signed_how FROM visit WHERE state = 'signed'") == [("Mrs Okafor", "paper")]


async def test_the_sheet_is_opened_in_the_system_s_viewer(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(attachments, "show_file", lambda place: not shown.append(place))  # type: ignore[func-returns-value]
    async with open_desk(school) as desk:
        await desk.press("3", "ctrl+o")
        assert "is opened" in desk.said
        assert "St Aidan" in shown[0].read_text("utf-8")
    assert not shown[0].exists()
