"""The capture line: text in, one message out, drafts kept, rooms and tags completed."""

from __future__ import annotations

import threading

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.events import Paste
from textual.message import Message
from textual.widgets import Button

from techdesk.screens.widgets.capture_line import CaptureLine, marks


def suggest(prefix: str) -> list[str]:
    assert threading.current_thread() is not threading.main_thread()
    known = ["@Hall", '@"Year 3"', "#CHG-45", "!urgent", "?how-to"]
    return [word for word in known if word.casefold().startswith(prefix.casefold())]


class CaptureApp(App[None]):
    BINDINGS = [Binding("n", "capture", "New", id="desk.capture")]

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[Message] = []

    def compose(self) -> ComposeResult:
        yield Button("Here")
        yield CaptureLine(suggest)

    @property
    def line(self) -> CaptureLine:
        return self.query_one(CaptureLine)

    def action_capture(self) -> None:
        self.line.open()

    def on_capture_line_captured(self, event: CaptureLine.Captured) -> None:
        self.posted.append(event)

    def on_capture_line_closed(self, event: CaptureLine.Closed) -> None:
        self.posted.append(event)


async def test_enter_hands_the_text_over_and_gives_the_keys_back() -> None:
    app = CaptureApp()
    async with app.run_test() as pilot:
        app.query_one(Button).focus()
        await pilot.press("n", *"Toner low", "enter")
        assert app.posted == [CaptureLine.Captured(app.line, "Toner low")]
        assert app.focused is app.query_one(Button)
        assert (app.line.display, app.line.value) == (False, "")


async def test_escape_keeps_the_draft() -> None:
    app = CaptureApp()
    async with app.run_test() as pilot:
        await pilot.press("n", *"Toner", "escape")
        assert app.posted == [CaptureLine.Closed(app.line, "Toner")]
        assert not app.line.is_open
        await pilot.press("n", *" low", "enter")
        assert app.posted[-1] == CaptureLine.Captured(app.line, "Toner low")


async def test_a_blank_line_captures_nothing() -> None:
    app = CaptureApp()
    async with app.run_test() as pilot:
        await pilot.press("n", "space", "enter")
        assert [type(message) for message in app.posted] == [CaptureLine.Closed]


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("Dim lamp @ha", "Dim lamp @Hall"),
        ('Six dead @"ye', 'Six dead @"Year 3"'),
        ("#ch", "#CHG-45"),
        ("Dim lamp @zz", "Dim lamp @zz"),
        ("Dim lamp", "Dim lamp"),
        ("Dim lamp !u", "Dim lamp !urgent"),
        ("Scan ?h", "Scan ?how-to"),
    ],
)
async def test_tab_completes_marks(typed: str, completed: str) -> None:
    app = CaptureApp()
    async with app.run_test() as pilot:
        await pilot.press("n", *typed)
        await app.workers.wait_for_complete()
        await pilot.press("tab")
        assert app.line.value == completed
        assert app.line.has_focus


async def test_a_pasted_escape_does_not_get_in() -> None:
    app = CaptureApp()
    async with app.run_test() as pilot:
        await pilot.press("n")
        app.line.post_message(Paste("a\x1b[2J\tb\u202ec"))
        await pilot.press("enter")
        assert app.posted == [CaptureLine.Captured(app.line, "a[2J bc")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Projector @Hall", [("room", 10, 15, "Hall")]),
        ('@"Year 3" lamp', [("room", 0, 9, "Year 3")]),
        ('lamp @"Year', [("room", 5, 11, "Year")]),
        ("#4127 !urgent", [("tag", 0, 5, "4127"), ("urgency", 6, 13, "urgent")]),
        ("new mouse ?", [("question", 10, 11, "")]),
        ("how ?How-to", [("question", 4, 11, "How-to")]),
        ("what ?! ?why", []),
        ("why? jo@school.org room 3#2 stop!", []),
        ("@ # !", []),
        ("", []),
    ],
)
def test_marks_are_words_with_a_sign(text: str, found: list[tuple[str, int, int, str]]) -> None:
    assert [(span.kind, span.start, span.end, span.value) for span in marks(text)] == found
