"""The line that takes a request down in the corridor: type, Enter, and the cursor is back where it was."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.highlighter import Highlighter
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from techdesk.desk.capture import KIND_WORDS

Kind = Literal["room", "tag", "urgency", "question"]
Suggest = Callable[[str], list[str]]
"""suggest("@ha") -> ["@Hall", ...], best first. It may read: it is called in a thread, one call at a time."""

_KINDS: dict[str, Kind] = {"@": "room", "#": "tag", "!": "urgency", "?": "question"}

# A mark stands at the start of a word, so that "jo@school.org" and "room 3#2" stay plain text. A room of
# two words is quoted, as in @"Year 3"; while it is typed the closing quote is still missing.
_MARK = re.compile(
    r"""(?<!\S)(?:(?P<sign>[@#!])(?:"(?P<quoted>[^"]+)"?|(?P<word>[^\s"]+))|\?(?P<kind>[A-Za-z_-]*)(?!\S))"""
)

STYLES: dict[Kind, str] = {"room": "bold", "tag": "italic", "urgency": "bold underline", "question": "reverse"}
"""How each kind is drawn: by weight and line, so that it shows without colour."""


@dataclass(frozen=True)
class Span:
    """A marked word: characters `start` to `end` of the text, and what it says without its sign and quotes."""

    kind: Kind
    start: int
    end: int
    value: str


def marks(text: str) -> list[Span]:
    """The `@room`, `#tag`, `!urgent` and `?how-to` words of a text, in order. A text without any is fine."""
    found = []
    for match in _MARK.finditer(text):
        value = match["quoted"] or match["word"] or match["kind"] or ""
        if match[0][0] == "?" and not any(word.startswith(match[0].casefold()) for word in KIND_WORDS):
            continue  # "?!" and "?why" are no kind of ticket
        found.append(Span(_KINDS[match[0][0]], match.start(), match.end(), value))
    return found


def half_typed(text: str) -> str | None:
    """The mark that is being typed at the end of a text, with its sign."""
    spans = marks(text)
    return text[spans[-1].start :] if spans and spans[-1].end == len(text) else None


def completion(typed: str, suggestions: list[str]) -> str | None:
    """The first of the suggestions that goes on from what is typed."""
    longer = (each for each in suggestions if len(each) > len(typed) and each.casefold().startswith(typed.casefold()))
    return next(longer, None)


class MarkHighlighter(Highlighter):
    """Shows which words were understood as marks, while they are typed."""

    def highlight(self, text: Text) -> None:
        """Style the marked words."""
        for span in marks(text.plain):
            text.stylize(STYLES[span.kind], span.start, span.end)


class MarkSuggester(Suggester):
    """Completes the mark that is being typed at the end of the line."""

    def __init__(self, suggest: Suggest) -> None:
        # No cache: what can be suggested changes with the store.
        super().__init__(use_cache=False, case_sensitive=True)
        self._suggest = suggest
        self._one_at_a_time = asyncio.Lock()

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line with its last word completed, or None."""
        typed = half_typed(value)
        if typed is None:
            return None
        async with self._one_at_a_time:
            found = completion(typed, await asyncio.to_thread(self._suggest, typed))
        return None if found is None else value.removesuffix(typed) + found


class CaptureLine(Input):
    """A line that is hidden until it is opened. What is half typed stays when it is closed."""

    BINDING_GROUP_TITLE = "Capture"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", id="capture.close", show=False, tooltip="Leave the line; the text stays"),
        Binding(
            "tab",
            "complete",
            "Complete",
            id="capture.complete",
            show=False,
            tooltip="Take what is suggested: a room, a tag, !urgent, ?how-to",
        ),
        Binding(
            "ctrl+o",
            "same_as",
            "That one",
            id="capture.same",
            show=False,
            tooltip="Note it on the open ticket that is named, instead of a new one",
        ),
    ]
    DEFAULT_CSS = """
    CaptureLine { display: none; }
    CaptureLine.-open { display: block; }
    """

    @dataclass
    class Captured(Message):
        """Enter was pressed on a text that is not blank."""

        capture_line: CaptureLine
        text: str

    @dataclass
    class SameAs(Message):
        """The text is about the ticket that is named over the line. `take` leaves the line."""

        capture_line: CaptureLine
        text: str

    @dataclass
    class Left(Message):
        """The line is hidden, however that came."""

        capture_line: CaptureLine

    @dataclass
    class PastedPage(Message):
        """Several lines were pasted: a page of a log book, or an e-mail. What was typed before stays in the line."""

        capture_line: CaptureLine
        text: str

    @dataclass
    class Closed(Message):
        """The line was left; `draft` is what is still typed in it."""

        capture_line: CaptureLine
        draft: str

    def __init__(self, suggest: Suggest | None = None, *, draft: str = "", id: str | None = None) -> None:
        """`draft` is what was half typed before, perhaps before a crash."""
        super().__init__(
            draft,
            placeholder="What is it, and where?  @room #tag !urgent ?",
            highlighter=MarkHighlighter(),
            suggester=None if suggest is None else MarkSuggester(suggest),
            select_on_focus=False,  # the draft is to be gone on with, not typed over
            compact=True,
            id=id,
        )
        self._came_from: Widget | None = None

    def validate_value(self, value: str) -> str:
        """Leave out what cannot be seen: an escape in a pasted text would reach the terminal."""
        return "".join(character for character in value.replace("\t", " ") if character.isprintable())

    @property
    def is_open(self) -> bool:
        """Whether the line is on the screen."""
        return self.has_class("-open")

    def open(self) -> None:
        """Show the line with its draft and take the keys."""
        if not self.is_open:
            self._came_from = self.screen.focused
            self.add_class("-open")
        self.focus()

    def action_close(self) -> None:
        """Hide the line, keep its text, give the keys back."""
        self._leave()
        self.post_message(self.Closed(self, self.value))

    async def action_submit(self) -> None:
        """Hand the text over; a blank line is left as with Esc."""
        text = self.value.strip()
        if not text:
            self.action_close()
            return
        self.post_message(self.Captured(self, text))
        self.take()

    def take(self) -> None:
        """Forget the text, hide the line, give the keys back."""
        self.clear()
        self._leave()

    def action_same_as(self) -> None:
        """Hand the text over as words about the ticket that is named."""
        text = self.value.strip()
        if text:
            self.post_message(self.SameAs(self, text))

    def _on_paste(self, event: events.Paste) -> None:
        if len([line for line in event.text.splitlines() if line.strip()]) < 2:
            return  # Textual runs the handler of the class below by itself
        event.stop()
        event.prevent_default()
        self._leave()
        self.post_message(self.PastedPage(self, event.text))

    def action_complete(self) -> None:
        """Take the suggestion; without one, nothing: a half-typed line must not lose the keys."""
        self.action_end()
        self.action_cursor_right()

    def _leave(self) -> None:
        self.remove_class("-open")
        self.post_message(self.Left(self))
        back, self._came_from = self._came_from, None
        if back is not None and back.is_attached and back.screen is self.screen:
            back.focus()
        elif self.has_focus:
            self.blur()
