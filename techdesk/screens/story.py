"""Everything about one ticket or one device, over the whole screen. Esc goes back to where one was."""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from techdesk.desk.story import ENDED
from techdesk.models.cards import DeviceCard
from techdesk.models.files import Files
from techdesk.models.queries import inventory, tickets
from techdesk.models.rows import TicketStory as Story
from techdesk.models.rows import WorkEntry
from techdesk.screens.area import key
from techdesk.screens.article_keys import ArticleKeys
from techdesk.screens.detail import Scroller
from techdesk.screens.device_keys import DeviceKeys, Kept
from techdesk.screens.dialogs.choices import Choice
from techdesk.screens.telling import article_story, device_story, whole_story
from techdesk.screens.ticket_keys import Target, TicketArea


class StoryScreen(TicketArea):
    """A text that follows the store. A subclass reads and tells it."""

    AUTO_FOCUS = "#story"
    BINDING_GROUP_TITLE = "A ticket or device"

    def __init__(self, id: str) -> None:
        super().__init__()
        self.thing_id = id

    def compose_body(self) -> ComposeResult:
        with Scroller(id="story"):
            yield Static("", id="story-text", markup=False)

    def action_back(self) -> None:
        """Esc: to where one was."""
        self.app.pop_screen()


class TicketStory(StoryScreen):
    """A ticket: the keys that act on tickets act on this one."""

    TITLE = "the ticket"
    TABLES = frozenset(
        (
            "ticket",
            "ticket_event",
            "worklog",
            "stock_movement",
            "timer",
            "device",
            "ticket_alias",
            "attachment",
            "survey",
            "problem",
        )
    )
    FOOTER = ("area.back", "ticket.timer", "ticket.close", "ticket.hold", "ticket.assign", "ticket.edit", "ticket.note",
              "desk.undo")  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        key("f", "open_file", "ticket.file", "Photo", "Open a photo or file of the ticket; fetch it if it is not here"),
        key(
            "F", "attach_file", "ticket.attach", "Add photo", "Put a photo, a PDF or a text on the ticket, by its path"
        ),
        key("Z", "correct", "ticket.correct", "Correct", "Correct minutes; the entry stays as it was written"),
        key("Y", "answers", "ticket.answers", "Answers", "The two questions: what they answered later or on paper"),
        key("L", "learn", "ticket.learn", "Article", "Make an article of what fixed the ticket"),
    ]
    _story: Story | None = None

    def reload(self) -> None:
        id, files = self.thing_id, Files(self.desk.reads.path)

        def ask(connection: sqlite3.Connection) -> tuple[Story, list[str]]:
            story = tickets.story(connection, id)
            return story, [files.holding(each) for each in story.attachments]

        self.read("story", ask, lambda answer: self._show(*answer))

    def _show(self, story: Story, holdings: list[str]) -> None:
        self._story = story
        self.query_one("#story-text", Static).update(whole_story(story, self.desk.ink, holdings))

    def action_open_file(self) -> None:
        """f: opens a photo."""
        if self._story is not None:
            from techdesk.screens import attachments

            attachments.choose(self.desk, self._story)

    def action_correct(self) -> None:
        """Z: which entry, then what it should have been."""
        id = self.thing_id
        self.read("entries", lambda connection: tickets.work_entries(connection, id), self._choose_entry)

    def _choose_entry(self, entries: list[WorkEntry]) -> None:
        from techdesk.screens.dialogs.work import EntryDialog

        if not entries:
            self.warn("Nobody has worked on it yet: W keeps minutes.")
        elif len(entries) == 1:
            self._correct(entries[0])
        else:

            def chosen(choice: Choice | None) -> None:
                if choice is not None:
                    self._correct(choice.value)

            self.app.push_screen(EntryDialog("Correct which minutes?", entries), chosen)

    def _correct(self, entry: WorkEntry) -> None:
        from techdesk.desk.work import CorrectWork
        from techdesk.screens.dialogs.work import Work, WorkDialog

        def keep(work: Work | None) -> None:
            if work is not None:
                self.desk.perform(CorrectWork(worklog_id=entry.id, minutes=work.minutes, mode=work.mode,
                                              proactive=int(work.proactive), note=work.note))  # fmt: skip

        self.app.push_screen(WorkDialog(f"Instead of {entry.minutes} min; 0 takes them back", entry), keep)

    def action_answers(self) -> None:
        """Y: the answers to the two questions, with who gave them and how."""
        from techdesk.screens.dialogs.answers import answers_dialog

        if self._story is not None:
            self.app.push_screen(answers_dialog(self.thing_id, self._story.line.ref))

    def action_learn(self) -> None:
        """L: an article of a closed ticket; it can be shared where it is read."""
        if self._story is None:
            return
        if not self._story.fields["resolution"]:
            self.warn(f"{self._story.line.ref} has no fix to learn from yet: close it first, with c.")
            return
        from techdesk.models.queries.articles import from_ticket

        id = self.thing_id
        self.desk.perform(lambda connection: from_ticket(connection, id))

    def action_attach_file(self) -> None:
        """F: asks for a path."""
        from techdesk.screens import attachments
        from techdesk.screens.dialogs.prompt import PromptDialog

        def put_on(path: str | None) -> None:
            if path is not None:
                attachments.put_on(self.desk, self.thing_id, path)

        self.app.push_screen(PromptDialog("Put a photo or file on it", "its path; or drop the file here"), put_on)

    def targets(self) -> list[Target]:
        if self._story is None:
            return []
        line = self._story.line
        return [Target(line.id, line.ref, line.title)]


class DeviceStory(StoryScreen, DeviceKeys):
    """A device: where it is, what it is, what became of it, and its tickets. The ticket keys act on the newest one that is
    open."""

    TITLE = "the device"
    TABLES = frozenset(("device", "device_model", "ticket", "site", "device_event", "loan", "repair", "worklog"))
    FOOTER = ("area.back", "device.swap", "device.lend", "device.move", "ticket.timer", "ticket.close", "desk.undo")
    _card: DeviceCard | None = None

    def reload(self) -> None:
        id, today = self.thing_id, self.desk.now
        self.read("story", lambda connection: inventory.card(connection, id, today), self._show)

    def _show(self, card: DeviceCard) -> None:
        self._card = card
        self.query_one("#story-text", Static).update(device_story(card, self.desk.ink, self.desk.config.hour_rate))

    def kept(self) -> list[Kept]:
        line = self._card.line if self._card else None
        if line is None:
            return []
        return [
            Kept(line.id, line.tag or line.serial or line.name or "?", line.state, line.site_id, line.site, line.room)
        ]

    def targets(self) -> list[Target]:
        lines = self._card.tickets if self._card else []
        return [Target(line.id, line.ref, line.title) for line in lines if line.state not in ENDED][:1]


class ArticleStory(ArticleKeys, StoryScreen):
    """An article, to be read, changed and shared."""

    TITLE = "the article"
    TABLES = frozenset(("article", "ticket"))
    FOOTER = ("area.back", "article.share", "ticket.edit", "article.new", "capture.open", "goto.open", "desk.undo")
    _row: dict[str, Any] | None = None

    def reload(self) -> None:
        from techdesk.models.queries.articles import article  # the commands of articles, which only this screen needs

        id = self.thing_id
        self.read("story", lambda connection: article(connection, id), self._show)

    def _show(self, row: dict[str, Any]) -> None:
        self._row = row
        self.query_one("#story-text", Static).update(article_story(row, self.desk.ink))

    def article(self) -> dict[str, Any] | None:
        return self._row
