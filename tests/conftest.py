"""What every test may ask for."""

from collections.abc import Iterator

import pytest

from tests.postgres import fresh_database, running_postgres


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server for the whole run; it starts when the first test asks for it."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The URL of an empty database that only this test sees."""
    with fresh_database(postgres_url) as url:
        yield url
