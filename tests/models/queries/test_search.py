"""What reads alike is found, and words that everybody uses lead nowhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.tickets import LogTicket
from techdesk.models.queries.search import find_tickets, similar_to
from techdesk.models.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "techdesk.db") as made:
        yield made


def log(store: Store, text: str, fix: str | None = None, device: str | None = None) -> str:
    id = new_id()
    store.perform(LogTicket(id=id, text=text, device_id=device))
    if fix:
        store.perform(CloseTicket(ticket_id=id, resolution=fix))
    return str(store.connection.execute("SELECT ref FROM ticket WHERE id = ?", (id,)).fetchone()[0])


def test_a_solved_ticket_that_shares_telling_words_comes_first(store: Store) -> None:
    solved = log(store, "Projector lamp flickers in the hall", "New lamp")
    log(store, "Toner low in the office", "Filled")
    found = similar_to(store.connection, "The projector in year 3: its lamp flickers")
    assert [each.ref for each in found] == []  # nobody else has these words yet
    log(store, "Projector lamp flickers again")
    found = similar_to(store.connection, "The projector in year 3: its lamp flickers")
    assert found[0].ref == solved and found[0].resolution == "New lamp"
    assert "lamp" in found[0].why


def test_the_same_kind_of_device_goes_before_the_same_day_of_the_week(store: Store) -> None:
    model, device, other = new_id(), new_id(), new_id()
    store.perform(RecordModel(id=model, name="EB-685W", category="projector"))
    for id, tag in ((device, "P1"), (other, "P2")):
        store.perform(RecordDevice(id=id, tag=tag, model_id=model))
    same = log(store, "Dark picture, assembly waiting", "Cleaned the filter", other)
    log(store, "Assembly video has no sound, urgent assembly", "Unmuted")
    found = similar_to(store.connection, "Dark picture before assembly", model=model)
    assert found[0].ref == same and "same model" in found[0].why


def test_find_ranks_and_shows_where_the_words_stand(store: Store) -> None:
    ref = log(store, "Long story. " * 30 + "At last the visualiser hums.")
    hit = find_tickets(store.connection, "visualiser", 5)[0]
    assert (hit.ref, "visualiser hums" in hit.snippet) == (ref, True)


def test_find_without_words_finds_nothing(store: Store) -> None:
    log(store, "Toner low")
    assert find_tickets(store.connection, "!!!", 5) == []
