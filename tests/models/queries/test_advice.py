"""What a new ticket is likely to be is told from the solved ones, with why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from techdesk.desk.closing import CloseTicket, ReopenTicket
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import AssignTicket, EditTicket, LogTicket
from techdesk.models.queries.advice import advise
from techdesk.models.store import Store

PRINTING = ("Toner low in the office", "Printer jams on every page", "Printer out of toner", "Printer says paper jam")
NETWORK = ("Wifi drops in year 3", "No wifi in the hall", "Wifi very slow in the library", "Switch humming, wifi gone")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "techdesk.db") as made:
        for text in PRINTING:
            solve(made, text, category="printing", role="support", urgency=4)
        for text in NETWORK:
            solve(made, text, category="network", role="technical", urgency=2)
        yield made


def solve(store: Store, text: str, *, category: str, role: str, urgency: int) -> str:
    id = new_id()
    store.perform(LogTicket(id=id, text=text, category=category, impact=3, urgency=urgency))
    store.perform(AssignTicket(ticket_id=id, role=role))
    store.perform(CloseTicket(ticket_id=id, resolution="Done"))
    return id


def test_words_lead_to_what_their_tickets_were(store: Store) -> None:
    advice = advise(store.connection, "The printer in the library has a jam")
    assert {field: values[0].value for field, values in advice.items()} == {
        "category": "printing", "role": "support", "priority": "3/4",
    }  # fmt: skip
    assert "printer" in advice["category"][0].why and "most alike" in advice["category"][0].why


def test_shares_are_of_one_and_the_likeliest_comes_first(store: Store) -> None:
    shares = [each.share for each in advise(store.connection, "No wifi here")["category"]]
    assert shares == sorted(shares, reverse=True) and sum(shares) == pytest.approx(1, abs=0.01)


def test_a_ticket_is_no_witness_for_itself(store: Store) -> None:
    id = solve(store, "Zither strings snapped", category="music", role="support", urgency=3)
    assert advise(store.connection, "Zither strings snapped", leave_out=id) == {}


def test_only_what_was_solved_tells(store: Store) -> None:
    for text in PRINTING:
        store.perform(LogTicket(id=new_id(), text=text, category="stationery"))
    assert all(each.value != "stationery" for each in advise(store.connection, "Printer jam")["category"])


def test_a_new_word_for_a_category_counts_at_once_and_no_longer_when_it_is_taken_back(store: Store) -> None:
    id = solve(store, "Wifi printer", category="printing", role="support", urgency=4)
    before = advise(store.connection, "wifi printer")["category"][0].share
    store.perform(EditTicket(id=id, category="network"))
    store.perform(ReopenTicket(ticket_id=id))
    assert advise(store.connection, "wifi printer")["category"][0].share != before


@pytest.mark.parametrize("text", ["", "?!", "the of and", "_x000D_ _x000D_", "qwertz"])
def test_of_what_nobody_ever_said_nothing_is_told(store: Store, text: str) -> None:
    assert advise(store.connection, text) == {}


def test_a_store_with_hardly_anything_solved_gives_no_advice(tmp_path: Path) -> None:
    with Store(tmp_path / "new.db") as fresh:
        solve(fresh, "Toner low", category="printing", role="support", urgency=4)
        assert advise(fresh.connection, "Toner low again") == {}


def test_what_is_numbered_alike_is_for_the_same_people(store: Store) -> None:
    for number in (1301, 1302, 1304, 1977, 1978, 1979):
        solve(store, f"Job_{number} failed at night", category="backup" if number < 1400 else "payroll", role="support",
              urgency=3)  # fmt: skip
    assert advise(store.connection, "Job_1309 failed at night")["category"][0].value == "backup"
    assert advise(store.connection, "Job_1970 failed at night")["category"][0].value == "payroll"


def test_among_many_the_first_line_tells_what_a_long_text_hides(store: Store) -> None:
    much = "Please help us, we have a lesson in the hall and the library with many pupils this morning"
    for number in range(30):
        solve(store, f"Wifi drops {number}\n{much}, toner fine", category="network", role="technical", urgency=2)
        solve(store, f"Whiteboard pen {number}\n{much}", category="boards", role="support", urgency=3)
    best = advise(store.connection, f"Whiteboard pen 77\n{much}, toner fine")["category"]
    assert best[0].value == "boards" and best[0].share > 0.99
