"""A file to be taken in: its path, then what it would do, and Enter again takes it."""

from __future__ import annotations

import sqlite3
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Input, Static

from techdesk.errors import TechdeskError
from techdesk.screens.dialogs.dialog import Dialog
from techdesk.screens.importing import Named, Stopped, counted, named, take
from techdesk.screens.widgets.safe_text import clip

if TYPE_CHECKING:
    from techdesk.exchange.report import ImportReport

DRAFT = "import"
SHOWN, WARNED = 5, 2
WIDTH = 2 * 74  # a fault takes two lines at most


class ImportDialog(Dialog[Named | None]):
    """Its result is the file that is to be taken in."""

    KEYS: ClassVar[str] = "Enter says what it would do, Enter again takes it   Esc leaves"
    DEFAULT_CSS = """
    ImportDialog #found { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__("Import a file: devices, models, parts, tickets, sites ...")
        self._looking: Event | None = None
        self._looked: tuple[Named, bool] | None = None  # and whether it would change anything

    def compose_fields(self) -> ComposeResult:
        kept = str(self.desk.drafts.get(DRAFT).get("text", ""))
        yield Input(kept, placeholder="~/Downloads/devices.csv", id="path", compact=True, select_on_focus=False)
        yield Static("", id="found", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.desk.keep_draft(DRAFT, {"text": event.value})
        self._leave_off()
        self._looked = None
        self.wrong("")
        self._show("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self._looked is not None:
            file, changes = self._looked
            if changes:
                self.desk.keep_draft(DRAFT, {"text": ""})
                self.dismiss(file)
            else:
                self.wrong("It would change nothing: type another file, or leave with Esc.")
        elif self._looking is None:
            if not event.value.strip():
                self.wrong("Which file? Type its path.")
                return
            self._looking = Event()
            self._show("Looking ...")
            self.run_worker(partial(self._look, event.value, self._looking), thread=True)

    def on_unmount(self) -> None:
        """Who leaves does not wait for it."""
        self._leave_off()

    def _leave_off(self) -> None:
        if self._looking is not None:
            self._looking.set()
            self._looking = None

    def _look(self, text: str, stop: Event) -> None:
        """In a thread: everything is done and taken back."""
        try:
            file = named(text)
            report = take(self.desk, file, stop, lambda part: self._tell(stop, part), dry_run=True)
        except Stopped:
            return
        except (TechdeskError, OSError, sqlite3.Error) as error:
            self.app.call_later(self._failed, stop, str(error))
        else:
            self.app.call_later(self._found, stop, file, report)

    def _tell(self, stop: Event, part: float) -> None:
        self.app.call_later(self._progress, stop, part)

    def _progress(self, stop: Event, part: float) -> None:
        if stop is self._looking:
            self._show(f"Looking ... {100 * part:.0f} %")

    def _failed(self, stop: Event, why: str) -> None:
        if stop is self._looking:
            self._looking = None
            self._show("")
            self.wrong(why)

    def _found(self, stop: Event, file: Named, report: ImportReport) -> None:
        if stop is not self._looking:
            return
        self._looking = None
        self._looked = file, bool(report.created + report.updated)
        told = [f"{report.read:,} rows, read as {report.mapping}.  It would be  {counted(report)}."]
        told += [f"{self.desk.signs.late} {fault.said}" for fault in report.errors[:SHOWN]]
        more = len(report.errors) - SHOWN
        told += [f"... and {more:,} errors more: techdesk import FILE --errors FILE writes them."] if more > 0 else []
        told += [fault.said for fault in report.warnings[:WARNED]]
        told += [f"... and {len(report.warnings) - WARNED:,} warnings more."] if len(report.warnings) > WARNED else []
        self._show("\n".join(clip(line, WIDTH) for line in (*told, *report.notes[:2])))

    def _show(self, text: str) -> None:
        self.query_one("#found", Static).update(text)
