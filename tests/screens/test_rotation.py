"""The rotation's grid: looked at, moved by keys with the cost told before, compared, published; a school's year."""

from __future__ import annotations

import pytest

from techdesk.config import Config
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordSite, RecordTechnician
from techdesk.desk.publishing import PublishRotation
from techdesk.desk.rotations import DraftRotation, DropRotation, MoveLine
from techdesk.desk.visits import PlanVisit, SignVisit, StartVisit, WrapVisit
from techdesk.screens.rotation import RotationScreen
from tests.screens.desk import STILL, open_desk
from tests.screens.school import School


def plan(school: School, name: str = "Autumn") -> str:
    """Two schools more and a colleague; Hill on Monday and Dale on Tuesday by me, Moor on Monday by Bob; one not met."""
    me = school.ids["me"]
    if "Hill" not in school.ids:
        for number, place in enumerate(("Hill", "Dale", "Moor", "Tarn"), 1):
            school.ids[place] = new_id()
            school.does(RecordSite(id=school.ids[place], code=f"30{number}", name=f"{place} School", latitude=53.7,
                                   longitude=-1.9 + 0.02 * number))  # fmt: skip
        school.ids["bob"] = new_id()
        school.does(
            RecordTechnician(id=me, name="Ann", base_latitude=53.7, base_longitude=-1.9),
            RecordTechnician(id=school.ids["bob"], name="Bob", working_days="1,2,3", base_latitude=53.7,
                             base_longitude=-1.86),
        )  # fmt: skip
    id = school.ids[name] = new_id()
    lines = (
        (school.ids["Hill"], 0, me, 1, 485, 180, 0, None), (school.ids["Dale"], 1, me, 1, 490, 180, 0, None),
        (school.ids["Moor"], 0, school.ids["bob"], 1, 480, 180, 0, "Ann does not come"),
        (school.ids["Tarn"], None, None, 0, None, 180, 1, "no technician has the skills it needs: network"),
    )  # fmt: skip
    school.does(DraftRotation(id=id, name=name, weeks=2, starts="2026-11-30", first="2026-11-30", last="2026-12-11",
                              travel=40.0, lines=lines))  # fmt: skip
    return id


def where(school: School, place: str) -> tuple[object, object]:
    """The day and the technician of a school in the rotation."""
    [found] = school.asks("SELECT day, technician_id FROM rotation_line WHERE site_id = ?", school.ids[place])
    return found[0], found[1]


async def test_without_a_rotation_the_grid_says_how_one_comes_about(idle_school: School) -> None:
    async with open_desk(idle_school) as desk:
        await desk.press("3", "number_sign")
        assert "techdesk plan make" in desk.text
        for key in ("m", "y", "C", "Y"):
            await desk.press(key)
            assert desk.warned
        await desk.press("escape")
        assert "No visit is planned" in desk.text


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_the_grid_shows_who_is_where_and_what_is_not_met(idle_school: School, size: tuple[int, int]) -> None:
    plan(idle_school)
    async with open_desk(idle_school, size) as desk:
        await desk.press("3", "number_sign")
        assert "Autumn · draft · 3 visits" in desk.text
        assert "301 Hill School · on Monday of week 1 · 08:05–11:05" in desk.text
        assert "⚠ Tarn School, 1: no technician has the skills" in desk.text
        assert ("Fri 2" in desk.text) is (size[0] == 120)
        assert desk.lines[-1].rstrip().endswith("? help")


async def test_a_visit_is_moved_by_keys_and_its_cost_is_told_before(idle_school: School) -> None:
    plan(idle_school)
    async with open_desk(idle_school) as desk:
        await desk.press("3", "number_sign", "m", "right")
        assert "Hill School → on Tuesday of week 1, Ann" in desk.text
        assert "min of driving (Enter puts it down)" in desk.text
        await desk.press("enter")
        assert desk.said.startswith("Hill School is visited on Tuesday of week 1.")
        assert where(idle_school, "Hill") == (1, idle_school.ids["me"])
        assert "301 Hill School · on Tuesday of week 1" in desk.text
        await desk.press("u")
        assert where(idle_school, "Hill") == (0, idle_school.ids["me"])


async def test_what_speaks_against_a_move_is_told_and_esc_leaves_it(idle_school: School) -> None:
    plan(idle_school)
    async with open_desk(idle_school) as desk:
        await desk.press("3", "number_sign", "m", "down", "right", "right", "right")
        assert "⚠" in desk.text and "Bob does not work on that day" in desk.text
        await desk.press("escape")
        assert where(idle_school, "Hill") == (0, idle_school.ids["me"])
        assert "301 Hill School · on Monday of week 1" in desk.text


async def test_what_is_not_met_is_placed_by_hand(idle_school: School) -> None:
    plan(idle_school)
    async with open_desk(idle_school) as desk:
        await desk.press("3", "number_sign", "right", "right", "m")
        assert "Tarn School → on Wednesday of week 1, Ann" in desk.text
        await desk.press("enter")
        assert where(idle_school, "Tarn") == (2, idle_school.ids["me"])
        assert "not met" not in desk.text


async def test_the_weeks_are_turned_and_the_cursor_stays_with_its_visit(idle_school: School) -> None:
    plan(idle_school)
    async with open_desk(idle_school) as desk:
        await desk.press("3", "number_sign", "right_square_bracket")
        assert "Fri 2" in desk.text and "Nobody is visited then." in desk.text
        await desk.press("left_square_bracket", "down")
        assert "303 Moor School" in desk.text and "Ann does not come" in desk.text


async def test_a_draft_is_published_after_a_look_at_what_comes_of_it(idle_school: School) -> None:
    rotation = plan(idle_school)
    async with open_desk(idle_school) as desk:
        await desk.press("3", "number_sign", "y")
        assert "comes to 3 visits from today on" in desk.text
        await desk.press("y")
        assert desk.said.startswith("Autumn is published: 3 visits.")
        assert idle_school.asks("SELECT count(*) FROM visit WHERE rotation_id = ?", rotation) == [(3,)]
        await desk.press("m")
        assert desk.warned and "Only a draft is moved" in desk.said


async def test_the_grid_opens_in_the_week_that_is_under_way_and_the_same_key_leaves_it(idle_school: School) -> None:
    rotation = plan(idle_school)
    [line] = idle_school.asks("SELECT id FROM rotation_line WHERE site_id = ?", idle_school.ids["Dale"])
    idle_school.does(MoveLine(id=str(line[0]), day=8, rank=1, starts=490))
    idle_school.does(PublishRotation(rotation_id=rotation, visits=()))
    idle_school.now = "2026-12-09T09:00:00.000Z"
    async with open_desk(idle_school) as desk:
        await desk.press("3", "number_sign")
        assert "302 Dale School · on Tuesday of week 2" in desk.text
        await desk.press("number_sign")
        assert "The rotation" not in desk.text and desk.lines[-1].strip().startswith("⏎ open")


async def test_a_draft_is_planned_from_the_grid_and_looked_at(
    idle_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RotationScreen, "seconds", 0.1)
    plan(idle_school)
    idle_school.does(DropRotation(rotation_id=idle_school.ids["Autumn"]))
    async with open_desk(idle_school) as desk:
        await desk.press("3", "number_sign", "p")
        assert desk.said.startswith("Rotation from 2026-11-30: 4 visits")
        assert "Rotation from 2026-11-30 · draft · 4 visits" in desk.text


async def test_planning_is_stopped_by_esc(idle_school: School) -> None:
    plan(idle_school)
    async with open_desk(idle_school) as desk:
        await desk.press("3", "number_sign")
        screen = desk.app.screen
        assert isinstance(screen, RotationScreen)
        screen.action_plan()
        screen.action_plan()
        assert desk.warned and "already" in desk.said
        await desk.press("escape")
        assert desk.said == "The planning is stopped; nothing is changed." and desk.app.screen is screen
    assert idle_school.asks("SELECT count(*) FROM rotation") == [(1,)]


async def test_two_rotations_stand_side_by_side(idle_school: School) -> None:
    plan(idle_school)
    plan(idle_school, "Winter")
    async with open_desk(idle_school) as desk:
        await desk.press("3", "number_sign")
        assert "Winter · draft" in desk.text and "1 of 2" in desk.text
        await desk.press("C")
        assert "minutes of driving" in desk.text and "0 visits differ" in desk.text
        await desk.press("escape", "o")
        assert "Autumn · draft" in desk.text
        await desk.press("D")
        assert desk.said.startswith("Autumn is put aside.")


async def test_a_schools_year_has_a_sign_for_each_day(idle_school: School) -> None:
    rotation = plan(idle_school)
    made, missed = new_id(), new_id()
    idle_school.does(
        PlanVisit(id=made, site_id=idle_school.ids["Hill"], technician_id=idle_school.ids["me"],
                  planned_start="2026-11-16T08:00:00.000Z", planned_end="2026-11-16T11:00:00.000Z"),
        StartVisit(visit_id=made), WrapVisit(visit_id=made), SignVisit(visit_id=made, signatory="Head"),
        PlanVisit(id=missed, site_id=idle_school.ids["Hill"], technician_id=idle_school.ids["me"],
                  planned_start="2026-11-18T08:00:00.000Z", planned_end="2026-11-18T11:00:00.000Z"),
    )  # fmt: skip
    [line] = idle_school.asks("SELECT id FROM rotation_line WHERE site_id = ?", idle_school.ids["Hill"])
    idle_school.does(
        PublishRotation(rotation_id=rotation, visits=((str(line[0]), "2026-11-30", 485, idle_school.ids["me"]),))
    )
    async with open_desk(idle_school, config=Config(refresh_seconds=86_000, ascii=True)) as desk:
        await desk.press("3", "number_sign", "Y")
        assert "1 visited, 1 planned, 1 owed" in desk.text
        [november] = [line for line in desk.lines if "Nov 2026" in line]
        assert november.split("Nov 2026")[1].count("V") == 1 and "!" in november and "p" in november
    assert STILL.ascii is False
