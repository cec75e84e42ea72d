"""What a server's database reads for a question does not grow with the organisation."""

import sqlite3
from pathlib import Path

import pytest

from techdesk.desk.ids import new_id
from techdesk.desk.tx import Act, Value
from techdesk.models.sqlite import SqliteTx
from techdesk.server.schema import KNOWN
from techdesk.server.storage import opened

TICKETS = 2000
# What SQLite does at most for an answer of no rows, in steps of its machine; to read them all takes 12,000.
MOST_STEPS = 5_000


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An organisation with many tickets and a visit each."""
    path = tmp_path_factory.mktemp("finding") / "server.db"
    storage = opened(path)
    with storage.transaction() as session:
        tx = session.tx(1)
        tx.begin(Act(new_id(), "2026-11-23T09:00:00.000Z", new_id(), "laptop"))
        for number in range(TICKETS):
            tx.put(
                "ticket", {"id": new_id(), "ref": f"{number}-A", "title": "Toner", "text": "Toner", "opened_at": "2026"}
            )
            tx.put("visit", {"id": new_id(), "site_id": new_id(), "technician_id": new_id(), "planned_start": f"{number}",
                             "planned_end": f"{number}"})  # fmt: skip
    storage.close()
    return path


@pytest.mark.parametrize(
    ("table", "order", "equal"),
    [
        ("ticket", "id", {"parent_id": "none", "open": 1}),
        ("ticket", "id", {"problem_id": "none"}),
        ("visit", "planned_start", {"site_id": "none"}),
        ("visit", "id", {"technician_id": "none", "state": "on_site"}),
    ],
)
def test_an_index_finds_the_rows_and_not_the_key_that_would_sort_them(
    database: Path, table: str, order: str, equal: dict[str, Value]
) -> None:
    connection = sqlite3.connect(database)
    tx = SqliteTx(connection, 1, KNOWN)
    steps = []
    connection.set_progress_handler(lambda: steps.append(1), 1)
    assert tx.find(table, order=order, **equal) == []
    connection.set_progress_handler(None, 1)
    connection.close()
    assert len(steps) < MOST_STEPS, len(steps)
