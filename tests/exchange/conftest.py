"""A store, and files as other programs write them."""

import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from techdesk.models.store import Store

NOW = "2026-11-23T09:00:00.000Z"
SHARED = Path(__file__).parents[3] / "shared" / "data"

Write = Callable[[str | bytes], Path]


@cache
def _new() -> bytes:
    """The file of a new store."""
    with tempfile.TemporaryDirectory() as folder:
        Store(Path(folder) / "techdesk.db", wall=lambda: NOW).close()
        return (Path(folder) / "techdesk.db").read_bytes()


def fresh(path: Path) -> Path:
    """Puts a new store there: a copy, since its schema takes ten times as long to make as to copy."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_new())
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new store whose clock stands still."""
    with Store(fresh(tmp_path / "home" / "techdesk.db"), wall=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file (text as UTF-8, line ends as given) and says where it is."""

    def to_file(content: str | bytes) -> Path:
        path = tmp_path / f"file{len(list(tmp_path.iterdir()))}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return to_file


@pytest.fixture
def shared() -> Path:
    """The folder of real files, where there is one."""
    if not SHARED.is_dir():
        pytest.skip(f"the real files are not here ({SHARED})")
    return SHARED


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    """What the store holds."""
    return store.connection.execute(sql).fetchall()
