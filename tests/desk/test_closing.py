"""The end of a ticket."""

import pytest

from techdesk.desk.closing import CancelTicket, CloseTicket, ReopenTicket
from techdesk.desk.ids import new_id
from techdesk.desk.ledger import balance
from techdesk.desk.spares import MoveStock, RecordPart
from techdesk.desk.story import ALLOWED, STATES
from techdesk.desk.surveys import AnswerSurvey
from techdesk.desk.work import HoldTicket, StartWork
from techdesk.errors import BadInput, Refused
from tests.desk.conftest import Desk


def test_closing_keeps_fix_minutes_and_whether_the_user_was_told(desk: Desk) -> None:
    id = desk.log()
    desk.do(CloseTicket(ticket_id=id, resolution="New lamp", minutes=12, told=True, cause="wear"))
    row = desk.ticket(id)
    assert (row["state"], row["open"], row["resolution"], row["cause"], row["told_in_person"]) == (
        "closed", 0, "New lamp", "wear", 1,
    )  # fmt: skip
    assert [log["minutes"] for log in desk.tx.find("worklog", ticket_id=id)] == [12]


def test_without_minutes_the_timer_is_taken(desk: Desk) -> None:
    id = desk.log()
    desk.do(StartWork(ticket_id=id), "2026-11-23T09:00:00.000Z")
    desk.do(CloseTicket(ticket_id=id, resolution="New lamp"), "2026-11-23T09:17:10.000Z")
    assert [log["minutes"] for log in desk.tx.find("worklog", ticket_id=id)] == [17]
    assert desk.tx.find("timer") == []


def test_a_part_comes_out_of_the_technicians_van_even_if_the_books_say_none(desk: Desk) -> None:
    id, part = desk.log(), new_id()
    desk.do(RecordPart(id=part, sku="LMP", name="Lamp"))
    desk.do(CloseTicket(ticket_id=id, resolution="New lamp", parts=((part, 2),)))
    technician = desk.tx.get("technician", desk.me)
    assert technician is not None
    assert balance(desk.tx, part, str(technician["stock_location_id"])) == -2


def test_a_balance_is_the_sum_of_movements(desk: Desk) -> None:
    part, here, there = new_id(), new_id(), new_id()
    desk.do(RecordPart(id=part, sku="LMP", name="Lamp"))
    desk.do(MoveStock(part_id=part, quantity=5, reason="receive", to_id=here))
    desk.do(MoveStock(part_id=part, quantity=2, reason="transfer", from_id=here, to_id=there))
    assert (balance(desk.tx, part, here), balance(desk.tx, part, there)) == (3, 2)


def test_answers_are_kept_with_how_they_were_collected(desk: Desk) -> None:
    id = desk.log()
    desk.do(CloseTicket(ticket_id=id, resolution="Done", timeliness=5, quality=4))
    desk.do(AnswerSurvey(ticket_id=id, quality=2, answered_by="Head", collected="on_paper"))
    assert [(row["quality"], row["collected"]) for row in desk.tx.find("survey", ticket_id=id)] == [
        (4, "on_the_spot"), (2, "on_paper"),
    ]  # fmt: skip


def test_a_reopened_ticket_counts_how_often(desk: Desk) -> None:
    id = desk.log()
    desk.do(CloseTicket(ticket_id=id, resolution="Done"))
    desk.do(ReopenTicket(ticket_id=id, reason="Still dark"))
    row = desk.ticket(id)
    assert (row["state"], row["open"], row["reopened"], row["closed_at"]) == ("reopened", 1, 1, None)


def test_a_ticket_is_no_duplicate_of_itself(desk: Desk) -> None:
    id = desk.log()
    with pytest.raises(Refused, match="itself"):
        desk.do(CancelTicket(ticket_id=id, duplicate_of=id))


@pytest.mark.parametrize("state", STATES)
def test_every_state_refuses_what_it_does_not_allow_and_names_itself(desk: Desk, state: str) -> None:
    id = desk.log()
    desk.store.connection.execute("UPDATE ticket SET state = ? WHERE id = ?", (state, id))
    commands = {
        "start": StartWork(ticket_id=id),
        "hold": HoldTicket(ticket_id=id, reason="parts"),
        "close": CloseTicket(ticket_id=id, resolution="x"),
        "reopen": ReopenTicket(ticket_id=id),
        "cancel": CancelTicket(ticket_id=id),
    }
    for act, command in commands.items():
        desk.store.connection.execute("UPDATE ticket SET state = ? WHERE id = ?", (state, id))
        desk.store.connection.execute("DELETE FROM timer")
        if state in ALLOWED[act]:
            desk.do(command)
        else:
            with pytest.raises(Refused, match=state.replace("_", " ")):
                desk.do(command)


@pytest.mark.parametrize("fields", [{"resolution": ""}, {"minutes": -5}, {"minutes": 10**9}, {"timeliness": 6},
                                    {"parts": (("p", 0),)}])  # fmt: skip
def test_what_no_closing_can_be_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        CloseTicket(**({"ticket_id": "t", "resolution": "x"} | fields))  # type: ignore[arg-type]


def test_a_ticket_that_waited_and_was_cancelled_waits_for_nothing(desk: Desk) -> None:
    id = desk.log()
    desk.do(HoldTicket(ticket_id=id, reason="parts", until="2026-12-01"))
    desk.do(CancelTicket(ticket_id=id))
    desk.do(ReopenTicket(ticket_id=id))
    row = desk.ticket(id)
    assert (row["state"], row["hold_reason"], row["hold_until"]) == ("reopened", None, None)
