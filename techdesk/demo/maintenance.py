"""The trust's checklists: made on the eve, due at the school of today, the first of them gone through in part."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from techdesk.demo.diary import Diary
from techdesk.demo.shapes import Place
from techdesk.demo.vocabulary import words
from techdesk.desk.answers import AnswerStep
from techdesk.desk.checklists import RecordChecklist, SetStep
from techdesk.desk.maintenance import run_id


def live(diary: Diary, place: Place, eve: datetime, moment_of: Callable[[float], datetime]) -> None:
    """Writes the checklists of a school on the eve of its visit; `moment_of` gives a moment of the visit so far (0 to 1)."""
    for each in words("checklists")["checklist"]:
        _checklist(diary, place, each, eve, moment_of)


def _checklist(
    diary: Diary, place: Place, data: dict[str, Any], eve: datetime, moment_of: Callable[[float], datetime]
) -> None:
    id, who = diary.ids.at(eve), place.technician
    due = (moment_of(0).date() - timedelta(days=data["overdue"])).isoformat()
    diary.write(eve, who, RecordChecklist(
        id=id, name=data["name"], frequency=data["frequency"], site_id=place.id, service=data["service"],
        first_due=due))  # fmt: skip
    run = run_id(id, place.id, due)
    for rank, step in enumerate(data["step"], start=1):
        step_id, room = diary.ids.at(eve), step["room"] if step["room"] in place.rooms else "Office"
        diary.write(eve, who, SetStep(
            id=step_id, checklist_id=id, rank=rank, title=step["title"], room=room, minutes=step["minutes"],
            evidence=step.get("evidence", "none"), required=int(not step.get("optional", False))))  # fmt: skip
        if "answer" in step:
            answer = AnswerStep(run_id=run, step_id=step_id, evidence=step["answer"])
            diary.write(moment_of(0.7 + rank * 0.02), who, answer)
