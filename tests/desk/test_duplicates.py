"""Duplicates become one, with what was done on them."""

import pytest

from techdesk.desk.closing import CancelTicket, ReopenTicket
from techdesk.desk.duplicates import MergeTicket
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordSite
from techdesk.desk.tickets import NoteTicket
from techdesk.desk.work import LogWork
from techdesk.errors import Refused
from techdesk.models.store import Store
from tests.sync.field import log, row, rows

SITES = [(new_id(), "ONE"), (new_id(), "TWO")]


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


def test_what_is_done_on_a_duplicate_counts_for_the_one_that_stays(store: Store) -> None:
    one, two, three = (log(store, f"No picture {number}") for number in range(3))
    store.perform(MergeTicket(ticket_id=three, into_id=two))
    store.perform(MergeTicket(ticket_id=two, into_id=one))
    said = [store.perform(NoteTicket(ticket_id=three, text="bulb is dead")).said,
            store.perform(LogWork(ticket_id=three, minutes=9)).said]  # fmt: skip
    stays, ended = row(store, "ticket", one)["ref"], row(store, "ticket", three)["ref"]
    assert said == [
        f"Noted on {stays}. {ended} is a duplicate of it.",
        f"Kept 9 min on {stays}. {ended} is a duplicate of it.",
    ]
    assert [each["ticket_id"] for each in rows(store, "worklog")] == [one]
    assert [each["ticket_id"] for each in rows(store, "ticket_event") if each["note"] == "bulb is dead"] == [one]
    store.undo()
    assert rows(store, "worklog") == []


def test_work_stays_on_a_duplicate_that_is_open_again_or_of_another_school(store: Store) -> None:
    store.perform_all([RecordSite(id=site, code=code, name=code) for site, code in SITES])
    stays, twin = log(store, "No picture"), log(store, "Projector dark")
    here, there = (log(store, "No picture", site_id=site) for site, _ in SITES)
    store.perform(MergeTicket(ticket_id=twin, into_id=stays))
    store.perform(ReopenTicket(ticket_id=twin, reason="another lamp"))
    store.perform(CancelTicket(ticket_id=here, duplicate_of=there))
    for id in (twin, here):
        store.perform(LogWork(ticket_id=id, minutes=9))
    assert {each["ticket_id"] for each in rows(store, "worklog")} == {twin, here}


def test_duplicates_of_each_other_lead_nowhere(store: Store) -> None:
    one, two = log(store, "No picture"), log(store, "Dark")
    store.perform(CancelTicket(ticket_id=one, duplicate_of=two))
    store.perform(CancelTicket(ticket_id=two, duplicate_of=one))
    store.perform(LogWork(ticket_id=one, minutes=9))
    assert [each["minutes"] for each in rows(store, "worklog")] == [9]


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
