"""The day's routes by keys: planned, looked at, accepted, let go; an emergency from its ticket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event

import pytest

from techdesk.config import Config
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordSite, RecordTechnician
from techdesk.planning import aside
from techdesk.planning.day import DayPlan, Dispatch
from tests.screens.desk import STILL, open_desk
from tests.screens.school import School

DAWN = "2026-11-23T06:00:00.000Z"


@pytest.fixture
def dispatched(idle_school: School, monkeypatch: pytest.MonkeyPatch) -> School:
    """The school with a place on the map, before work on Monday; the day is planned by insertion, which is quick."""
    monkeypatch.setattr(aside, "has_solver", lambda: False)
    ids = idle_school.ids
    idle_school.does(
        RecordSite(id=ids["site"], latitude=53.7, longitude=-1.85),
        RecordTechnician(id=ids["me"], name="Ann", base_latitude=53.72, base_longitude=-1.9),
    )
    idle_school.now = DAWN
    return idle_school


async def test_a_day_without_routes_says_what_to_do(dispatched: School) -> None:
    async with open_desk(dispatched) as desk:
        await desk.press("ampersand")
        assert "p plans it" in desk.text


async def test_a_day_is_planned_looked_at_and_accepted(dispatched: School) -> None:
    async with open_desk(dispatched) as desk:
        await desk.press("ampersand", "p")
        assert "1 route proposed" in desk.text and "Proposed: 1 route" in desk.text
        assert dispatched.asks("SELECT count(*) FROM day_route") == [(0,)]
        await desk.press("y")
        assert "1 route accepted" in desk.text and "Proposed" not in desk.text
        assert dispatched.asks("SELECT count(*) FROM visit_task WHERE state = 'todo'")[0][0]
        await desk.press("u")
        assert dispatched.asks("SELECT count(*) FROM day_route") == [(0,)]


async def test_a_proposal_that_is_let_go_changes_nothing(dispatched: School) -> None:
    async with open_desk(dispatched) as desk:
        await desk.press("ampersand", "p", "escape")
        assert "p plans it" in desk.text and dispatched.asks("SELECT count(*) FROM day_route") == [(0,)]
        await desk.press("y")
        assert desk.warned
        await desk.press("escape")
        assert "Proposed" not in desk.text and "p plans it" not in desk.text


async def test_a_stop_shows_its_tickets_and_a_route_where_it_leads(dispatched: School) -> None:
    async with open_desk(dispatched, size=(120, 40)) as desk:
        await desk.press("ampersand", "p")
        assert "leaves" in desk.text and "min of driving" in desk.text and "H" in desk.text
        await desk.press("down")
        assert "min on the road" in desk.text


async def test_another_day_is_chosen_and_a_day_without_work_says_so(dispatched: School) -> None:
    async with open_desk(dispatched) as desk:
        await desk.press("ampersand", "m", "ctrl+u")
        await desk.type("2026-11-28\r")
        assert "Sat 28 Nov 2026" in desk.text
        await desk.press("p")
        assert desk.warned and "Nobody works on Sat 28 Nov 2026" in desk.said


async def test_an_emergency_is_taken_in_from_its_ticket(dispatched: School) -> None:
    urgent = new_id()
    async with open_desk(dispatched) as desk:
        await desk.press("2", "asterisk")
        assert "Proposed: 1 route" in desk.text
        assert urgent and not desk.warned


async def test_esc_stops_a_planning_that_takes_long(dispatched: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is under way ends when it is told to, and what it found is not shown."""
    stopped = Event()

    def endless(stop: Event) -> Callable[[Dispatch, float], DayPlan]:
        def plan(day: Dispatch, seconds: float) -> DayPlan:
            stop.wait(30)
            stopped.set()
            raise aside.Stopped

        return plan

    monkeypatch.setattr(aside, "has_solver", lambda: True)
    monkeypatch.setattr(aside, "stoppable", endless)
    async with open_desk(dispatched) as desk:
        await desk.press("ampersand")
        desk.app.area.action_plan()  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        await desk.press("escape")
        assert stopped.is_set() and "nothing is changed" in desk.text


@pytest.mark.parametrize("size", [(80, 24), (59, 20), (40, 12)])
async def test_it_is_drawn_at_every_size_and_in_plain_letters(dispatched: School, size: tuple[int, int]) -> None:
    plain = Config(ascii=True, refresh_seconds=STILL.refresh_seconds)
    async with open_desk(dispatched, size=size, config=plain) as desk:
        await desk.press("ampersand", "p")
        assert desk.text.replace("…", "").replace("▄", "").isascii()
