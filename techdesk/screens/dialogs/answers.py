"""The two questions after a ticket, as they were answered later or on paper."""

from __future__ import annotations

from techdesk.desk.surveys import COLLECTED, AnswerSurvey
from techdesk.errors import BadInput
from techdesk.screens.dialogs.fields import Asked, FieldsDialog

ASKED = (
    Asked("timeliness", "In time?", "1 to 5"),
    Asked("quality", "Well done?", "1 to 5"),
    Asked("answered_by", "Who", "who answered; only paper may come without a name"),
    Asked(
        "collected", "How", "on paper, later, on the spot", known=tuple(each.replace("_", " ") for each in COLLECTED)
    ),
    Asked("comment", "Comment", "in their words"),
)


def answers_dialog(ticket_id: str, ref: str) -> FieldsDialog:
    """Keeps the answers on a ticket."""
    before = {"collected": "on paper"}

    def order(said: dict[str, str]) -> AnswerSurvey:
        typed = {name: value for name, value in {**before, **said}.items() if value}
        numbers = {name: _number(typed.pop(name)) for name in ("timeliness", "quality") if name in typed}
        if not numbers:
            raise BadInput("Say what was answered: a number from 1 to 5 to one question at least.")
        how = typed.pop("collected", "").replace(" ", "_").replace("-", "_")
        return AnswerSurvey(
            ticket_id=ticket_id, timeliness=numbers.get("timeliness"), quality=numbers.get("quality"), collected=how,
            answered_by=typed.get("answered_by"), comment=typed.get("comment"),
        )  # fmt: skip

    return FieldsDialog(f"The two questions on {ref}", ASKED, order, before=before, draft=f"answers {ticket_id}")


def _number(text: str) -> int:
    if text not in ("1", "2", "3", "4", "5"):
        raise BadInput(f"'{text}' is no answer: it is a number from 1 (bad) to 5 (good).")
    return int(text)
