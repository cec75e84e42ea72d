"""A checklist from the visit's list, by its keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from techdesk.desk.answers import BeginRun
from techdesk.desk.attachments import AttachEvidence
from techdesk.desk.checklists import RecordChecklist, SetStep
from techdesk.desk.ids import new_id
from techdesk.models.files import Files
from techdesk.screens import attachments
from techdesk.screens.checklist import ChecklistScreen
from tests.screens.desk import Desk, open_desk
from tests.screens.school import School


def backups(school: School) -> None:
    """A checklist of three steps on the list of the visit under way."""
    ids = school.ids
    ids["checklist"] = new_id()
    school.does(RecordChecklist(id=ids["checklist"], name="Backups", frequency="monthly"))
    for rank, (name, room, evidence) in enumerate(
        (("Restore a file", "Office", "text"), ("Trolley charges", "Year 3", "none"), ("Dust", None, "none"))
    ):
        ids[name] = new_id()
        school.does(SetStep(id=ids[name], checklist_id=ids["checklist"], rank=rank, title=name, room=room,
                            evidence=evidence))  # fmt: skip
    school.does(BeginRun(checklist_id=ids["checklist"], site_id=ids["site"], visit_id=ids["visit"]))


async def opened(desk: Desk) -> None:
    """Goes into the checklist from the last line of the walk."""
    await desk.press("end", "enter")
    assert isinstance(desk.app.screen, ChecklistScreen)


async def test_f_opens_the_photo_of_a_step(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    backups(school)
    shown: list[Path] = []
    monkeypatch.setattr(attachments, "show_file", lambda place: shown.append(place) or True)
    async with open_desk(school) as desk:
        await opened(desk)
        await desk.press("f")
        assert "no photo on this step" in desk.said
        [(run,)] = school.asks("SELECT id FROM checklist_run")
        school.does(AttachEvidence(run_id=str(run), step_id=school.ids["Restore a file"], name="ups.jpg", bytes=7,
                                   sha256=Files(school.path).add(b"\xff\xd8\xff ups"), media_type="image/jpeg"))  # fmt: skip
        await desk.press("f")
        assert [place.name.endswith("evidence-1.jpg") for place in shown] == [True]


def answers(school: School) -> dict[object, object]:
    rows = school.asks("SELECT k.title, a.result FROM checklist_answer a JOIN checklist_step k ON k.id = a.step_id")
    return dict(rows)  # type: ignore[arg-type]


async def test_each_step_passes_fails_or_is_left_out_and_the_cursor_goes_on(school: School) -> None:
    backups(school)
    async with open_desk(school) as desk:
        await opened(desk)
        assert "3 of 3 left" in desk.text
        await desk.press("y")
        await desk.type("it came back\r")
        assert desk.selected == school.ids["Trolley charges"]
        await desk.press("exclamation_mark")
        await desk.type("the left side is dead #LT-0042\r")
        assert "Logged" in desk.said
        await desk.press("minus")
        await desk.type("no cloth\r")
        assert "Backups is done" in desk.said
        await desk.press("escape")
        assert "2 of 7 done" in desk.text
    assert answers(school) == {"Restore a file": "pass", "Trolley charges": "fail", "Dust": "skip"}
    assert school.asks("SELECT device_id, text FROM ticket ORDER BY n DESC LIMIT 1") == [
        (school.ids["LT-0042"], "Trolley charges: the left side is dead")
    ]


async def test_what_is_half_done_is_not_ended_and_undo_takes_an_answer_back(school: School) -> None:
    backups(school)
    async with open_desk(school) as desk:
        await opened(desk)
        await desk.press("j", "y")
        assert answers(school) == {"Trolley charges": "pass"}
        await desk.press("c")
        assert desk.warned and "not finished" in desk.said
        await desk.press("u")
    assert answers(school) == {}


async def test_its_minutes_are_proactive_and_the_whole_may_be_left_out(school: School) -> None:
    backups(school)
    async with open_desk(school) as desk:
        await opened(desk)
        await desk.press("W", "enter")
        await desk.press("h")
        await desk.type("a new server comes\r")
        assert "Skipped: Backups" in desk.said
    assert school.asks("SELECT minutes, proactive, visit_id FROM worklog ORDER BY n DESC LIMIT 1") == [
        (15, 1, school.ids["visit"])
    ]


async def test_it_reads_under_60_columns_and_in_ascii(school: School) -> None:
    backups(school)
    async with open_desk(school, (50, 18)) as desk:
        await opened(desk)
        assert "Restore a file" in desk.text
        assert "Backups" in desk.text


async def test_a_photo_is_put_on_a_step_and_then_it_passes(school: School, tmp_path: Path) -> None:
    backups(school)
    school.does(SetStep(id=school.ids["Restore a file"], evidence="photo"))
    paper = tmp_path / "restored.txt"
    paper.write_text("it came back", encoding="utf-8")
    async with open_desk(school) as desk:
        await opened(desk)
        await desk.press("y")
        assert desk.warned and "photo" in desk.said
        await desk.press("F")
        await desk.type(f"{paper}\r")
        assert "Attached restored.txt" in desk.said
        await desk.press("y")
    assert answers(school) == {"Restore a file": "pass"}
