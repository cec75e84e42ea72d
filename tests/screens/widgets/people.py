"""A real query to list: rows in a SQLite file, and an app that shows them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from techdesk.screens.widgets.line import UNICODE, Glyphs
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.paged_view import Draw
from techdesk.screens.widgets.safe_text import fit


@dataclass(frozen=True)
class Person:
    """A row of the list."""

    key: str
    name: str


class PeopleFile:
    """People in name order, read with a new connection each time, so that any thread may ask."""

    def __init__(self, path: Path, rows: int = 0, where: str = "1") -> None:
        self.path = path
        self.where = where
        self.threads: set[int] = set()
        self.gate: threading.Event | None = None
        """Set one to hold reads of pages up until the event is set."""
        self.asked = threading.Event()
        """Set once a page was asked for."""
        self.broken = False
        if rows:
            self.write("CREATE TABLE person (key TEXT UNIQUE, name TEXT)")
            self.write("CREATE INDEX person_name ON person (name, key)")
            with closing(sqlite3.connect(path)) as connection, connection:
                people = ((f"k{n}", f"Person {n:06}") for n in range(rows))
                connection.executemany("INSERT INTO person VALUES (?, ?)", people)

    def write(self, sql: str, *values: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(sql, values)

    def add(self, key: str, name: str) -> None:
        self.write("INSERT INTO person VALUES (?, ?)", key, name)

    def _read(self, sql: str, *values: str | int) -> list[tuple[str, str]]:
        self.threads.add(threading.get_ident())
        if self.broken:
            raise sqlite3.OperationalError("disk I/O error")
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql, values).fetchall()

    def count(self) -> int:
        return int(self._read(f"SELECT count(*) FROM person WHERE {self.where}")[0][0])

    def page(self, start: int, limit: int) -> Sequence[Person]:
        sql = f"SELECT key, name FROM person WHERE {self.where} ORDER BY name, key LIMIT ? OFFSET ?"
        rows = [Person(*row) for row in self._read(sql, limit, start)]
        self.asked.set()
        if self.gate is not None:
            self.gate.wait(10)
        return rows

    def index_of(self, key: str) -> int | None:
        found = self._read(f"SELECT name, key FROM person WHERE {self.where} AND key = ?", key)
        if not found:
            return None
        before = f"SELECT count(*) FROM person WHERE {self.where} AND (name, key) < (?, ?)"
        return int(self._read(before, *found[0])[0][0])

    def holds(self, keys: frozenset[str]) -> frozenset[str]:
        return keys & {key for key, _ in self._read(f"SELECT key, name FROM person WHERE {self.where}")}


def draw(row: Person, width: int, selected: bool, marked: bool) -> Text:
    return Text(fit(row.name, width))


def draw_raw(row: Person, width: int, selected: bool, marked: bool) -> Text:
    """What a careless screen would do."""
    return Text(row.name, style="bold")


class ListApp(App[None]):
    """One list; what it posted is kept in `posted`."""

    def __init__(self, source: PeopleFile, glyphs: Glyphs = UNICODE, draw: Draw[Person] = draw) -> None:
        super().__init__()
        self.people = PagedList(
            source, draw, lambda row: row.key, empty_text="No people yet. Press n to add one.", glyphs=glyphs
        )
        self.posted: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.people

    def on_mount(self) -> None:
        self.people.focus()

    def keep(self, message: Message) -> None:
        self.posted.append(message)

    on_paged_list_opened = keep
    on_paged_list_highlighted = keep
    on_paged_list_marks_changed = keep
    on_paged_list_counted = keep
    on_paged_list_missed = keep
    on_paged_list_read_failed = keep

    def last(self, kind: type[Message]) -> Message:
        """The newest message of a kind."""
        return [message for message in self.posted if isinstance(message, kind)][-1]


async def settled(pilot: Pilot[None]) -> None:
    """Wait until every list has its answers and everything that was posted is handled."""
    while True:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        if not any(people.busy for people in pilot.app.query(PagedList)):
            return


def screen_lines(app: App[None]) -> list[str]:
    """The screen as text, one string a line."""
    return [strip.text for strip in app.screen._compositor.render_strips()]
