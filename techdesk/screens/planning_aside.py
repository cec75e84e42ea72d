"""What a screen plans beside itself: in a thread, the search in a process of its own, in sight, and Esc stops it."""

from __future__ import annotations

import sqlite3
from functools import partial
from threading import Event
from time import monotonic
from typing import Any, ClassVar

from textual.timer import Timer

from techdesk.errors import TechdeskError
from techdesk.screens.area import Area
from techdesk.screens.widgets.bars import bar

BAR = 16


class PlanningAside(Area):
    """A screen that plans something that takes `seconds`."""

    seconds: ClassVar[float] = 20.0

    def __init__(self) -> None:
        super().__init__()
        self._stop: Event | None = None
        self._what = ""
        self._began = 0.0
        self._ticking: Timer | None = None

    def plan(self, stop: Event) -> Any:
        """Plans, in a thread, until `stop` is set. Raises TechdeskError; `aside.Stopped` when it was stopped."""
        raise NotImplementedError

    def planned(self, found: Any) -> None:
        """What `plan` has found is shown."""
        raise NotImplementedError

    def begin_planning(self, what: str) -> None:
        """Begins, unless something is planned already; `what` is named while it lasts."""
        if self._stop is not None:
            self.warn(f"Planning {self._what} is under way already: Esc stops it.")
            return
        self._stop, self._what, self._began = Event(), what, monotonic()
        self._ticking = self.set_interval(0.5, self._tick)
        self._tick()
        self.run_worker(partial(self._plan, self._stop), group="plan", thread=True)

    def stop_planning(self) -> bool:
        """Stops what is being planned; False when nothing is."""
        if self._stop is None:
            return False
        self._stop.set()
        self._ended()
        self.say("The planning is stopped; nothing is changed.")
        return True

    def on_unmount(self) -> None:
        """Who leaves does not wait for it."""
        if self._stop is not None:
            self._stop.set()

    def _ended(self) -> None:
        self._stop = None
        if self._ticking is not None:
            self._ticking.stop()

    def _tick(self) -> None:
        if self._stop is not None:
            spent = min(self.seconds, monotonic() - self._began)
            drawn = bar(spent, self.seconds, BAR, self.desk.config.ascii)
            self.say(f"Planning {self._what} {drawn} {max(0, self.seconds - spent):.0f} s left. Esc stops it.")

    def _plan(self, stop: Event) -> None:
        """In a thread."""
        from techdesk.planning import aside

        answer: Any
        try:
            answer = self.plan(stop)
        except (TechdeskError, sqlite3.Error, aside.Stopped) as error:
            answer = error
        self.desk.call_later(self._answered, stop, answer)

    def _answered(self, stop: Event, answer: Any) -> None:
        if stop is not self._stop or not self.is_attached:
            return
        self._ended()
        if isinstance(answer, TechdeskError | sqlite3.Error):
            self.warn(str(answer))
        elif not isinstance(answer, Exception):
            self.planned(answer)
