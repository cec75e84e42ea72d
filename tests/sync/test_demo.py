"""A demo tried with a server."""

from datetime import UTC, datetime
from pathlib import Path

from techdesk.demo import make
from techdesk.models.store import Store
from techdesk.sync.client import enrol, sync
from tests.sync.field import Field, InProcess, everything, inbox


def test_all_of_a_demo_reaches_the_server_and_another_laptop(near: Field, road: InProcess, tmp_path: Path) -> None:
    home = make(tmp_path, seed=1, sites=3, tickets=20, now=datetime(2026, 11, 23, 9, 14, tzinfo=UTC))
    with Store(home / "techdesk.db") as demo:
        enrol(demo, near.server.url, near.code("Sam Whitlow", role="coordinator"))
        report = sync(demo)
        assert (report.conflicts, report.parked, inbox(demo)) == (0, 0, [])
        other = near.laptop("Cleo", role="coordinator")
        sync(demo)
        assert everything(other) == everything(demo)
