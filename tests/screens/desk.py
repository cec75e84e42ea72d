"""The app on a school's store, driven by keys; waits until everything that a key set off has come to rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input
from textual.worker import Worker, WorkerCancelled

from techdesk.app import TechdeskApp
from techdesk.config import Config
from techdesk.screens.widgets.paged_list import PagedList
from techdesk.screens.widgets.status_line import StatusLine
from tests.screens.school import School

# The clock of the app ticks and looks for others' writes only when a test says so.
STILL = Config(refresh_seconds=86_000)


ROUNDS = 500
HOPS = 4
# Seconds for one thing that is under way; with more it hangs, and its name is told.
AT_MOST = 60
CHARACTERS = {"space": " ", "plus": "+", "slash": "/", "exclamation_mark": "!", "greater_than_sign": ">",
              "question_mark": "?", "apostrophe": "'", "ampersand": "&", "enter": "\r", "tab": "\t"}  # fmt: skip


class Desk:
    """The app under a test's hands."""

    def __init__(self, pilot: Pilot[None], app: TechdeskApp) -> None:
        self.pilot = pilot
        self.app = app

    async def settle(self) -> None:
        """Waits until no read or write is under way, everything that was posted is handled, and the screen is laid out (on a
        busy machine a new one may not be, when nothing else is left to do)."""
        working: list[Worker[object]] = []
        for _ in range(ROUNDS):
            # A key goes from the app to the screen to the widget and back: a wait for each, because what the pilot takes for
            # rest, a process that uses no time, is on a busy machine one that is given none.
            for _ in range(HOPS):
                await self.pilot._wait_for_screen()
            await self.pilot.pause()
            working = [one for one in self.app.workers if not one.is_finished and one.group not in ("drafts", "look")]
            busy = any(view.busy for view in self.app.screen.query(PagedList))
            if not working and not busy and self.app.screen._compositor.visible_widgets:
                return
            try:
                if working:
                    await asyncio.wait_for(self.app.workers.wait_for_complete(working), AT_MOST)
            except WorkerCancelled:
                continue  # whoever asked is gone
            except TimeoutError:
                break
        raise AssertionError(f"The app does not come to rest: {working}, {list(self.app.screen.query(PagedList))}")

    async def press(self, *keys: str) -> None:
        """Presses keys, one after the other, with a rest after each."""
        for key in keys:
            self._send(key, key if len(key) == 1 else CHARACTERS.get(key))
            await self.settle()

    async def type(self, text: str) -> None:
        """Types words into whatever has the keys, without a rest between the letters, as a scanner does."""
        for character in text:
            self._send("enter" if character == "\r" else _character_to_key(character), character)
        await self.settle()

    def _send(self, key: str, character: str | None) -> None:
        driver = self.app._driver
        assert driver is not None
        event = events.Key(key, character)
        event.set_sender(self.app)
        driver.send_message(event)

    async def look_elsewhere(self) -> None:
        """What the app does every few seconds: notices what another program wrote."""
        await self.app._look_elsewhere()
        await self.settle()

    @property
    def lines(self) -> list[str]:
        """The screen as text."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    @property
    def said(self) -> str:
        """The last message of the status line."""
        log = self.app.area.query_one(StatusLine).log_lines
        return log[-1].text if log else ""

    @property
    def warned(self) -> bool:
        """Whether the last message was a warning."""
        log = self.app.area.query_one(StatusLine).log_lines
        return bool(log) and log[-1].warning

    @property
    def selected(self) -> str | None:
        """The key of the selected row."""
        return self.app.area.query_one("#list", PagedList).selected_key

    def field(self, id: str) -> Input:
        """A field of the dialog on top."""
        return self.app.screen.query_one(f"#{id}", Input)


@asynccontextmanager
async def open_desk(school: School, size: tuple[int, int] = (80, 24), config: Config = STILL) -> AsyncIterator[Desk]:
    """The app, settled after its start."""
    app = TechdeskApp(school.path, config=config, wall=school.wall)
    async with app.run_test(size=size) as pilot:
        desk = Desk(pilot, app)
        await desk.settle()
        yield desk
