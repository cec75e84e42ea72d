"""What a sync leaves behind, made by the same handlers: an edit that came late, and work on another laptop."""

from techdesk.desk.commands import perform
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordTechnician
from techdesk.desk.tickets import EditTicket, NoteTicket
from techdesk.desk.tx import Act
from techdesk.models.store import Store
from tests.screens.school import School


def edited_apart(school: School, name: str, mine: str, theirs: str) -> None:
    """A colleague on another laptop said that the ticket is in the room `theirs`; my edit, made meanwhile, comes after it."""
    id, priya = school.ids[name], school.ids["mate"]
    with Store(school.path, wall=school.wall) as store, store.transaction() as tx:
        seen = (tx.get("ticket", id) or {})["room"]
        for act, command in (
            (Act(new_id(), school.now, priya, "priya-laptop"), EditTicket(id=id, room=theirs)),
            (Act(new_id(), school.now, priya, "priya-laptop"), NoteTicket(ticket_id=id, text="Looked at it on the way")),
            (Act(new_id(), school.now, school.ids["me"], "mine", merging=True),
             EditTicket(id=id, room=mine, base={"room": seen})),
        ):  # fmt: skip
            tx.begin(act)
            perform(tx, command, act)


def known_colleague(school: School) -> None:
    """Names the colleague."""
    school.does(RecordTechnician(id=school.ids["mate"], name="Priya Shah"))
