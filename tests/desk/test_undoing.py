"""Taking back what others have seen: what belongs together goes back together, or not at all."""

from techdesk.desk.closing import CancelTicket, CloseTicket, ReopenTicket
from techdesk.desk.commands import Command, Outcome
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.priority import priority
from techdesk.desk.tickets import EditTicket
from techdesk.desk.work import HoldTicket, StartWork
from tests.desk.conftest import Desk


def sent_and_taken_back(desk: Desk, command: Command, *meanwhile: Command) -> Outcome:
    """Does it, sends it, lets others do something, and takes it back."""
    desk.do(command)
    desk.store.connection.execute("UPDATE operation SET state = 'done'")
    last = desk.store.connection.execute("SELECT max(dseq) FROM operation").fetchone()[0]
    for each in meanwhile:
        desk.do(each, "2026-11-23T10:00:00.000Z")
    # What the others did is not this laptop's to take back.
    desk.store.connection.execute("DELETE FROM operation WHERE dseq > ?", (last,))
    return desk.store.undo()


def test_a_closing_is_taken_back_whole(desk: Desk) -> None:
    id = desk.log()
    sent_and_taken_back(desk, CloseTicket(ticket_id=id, resolution="Lamp", minutes=5))
    row = desk.ticket(id)
    assert (row["state"], row["open"], row["closed_at"], row["resolved_at"]) == ("new", 1, None, None)


def test_a_ticket_that_was_closed_again_by_another_stays_closed(desk: Desk) -> None:
    id = desk.log()
    again = (ReopenTicket(ticket_id=id), CloseTicket(ticket_id=id, resolution="Cable"))
    outcome = sent_and_taken_back(desk, CloseTicket(ticket_id=id, resolution="Lamp"), *again)
    row = desk.ticket(id)
    assert (row["state"], row["open"], row["closed_at"]) == ("closed", 0, "2026-11-23T10:00:00.000Z")
    assert outcome.kind == "conflict"


def test_a_reopening_that_another_works_on_stays_open(desk: Desk) -> None:
    id = desk.log()
    desk.do(CancelTicket(ticket_id=id))
    sent_and_taken_back(desk, ReopenTicket(ticket_id=id), StartWork(ticket_id=id))
    row = desk.ticket(id)
    assert (row["state"], row["open"], row["closed_at"]) == ("in_progress", 1, None)


def test_the_priority_follows_what_another_set_meanwhile(desk: Desk) -> None:
    id = desk.log()
    sent_and_taken_back(desk, EditTicket(id=id, urgency=4), EditTicket(id=id, impact=2))
    row = desk.ticket(id)
    assert (row["impact"], row["urgency"], row["priority"]) == (2, 3, priority(2, 3))


def test_a_capture_that_waited_is_cancelled_and_waits_no_more(desk: Desk) -> None:
    id = desk.log()
    desk.store.connection.execute("UPDATE operation SET state = 'done'")
    last = desk.store.connection.execute("SELECT max(dseq) FROM operation").fetchone()[0]
    desk.do(HoldTicket(ticket_id=id, reason="parts"))
    desk.store.connection.execute("DELETE FROM operation WHERE dseq > ?", (last,))
    desk.store.undo()
    row = desk.ticket(id)
    assert (row["state"], row["hold_reason"]) == ("cancelled", None)


def test_what_another_has_worked_on_is_not_removed(desk: Desk) -> None:
    id = new_id()
    desk.do(RecordDevice(id=id, tag="L-1"))
    desk.store.connection.execute("UPDATE operation SET state = 'done'")
    desk.store.connection.execute("UPDATE device SET room = 'Hall', version = 2, author = ?", (new_id(),))
    outcome = desk.store.undo()
    assert desk.tx.get("device", id) is not None
    assert outcome.kind == "conflict" and desk.tx.find("inbox_item", mid=desk.store.connection.execute(
        "SELECT mid FROM operation WHERE command = 'desk.undo'").fetchone()[0])  # fmt: skip
