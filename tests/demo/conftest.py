"""One demo for all the tests that only read it: made once a run, on a Monday morning."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from techdesk import demo
from techdesk.models.store import Store

MONDAY = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)


@pytest.fixture(scope="session")
def demo_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a demo of the usual size."""
    return demo.make(tmp_path_factory.mktemp("demo"), 3, 14, 400, MONDAY) / "techdesk.db"


@pytest.fixture
def trust(demo_path: Path) -> Iterator[Store]:
    """That demo, open; not to be written to."""
    with Store(demo_path, wall=lambda: "2026-11-23T09:40:00.000Z") as store:
        yield store
