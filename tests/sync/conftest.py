"""Servers for these tests: one process for each kind of database, an organisation of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from techdesk.desk.ids import new_id
from techdesk.server.storage import opened
from tests.postgres import fresh_database
from tests.sync.field import Field, InProcess, Server, on_the_road, running_server


@pytest.fixture(scope="session")
def sqlite_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with running_server(str(folder / "server.db"), folder / "said.txt") as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    said = tmp_path_factory.mktemp("server") / "said.txt"
    with fresh_database(postgres_url) as url, running_server(url, said) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def field(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Field]:
    server: Server = request.getfixturevalue(f"{request.param}_server")
    made = Field(server._replace(organisation=new_id()), tmp_path)
    yield made
    made.close()


@pytest.fixture
def road(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcess]:
    """A server in this process, which every connection leads to."""
    storage = opened(tmp_path / "server.db")
    yield on_the_road(monkeypatch, storage)
    storage.close()


@pytest.fixture
def near(road: InProcess, tmp_path: Path) -> Iterator[Field]:
    """Laptops of the server in this process."""
    made = Field(Server("http://127.0.0.1:9", str(tmp_path / "server.db")), tmp_path)
    yield made
    made.close()
