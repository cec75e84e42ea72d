"""Sync in a thread, on a connection of its own, with its progress and result in the status line."""

from __future__ import annotations

from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from techdesk.errors import TechdeskError
from techdesk.models.store import Store
from techdesk.screens.widgets.bars import bar

if TYPE_CHECKING:
    from techdesk.app import TechdeskApp
    from techdesk.sync.client import Progress, SyncReport

BAR_CELLS = 12


class Syncing:
    """At most one sync at a time."""

    def __init__(self, app: TechdeskApp) -> None:
        self._app = app
        self._stop = Event()
        self._began = 0.0
        self.progress: Progress | None = None
        """How far the one under way has come; None before the server's first answer."""
        self.failed: str | None = None
        """What the last one said when it failed; None when it did not."""

    @property
    def under_way(self) -> bool:
        """Whether one runs."""
        return self._app.network == "syncing"

    def start(self) -> None:
        """Starts one, or says why not."""
        app = self._app
        if self.under_way:
            app.warn("A sync is under way already: Esc stops it.")
        elif app.heading.server is None:
            app.warn("This laptop has no server yet: run  techdesk enrol URL CODE  with an invitation's code.")
        else:
            self._stop.clear()
            self.progress = self.failed = None
            self._began = monotonic()
            app.network = "syncing"
            app.say("Syncing: calling the server. Esc stops it.")
            app.run_worker(self._run, group="sync", thread=True)

    def stop(self) -> bool:
        """Asks the one under way to end, within a second also when the server is silent; False where none runs."""
        self._stop.set()
        return self.under_way

    def _run(self) -> None:
        """In a thread: another store on the same file, so that work goes on meanwhile."""
        app = self._app
        try:
            from techdesk.sync.client import sync  # the network's libraries: 80 ms that the start does not wait for

            with Store(app.reads.path, wall=app.wall) as store:
                store.listen(app.committed)
                report = sync(store, self._progress, self._stop.is_set, files=app.config.fetch_files)
        except TechdeskError as error:
            app.call_later(self._ended, "offline", str(error))
        else:
            app.call_later(self._ended, "online", report_said(report))

    def _progress(self, progress: Progress) -> None:
        """In the sync's thread."""
        self._app.call_later(self._tell, progress)

    def _tell(self, progress: Progress) -> None:
        if not self.under_way:
            return
        self.progress = progress
        if progress.to_load:
            drawn = bar(progress.loaded, progress.to_load, BAR_CELLS, self._app.config.ascii)
            mb = f"{progress.loaded / 1e6:.1f} of {progress.to_load / 1e6:.1f} MB"
            self._app.say(f"Loading the desk {drawn} {mb}. Esc stops it; what is here stays.")
            return
        if progress.all_file_bytes:
            drawn = bar(progress.file_bytes, progress.all_file_bytes, BAR_CELLS, self._app.config.ascii)
            mb = f"{progress.file_bytes / 1e6:.1f} of {progress.all_file_bytes / 1e6:.1f} MB"
            self._app.say(f"Photos and files {drawn} {mb}. Esc stops it; the rest goes next time.")
            return
        done, total = progress.sent + progress.received, progress.to_send + progress.to_receive
        drawn = bar(done, max(1, total), BAR_CELLS, self._app.config.ascii)
        rate = done / max(0.1, monotonic() - self._began)
        left = f", {round((total - done) / rate)} s left" if rate and total - done > 5 * rate else ""
        self._app.say(f"Syncing {drawn} {done:,} of {total:,} ({rate:,.0f} a second{left}). Esc stops it.")

    def _ended(self, network: str, said: str) -> None:
        self.failed = said if network == "offline" else None
        self._app.network = network
        if network == "online":
            self._app.say(said)
        else:
            self._app.warn(said)


def report_said(report: SyncReport) -> str:
    """What a sync did, in a sentence."""
    said = f"Synced: {report.sent} sent, {report.received} received"
    if report.files_sent or report.files_received:
        said += f", {report.files_sent} files sent, {report.files_received} fetched"
    if report.merged:
        said += f", {report.merged} merged"
    if report.conflicts or report.parked:
        said += f"; {report.conflicts + report.parked} for you to settle in Sync (6)"
    elif report.waiting:
        said += f"; {report.waiting} still wait"
    return " ".join((f"{said}.", *report.warnings))
