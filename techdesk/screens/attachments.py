"""A ticket's photos and papers: opened with the system's viewer, fetched first where they are not here; put on it by name."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from techdesk.desk.attachments import ENDINGS
from techdesk.errors import TechdeskError
from techdesk.models.files import HERE, Files, size_text
from techdesk.models.rows import AttachmentLine, TicketStory
from techdesk.models.store import Store
from techdesk.screens.dialogs.choices import Choice
from techdesk.screens.dialogs.picking import PickDialog, fits
from techdesk.screens.reads import Question

if TYPE_CHECKING:
    from techdesk.app import TechdeskApp


class FilesDialog(PickDialog):
    """Which of a ticket's files. Its choice's value is the number that `show` counts, from 1."""

    PLACEHOLDER = "a photo or file"
    NOTHING = "No file is called so."

    def __init__(self, lines: Sequence[AttachmentLine], files: Files) -> None:
        super().__init__("Open")
        self._choices = [
            Choice(number, line.name, f"{size_text(line.bytes)}, {files.holding(line)}")
            for number, line in enumerate(lines, start=1)
        ]

    def question(self, text: str) -> Question[Sequence[Choice]]:
        choices = self._choices

        def ask(_: sqlite3.Connection) -> list[Choice]:
            return [choice for choice in choices if fits(text, choice.text)]

        return ask


def choose(app: TechdeskApp, story: TicketStory) -> None:
    """Opens the ticket's file, or asks which one."""
    choose_among(app, story.attachments, str(story.line.ref), "on this ticket")


def choose_among(app: TechdeskApp, lines: Sequence[AttachmentLine], name: str, where: str) -> None:
    """Opens one of the files, or asks which one; it is shown under a name that begins with `name`."""
    if not lines:
        app.warn(f"There is no photo {where}: F puts one on it.")
    elif len(lines) == 1:
        _start(app, lines[0], f"{name}-1")
    else:

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                _start(app, lines[choice.value - 1], f"{name}-{choice.value}")

        app.push_screen(FilesDialog(lines, Files(app.reads.path)), chosen)


def put_on(app: TechdeskApp, ticket_id: str, typed: str) -> None:
    """Puts the file that was named on the ticket, in a thread."""
    _put(app, typed, lambda store, prepared: attaching().attach(store, ticket_id, [prepared]))


def put_on_step(app: TechdeskApp, run_id: str, step_id: str, typed: str) -> None:
    """Puts the file that was named on a step of a checklist, in a thread."""
    _put(app, typed, lambda store, prepared: attaching().prove(store, run_id, step_id, [prepared]))


def attaching() -> ModuleType:
    """The module that makes files fit: with Pillow, if it is installed, 60 ms."""
    from techdesk.exchange import attaching

    return attaching


def _put(app: TechdeskApp, typed: str, put: Callable[[Store, Any], Any]) -> None:
    """A terminal writes a path that is dropped on it in quotes."""
    path = Path(typed.strip().strip("'\"")).expanduser()

    def work() -> None:
        try:
            prepared = attaching().prepare(path)
            with Store(app.reads.path, wall=app.wall) as store:
                store.listen(app.committed)
                [outcome] = put(store, prepared)
        except TechdeskError as error:
            app.call_later(app.warn, str(error))
        else:
            app.call_later(app.say, f"{outcome.said} {prepared.said}".strip(), True)

    app.run_worker(work, group="files", thread=True)


def _start(app: TechdeskApp, line: AttachmentLine, name: str) -> None:
    if Files(app.reads.path).holding(line) != HERE:
        app.say(f"Fetching {line.name} ({size_text(line.bytes)}).")

    def work() -> None:
        try:
            said, warning = _opened(app, line, f"{name}.{ENDINGS.get(line.media_type, 'bin')}")
        except TechdeskError as error:
            said, warning = str(error), True
        app.call_later(app.warn if warning else app.say, said)

    app.run_worker(work, group="files", thread=True)


def _opened(app: TechdeskApp, line: AttachmentLine, name: str) -> tuple[str, bool]:
    """Fetches the file if need be and has it shown. Returns what to say, and whether it is a warning."""
    files = Files(app.reads.path)
    if not files.has(line.sha256):
        from techdesk.sync.client import fetch_files  # the network's libraries: 80 ms

        with Store(app.reads.path, wall=app.wall) as store:
            store.listen(app.committed)
            if fetch_files(store, [line.sha256]):
                return f"{line.name} is not on the server yet: the laptop that it was attached on has to sync.", True
    place = files.to_open(line, name)
    if show_file(place):
        return f"Opened {line.name}.", False
    return f"This system has no viewer that can be called: {line.name} is at {place}.", True


def show_sheet(app: TechdeskApp, visit_id: str) -> None:
    """Has the system's viewer open the sheet of a visit, in a thread."""
    from techdesk.exchange.visit_html import sheet_html
    from techdesk.models.queries.visit_sheets import sheet

    def work() -> None:
        try:
            made = app.reads.ask(lambda connection: sheet(connection, visit_id, app.now))
            name = f"visit-{made.visit.planned_start[:10]}-{visit_id[-6:]}.html"
            place = Files(app.reads.path).to_show(sheet_html(made, app.now).encode(), name)
        except TechdeskError as error:
            app.call_later(app.warn, str(error))
            return
        if show_file(place):
            app.call_later(app.say, f"The sheet of {made.visit.site} is opened: print it there.")
        else:
            app.call_later(app.warn, f"This system has no viewer that can be called: the sheet is at {place}.")

    app.run_worker(work, group="files", thread=True)


def show_file(place: Path) -> bool:
    """Has the system's own viewer open a file; False where there is none."""
    if sys.platform == "win32":
        os.startfile(place)
        return True
    program = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if program is None:
        return False
    quiet = subprocess.DEVNULL
    subprocess.Popen([program, str(place)], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    return True
