"""What reads alike is found, and words that everybody uses lead nowhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.tickets import LogTicket
from techdesk.models.queries.similar import similar_to
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


def test_a_word_with_a_letter_wrong_still_leads_there(store: Store) -> None:
    for text in ("Toner low", "Wifi gone", "Sound too low", "Door sticks", "Bell rings late"):
        log(store, text, "Done")
    solved = log(store, "Projector shows nothing", "New lamp")
    found = similar_to(store.connection, "Porjector is dark")
    assert [each.ref for each in found] == [solved]


def test_words_that_everybody_uses_lead_nowhere(store: Store) -> None:
    log(store, "Please can you have a look at this", "Looked")
    assert similar_to(store.connection, "Could you please have a look at the toner") == []


def test_what_a_store_once_held_has_no_say(store: Store, tmp_path: Path) -> None:
    texts = [
        f"{what} in room {number}" for number in range(8) for what in ("Projector shows no picture", "Toner is low")
    ]
    with Store(tmp_path / "other" / "techdesk.db") as other:
        for number in range(40):
            log(other, f"Of a school that is gone {number}")
        gone = other.connection.execute("SELECT id FROM ticket").fetchall()
        found = []
        for each in (store, other):
            refs = {log(each, text): text for text in texts}
            each.connection.executemany("DELETE FROM ticket WHERE id = ?", gone)
            similar = similar_to(each.connection, "The beamer or projector in room 3 has no picture", limit=8)
            found.append(sorted((refs[one.ref], one.score, one.why) for one in similar))
    assert found[0] == found[1] and len(found[0]) == 8
