"""Reads beside the writer: connections that cannot write, lent to whichever thread asks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TypeVar

from techdesk.models.store import connect

Answer = TypeVar("Answer")
Question = Callable[[sqlite3.Connection], Answer]
"""A read: runs in a thread, so it must touch no widget."""


class Reads:
    """Asks the store's file. Safe to call from any thread; each call has a connection of its own while it lasts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._closed = False

    def ask(self, question: Question[Answer]) -> Answer:
        """The answer, from one moment of the store however many statements the question takes."""
        with self._connection() as connection:
            connection.execute("BEGIN")
            try:
                return question(connection)
            finally:
                connection.execute("ROLLBACK")

    def close(self) -> None:
        """Closes every connection that is not in use, and the others when they come back."""
        with self._lock:
            self._closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = connect(self.path, read_only=True)
        try:
            yield connection
        finally:
            with self._lock:
                if self._closed:
                    connection.close()
                else:
                    self._idle.append(connection)
