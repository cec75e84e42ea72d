"""Sync in a thread, on a connection of its own, with its progress and result in the status line."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from techdesk.errors import TechdeskError
from techdesk.models.store import Store

if TYPE_CHECKING:
    from techdesk.app import TechdeskApp
    from techdesk.sync.client import Progress, SyncReport


class Syncing:
    """At most one sync at a time."""

    def __init__(self, app: TechdeskApp) -> None:
        self._app = app
        self._stop = Event()
        self.progress: Progress | None = None
        """How far the sync under way has come, None before its first answer."""

    @property
    def under_way(self) -> bool:
        """Whether one runs."""
        return self._app.network == "syncing"

    def start(self) -> None:
        """Starts one, or says why not."""
        app = self._app
        if self.under_way:
            app.area.warn("A sync is under way already: Esc stops it.")
        elif app.heading.server is None:
            app.area.warn("This laptop has no server yet: run  techdesk enrol URL CODE  with an invitation's code.")
        else:
            self._before = app.network
            self._stop.clear()
            self.progress = None
            app.network = "syncing"
            app.area.say("Syncing ... Esc stops it.")
            app.run_worker(self._run, group="sync", thread=True)

    def stop(self) -> None:
        """Asks the one under way to end after the exchange that it is in."""
        self._stop.set()

    def _run(self) -> None:
        """In a thread: another store on the same file, so that work goes on meanwhile."""
        app = self._app
        try:
            from techdesk.sync.client import sync  # the network's libraries: 80 ms that the start does not wait for

            with Store(app.reads.path, wall=app.wall) as store:
                result = sync(store, self._progress, self._stop.is_set)
        except TechdeskError as error:
            app.call_later(self._ended, "offline", str(error))
        else:
            app.call_later(self._ended, "online", _said(result))

    def _progress(self, progress: Progress) -> None:
        """In the sync's thread."""
        self._app.call_later(self._tell, progress)

    def _tell(self, progress: Progress) -> None:
        if self.under_way:
            self.progress = progress
            sent, received = f"{progress.sent} of {progress.to_send}", f"{progress.received} of {progress.to_receive}"
            self._app.area.say(f"Syncing: {sent} sent, {received} received. Esc stops it.")

    def _ended(self, network: str, said: str) -> None:
        app = self._app
        app.network = network
        app.store_changed_elsewhere()
        if network == "online":
            app.area.say(said)
        else:
            app.area.warn(said)


def _said(report: SyncReport) -> str:
    """The result of a sync in a sentence."""
    merged = f", {report.merged} merged" if report.merged else ""
    conflicts = f"; {report.conflicts} for you in the inbox (6)" if report.conflicts else ""
    warnings = f" {' '.join(report.warnings)}" if report.warnings else ""
    return f"Synced: {report.sent} sent, {report.received} received{merged}{conflicts}.{warnings}"
