"""A draft of a rotation planned from its screen: in a process of its own, with an end in sight, and Esc stops it."""

from __future__ import annotations

import sqlite3
from functools import partial
from threading import Event
from time import monotonic
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.timer import Timer

from techdesk import clock
from techdesk.desk.rotations import DraftRotation
from techdesk.errors import NeedsExtra, TechdeskError
from techdesk.screens.area import Area, key
from techdesk.screens.widgets.bars import bar

SECONDS, BAR = 20.0, 20


class RotationPlanning(Area):
    """The key that plans. What it makes is a draft like any other."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "p",
            "plan",
            "rotation.plan",
            "Plan",
            "Plan a draft: anew from the one in force, with few changes, or the first",
        ),
    ]
    seconds: ClassVar[float] = SECONDS

    def __init__(self) -> None:
        super().__init__()
        self._stop: Event | None = None
        self._began = 0.0
        self._ticking: Timer | None = None

    def look_at(self, rotation_id: str) -> None:
        """Shows that rotation next."""
        raise NotImplementedError

    def action_plan(self) -> None:
        """p: in a thread, and the search in a process of its own."""
        if self._stop is not None:
            self.warn("A draft is being planned already: Esc stops it.")
            return
        self._stop, self._began = Event(), monotonic()
        self._ticking = self.set_interval(0.5, self._tick)
        self._tick()
        self.run_worker(partial(self._plan, self._stop), group="plan", thread=True)

    def stop_planning(self) -> bool:
        """Stops what is being planned; False when nothing is."""
        if self._stop is None:
            return False
        self._stop.set()
        self._ended()
        self.say("Nothing was planned.")
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
            drawn = bar(round(spent), round(self.seconds) or 1, BAR, self.desk.config.ascii)
            self.say(f"Planning a draft {drawn} {max(0, self.seconds - spent):.0f} s left. Esc stops it.")

    def _plan(self, stop: Event) -> None:
        """In a thread."""
        from techdesk.models.queries import rotations
        from techdesk.planning import aside, drafting, requests

        today = clock.parse(self.desk.now).date()
        answer: Any
        try:
            if not aside.has_solver():
                raise NeedsExtra("Planning a rotation", "plan")
            before = self.desk.reads.ask(lambda connection: rotations.in_force(connection, today.isoformat()))
            wanted, _ = self.desk.reads.ask(lambda connection: requests.request(connection, today, before=before))
            prepared = drafting.prepare(wanted)
            found = drafting.explained(prepared, aside.rotation_aside(prepared.rotation, self.seconds, stop))
            answer = self.desk.reads.ask(
                lambda connection: requests.drafted(connection, prepared, found, follows=before)
            )
        except (TechdeskError, sqlite3.Error, aside.Stopped) as error:
            answer = error
        self.desk.call_later(self._planned, stop, answer)

    def _planned(self, stop: Event, answer: Any) -> None:
        if stop is not self._stop or not self.is_attached:
            return
        self._ended()
        if isinstance(answer, DraftRotation):
            self.look_at(answer.id)
            self.desk.perform(answer)
        elif isinstance(answer, TechdeskError | sqlite3.Error):
            self.warn(str(answer))
