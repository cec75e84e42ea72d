"""Full text: what holds the words is found, best first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.models.queries.search import find_tickets
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


def test_find_ranks_and_shows_where_the_words_stand(store: Store) -> None:
    ref = log(store, "Long story. " * 30 + "At last the visualiser hums.")
    hit = find_tickets(store.connection, "visualiser", 5)[0]
    assert (hit.ref, "visualiser hums" in hit.snippet) == (ref, True)


def test_find_without_words_finds_nothing(store: Store) -> None:
    log(store, "Toner low")
    assert find_tickets(store.connection, "!!!", 5) == []
