"""Duplicates become one, with what was done on them."""

import pytest

from techdesk.desk.closing import CancelTicket
from techdesk.desk.duplicates import MergeTicket
from techdesk.desk.tickets import NoteTicket
from techdesk.desk.work import LogWork
from techdesk.errors import Refused
from techdesk.models.store import Store
from tests.sync.field import log, row, rows


@pytest.fixture
def store(tmp_path) -> Store:  # type: ignore[no-untyped-def]
    return Store(tmp_path / "techdesk.db")


def test_minutes_notes_and_the_number_go_to_the_one_that_stays(store: Store) -> None:
    stays, twin = log(store, "No picture"), log(store, "Projector dark", reporter="Ms Ash")
    store.perform(LogWork(ticket_id=twin, minutes=12))
    store.perform(NoteTicket(ticket_id=twin, text="tried the cable"))
    store.perform(MergeTicket(ticket_id=twin, into_id=stays))
    assert (row(store, "ticket", twin)["state"], row(store, "ticket", twin)["duplicate_of"]) == ("cancelled", stays)
    assert [(each["ticket_id"], each["minutes"]) for each in rows(store, "worklog")] == [(stays, 12)]
    assert [each["alias"] for each in rows(store, "ticket_alias")] == [row(store, "ticket", twin)["ref"]]
    [note] = [each["note"] for each in rows(store, "ticket_event") if each["ticket_id"] == stays and each["note"]]
    assert "Ms Ash" in str(note) and "Projector dark\ntried the cable" in str(note)


def test_undo_takes_back_all_of_it(store: Store) -> None:
    stays, twin = log(store, "No picture"), log(store, "Projector dark")
    store.perform(LogWork(ticket_id=twin, minutes=12))
    before = {table: rows(store, table) for table in ("ticket", "worklog", "ticket_alias", "ticket_event")}
    store.perform(MergeTicket(ticket_id=twin, into_id=stays))
    store.undo()
    assert {table: rows(store, table) for table in before} == before


def test_a_duplicate_of_a_duplicate_goes_to_the_first(store: Store) -> None:
    one, two, three = (log(store, f"No picture {number}") for number in range(3))
    store.perform(MergeTicket(ticket_id=two, into_id=one))
    store.perform(MergeTicket(ticket_id=three, into_id=two))
    assert row(store, "ticket", three)["duplicate_of"] == one


def test_what_cannot_be_one_is_refused_with_why(store: Store) -> None:
    one, two = log(store, "No picture"), log(store, "Dark")
    with pytest.raises(Refused, match="itself"):
        store.perform(MergeTicket(ticket_id=one, into_id=one))
    store.perform(MergeTicket(ticket_id=two, into_id=one))
    with pytest.raises(Refused, match="is cancelled"):
        store.perform(MergeTicket(ticket_id=two, into_id=one))
    with pytest.raises(Refused, match="itself"):
        store.perform(MergeTicket(ticket_id=one, into_id=two))
    store.perform(CancelTicket(ticket_id=one))
