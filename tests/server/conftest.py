"""A server in this process, and laptops that it leads to: the same as the tests of sync use."""

from tests.sync.conftest import field, near, postgres_server, road, sqlite_server

__all__ = ["field", "near", "postgres_server", "road", "sqlite_server"]
