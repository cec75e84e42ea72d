"""Stores in a folder of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from techdesk.models.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "techdesk.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(path) as made:
        yield made
