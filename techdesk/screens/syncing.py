"""Sync in a thread, on a connection of its own, with its progress and result in the status line."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Event
from typing import TYPE_CHECKING, Any

from techdesk.errors import TechdeskError
from techdesk.models.store import Store

if TYPE_CHECKING:
    from techdesk.app import TechdeskApp


class Syncing:
    """At most one sync at a time."""

    def __init__(self, app: TechdeskApp) -> None:
        self._app = app
        self._stop = Event()

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

    def _progress(self, *what: Any) -> None:
        """In the sync's thread."""
        self._app.call_later(self._tell, " ".join(str(each) for each in what))

    def _tell(self, what: str) -> None:
        if self.under_way:
            self._app.area.say(f"Syncing: {what}. Esc stops it.")

    def _ended(self, network: str, said: str) -> None:
        app = self._app
        app.network = network
        app.store_changed_elsewhere()
        if network == "online":
            app.area.say(said)
        else:
            app.area.warn(said)


def _said(result: Any) -> str:
    """The result of a sync in a sentence."""
    found = result if isinstance(result, Mapping) else result._asdict()
    sentence = f"Synced: {found['sent']} sent, {found['received']} received"
    merged = f", {found['merged']} merged" if found.get("merged") else ""
    conflicts = f"; {found['conflicts']} for you in the inbox (6)" if found.get("conflicts") else ""
    return f"{sentence}{merged}{conflicts}."
