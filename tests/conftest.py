"""What every test may ask for."""

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from psycopg.conninfo import conninfo_to_dict

from techdesk.models import seal
from tests.fresh import bring_up, made_once
from tests.postgres import fresh_database, running_postgres


@pytest.fixture(scope="session", autouse=True)
def new_files_made_once() -> Iterator[None]:
    """Every new store, and every new file of a server in this process."""
    with made_once():
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server for the whole run; it starts when the first test asks for it."""
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_steps(postgres_url: str) -> Iterator[str]:
    """The name of a database that has had every step of a server's, and nothing else."""
    with fresh_database(postgres_url) as url:
        bring_up(url)
        yield str(conninfo_to_dict(url)["dbname"])


@pytest.fixture
def postgres_database(postgres_url: str, postgres_steps: str) -> Iterator[str]:
    """The URL of a new server's database that only this test sees."""
    with fresh_database(postgres_url, postgres_steps) as url:
        yield url


@pytest.fixture
def empty_postgres(postgres_url: str) -> Iterator[str]:
    """The URL of a database without any table that only this test sees."""
    with fresh_database(postgres_url) as url:
        yield url


class MemoryKeyring(KeyringBackend):
    """A keyring as an open desktop session has it."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a keyring, a passphrase's key derived quickly, and nothing unlocked from the tests before."""
    monkeypatch.setattr(seal, "COST", 2**10)
    monkeypatch.setattr(seal, "_in_hand", {})
    monkeypatch.delenv(seal.PASSPHRASE_FILE, raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def memory_keyring(no_keyring: None) -> MemoryKeyring:
    """The same with a keyring that is open."""
    made = MemoryKeyring()
    keyring.set_keyring(made)
    return made
