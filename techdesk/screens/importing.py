"""A file taken in from the interface: in a thread, on a connection of its own, with its progress in the status line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, NamedTuple

from techdesk.errors import BadInput, TechdeskError
from techdesk.models.store import Store
from techdesk.screens.widgets.bars import bar

if TYPE_CHECKING:
    from techdesk.app import TechdeskApp
    from techdesk.exchange.report import ImportReport

BAR_CELLS = 12
Part = Callable[[float], None]
"""Hears how much of a file is done, 0 to 1."""


class Named(NamedTuple):
    """A file as it was typed; without a `kind` its headers say what it is."""

    kind: str | None
    path: Path


class Stopped(Exception):
    """Somebody has stopped it. What was taken before stays, and a second import goes on."""


def named(text: str) -> Named:
    """What was typed: a file, or its kind and a file, as in the shell. Raises BadInput for what is not imported here."""
    from techdesk.exchange import sources  # 20 ms that only who imports pays for
    from techdesk.exchange.kinds import KINDS

    def path(typed: str) -> Path:
        bare = typed.strip()
        quoted = (
            len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "'\""
        )  # as terminals write what is dropped on them
        return Path(bare[1:-1] if quoted else bare).expanduser()

    kind, _, rest = text.strip().partition(" ")
    found = Named(kind, path(rest)) if kind in KINDS and rest and not path(text).exists() else Named(None, path(text))
    if sources.is_calendar(found.path):
        raise BadInput("That is a calendar: take it in with  techdesk import FILE, which asks whose days they are.")
    return found


def take(app: TechdeskApp, file: Named, stop: Event, part: Part, *, dry_run: bool) -> ImportReport:
    """Imports a file, or says what that would do. To be called in a thread. Raises TechdeskError, and Stopped."""
    from techdesk.exchange import importing

    def progress(done: int, total: int) -> None:
        if stop.is_set():
            raise Stopped
        part(done / max(1, total))

    with Store(app.reads.path, wall=app.wall) as store:
        if not dry_run:
            store.listen(app.committed)
        return importing.run(store, file.kind, file.path, dry_run=dry_run, progress=progress)


def counted(report: ImportReport) -> str:
    """`devices: 120 new, 3 changed, 40 as they are, 2 rejected`."""
    counts = ((report.created, "new"), (report.updated, "changed"), (report.unchanged, "as they are"),
              (report.rejected, "rejected"))  # fmt: skip
    return f"{report.kind}: " + (", ".join(f"{count:,} {word}" for count, word in counts if count) or "none")


class Importing:
    """At most one import at a time."""

    def __init__(self, app: TechdeskApp) -> None:
        self._app = app
        self._stop: Event | None = None

    def start(self, file: Named) -> None:
        """Starts one, or says why not."""
        if self._stop is not None:
            self._app.warn("A file is being imported already: Esc stops it.")
            return
        self._stop = Event()
        self._tell(self._stop, file, 0)
        self._app.run_worker(lambda: self._run(file), group="import", thread=True)

    def stop(self) -> bool:
        """Asks the one under way to end after the rows that it is at; False where none runs."""
        if self._stop is not None:
            self._stop.set()
        return self._stop is not None

    def _run(self, file: Named) -> None:
        """In a thread."""
        stop = self._stop or Event()

        def progress(part: float) -> None:
            self._app.call_later(self._tell, stop, file, part)

        try:
            report = take(self._app, file, stop, progress, dry_run=False)
        except (TechdeskError, Stopped) as error:
            self._app.call_later(self._ended, file, error)
        else:
            self._app.call_later(self._ended, file, report)

    def _tell(self, stop: Event, file: Named, part: float) -> None:
        if self._stop is stop and not stop.is_set():
            drawn = bar(round(100 * part), 100, BAR_CELLS, self._app.config.ascii)
            self._app.say(f"Importing {file.path.name} {drawn} {100 * part:.0f} %. Esc stops it.")

    def _ended(self, file: Named, answer: ImportReport | Exception) -> None:
        self._stop = None
        if isinstance(answer, Stopped):
            self._app.warn(f"Stopped: what was taken of {file.path.name} stays. Import it again to go on.")
        elif isinstance(answer, Exception):
            self._app.warn(str(answer))
        else:
            self._app.say(f"{file.path.name}: {counted(answer)}.", undo_hint=bool(answer.created + answer.updated))
