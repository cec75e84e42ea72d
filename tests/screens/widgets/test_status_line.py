"""What the status line shows, for how long, and what it remembers."""

from __future__ import annotations

import asyncio

from rich.cells import cell_len
from textual.app import App, ComposeResult

from techdesk.screens.widgets.status_line import LOG_LENGTH, StatusLine
from tests.screens.widgets.people import screen_lines


class StatusApp(App[None]):
    def __init__(self, status: StatusLine) -> None:
        super().__init__()
        self.status = status

    def compose(self) -> ComposeResult:
        yield self.status

    def shown(self) -> str:
        return screen_lines(self)[0].strip()


async def test_what_happened_is_shown_with_the_key_that_takes_it_back() -> None:
    app = StatusApp(StatusLine())
    async with app.run_test() as pilot:
        app.status.say("Closed 4127-K", undo_hint=True)
        await pilot.pause()
        assert app.shown() == "Closed 4127-K · u takes it back"


async def test_a_warning_is_a_glyph_and_a_word() -> None:
    app = StatusApp(StatusLine())
    async with app.run_test() as pilot:
        app.status.warn("no ticket is selected")
        await pilot.pause()
        assert app.shown() == "⚠ Warning: no ticket is selected"


async def test_ascii_is_enough() -> None:
    app = StatusApp(StatusLine(ascii_only=True))
    async with app.run_test() as pilot:
        app.status.warn("no ticket is selected")
        await pilot.pause()
        assert app.shown().isascii()


async def test_a_long_message_is_clipped_and_the_hint_stays() -> None:
    app = StatusApp(StatusLine())
    async with app.run_test(size=(80, 24)) as pilot:
        app.status.say("Closed \x1b[31m" + "日本" * 60, undo_hint=True)
        await pilot.pause()
        lines = screen_lines(app)
        assert lines[0].rstrip().endswith("… · u takes it back")
        assert cell_len(lines[0]) == 80
        assert not lines[1].strip()


async def test_a_message_goes_by_itself() -> None:
    app = StatusApp(StatusLine(seconds=0.01))
    async with app.run_test() as pilot:
        app.status.say("Closed 4127-K")
        async with asyncio.timeout(5):
            while app.status.shown is not None:
                await pilot.pause()
        assert app.shown() == ""


async def test_the_last_messages_can_be_read_again() -> None:
    app = StatusApp(StatusLine())
    async with app.run_test():
        for number in range(LOG_LENGTH + 1):
            app.status.say(f"Message {number}")
        app.status.clear()
        assert [said.text for said in app.status.log_lines][:1] == ["Message 1"]
        assert len(app.status.log_lines) == LOG_LENGTH
