"""Checking a room with a scanner: it types a label and Enter. The answer is large, what is missing stands below.

Each scan is kept as it is made, so Esc, a crash or a flat battery loses nothing: the room is gone on with.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input, Static

from techdesk.desk.audits import FinishAudit, ScanLabel, StartAudit, TakeScanBack, nothing_known
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.errors import Refused
from techdesk.models.queries import audits, names
from techdesk.screens.area import Area, key
from techdesk.screens.detail import Scroller
from techdesk.screens.telling import Page

QUIET = ("here", "again", "taken_back", "open")


class _Stand(NamedTuple):
    """Where an audit stands."""

    line: audits.AuditLine | None
    scans: list[audits.ScanLine]
    missing: list[tuple[str, str, str | None]]


class ScanLine(Input):
    """Where a scanner types. Enter is taken in turn with the letters: one that types the next label at once, faster than a
    key goes the way of the bindings, is understood all the same."""

    @dataclass
    class Scanned(Message):
        """A label, or nothing, and Enter."""

        label: str

    async def _on_key(self, event: events.Key) -> None:
        if event.key != "enter":
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        label, self.value = self.value.strip(), ""
        self.post_message(self.Scanned(label))


class AuditScreen(Area):
    """The check of one room."""

    TITLE = "the check of a room"
    AUTO_FOCUS = "#scan"
    BINDING_GROUP_TITLE = "Checking a room"
    TABLES: ClassVar[frozenset[str]] = frozenset(("audit", "audit_scan", "device"))
    FOOTER: ClassVar[tuple[str, ...]] = ("area.back", "audit.undo", "audit.end")
    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+z", "take_back", "audit.undo", "Take back", "Take the last scan back"),
        key("f10", "end", "audit.end", "End", "End the check: what is missing is noted; an empty Enter does it too"),
    ]
    DEFAULT_CSS = """
    AuditScreen {
        #audit-head, #audit-answer { height: auto; padding: 0 1; }
        #scan { height: 1; border: none; padding: 0 1; }
        #audit-answer { text-style: bold; padding: 1 1; }
        #audit-rest { height: 1fr; padding: 0 1; }
    }
    """

    def __init__(self, site_id: str, site: str, room: str) -> None:
        super().__init__()
        self._site_id, self._site, self._room = site_id, site, room

    def compose_body(self) -> ComposeResult:
        yield Static(f"{self._site}, {self._room}", id="audit-head", markup=False)
        yield ScanLine(id="scan", placeholder="scan a label; an empty Enter ends the check", compact=True)
        yield Static("", id="audit-answer", markup=False)
        with Scroller(id="audit-rest"):
            yield Static("", id="audit-text", markup=False)

    def reload(self) -> None:
        self.read("audit", self._ask_stand, self._show)

    def _ask_stand(self, connection: sqlite3.Connection) -> _Stand:
        id, room = self._open(connection)
        line = audits.audit(connection, id) if id else None
        scans = audits.scans(connection, id, 12) if id else []
        return _Stand(line, scans, audits.missing_at(connection, self._site_id, room, id))

    def _open(self, connection: sqlite3.Connection) -> tuple[str | None, str]:
        room = names.room_name(connection, self._site_id, self._room)
        return audits.open_audit(connection, self._site_id, room, self.desk.heading.me), room

    def _show(self, stand: _Stand) -> None:
        ink, line = self.desk.ink, stand.line
        counts = f"{line.here} here, {line.moved} moved here, {line.unknown} unknown, " if line else ""
        head = Text(f"{self._site}, {self._room}", "bold").append(f"   {counts}{len(stand.missing)} to find", "")
        self.query_one("#audit-head", Static).update(head)
        page = Page()
        if stand.scans:
            page.line(("Scanned, the newest first", ink.accent))
        for scan in stand.scans:
            worry = "" if scan.answer in QUIET else f"{ink.signs.late} {scan.answer}"
            page.line((f"  {scan.tag or scan.label}", "bold"), (scan.model, ""), (worry, ink.late))
        page.blank()
        found = "All that should be here is found"
        if line is None or not line.here:
            found = nothing_known(self._room, bool(line and line.moved))
        page.line((f"To find: {len(stand.missing)}" if stand.missing else found, ink.accent))
        for _, label, model in stand.missing[:500]:
            page.line((f"  {label}", "bold"), (model, ""))
        self.query_one("#audit-text", Static).update(page.text)

    # Scanning

    @on(ScanLine.Scanned)
    def scan(self, event: ScanLine.Scanned) -> None:
        """Enter, most often a scanner's; the label  undo  takes the last scan back, as in the shell."""
        if event.label.casefold() == "undo":
            self.action_take_back()
        elif event.label:
            self.run_worker(self._scan(event.label), group="write")
        else:
            self.action_end()

    async def _scan(self, label: str) -> None:
        def order(connection: sqlite3.Connection) -> Command | tuple[Command, ...]:
            id, room = self._open(connection)
            device = audits.scanned(connection, label)
            audit = id or new_id()
            scan = ScanLabel(id=new_id(), audit_id=audit, label=label, device_id=device)
            return scan if id else (StartAudit(id=audit, site_id=self._site_id, room=room), scan)

        done = await self.desk.do(order)
        answer = done.outcomes[0].changed[0].state if done.outcomes else "wrong"
        said = " ".join(done.refusals) or done.said
        late = answer not in QUIET
        sign = f"{self.desk.ink.signs.late} " if late else ""
        self.query_one("#audit-answer", Static).update(Text(f"{sign}{said}", self.desk.ink.late if late else "bold"))
        if late:
            self.app.bell()

    def action_take_back(self) -> None:
        """ctrl+z."""

        def order(connection: sqlite3.Connection) -> Command:
            id, _ = self._open(connection)
            last = audits.last_scan(connection, id) if id else None
            if last is None:
                raise Refused("Nothing was scanned yet.")
            return TakeScanBack(scan_id=last)

        self.query_one("#audit-answer", Static).update("")
        self.desk.perform(order)

    def action_end(self) -> None:
        """F10, or an empty Enter."""
        self.run_worker(self._end(), group="write")

    async def _end(self) -> None:
        def order(connection: sqlite3.Connection) -> Command:
            id, _ = self._open(connection)
            if id is None:
                raise Refused("Nothing was scanned yet: Esc leaves.")
            return FinishAudit(audit_id=id)

        done = await self.desk.do(order)
        if done.outcomes:
            self.app.pop_screen()
            self.desk.say(done.said, undo_hint=True)

    def say(self, sentence: str, undo_hint: bool = False) -> None:
        """What happened, without the key that takes it back: here letters are labels, and ctrl+z is that key."""
        super().say(sentence)

    def action_back(self) -> None:
        """Esc: the check is gone on with when the room is next checked."""
        self.app.pop_screen()
