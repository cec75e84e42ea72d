"""What one run of the command line shares: the open store, the moment, and how results are written."""

import json
import os
import sys
from collections.abc import Iterable
from typing import Any

from techdesk import clock
from techdesk.errors import StoreLocked, TechdeskError
from techdesk.models.store import Store
from techdesk.paths import store_path

SCHEMA = 1


class Session:
    """One run: opens the store when it is first needed, and closes it at the end."""

    def __init__(self) -> None:
        self._store: Store | None = None
        self._at: str | None = None
        self.json = False

    def begin(self, at: str | None, no_color: bool) -> None:
        """Takes the options that stand before the verb."""
        self._at = None if at is None else clock.moment(clock.parse_at(at))
        if no_color:
            os.environ["NO_COLOR"] = "1"

    @property
    def store(self) -> Store:
        """The laptop's store."""
        if self._store is None:
            try:
                self._store = self._opened()
            except StoreLocked:
                from techdesk.cli.passphrases import ask_to_unlock

                ask_to_unlock(store_path())
                self._store = self._opened()
        return self._store

    def _opened(self) -> Store:
        at = self._at
        return Store(store_path(), wall=None if at is None else lambda: at)

    @property
    def now(self) -> str:
        """The moment of the command. It opens no store."""
        return self._at or clock.moment(clock.now())

    @property
    def me(self) -> str | None:
        """The id of the technician whose laptop this is."""
        return self.store.meta("technician")

    def end(self) -> None:
        """Closes the store."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def fail(self, error: TechdeskError) -> int:
        """Says what went wrong, on stderr; as a document on stdout as well when one was asked for. Returns the exit code."""
        tell(str(error))
        if self.json:
            put({"error": str(error), "exit_code": error.exit_code})
        return error.exit_code


session = Session()


def put(document: dict[str, Any]) -> None:
    """Prints the one JSON document of a run."""
    session.json = False
    sys.stdout.write(json.dumps({"schema": SCHEMA, **document}, ensure_ascii=False, indent=2) + "\n")


def tell(sentence: str) -> None:
    """Narration: on stderr, safe to draw."""
    from techdesk.safe_text import safe_text

    sys.stderr.write(f"{safe_text(sentence)}\n")


def say(sentence: str) -> None:
    """A result for people, on stdout."""
    from techdesk.safe_text import safe_text

    sys.stdout.write(f"{safe_text(sentence)}\n")


def table(headings: Iterable[str], rows: Iterable[Iterable[object]], nothing: str) -> None:
    """Prints rows in columns. On a terminal the last column is cut to the width, with a mark; in a pipe nothing is cut."""
    from techdesk.safe_text import cells, clipped, padded, safe_text

    lines = [[safe_text("" if value is None else str(value)) for value in row] for row in rows]
    if not lines:
        tell(nothing)
        return
    titles = list(headings)
    widths = [max(cells(line[column]) for line in [titles, *lines]) for column in range(len(titles))]
    width = _terminal_width()
    for line in [titles, *lines]:
        text = "  ".join(padded(value, size) for value, size in zip(line, widths, strict=True)).rstrip()
        sys.stdout.write(f"{clipped(text, width) if width else text}\n")


def _terminal_width() -> int:
    """Columns of the terminal; 0 when stdout is none."""
    if not sys.stdout.isatty():
        return 0
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except OSError:
        return 0
