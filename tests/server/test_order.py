"""The order of an organisation's log, with many laptops pushing at once to servers on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.models.store import Store
from techdesk.sync.client import sync
from tests.sync.field import Field, Server, everything, log, running_server, settle_down

LAPTOPS = 4
ROUNDS = 6
TICKETS = 8


@pytest.fixture
def two_servers(postgres_database: str, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """Two server processes beside each other on one database."""
    one, two = (running_server(postgres_database, tmp_path / name) for name in ("one.txt", "two.txt"))
    with one as first, two as second:
        yield first, second


def test_the_log_has_no_gaps_and_becomes_visible_in_order(two_servers: tuple[Server, Server], tmp_path: Path) -> None:
    field = Field(two_servers[0], tmp_path)
    names = ("Ann", "Ben", "Cid", "Dot")
    laptops = [field.laptop(name) for name in names]
    shared = log(laptops[0], "Everyone closes this")
    settle_down(*laptops)
    for number, laptop in enumerate(laptops):
        laptop.set_meta(server=two_servers[number % 2].url)
    failures: list[BaseException] = []
    seen: list[list[int]] = []
    over = Event()

    def push(path: Path) -> None:
        try:
            with Store(path) as store:
                store.perform(CloseTicket(ticket_id=shared, resolution=path.parent.name, minutes=5))
                for _ in range(ROUNDS):
                    store.perform_all([LogTicket(id=new_id(), text=f"Ticket {each}") for each in range(TICKETS)])
                    sync(store)
        except BaseException as error:
            failures.append(error)

    def watch() -> None:
        with psycopg.connect(two_servers[0].database, autocommit=True) as connection:
            while not over.is_set():
                found = connection.execute("SELECT seq FROM change_log ORDER BY seq").fetchall()
                seen.append([seq for (seq,) in found])

    watcher = Thread(target=watch)
    watcher.start()
    pushers = [Thread(target=push, args=(laptop.path,)) for laptop in laptops]
    for thread in pushers:
        thread.start()
    for thread in pushers:
        thread.join()
    over.set()
    watcher.join()
    settle_down(*laptops)
    states = [everything(laptop) for laptop in laptops]
    field.close()
    assert failures == []
    # At every moment, what could be seen was 1, 2, ... up to some number.
    assert all(found == list(range(1, len(found) + 1)) for found in seen)
    assert len(seen) > 5 and len({len(found) for found in seen}) > 3
    assert all(state == states[0] for state in states)
    assert len(states[0]["ticket"]) == LAPTOPS * ROUNDS * TICKETS + 1
    assert len({ticket["ref"] for ticket in states[0]["ticket"]}) == LAPTOPS * ROUNDS * TICKETS + 1
    # One of them closed it; the work of the three others was kept, and they were told.
    assert len(states[0]["worklog"]) == LAPTOPS and len(states[0]["inbox_item"]) == LAPTOPS - 1
