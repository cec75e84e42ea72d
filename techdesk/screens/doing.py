"""What the app does for every screen: commands to the writer, what came of them said, half-typed words kept."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from textual.app import App
from textual.reactive import reactive
from textual.timer import Timer

from techdesk.errors import TechdeskError
from techdesk.models.files import Files
from techdesk.models.queries.heading import Heading
from techdesk.models.sealed_files import Box
from techdesk.models.store import Change, Store
from techdesk.screens.area import Area, StoreChanged
from techdesk.screens.drafts import Drafts
from techdesk.screens.reads import Reads
from techdesk.screens.writer import Done, Order, Writer

DRAFT_SECONDS = 0.4


class Doing(App[None]):
    """The half of the app that changes things. Raises StoreUnusable when it is made, if the store cannot be opened."""

    heading: reactive[Heading] = reactive(Heading(), init=False, repaint=False)
    """The visit under way and what waits to be sent."""

    def __init__(self, path: Path, wall: Callable[[], str]) -> None:
        super().__init__()
        self.writer = Writer(Store(path, wall=wall), self.committed)
        self.reads = Reads(path)
        self.drafts = Drafts(path.with_suffix(".drafts.json"), Box(path))
        self.areas: set[Area] = set()
        self._saving: Timer | None = None

    @property
    def area(self) -> Area:
        """The area that is on top, perhaps with a dialog over it."""
        area = self._top_area()
        assert area is not None, "keys come only while an area is shown"
        return area

    def _top_area(self) -> Area | None:
        """The area on top; None while the app starts or ends."""
        return next((cast("Area", screen) for screen in reversed(self.screen_stack) if screen in self.areas), None)

    def say(self, sentence: str, undo_hint: bool = False) -> None:
        """Says what happened, in the area on top."""
        area = self._top_area()
        if area is not None:
            area.say(sentence, undo_hint)

    def warn(self, sentence: str) -> None:
        """Says what went wrong or cannot be done, in the area on top."""
        area = self._top_area()
        if area is not None:
            area.warn(sentence)

    def perform(self, *orders: Order) -> None:
        """Has commands done and says what came of them."""
        self.run_worker(self.do(*orders), group="write")

    async def do(self, *orders: Order) -> Done:
        """Has commands done, says what came of them, and returns it. Never raises a TechdeskError."""
        try:
            done = await self.writer.perform(orders)
        except TechdeskError as error:
            done = Done(refusals=(str(error),))
        if done.refusals:
            did = f"{done.said} But: " if done.outcomes else ""
            self.warn(did + " ".join(done.refusals))
        elif done.outcomes:
            self.say(done.said, undo_hint=True)
        return done

    def capture(self, text: str) -> None:
        """Captures a ticket from a line; a line that could not be kept is there when the line is next opened."""
        self.run_worker(self._capture(text), group="write")

    def note_instead(self, ticket_id: str, text: str) -> None:
        """Notes on an open ticket what was about to become another one."""
        from techdesk.desk.tickets import NoteTicket

        self.keep_draft("capture", {})
        self.perform(NoteTicket(ticket_id=ticket_id, text=text))

    def open_page(self, text: str | None = None) -> None:
        """Opens the log book on a text, else on what was half typed there."""
        from techdesk.screens.dialogs.log_book import LogBookDialog

        self.push_screen(LogBookDialog(text))

    def wrap_visit(self) -> None:
        """Wraps the visit under way."""
        from techdesk.desk.visits import WrapVisit

        visit = self.heading.visit
        if visit is None:
            self.warn("There is no visit to wrap: start one with Space in Today (1) or Visits (3).")
        else:
            self.perform(WrapVisit(visit_id=visit.id))

    def suggest(self, typed: str) -> list[str]:
        """Completions for the capture line. Called in a thread."""
        from techdesk.models.queries.suggesting import suggestions

        site = self.heading.visit.site_id if self.heading.visit else None
        return self.reads.ask(lambda connection: suggestions(connection, typed, site))

    def remember(self, **facts: str | None) -> None:
        """Keeps facts about this laptop."""
        self.run_worker(self.writer.remember(**facts), group="write")

    def keep_draft(self, name: str, draft: dict[str, Any]) -> None:
        """Keeps half-typed words; they are written to disk within half a second."""
        self.drafts.put(name, draft)
        if self._saving is not None:
            self._saving.stop()
        self._saving = self.set_timer(DRAFT_SECONDS, self._save_drafts)

    def action_undo(self) -> None:
        """Takes back what was done last."""
        self.run_worker(self._undo(), group="write")

    async def on_unmount(self) -> None:
        # In a thread: the writer announces what it still commits to the interface, which must be there to hear it.
        await to_thread(self.writer.close)
        self.reads.close()
        Files(self.reads.path).close_opened()
        self._write_drafts()

    def committed(self, change: Change) -> None:
        """Called in the writer's thread, after each commit."""
        self.post_message(StoreChanged(change.tables, change.ids))

    async def _undo(self) -> None:
        try:
            self.say((await self.writer.undo()).said)
        except TechdeskError as error:
            self.warn(str(error))

    async def _capture(self, text: str) -> None:
        from techdesk.models.queries.capturing import capture

        done = await self.do(lambda connection: capture(connection, text, me=self.heading.me))
        self.keep_draft("capture", {"text": text if done.refusals else ""})

    async def _look_elsewhere(self) -> None:
        """Notices what another program wrote."""
        if await self.writer.written_elsewhere():
            self.store_changed_elsewhere()

    def store_changed_elsewhere(self) -> None:
        """Something was written, and it is not known what."""
        self.post_message(StoreChanged())

    def _save_drafts(self) -> None:
        self._saving = None
        self.run_worker(self._write_drafts, group="drafts", thread=True)

    def _write_drafts(self) -> None:
        try:
            self.drafts.save()
        except OSError as error:
            self.log.error(f"The drafts cannot be kept on disk: {error}")
