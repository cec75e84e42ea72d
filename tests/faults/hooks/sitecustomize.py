"""Loaded by every Python process of the campaign before anything else: what `TECHDESK_FAULT` says befalls the process.

- `kill:POINT:N`: the process is gone at the N-th time that it comes to the point.
- `full:PAGES`: the disk of the store has room for so many pages more.
- `clock:SECONDS`: the clock is off by so much.
"""

import importlib.abc
import importlib.machinery
import os
import sqlite3
import sys
from typing import Any

KIND, _, REST = os.environ.get("TECHDESK_FAULT", "").partition(":")


def die() -> None:
    """As sudden as a kill: nothing is flushed, closed or rolled back."""
    if sys.platform == "win32":
        os._exit(137)
    os.kill(os.getpid(), 9)


class Counter:
    def __init__(self, point: str, number: int) -> None:
        self.point = point
        self.left = number

    def reached(self, point: str) -> None:
        if point == self.point:
            self.left -= 1
            if self.left == 0:
                die()

    def around(self, function: Any, name: str) -> Any:
        def called(*arguments: Any, **named: Any) -> Any:
            self.reached(f"before {name}")
            found = function(*arguments, **named)
            self.reached(f"after {name}")
            return found

        return called


class Loading(importlib.abc.MetaPathFinder):
    """Changes a module's functions as soon as it is loaded."""

    def __init__(self, changes: dict[str, Any]) -> None:
        self.changes = changes

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        change = self.changes.pop(name, None)
        if change is None:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: Any) -> None:
            execute(module)
            change(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def sqlite(counter: Counter) -> None:
    """Commits, and statements within a transaction, on any SQLite file."""

    class Counted(sqlite3.Connection):
        def execute(self, sql: str, *more: Any) -> Any:  # type: ignore[override]
            if sql == "COMMIT":
                return counter.around(super().execute, "commit")(sql, *more)
            if self.in_transaction:
                counter.reached("in a transaction")
            return super().execute(sql, *more)

    connect = sqlite3.connect
    sqlite3.connect = lambda *arguments, **named: connect(  # type: ignore[assignment]
        *arguments, **({"factory": Counted} | named)
    )


def postgres(module: Any, counter: Counter) -> None:
    module.Connection.commit = counter.around(module.Connection.commit, "commit")


def full(pages: int) -> None:
    class Small(sqlite3.Connection):
        def execute(self, sql: str, *more: Any) -> Any:  # type: ignore[override]
            if sql == "BEGIN IMMEDIATE":
                size = super().execute("PRAGMA page_count").fetchone()[0]
                super().execute(f"PRAGMA max_page_count = {size + pages}")
            return super().execute(sql, *more)

    connect = sqlite3.connect
    sqlite3.connect = lambda *arguments, **named: connect(  # type: ignore[assignment]
        *arguments, **({"factory": Small} | named)
    )


def clock(module: Any, seconds: float) -> None:
    from datetime import timedelta

    now = module.now
    module.now = lambda: now() + timedelta(seconds=seconds)


def kill(point: str, number: int) -> None:
    counter = Counter(point, number)
    sqlite(counter)
    for name in ("replace", "fsync"):
        setattr(os, name, counter.around(getattr(os, name), name))

    def sending(module: Any) -> None:
        module.Connection.post = counter.around(module.Connection.post, "request")

    sys.meta_path.insert(
        0,
        Loading({"techdesk.sync.connection": sending, "psycopg": lambda module: postgres(module, counter)}),
    )


if KIND == "kill":
    _point, _, _number = REST.rpartition(":")
    kill(_point, int(_number))
elif KIND == "full":
    full(int(REST))
elif KIND == "clock":
    sys.meta_path.insert(0, Loading({"techdesk.clock": lambda module: clock(module, float(REST))}))
