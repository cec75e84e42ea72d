"""New databases made once: a store or a server's file that has had no step yet becomes a copy of one that has had them all.
The steps take sixty milliseconds, and a thousand tests begin with a new file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

import pytest

from techdesk.models import migrations as of_laptop
from techdesk.models import store
from techdesk.server import migrations as of_server
from techdesk.server import postgres
from techdesk.server.storage import SqliteStorage

_migrate, _prepare = store.migrate, SqliteStorage._prepare


@contextmanager
def made_once() -> Iterator[None]:
    """While it lasts. A test of the steps themselves is served too: a change of the steps makes another copy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "migrate", _copy_or_migrate)
        patch.setattr(SqliteStorage, "_prepare", _copy_and_prepare)
        yield


def bring_up(url: str) -> None:
    """Every step on an empty PostgreSQL database, which becomes no server's by that."""
    with postgres._alone(url) as link:
        postgres._bring_up(link)


def _copy_or_migrate(connection: sqlite3.Connection, version: int) -> None:
    if version or not isinstance(connection, sqlite3.Connection) or not _empty(connection):
        _migrate(connection, version)  # an encrypted store is of another kind, which cannot be copied into
    else:
        _of_laptop(of_laptop.STEPS).backup(connection)


def _copy_and_prepare(storage: SqliteStorage) -> None:
    if _empty(storage._connection):
        _of_server(of_server.STEPS, of_server.CONTRACTS).backup(storage._connection)
    _prepare(storage)


def _empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


@cache
def _of_laptop(steps: tuple[str, ...]) -> sqlite3.Connection:
    made = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    made.execute(f"PRAGMA application_id = {store.APPLICATION_ID}")
    _migrate(made, 0)
    return made


@cache
def _of_server(steps: tuple[str, ...], contracts: tuple[str, ...]) -> sqlite3.Connection:
    made = SqliteStorage.__new__(SqliteStorage)
    made._turn = Lock()
    made._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _prepare(made)
    return made._connection
